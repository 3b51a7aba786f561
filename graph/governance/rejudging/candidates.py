"""Who may be judged differently after a change: found from the statements that came and went.

All is asked in the state after the change, to which the statements that went are added: whatever joined a statement to
a focus node before or after the change is there. What is found may be too much, never too little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import NamedNode, Triple

from graph.derivations.derivation import Step
from graph.derivations.premises import Premises
from graph.derivations.recent import Recent
from graph.governance.compiling.sources import Classes
from graph.governance.rejudging.reads import Read, Unit, reads_of
from graph.governance.rejudging.steps import Chain, Either, Hop, Many, Steps
from graph.store.store import Graph, TripleStore
from graph.terms import Statement

MOST = 20_000
"""Of more nodes on a way, all focus nodes are judged in bulk instead."""

# So many nodes are looked up one by one; for more a query is written.
_FEW = 4


@dataclass(slots=True)
class Change:
    """Statements that came and went, as N-Triples texts; what did both counts as both."""

    removed: set[Statement] = field(default_factory=set)
    added: set[Statement] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def __len__(self) -> int:
        return len(self.removed) + len(self.added)


def texts(triples: Iterable[Triple]) -> set[Statement]:
    """Write triples as N-Triples texts."""
    return {(str(each.subject), str(each.predicate), str(each.object)) for each in triples}


class TooMany(Exception):
    """A way leads to so many nodes that judging all is less work."""


class Index:
    """Which units a statement of a property may concern; made once for shapes and classes."""

    def __init__(self, units: Sequence[Unit], classes: Classes) -> None:
        self._by_predicate: dict[str, list[tuple[int, Read]]] = defaultdict(list)
        self._by_any: list[tuple[int, Read]] = []
        for number, unit in enumerate(units):
            for read in reads_of(unit, classes):
                into = self._by_any if read.predicate is None else self._by_predicate[read.predicate]
                into.append((number, read))

    def matching(self, statement: Statement) -> Iterator[tuple[int, Read]]:
        """Give the units, with what they read, that a statement matters to."""
        subject, predicate, value = statement
        for some in (self._by_predicate.get(predicate, ()), self._by_any):
            for number, read in some:
                if (read.subjects is None or subject in read.subjects) and (
                    read.values is None or value in read.values
                ):
                    yield number, read

    @property
    def predicates(self) -> frozenset[str]:
        """The properties that any unit names."""
        return frozenset(self._by_predicate)


def concerned(index: Index, change: Change, walk: Walk) -> dict[int, set[str] | None]:
    """Give the numbers of the units that a change concerns, each with its candidates as texts; None for all."""
    starts: dict[int, dict[Chain, set[str]]] = defaultdict(lambda: defaultdict(set))
    found: dict[int, set[str] | None] = {}
    for statement in change.removed | change.added:
        for number, read in index.matching(statement):
            node = statement[2] if read.from_object else statement[0]
            if read.way is not None:
                starts[number][read.way].add(node)
            elif found.get(number, number) is not None and walk.fits(node, read):
                found[number] = None
    for number, ways in starts.items():
        if number not in found:
            found[number] = _ends(ways, walk)
    return found


def _ends(ways: Mapping[Chain, set[str]], walk: Walk) -> set[str] | None:
    ends: set[str] = set()
    try:
        for way, nodes in ways.items():
            ends |= walk.end(nodes, way)
    except TooMany:
        return None
    return ends if len(ends) <= MOST else None


class Walk:
    """Follows steps in some graphs of one state of a store; remembers where they led.

    What was `removed` counts as if it were there; `present` is the walk without it, where there is one already.
    """

    def __init__(
        self,
        store: TripleStore,
        graphs: Sequence[Graph],
        removed: Iterable[Statement] = (),
        present: Walk | None = None,
    ) -> None:
        self._store = store
        self._graphs = graphs
        self._present = present
        self._premises = Premises(store, graphs, frozenset(), Recent())
        self._forwards: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._backwards: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for subject, predicate, value in removed:
            self._forwards[subject].append((predicate, value))
            self._backwards[value].append((predicate, subject))
        self._of_one: dict[tuple[Hop, str], set[str]] = {}
        self._of_many: dict[tuple[Hop, frozenset[str]], set[str]] = {}

    def end(self, nodes: Collection[str], steps: Steps) -> set[str]:
        """Give the nodes that steps lead to from some. Raises TooMany."""
        match steps:
            case Hop():
                return self._hop(steps, nodes)
            case Chain():
                here = set(nodes)
                for part in steps.parts:
                    here = self.end(here, part)
                return here
            case Either():
                return set().union(*(self.end(nodes, part) for part in steps.parts))
            case Many():
                found, fresh = set(nodes), set(nodes)
                while fresh:
                    fresh = self.end(fresh, steps.part) - found
                    found |= fresh
                    _check(found)
                return found

    def has(self, node: str, predicate: str, kind: str) -> bool:
        """Say whether a node is among the subjects, or the objects (`kind`), of a property."""
        hop = Hop(predicate, backwards=kind == "objects")
        try:
            return bool(self._hop(hop, (node,)))
        except TooMany:
            return True

    def fits(self, node: str, read: Read) -> bool:
        """Say whether what must stand beside a statement that nothing joins to the focus does."""
        try:
            return all(term in self.end({node}, steps) for steps, term in read.guards)
        except TooMany:
            return True

    def _hop(self, hop: Hop, nodes: Collection[str]) -> set[str]:
        if len(nodes) <= _FEW:
            found = set().union(*(self._from_one(hop, node) for node in nodes))
            _check(found)
            return found
        key = (hop, frozenset(nodes))
        if key not in self._of_many:
            ends = self._any(key[1], hop) if hop.predicate is None else self._named(hop, key[1])
            self._of_many[key] = ends.union(*(self._gone(hop, node) for node in nodes))
            _check(self._of_many[key])
        return self._of_many[key]

    def _from_one(self, hop: Hop, node: str) -> set[str]:
        key = (hop, node)
        if key not in self._of_one:
            if self._present is not None:
                found = self._present._from_one(hop, node)
            elif hop.predicate is None:
                found = self._any((node,), hop)
            else:
                found = self._named_of(hop, node)
            gone = self._gone(hop, node)
            self._of_one[key] = found | gone if gone else found
            _check(self._of_one[key])
        return self._of_one[key]

    def _gone(self, hop: Hop, node: str) -> set[str]:
        beside = self._backwards if hop.backwards else self._forwards
        return {end for name, end in beside.get(node, ()) if hop.predicate in (None, name)}

    def _named(self, hop: Hop, nodes: frozenset[str]) -> set[str]:
        if not hop.backwards:
            return set().union(*(self._named_of(hop, node) for node in nodes))
        assert hop.predicate is not None
        return {end for end, _ in self._premises.pairs(Step(hop.predicate, backwards=True), nodes)}

    def _named_of(self, hop: Hop, node: str) -> set[str]:
        """Read where one node leads to: no query has to be written and read for it."""
        assert hop.predicate is not None
        prop = NamedNode(hop.predicate[1:-1])
        if node[0] != "<":
            return self._named(hop, frozenset({node})) if hop.backwards and node[0] == '"' else set()
        found: set[str] = set()
        for graph in self._graphs:
            if hop.backwards:
                quads = islice(self._store.pointing(prop, node[1:-1], graph), MOST + 1)
                found.update(str(quad.subject) for quad in quads)
            else:
                found.update(str(quad.object) for quad in self._store.values(node[1:-1], prop, graph))
        return found

    def _any(self, nodes: Collection[str], hop: Hop) -> set[str]:
        found: set[str] = set()
        for node in nodes:
            if node[0] != "<":
                if hop.backwards:
                    raise TooMany  # no store is asked for a literal without its property
                continue
            for graph in self._graphs:
                if hop.backwards:
                    found.update(str(quad.subject) for quad in self._store.towards(node[1:-1], graph, MOST + 1))
                else:
                    found.update(str(quad.object) for quad in self._store.about(node[1:-1], graph))
        return found


def _check(nodes: Collection[str]) -> None:
    if len(nodes) > MOST:
        raise TooMany
