"""What the law does for a use: a duty to open or share, or a right to reuse, in favour of who runs the service.

A legal effect reaches a dataset where the dataset says that the law applies to it and both are of one kind of data; it
gives way to a barrier that a decision upheld on a legal ground, as rule R09 has it. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graph.reasoning.coverage import Want
from graph.reasoning.facts import TYPE_IRI, Facts, Said, iris
from graph.terms import CG, CV, DCATAP, DCT, DGA, SKOS

_OBLIGING = frozenset(f"{CG}{name}" for name in ("ObligesOpening", "ObligesSharing"))
_GIVING = _OBLIGING | {f"{CG}AllowsReuse"}
"""Kinds of effect that give data to somebody: a law that lets a holder share obliges nobody."""

_ANYBODY, _CONCEDING = f"{CG}Reusers", f"{CG}ConcedingAuthorities"
_PUBLIC, _LOCAL = f"{CG}PublicSectorBodies", f"{CG}LocalAuthorities"
_PUBLIC_CLASSES = frozenset((f"{DGA}PublicSectorBody", f"{DGA}PublicLawGovernedBody", f"{CV}PublicOrganisation"))
_LOCAL_SORTS = frozenset(
    (
        "http://purl.org/adms/publishertype/LocalAuthority",
        "http://purl.org/adms/publishertype/RegionalAuthority",
        f"{CG}TerritorialAuthority",
        f"{CG}IntercommunalAuthority",
    )
)
_DATASET = (f"{DCATAP}applicableLegislation", f"{CG}dataKind", f"{CG}domain", f"{CG}hasBarrier", f"{CG}producedThrough")
_EFFECT = tuple(f"{CG}{name}" for name in ("effectOf", "effectKind", "dataKind", "domain", "inFavourOf", "addressee"))
_ACTOR = (TYPE_IRI, f"{CG}pole", f"{DCT}type", "http://www.w3.org/ns/org#classification")
_CONTRACT = (f"{CV}hasContractingAuthority", f"{CG}concerns", f"{CG}dataClauseExemption")


@dataclass(frozen=True, slots=True)
class Claim:
    """What the effects of one law give, or, where something is wanting, the effect that comes nearest."""

    law: str
    effects: tuple[str, ...]
    wants: tuple[Want, ...]


class Laws:
    """The laws that apply to some datasets, read at once for all of them and for all who run the services."""

    def __init__(self, facts: Facts, datasets: Collection[str], actors: Iterable[str]) -> None:
        self._datasets = facts.about(datasets, _DATASET)
        laws = {law for said in self._datasets.values() for law in iris(said, f"{DCATAP}applicableLegislation")}
        effects = {effect for effect, _ in facts.towards(f"{CG}effectOf", laws)}
        self._effects = facts.about(effects, _EFFECT)
        # Nothing more is read where no law gives anything: the normal case.
        reached = [each for each in datasets if any(True for _ in self._reaching(each))]
        self._withheld = _upheld(facts, self._datasets, reached)
        self._actors = facts.about(actors, _ACTOR) if reached else {}
        self._sorts = facts.about(
            {each for said in self._effects.values() for each in iris(said, f"{CG}addressee")}, [f"{SKOS}inScheme"]
        ) if reached else {}  # fmt: skip
        self._conceding = _conceding(facts, self._datasets, reached)

    def claims(self, dataset: str, holders: Collection[str], operators: Collection[str]) -> list[Claim]:
        """Give what each law does for a service of the operators, in order; a claim without wants is a route."""
        found: dict[str, dict[tuple[Want, ...], list[str]]] = {}
        for effect, law in self._reaching(dataset):
            wants = self._wants(effect, dataset, holders, operators)
            if wants is not None:
                found.setdefault(law, {}).setdefault(wants, []).append(effect)
        claims = []
        for law, by_wants in sorted(found.items()):
            wants = min(by_wants, key=lambda each: (len(each), each))
            claims.append(Claim(law, tuple(sorted(by_wants[wants])), wants))
        return claims

    def _wants(
        self, effect: str, dataset: str, holders: Collection[str], operators: Collection[str]
    ) -> tuple[Want, ...] | None:
        """Give what keeps an effect from serving the operators; None where it does not bind who holds the data."""
        said = self._effects[effect]
        bound, favoured = iris(said, f"{CG}addressee"), iris(said, f"{CG}inFavourOf")
        if _OBLIGING & set(iris(said, f"{CG}effectKind")):
            if bound and not self._binds(bound, holders):
                return None
        else:
            # What a law allows, it allows to its addressee.
            favoured = bound
        wants = []
        if not any(self._favours(each, operator, dataset) for each in favoured for operator in operators):
            wants.append(Want("not for this operator", tuple(sorted(favoured))))
        if barriers := self._withheld.get(dataset):
            wants.append(Want("withheld", barriers))
        return tuple(wants)

    def _reaching(self, dataset: str) -> Iterable[tuple[str, str]]:
        """Give the effects, with their laws, that are about data of the dataset's kind."""
        said = self._datasets[dataset]
        applying = set(iris(said, f"{DCATAP}applicableLegislation"))
        for effect, told in self._effects.items() if applying else ():
            laws = applying & set(iris(told, f"{CG}effectOf"))
            if laws and _GIVING & set(iris(told, f"{CG}effectKind")) and _same_kind(said, told):
                yield from ((effect, law) for law in sorted(laws))

    def _binds(self, bound: Collection[str], holders: Collection[str]) -> bool:
        """Say whether an effect binds the holders: sorts of bodies do, since the dataset says that the law applies."""
        named = {each for each in bound if not self._sorts.get(each, {}).get(f"{SKOS}inScheme")}
        return len(named) < len(set(bound)) or bool(named & set(holders))

    def _favours(self, favoured: str, operator: str, dataset: str) -> bool:
        if favoured in (_ANYBODY, operator):
            return True
        said = self._actors.get(operator, {})
        if favoured == _CONCEDING:
            return (dataset, operator) in self._conceding
        local = bool(_LOCAL_SORTS & set(iris(said, f"{DCT}type", "http://www.w3.org/ns/org#classification")))
        if favoured == _LOCAL:
            return local
        public = local or f"{CG}Public" in iris(said, f"{CG}pole") or bool(_PUBLIC_CLASSES & set(iris(said, TYPE_IRI)))
        return favoured == _PUBLIC and public


def _same_kind(dataset: dict[str, tuple[str, ...]], effect: dict[str, tuple[str, ...]]) -> bool:
    """Say whether an effect is about a dataset's kind of data, or its domain where it names no kind, or neither."""
    for name in (f"{CG}dataKind", f"{CG}domain"):
        wanted = set(iris(effect, name))
        if wanted:
            return bool(wanted & set(iris(dataset, name)))
    return True


def _upheld(facts: Facts, datasets: Said, reached: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Give the barriers of each dataset that a decision upheld on a legal ground."""
    pairs = [(dataset, barrier) for dataset in reached for barrier in iris(datasets[dataset], f"{CG}hasBarrier")]
    pairs += [(dataset, node) for node, dataset in facts.towards(f"{CG}about", reached)]
    said = facts.about({node for _, node in pairs}, [f"{CG}barrierStatus", f"{CG}legalGround"])
    found: dict[str, set[str]] = {}
    for dataset, node in pairs:
        if f"{CG}Upheld" in iris(said[node], f"{CG}barrierStatus") and said[node].get(f"{CG}legalGround"):
            found.setdefault(dataset, set()).add(node)
    return {dataset: tuple(sorted(nodes)) for dataset, nodes in found.items()}


def _conceding(facts: Facts, datasets: Said, reached: Collection[str]) -> set[tuple[str, str]]:
    """Give the datasets with the authority that conceded the service they are made in, where nothing is exempted."""
    made = {(dataset, service) for dataset in reached for service in iris(datasets[dataset], f"{CG}producedThrough")}
    concerning = facts.towards(f"{CG}concerns", {service for _, service in made})
    said = facts.about({contract for contract, _ in concerning}, _CONTRACT)
    return {
        (dataset, authority)
        for dataset, service in made
        for contract, conceded in concerning
        if conceded == service and not said[contract].get(f"{CG}dataClauseExemption")
        for authority in iris(said[contract], f"{CV}hasContractingAuthority")
    }
