"""Legal routes: by what right an urban service uses a dataset, told with the records that say so.

Four grounds: an open licence, the operator's own holding, an agreement in force for this service and this operator, the
law. A use with one route alone is fragile; of one with none the nearest miss is told (docs/decisions, 0020).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf

from graph.reasoning.coverage import Want, end_of, wanting
from graph.reasoning.facts import Facts, Use, iris
from graph.reasoning.laws import Laws
from graph.reasoning.policies import Policy, policies_about, policies_for
from graph.terms import ADMS, CG, DCAT, DCT, DGA

Ground = OneOf["open", "own", "agreement", "law"]

_DATASET = (f"{DGA}hasDataHolder", f"{CG}opennessStatus", f"{DCT}accessRights", f"{DCT}license", f"{DCAT}distribution")
_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `by` is what gives it: the licences, the holder, the agreement, or the law with its effects.

    `records` are the entities whose records say so; `ends` is its last day, None where it has no end.
    """

    ground: Ground
    by: tuple[str, ...]
    records: tuple[str, ...]
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """What is no route, and all that is wanting; `by` as for a route."""

    ground: Ground
    by: tuple[str, ...]
    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class Legality:
    """A use at a date: its routes, and what comes near to being one, the nearest first.

    `rungs` is how open the dataset is (IRIs); `ended`: the service has ended, and needs no route.
    """

    service: str
    dataset: str
    at: date
    operators: tuple[str, ...]
    holders: tuple[str, ...]
    rungs: tuple[str, ...]
    routes: tuple[Route, ...]
    misses: tuple[Miss, ...]
    ended: bool = False

    @property
    def fragile(self) -> bool:
        """Whether all hangs on one route."""
        return len(self.routes) == 1

    @property
    def ends(self) -> date | None:
        """The last day on which there is any route, None where one has no end or there is none."""
        days = [route.ends for route in self.routes]
        return None if None in days else max((day for day in days if day is not None), default=None)

    @property
    def lacking(self) -> bool:
        """Whether the service uses the data without any route."""
        return not self.routes and not self.ended


def legality(facts: Facts, uses: Iterable[Use], at: date) -> list[Legality]:
    """Judge uses, in their order, each once. Raises BadTerm, DataError."""
    pairs = list(dict.fromkeys(uses))
    return _Judging(facts, pairs, at).all() if pairs else []


class _Judging:
    """All that is read for some uses, and each judged by it."""

    def __init__(self, facts: Facts, uses: list[Use], at: date) -> None:
        services, datasets = {service for service, _ in uses}, {dataset for _, dataset in uses}
        self._uses = uses
        self._at = at
        said = facts.about(services, [f"{CG}operatedBy", f"{ADMS}status"])
        self._operators = {service: iris(each, f"{CG}operatedBy") for service, each in said.items()}
        self._ended = {service for service, each in said.items() if f"{CG}Ended" in iris(each, f"{ADMS}status")}
        self._datasets = facts.about(datasets, _DATASET)
        files = {file for each in self._datasets.values() for file in iris(each, f"{DCAT}distribution")}
        self._files = facts.about(files, [f"{DCT}license"])
        actors = {operator for each in self._operators.values() for operator in each}
        self._laws = Laws(facts, self._datasets, actors)
        covering, authorising = policies_about(facts, datasets), policies_for(facts, services)
        self._policies = _by(covering, lambda policy: policy.datasets)
        self._others = _by(authorising, lambda policy: policy.named)

    def all(self) -> list[Legality]:
        return [self._judge(service, dataset) for service, dataset in self._uses]

    def _judge(self, service: str, dataset: str) -> Legality:
        operators, holders = self._operators[service], iris(self._datasets[dataset], f"{DGA}hasDataHolder")
        routes: list[Route] = []
        misses: list[Miss] = []
        self._open(dataset, routes, misses)
        for holder in sorted(set(operators) & set(holders)):
            routes.append(Route("own", (holder,), (service, dataset)))
        self._agreed(service, operators, dataset, routes, misses)
        for claim in self._laws.claims(dataset, holders, operators):
            if claim.wants:
                misses.append(Miss("law", (claim.law, *claim.effects), claim.wants))
            else:
                routes.append(Route("law", (claim.law, *claim.effects), (claim.law, *claim.effects, dataset)))
        misses.sort(key=lambda miss: (sum(want.weight for want in miss.wants), _latest(miss), miss.by))
        rungs = iris(self._datasets[dataset], f"{CG}opennessStatus")
        ended = service in self._ended
        return Legality(service, dataset, self._at, operators, holders, rungs, tuple(routes), tuple(misses), ended)

    def _open(self, dataset: str, routes: list[Route], misses: list[Miss]) -> None:
        """Add the open licence, or what public access lacks to be open; two rungs that contradict give none."""
        said = self._datasets[dataset]
        licences = self._licences(dataset)
        if iris(said, f"{CG}opennessStatus") == (f"{CG}Open",):
            routes.append(Route("open", licences, (dataset, *licences)))
        elif _PUBLIC in iris(said, f"{DCT}accessRights"):
            want = Want("not open", licences) if licences else Want("no licence")
            misses.append(Miss("open", licences, (want,)))

    def _licences(self, dataset: str) -> tuple[str, ...]:
        said = self._datasets[dataset]
        files = (
            licence
            for file in iris(said, f"{DCAT}distribution")
            for licence in iris(self._files[file], f"{DCT}license")
        )
        return tuple(sorted({*iris(said, f"{DCT}license"), *files}))

    def _agreed(
        self, service: str, operators: Collection[str], dataset: str, routes: list[Route], misses: list[Miss]
    ) -> None:
        near = self._policies.get(dataset, {})
        # What lets the service use other data is told only where it is for one who runs the service.
        far = {
            iri: policy
            for iri, policy in self._others.get(service, {}).items()
            if iri not in near and set(operators) & set(policy.agreement.assignees)
        }
        for iri, policy in sorted({**far, **near}.items()):
            wants = wanting(policy, service, operators, dataset, self._at)
            if wants:
                misses.append(Miss("agreement", (iri,), wants))
            else:
                routes.append(Route("agreement", (iri,), (iri, service, dataset), end_of(policy.agreement, self._at)))


def _by(policies: Mapping[str, Policy], keys: Callable[[Policy], Iterable[str]]) -> dict[str, dict[str, Policy]]:
    found: dict[str, dict[str, Policy]] = defaultdict(dict)
    for iri, policy in policies.items():
        for key in keys(policy):
            found[key][iri] = policy
    return found


def _latest(miss: Miss) -> int:
    """Order what has ended by its end, the latest first; what has not ended comes before."""
    ends = [want.about[0] for want in miss.wants if want.why == "ended"]
    return -date.fromisoformat(ends[0]).toordinal() if ends else -date.max.toordinal()
