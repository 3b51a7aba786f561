"""What a dataset, a collection or a work is made from, at any depth, and which licences it could lawfully carry.

The kind of a making is that of its first step: what is derived from a collection is derived from its parts, and what a
collection holds stays under its own licence whatever that was derived from. Rings of derivation end where they close.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from graph.reasoning.facts import Facts, Said, iris
from graph.reasoning.licences import LIMITS, Barred, Kind, Licence, Licences, may_carry
from graph.terms import CG, DCAT, DCT, DGA, PROV

_STEPS: Mapping[str, Kind] = {
    f"{PROV}wasDerivedFrom": "derivative",
    f"{DCT}hasPart": "collection",
    f"{CG}producedFrom": "work",
}
_FURTHER = (f"{PROV}wasDerivedFrom", f"{DCT}hasPart")
_SCOPE = tuple(dict.fromkeys(prop for props in LIMITS.values() for prop in props))
_NODE = (f"{DCT}license", f"{DCAT}distribution", f"{DGA}hasDataHolder", *_SCOPE)
_CLOSING = ("unknown", "no derivatives", "no distribution")

Way = tuple[str, ...]
Steps = dict[tuple[Kind, str], Way]
"""Kind of making and node -> the way to it, the node itself last."""


@dataclass(frozen=True, slots=True)
class Source:
    """What something is made from: the kind of making, the way to it, its licences by their described addresses.

    `outside` are the limits of share-alike beyond which the made thing lies. `own`: who holds the made thing holds it.
    """

    iri: str
    kind: Kind
    way: Way
    licences: tuple[str, ...]
    outside: frozenset[str] = frozenset()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a source, by one of its licences, does not let a licence be carried; '' where it has no licence."""

    source: Source
    licence: str
    barred: tuple[Barred, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """What something may carry. `own` are its licences with what objects to each; `lawful` those that it could carry.

    `closed` objects to every licence whatever: an unknown licence, or one without derivatives. `apart` are the pairs of
    sources' licences that no licence satisfies together; both are told only where nothing is lawful.
    """

    made: tuple[str, ...]
    sources: tuple[Source, ...]
    own: Mapping[str, tuple[Objection, ...]]
    lawful: tuple[str, ...]
    closed: tuple[Objection, ...]
    apart: tuple[tuple[str, str], ...]


class Derivations:
    """Reads what things are made from, and judges it. Raises BadTerm, DataError."""

    def __init__(self, facts: Facts, licences: Licences | None = None) -> None:
        self._facts = facts
        self.licences = licences or Licences(facts)
        self._barred = cache(may_carry)

    def of(self, things: Collection[str]) -> dict[str, Making]:
        """Judge things that exist, each by what it is made from; share-alike within its declared scope."""
        said = self._facts.about(things, list(_STEPS))
        first: dict[str, Steps] = {
            thing: {(kind, node): (node,) for prop, kind in _STEPS.items() for node in iris(each, prop)}
            for thing, each in said.items()
        }
        return self._made({(thing,): steps for thing, steps in first.items()}, set(things))

    def combination(self, datasets: Collection[str], kind: Kind = "derivative") -> Making:
        """Judge what could be made from some datasets; nothing is known of it yet, so share-alike holds in full."""
        made = tuple(datasets)
        (making,) = self._made({made: {(kind, each): (each,) for each in made}}, set()).values()
        return making

    def _made(self, first: Mapping[Way, Steps], existing: set[str]) -> dict[str, Making]:
        upstream = self._upstream({node for steps in first.values() for _, node in steps})
        reached = {made: _reach(steps, upstream) for made, steps in first.items()}
        nodes = self._facts.about({*existing, *(node for steps in reached.values() for _, node in steps)}, _NODE)
        licences = self._licences(nodes)
        makings = {}
        for made, steps in reached.items():
            thing = made[0] if made[0] in existing else ""
            # Of what is not there yet nothing is told: it lies outside no limit, and nobody holds it.
            told = nodes.get(thing, {})
            sources = tuple(
                Source(node, kind, way, licences[node], _outside(nodes[node], told), _is_own(nodes[node], told))
                for (kind, node), way in steps.items()
                if node != thing
            )
            makings[made[0] if made else ""] = self._judge(made, sources, licences.get(thing, ()))
        return makings

    def _upstream(self, nodes: set[str]) -> dict[str, tuple[str, ...]]:
        """Give what each node is derived from or holds, step by step for all of them together."""
        found: dict[str, tuple[str, ...]] = {}
        front = nodes
        while front:
            said = self._facts.about(front, _FURTHER)
            found |= {node: iris(each, *_FURTHER) for node, each in said.items()}
            front = {after for node in front for after in found[node]} - found.keys()
        return found

    def _licences(self, nodes: Said) -> dict[str, tuple[str, ...]]:
        """Give the licences of things, their files' too, by the addresses under which they are described."""
        files = {file for said in nodes.values() for file in iris(said, f"{DCAT}distribution")}
        told = self._facts.about(files, [f"{DCT}license"])
        found = {}
        for node, said in nodes.items():
            named = [said, *(told[file] for file in iris(said, f"{DCAT}distribution"))]
            known = {self.licences.one(each).iri for every in named for each in iris(every, f"{DCT}license")}
            found[node] = tuple(sorted(known))
        return found

    def _judge(self, made: Way, sources: tuple[Source, ...], own: Iterable[str]) -> Making:
        told = {licence: tuple(self._objections(sources, self.licences.one(licence))) for licence in own}
        choices = self.licences.choices
        lawful = tuple(each.iri for each in choices if not any(True for _ in self._objections(sources, each)))
        if lawful:
            return Making(made, sources, told, lawful, (), ())
        closed = [each for each in self._objections(sources, self.licences.one("")) if each.barred[0].bar in _CLOSING]
        return Making(made, sources, told, (), tuple(closed), self._apart(sources))

    def _objections(self, sources: Iterable[Source], other: Licence) -> Iterator[Objection]:
        for source in sources:
            for licence in source.licences:
                if barred := self._barred(self.licences.one(licence), other, source.kind, source.outside):
                    yield Objection(source, licence, barred)
            # Who makes something of his own data needs no licence for it.
            if not source.licences and not source.own:
                yield Objection(source, "", (Barred("unknown"),))

    def _apart(self, sources: Iterable[Source]) -> tuple[tuple[str, str], ...]:
        """Find the pairs of licences, each of which allows something, that no licence satisfies together."""
        allowed: dict[tuple[str, Kind, frozenset[str]], set[str]] = {}
        for source in sources:
            for licence in source.licences:
                known = self.licences.one(licence)
                allowed[licence, source.kind, source.outside] = {
                    choice.iri
                    for choice in self.licences.choices
                    if not self._barred(known, choice, source.kind, source.outside)
                }
        pairs = {
            (min(one[0], other[0]), max(one[0], other[0]))
            for one, some in allowed.items()
            for other, others in allowed.items()
            if some and others and some.isdisjoint(others)
        }
        return tuple(sorted(pairs))


def _reach(first: Steps, upstream: Mapping[str, tuple[str, ...]]) -> Steps:
    """Follow derivations and parts from the first steps on, the nearest first; each kind comes to a node once."""
    known: Steps = dict(first)
    front: Steps = dict(first)
    while front:
        reached: Steps = {}
        for (kind, node), way in front.items():
            for after in upstream[node]:
                if (kind, after) not in known:
                    reached.setdefault((kind, after), (*way, after))
        known |= reached
        front = reached
    return known


def _is_own(source: dict[str, tuple[str, ...]], made: dict[str, tuple[str, ...]]) -> bool:
    """Say whether somebody holds both."""
    return bool(set(iris(source, f"{DGA}hasDataHolder")) & set(iris(made, f"{DGA}hasDataHolder")))


def _outside(source: dict[str, tuple[str, ...]], made: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """Give the limits beyond which a dataset lies: both say what they are there, and have nothing in common."""
    found = set()
    for limit, properties in LIMITS.items():
        theirs = {each for prop in properties for each in source.get(prop, ())}
        ours = {each for prop in properties for each in made.get(prop, ())}
        if theirs and ours and theirs.isdisjoint(ours):
            found.add(limit)
    return frozenset(found)
