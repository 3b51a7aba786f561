"""Judging again what a change concerns, constraint by constraint, in the graphs of one world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graph.derivations.premises import pieces
from graph.governance.compiling.model import Result, Target
from graph.governance.compiling.running import Run, below_classes
from graph.governance.compiling.sources import TYPE, Classes, Given
from graph.governance.rejudging.candidates import Change, Index, Open, TooMany, Walk, concerned
from graph.governance.rejudging.reads import Unit, followed
from graph.governance.rejudging.steps import Hop, chain, turned
from graph.store.store import Answer, Graph, TripleStore
from graph.terms import RDFS

# With more of them Oxigraph 0.5.13 joins by hashing against the whole store.
_NODES_AT_ONCE = 500
_TYPE = Hop(TYPE)
_SUBCLASS = f"<{RDFS}subClassOf>"


# Where a unit finds so little, all of it is judged rather than looked whom of it a change concerns.
_FEW = 8


class Found(Protocol):
    """What units (by name) find, as it is kept: the nodes."""

    def foci(self, unit: str, limit: int) -> Collection[str]:
        """Give the nodes of which a unit found anything, at most so many."""

    def among(self, unit: str, nodes: Collection[str]) -> Collection[str]:
        """Give those of some nodes of which it did."""


@dataclass(slots=True)
class Counter:
    """How much was judged: pairs of a constraint and a focus node, the focus nodes of these, whole constraints."""

    pairs: int = 0
    nodes: set[str] = field(default_factory=set)
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What a unit now says of some focus nodes, of all where `nodes` is None."""

    unit: Unit
    nodes: frozenset[str] | None
    results: tuple[Result, ...]


class Bench:
    """Judges one graph, or several taken together; `units` as `units_of` gives them.

    It is told of every change of the graph, in order; between two changes it may be asked for anything.
    """

    def __init__(self, store: TripleStore, graphs: Callable[[], Sequence[Graph]], units: Sequence[Unit]) -> None:
        self.units = tuple(units)
        self._store = store
        self._graphs = graphs
        self._classes: Classes | None = None
        self._index: Index | None = None
        self.counter = Counter()

    def all_of(self, unit: Unit) -> Judged:
        """Judge all focus nodes of a unit. Raises DataError where the engine fails."""
        self.counter.whole += 1
        found = self._run().results(unit.shape, unit.source)
        return Judged(unit, None, tuple(found))

    def again(self, change: Change, found: Found | None = None) -> Iterator[Judged]:
        """Judge again whatever a change, made by now, may have made different. Raises DataError.

        With what was `found` before it, what the change can only have cleared is judged where there is something.
        """
        if any(predicate == _SUBCLASS for _, predicate, _ in change.removed | change.added):
            yield from self._reclassified()
        walk = Walk(self._store, self._graphs())
        foci = _Foci(walk, self._known_classes())
        open_ = None if found is None else _Open(self.units, found)
        for unit, nodes in self._concerned(change, walk, open_):
            yield self.all_of(unit) if nodes is None else self._some_of(unit, nodes, foci)

    def concerned(self, change: Change) -> Iterator[tuple[Unit, frozenset[str] | None]]:
        """Give the units that a change, made by now, concerns, each with the nodes it may concern; None for all."""
        return self._concerned(change, Walk(self._store, self._graphs()))

    def _concerned(
        self, change: Change, present: Walk, open_: Open | None = None
    ) -> Iterator[tuple[Unit, frozenset[str] | None]]:
        walk = Walk(self._store, self._graphs(), change.removed, present)
        for number, nodes in sorted(concerned(self._indexed(), change, walk, open_).items()):
            yield self.units[number], None if nodes is None else frozenset(nodes)

    def of(self, unit: Unit, nodes: Collection[str] | None) -> Judged:
        """Judge some nodes by a unit, those that it is for; all of them where None. Raises DataError."""
        if nodes is None:
            return self.all_of(unit)
        return self._some_of(unit, nodes, _Foci(Walk(self._store, self._graphs()), self._known_classes()))

    @property
    def classes(self) -> Classes:
        """The classes below each class, as the graph has them."""
        return self._known_classes()

    def beside(
        self, store: TripleStore, graphs: Callable[[], Sequence[Graph]], units: Sequence[Unit] | None = None
    ) -> Bench:
        """Give a bench for another graph with the same classes; what this one worked out is not done again.

        `units`: the same at another date, in the same order. A date that is written into them is read no more, so what
        these read is no more than what those do.
        """
        other = Bench(store, graphs, self.units if units is None else units)
        other._classes, other._index = self._known_classes(), self._indexed()
        return other

    def prepare(self) -> None:
        """Work out beforehand what each unit reads, which takes a second or two."""
        self._indexed()

    def _some_of(self, unit: Unit, nodes: Collection[str], foci: _Foci) -> Judged:
        try:
            targeted = sorted(node for node in nodes if foci.has(unit, node))
        except TooMany:
            return self.all_of(unit)
        self.counter.pairs += len(targeted)
        self.counter.nodes.update(targeted)
        run = self._run()
        found: list[Result] = []
        for some in pieces(targeted, _NODES_AT_ONCE):
            found += run.results(unit.shape, Given(tuple(some)))
        return Judged(unit, frozenset(nodes), tuple(found))

    def _reclassified(self) -> Iterator[Judged]:
        """Read the classes anew, and judge those units all over whose classes have others below them now."""
        before = self._known_classes()
        self._classes = self._index = None
        now = self._known_classes()
        for unit in self.units:
            if any(_below(before, name) != _below(now, name) for name in unit.classes):
                yield self.all_of(unit)

    def _run(self) -> Run:
        return Run(self._ask, self._known_classes())

    def _known_classes(self) -> Classes:
        if self._classes is None:
            self._classes = below_classes(self._ask)
        return self._classes

    def _indexed(self) -> Index:
        if self._index is None:
            self._index = Index(self.units, self._known_classes())
        return self._index

    def _ask(self, query: str) -> Answer:
        return self._store.query(query, graphs=self._graphs())


class _Open:
    """What units found, by their number."""

    def __init__(self, units: Sequence[Unit], found: Found) -> None:
        self._units = units
        self._found = found

    def few(self, number: int) -> Collection[str] | None:
        """Give the nodes of which a unit found anything, None where they are many."""
        some = self._found.foci(self._units[number].name, _FEW + 1)
        return some if len(some) <= _FEW else None

    def among(self, number: int, nodes: Collection[str]) -> Collection[str]:
        """Give those of some nodes of which it did."""
        return self._found.among(self._units[number].name, nodes)


class _Foci:
    """Knows in one state of a graph which nodes the targets of units lead to; what was asked once is remembered."""

    def __init__(self, walk: Walk, classes: Classes) -> None:
        self._walk = walk
        self._classes = classes
        # Shapes with many constraints have one tuple of targets.
        self._known: dict[tuple[int, str], bool] = {}

    def has(self, unit: Unit, node: str) -> bool:
        """Say whether a unit is to judge a node. Raises TooMany."""
        if not unit.above:
            return self._is_target(unit.targets, node)
        back = chain(*(turned(followed(path)) for path in reversed(unit.above)))
        return any(self._is_target(unit.targets, root) for root in self._walk.each(node, back))

    def _is_target(self, targets: tuple[Target, ...], node: str) -> bool:
        key = (id(targets), node)
        if key not in self._known:
            self._known[key] = any(self._is_aimed(target, node) for target in targets)
        return self._known[key]

    def _is_aimed(self, target: Target, node: str) -> bool:
        match target.kind:
            case "node":
                return node == target.term
            case "class":
                below = self._classes.get(target.term, (target.term,))
                return not self._walk.end((node,), _TYPE).isdisjoint(below)
            case _:
                return self._walk.has(node, target.term, target.kind)


def _below(classes: Mapping[str, Sequence[str]], name: str) -> frozenset[str]:
    return frozenset(classes.get(name, (name,)))
