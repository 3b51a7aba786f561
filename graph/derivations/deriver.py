"""Keeps up what is derived in a store: from the statements that come and go, for those whom they concern.

What is derived in a graph lies in that graph, where queries find it among what is stated, and once more in a private
graph, which tells the two apart: stated is what is in the first and not in the second. A statement that is stated too
is not kept as derived. See docs/decisions/0007-derivations.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode, Quad, QueryTriples, RdfFormat, Store, Triple, parse

from graph.derivations.derivation import Derivation, Path, Trigger
from graph.derivations.premises import Premises, derived_about, derived_graph, pieces, placed
from graph.derivations.recent import Recent
from graph.store.store import Graph, TripleStore
from graph.terms import Statement

# A query is evaluated over what surrounds so many foci: bounded memory, and joins stay small however they are made.
_FOCI_AT_ONCE = 1_000
_FEW_LINES = 500

Starts = dict[Graph, dict[int, set[str]]]
"""Nodes of changed statements from which ways lead to foci: graph -> number of the way -> N-Triples texts."""

Concerns = dict[Graph, dict[Derivation, set[str]]]
"""Whom a change concerns: graph -> derivation -> the N-Triples texts of the foci."""


@dataclass(slots=True)
class Difference:
    """What a graph has derived too much and too little."""

    graph: Graph
    removed: list[Triple] = field(default_factory=list)
    added: list[Triple] = field(default_factory=list)


@dataclass(slots=True)
class _Pulled:
    """What the statements of a property pull: numbers of ways, each with whether it starts at the object."""

    always: list[tuple[int, bool]] = field(default_factory=list)
    by_value: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)

    def start(self, into: dict[int, set[str]], subject: str, value: str) -> None:
        """Note from where a statement leads on."""
        for ways in (self.always, self.by_value.get(value, ())):
            for number, from_object in ways:
                if not from_object:
                    into[number].add(subject)
                elif value[0] == "<":
                    into[number].add(value)


class Deriver:
    """Derives in a store.

    `public` is the graph that everybody sees; each other graph that `is_audience` says yes to is seen together with it.
    """

    def __init__(
        self,
        store: TripleStore,
        derivations: Sequence[Derivation],
        public: Graph,
        is_audience: Callable[[NamedNode], bool] = lambda _: False,
    ) -> None:
        self._store = store
        self._derivations = derivations
        self.public = public
        self._is_audience = is_audience
        self._made = frozenset(each.makes for each in derivations)
        self._ways: list[tuple[Derivation, Path]] = []
        self._body = self._table((each, trigger) for each in derivations for trigger in each.triggers)
        self._all = self._table((each, trigger) for each in derivations for trigger in (*each.triggers, *each.heads))
        self._unanchored = [each.makes.encode() for each in derivations if not each.anchored]
        steps = {step for each in derivations for way in each.premises for step in way}
        steps |= {step for _, way in self._ways for step in way}
        self._backwards = {step.predicate for step in steps if step.backwards}
        # What a bulk load must remember: all that may be asked of the subjects that it brings.
        self._remembered = self._made | {step.predicate for step in steps}
        self._awaited: dict[str, set[int]] | None = None

    def _table(self, triggers: Iterable[tuple[Derivation, Trigger]]) -> dict[str, _Pulled]:
        """Predicate -> what it pulls."""
        table: dict[str, _Pulled] = {}
        for derivation, trigger in triggers:
            way = (derivation, trigger.way)
            if way not in self._ways:
                self._ways.append(way)
            pull = (self._ways.index(way), trigger.from_object)
            pulled = table.setdefault(trigger.predicate, _Pulled())
            for some in (
                [pulled.always]
                if trigger.values is None
                else [pulled.by_value.setdefault(value, []) for value in trigger.values]
            ):
                if pull not in some:
                    some.append(pull)
        return table

    def can_load(self, payload: bytes) -> bool:
        """Say whether a record can be loaded without asking whether what it states was derived before."""
        return not any(predicate in payload for predicate in self._unanchored)

    def perhaps_known(self, subjects: Collection[str], recent: Recent) -> set[str]:
        """Those subjects of a load about which something may be derived before anything is stated."""
        steps = {way[0] for each in self._derivations if not each.anchored for way in each.premises}
        wanted = set(subjects)
        return set().union(*(recent.awaited(step.predicate, wanted) for step in steps if step.backwards))

    def starts(self, quads: Iterable[Quad]) -> Starts:
        """Where those whom these quads concern are to be looked for; empty where they concern nobody."""
        found: Starts = {}
        for quad in quads:
            pulled = self._all.get(str(quad.predicate))
            if pulled is not None:
                assert not isinstance(quad.graph_name, BlankNode)
                into = found.setdefault(quad.graph_name, defaultdict(set))
                pulled.start(into, str(quad.subject), str(quad.object))
        return {graph: ways for graph, ways in found.items() if ways}

    def recent(self) -> Recent:
        """An empty memory for a bulk load that is about to begin."""
        if self._awaited is None:
            self._awaited = {predicate: set() for predicate in self._backwards}
            for graph in (self.public, *self._audiences()):
                for predicate in self._backwards:
                    self._await(predicate, (str(quad.object) for quad in self._quads(predicate, graph)))
        return Recent(self._remembered, self._awaited)

    def remember(self, statements: Iterable[Statement], graph: Graph, recent: Recent, starts: Starts) -> None:
        """Note what a bulk load is about to bring: what queries will ask of it, and from where it concerns whom."""
        into = starts.setdefault(graph, defaultdict(set))
        said, body = recent.said(graph), self._body
        for subject, predicate, value in statements:
            if predicate in said:
                recent.subjects.add(subject)
                said[predicate].setdefault(subject, []).append(value)
                if predicate in body:
                    body[predicate].start(into, subject, value)

    def note_load(self, recent: Recent) -> None:
        """Note at what a load points that a later one may describe."""
        for predicate in self._backwards:
            self._await(predicate, recent.towards_others(predicate))

    def note(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Note what a later load may describe and something points at: what is added points so, what goes may be."""
        if self._awaited is None:
            return
        for quad in added:
            if (predicate := str(quad.predicate)) in self._awaited:
                self._await(predicate, (str(quad.object),))
        gone = {str(quad.subject) for quad in removed}
        for predicate in self._awaited:
            self._await(predicate, gone)

    def _await(self, predicate: str, objects: Iterable[str]) -> None:
        assert self._awaited is not None
        self._awaited[predicate].update(map(hash, objects))

    def marks(self, quads: Iterable[Quad]) -> set[Quad]:
        """The marks of those quads that are derived and not stated."""
        some = (
            placed(quad.triple, derived_graph(quad.graph_name)) for quad in quads if str(quad.predicate) in self._made
        )
        return {mark for mark in some if self._store.holds(mark)}

    def everywhere(self) -> tuple[Starts, Concerns]:
        """Where to look for all about whom anything can be derived, and all about whom something is."""
        starts: Starts = {}
        concerns: Concerns = {}
        for graph in (self.public, *self._audiences()):
            into = starts.setdefault(graph, defaultdict(set))
            for predicate, pulled in self._body.items():
                for quad in self._quads(predicate, graph):
                    pulled.start(into, str(quad.subject), str(quad.object))
            for derivation in self._derivations:
                present = self._quads(derivation.makes, derived_graph(graph))
                _add(concerns, graph, derivation, (str(quad.subject) for quad in present))
        return starts, concerns

    def _quads(self, predicate: str, graph: Graph) -> Iterator[Quad]:
        return self._store.of(NamedNode(predicate[1:-1]), graph)

    def concerned(self, starts: Starts, recent: Recent, into: Concerns) -> None:
        """Add those whom a change concerns as the store is now: asked before statements go, and after they came."""
        for changed, ways in starts.items():
            for graph in (changed, *self._audiences()) if changed == self.public else (changed,):
                premises = Premises(self._store, self._seen_with(graph), frozenset(), recent)
                for number, nodes in ways.items():
                    derivation, way = self._ways[number]
                    _add(into, graph, derivation, premises.end(nodes, way))

    def follows(self, concerns: Concerns, recent: Recent) -> list[str]:
        """Derive about those whom a load brings, before it: N-Triples lines of the public graph.

        Only about those of whom nothing was derived and nobody states what is; they are concerned no longer.
        """
        lines: list[str] = []
        premises = Premises(self._store, self._seen_with(self.public), self._made, recent)
        for derivation, foci in concerns.get(self.public, {}).items():
            if derivation.anchored:
                new = foci & recent.subjects
                quiet = new - recent.having(derivation.makes, new)
                foci.difference_update(quiet)
                for some in pieces(recent.possible(derivation, quiet), _FOCI_AT_ONCE):
                    lines += evaluate(derivation, set(some), premises)
        return lines

    def differences(self, concerns: Concerns, recent: Recent) -> Iterator[Difference]:
        """Derive anew about all whom a change concerns: graph by graph, each to be written before the next is asked."""
        for graph in (self.public, *self._audiences()):
            premises = Premises(self._store, self._seen_with(graph), self._made, recent)
            difference = Difference(graph)
            for derivation, foci in concerns.get(graph, {}).items():
                for some in pieces(recent.possible(derivation, foci), _FOCI_AT_ONCE):
                    wanted, present = self._derived(derivation, set(some), graph, premises, recent)
                    difference.removed += present - wanted
                    difference.added += wanted - present
            if difference.removed or difference.added:
                yield difference

    def _derived(
        self, derivation: Derivation, foci: set[str], graph: Graph, premises: Premises, recent: Recent
    ) -> tuple[set[Triple], set[Triple]]:
        """What should be, and what is, derived about some foci in a graph."""
        follows = parse("".join(evaluate(derivation, foci, premises)).encode(), RdfFormat.N_TRIPLES)
        wanted = {quad.triple for quad in follows if not self._is_known(quad.triple, graph)}
        # Where all that follows needs a statement about the focus, nothing was derived about one that was unknown.
        earlier = foci - recent.subjects if derivation.anchored else foci
        return wanted, set(derived_about(self._store, graph, derivation.makes, earlier))

    def _is_known(self, triple: Triple, graph: Graph) -> bool:
        """Say whether a triple is stated in a graph, or stated or derived in the public one where that is another."""
        if graph != self.public and self._store.holds(placed(triple, self.public)):
            return True
        return self._store.holds(placed(triple, graph)) and not self._store.holds(placed(triple, derived_graph(graph)))

    def _audiences(self) -> list[NamedNode]:
        return [graph for graph in self._store.graphs() if graph != self.public and self._is_audience(graph)]

    def _seen_with(self, graph: Graph) -> list[Graph]:
        """The graphs whose statements together may be premises of what is derived in a graph."""
        return [graph] if graph == self.public else [self.public, graph]


def evaluate(derivation: Derivation, foci: Set[str], premises: Premises) -> list[str]:
    """What follows about some foci, as N-Triples lines: the query as it stands, over a copy of what it can read."""
    lines = premises.around(foci, derivation.premises)
    if not lines:
        return []
    around = Store()
    # A bulk load starts threads, which of few lines takes longer than the loading.
    load = around.load if len(lines) < _FEW_LINES else around.bulk_load
    load("".join(lines).encode(), RdfFormat.N_TRIPLES)
    answer = around.query(derivation.query)
    assert isinstance(answer, QueryTriples)
    written = answer.serialize(format=RdfFormat.N_TRIPLES) or b""
    return [line for line in written.decode().splitlines(keepends=True) if line[: line.find(" ")] in foci]


def _add(concerns: Concerns, graph: Graph, derivation: Derivation, foci: Iterable[str]) -> None:
    concerns.setdefault(graph, {}).setdefault(derivation, set()).update(foci)
