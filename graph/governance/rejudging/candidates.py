"""Who may be judged differently after a change: found from the statements that came and went.

All is asked in the state after the change, to which the statements that went are added: whatever joined a statement to
a focus node before or after the change is there. What is found may be too much, never too little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.derivations.derivation import Step
from graph.derivations.premises import Premises
from graph.derivations.recent import Recent
from graph.governance.compiling.sources import Classes
from graph.governance.rejudging.reads import Read, Unit, reads_of
from graph.governance.rejudging.steps import Chain, Either, Hop, Many, Steps
from graph.store.store import Graph, TripleStore
from graph.terms import Statement

MOST = 200_000
"""Of more nodes on a way, all focus nodes are judged in bulk: of 100,000, 33,000 are judged sooner by themselves."""

# So many nodes are looked up one by one; for more a query is written.
_FEW = 4

# Where several ways lead to the focus, those that meet no more nodes are taken, else those that meet more.
_STAGES = (50, 1_000, MOST)

Ways = tuple[tuple[bool, Chain], ...]
"""Ways from a statement, each by itself enough, with whether it begins at the object."""


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


class Open(Protocol):
    """Knows of what units, by their number, find something as long as nothing is judged again."""

    def few(self, number: int) -> Collection[str] | None:
        """Give the nodes of which a unit found anything, None where they are many."""

    def among(self, number: int, nodes: Collection[str]) -> Collection[str]:
        """Give those of some nodes of which it did."""


Starts = dict[int, dict[Ways, set[Statement]]]
"""From which statements which ways lead on, by the number of the unit."""


def concerned(index: Index, change: Change, walk: Walk, open_: Open | None = None) -> dict[int, set[str] | None]:
    """Give the numbers of the units that a change concerns, each with its candidates as texts; None for all.

    Where it is known what is `open_`, what can only clear something concerns nobody else.
    """
    opening: Starts = defaultdict(lambda: defaultdict(set))
    clearing: Starts = defaultdict(lambda: defaultdict(set))
    found: dict[int, set[str] | None] = {}
    for some, clears in ((change.removed, 1), (change.added, -1)):
        for statement in some:
            for number, read in index.matching(statement):
                if ways := read.ways:
                    starts = clearing if open_ is not None and read.sign == clears else opening
                    starts[number][ways].add(statement)
                elif found.get(number, number) is not None and walk.fits(statement, read):
                    found[number] = None
    for number, ways_of in opening.items():
        if number not in found:
            found[number] = _ends(ways_of, walk)
    if open_ is not None:
        for number, ways_of in clearing.items():
            known = found.get(number, set())
            if known is not None:
                cleared = _cleared(number, ways_of, walk, open_)
                if cleared is None or cleared:
                    found[number] = None if cleared is None else known | cleared
    return found


def _cleared(number: int, starts: Mapping[Ways, set[Statement]], walk: Walk, open_: Open) -> set[str] | None:
    """Give those of whom a unit may find less, None for all: where it finds little, all of these without looking."""
    few = open_.few(number)
    if few is not None:
        return set(few)
    ends = _ends(starts, walk)
    return None if ends is None else set(open_.among(number, ends))


def _ends(starts: Mapping[Ways, set[Statement]], walk: Walk) -> set[str] | None:
    ends: set[str] = set()
    try:
        for ways, statements in starts.items():
            ends |= walk.follow(statements, ways)
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
        self._of_removed = bool(self._forwards) or present is not None
        self._of_one: dict[tuple[Hop, str], set[str]] = {}
        self._of_many: dict[tuple[Hop, frozenset[str]], set[str]] = {}

    def follow(self, statements: Collection[Statement], ways: Ways) -> set[str]:
        """Give the nodes to which all ways lead from some statements, as far as they are short. Raises TooMany.

        Each way by itself leads to enough, so one that meets too many nodes is left out where another does not.
        """
        for most in _STAGES if len(ways) > 1 else (MOST,):
            found: set[str] | None = None
            for from_object, way in ways:
                try:
                    ends = self.end({each[2] if from_object else each[0] for each in statements}, way, most)
                except TooMany:
                    continue
                found = ends if found is None else found & ends
                if len(found) <= _FEW:
                    break
            if found is not None:
                return found
        raise TooMany

    def end(self, nodes: Collection[str], steps: Steps, most: int = MOST) -> set[str]:
        """Give the nodes that steps lead to from some. Raises TooMany where they meet more than `most`."""
        match steps:
            case Hop():
                return self._hop(steps, nodes, most)
            case Chain():
                here = set(nodes)
                for part in steps.parts:
                    here = self.end(here, part, most)
                return here
            case Either():
                return set().union(*(self.end(nodes, part, most) for part in steps.parts))
            case Many():
                found, fresh = set(nodes), set(nodes)
                while fresh:
                    fresh = self.end(fresh, steps.part, most) - found
                    found |= fresh
                    _check(found, most)
                return found

    def each(self, node: str, steps: Steps) -> Iterator[str]:
        """Give one after another the nodes that steps lead to from one, for who needs the first. Raises TooMany."""
        match steps:
            case Hop() if steps.predicate is not None and (steps, node) not in self._of_one and not self._of_removed:
                for number, end in enumerate(self._read(steps.predicate, node, backwards=steps.backwards)):
                    if number >= MOST:
                        raise TooMany
                    yield end
            case Chain(parts=(first, *rest)) if rest:
                for end in self.each(node, first):
                    yield from self.each(end, Chain(tuple(rest)))
            case _:
                yield from self.end((node,), steps)

    def has(self, node: str, predicate: str, kind: str) -> bool:
        """Say whether a node is among the subjects, or the objects (`kind`), of a property."""
        try:
            return bool(self._hop(Hop(predicate, backwards=kind == "objects"), (node,), _FEW))
        except TooMany:
            return True

    def fits(self, statement: Statement, read: Read) -> bool:
        """Say whether what must stand beside a statement that nothing joins to the focus does."""
        node = statement[2] if read.from_object else statement[0]
        try:
            return all(term in self.end({node}, steps) for steps, term in read.guards)
        except TooMany:
            return True

    def _hop(self, hop: Hop, nodes: Collection[str], most: int) -> set[str]:
        if len(nodes) <= _FEW:
            found = set().union(*(self._from_one(hop, node, most) for node in nodes))
        else:
            key = (hop, frozenset(nodes))
            if key not in self._of_many:
                ends = self._any(key[1], hop, MOST) if hop.predicate is None else self._named(hop, key[1])
                self._of_many[key] = ends.union(*(self._gone(hop, node) for node in nodes))
            found = self._of_many[key]
        _check(found, most)
        return found

    def _from_one(self, hop: Hop, node: str, most: int) -> set[str]:
        key = (hop, node)
        if key not in self._of_one:
            if self._present is not None:
                found = self._present._from_one(hop, node, most)
            elif hop.predicate is None:
                found = self._any((node,), hop, most)
            else:
                found = self._named_of(hop, node, most)
            gone = self._gone(hop, node)
            self._of_one[key] = found | gone if gone else found
        return self._of_one[key]

    def _gone(self, hop: Hop, node: str) -> set[str]:
        beside = self._backwards if hop.backwards else self._forwards
        return {end for name, end in beside.get(node, ()) if hop.predicate in (None, name)}

    def _named(self, hop: Hop, nodes: frozenset[str]) -> set[str]:
        assert hop.predicate is not None
        if not hop.backwards:
            return set().union(*(self._named_of(hop, node, MOST) for node in nodes))
        return {end for end, _ in self._premises.pairs(Step(hop.predicate, backwards=True), nodes)}

    def _named_of(self, hop: Hop, node: str, most: int) -> set[str]:
        """Read where one node leads to: no query has to be written and read for it."""
        assert hop.predicate is not None
        ends = self._read(hop.predicate, node, backwards=hop.backwards)
        return _first(ends, most) if hop.backwards else set(ends)

    def _read(self, predicate: str, node: str, *, backwards: bool) -> Iterator[str]:
        prop = _property(predicate)
        for graph in self._graphs:
            if backwards:
                for quad in self._store.pointing(prop, _term(node), graph):
                    yield str(quad.subject)
            elif node[0] == "<":
                for quad in self._store.values(node[1:-1], prop, graph):
                    yield str(quad.object)

    def _any(self, nodes: Collection[str], hop: Hop, most: int) -> set[str]:
        if hop.backwards and any(node[0] != "<" for node in nodes):
            raise TooMany  # no store is asked for a literal without its property
        places = ((node[1:-1], graph) for node in nodes if node[0] == "<" for graph in self._graphs)
        if hop.backwards:
            return _first((end for node, graph in places for end in self._towards(node, graph, most)), most)
        return {str(quad.object) for node, graph in places for quad in self._store.about(node, graph)}

    def _towards(self, node: str, graph: Graph, most: int) -> Iterator[str]:
        """Give what points at a node in a graph; where more statements do than are read, it is too many."""
        for number, quad in enumerate(self._store.towards(node, graph, most + 1)):
            if number == most:
                raise TooMany
            yield str(quad.subject)


@lru_cache(maxsize=1024)
def _property(text: str) -> NamedNode:
    return NamedNode(text[1:-1])


def _term(text: str) -> NamedNode | Literal:
    if text[0] == "<":
        return NamedNode(text[1:-1])
    (quad,) = parse(f"<urn:x:> <urn:x:> {text} .", RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, Literal)
    return quad.object


def _first(ends: Iterable[str], most: int) -> set[str]:
    """Read all of some ends, or no more than show that they are too many: one may come by several statements."""
    found: set[str] = set()
    for end in ends:
        found.add(end)
        _check(found, most)
    return found


def _check(nodes: Collection[str], most: int) -> None:
    if len(nodes) > most:
        raise TooMany
