"""Keeps up what is derived in a store: from the statements that come and go, for those whom they concern.

What is derived in a graph lies in that graph, where queries find it among what is stated, and once more in a private
graph, which tells the two apart: stated is what is in the first and not in the second. A statement that is stated too
is not kept as derived. See docs/decisions/0007-derivations.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode, Quad, QueryTriples, RdfFormat, Store, Triple

from graph.derivations.derivation import Derivation, Path, Trigger
from graph.derivations.premises import Premises, Recent, derived_about, derived_graph, marked, pieces, placed
from graph.store.embedded import EmbeddedStore
from graph.store.store import Graph
from graph.terms import Statement

# A query is evaluated over what surrounds so many foci: bounded memory, and joins stay small however they are made.
_FOCI_AT_ONCE = 1_000

Starts = dict[Graph, dict[int, set[str]]]
"""Nodes of changed statements from which ways lead to foci: graph -> number of the way -> N-Triples texts."""

Concerns = dict[Graph, dict[Derivation, set[str]]]
"""Whom a change concerns: graph -> derivation -> the N-Triples texts of the foci."""


@dataclass(slots=True)
class Difference:
    """What a store has derived too much and too little, as quads of the graphs that are read."""

    removed: list[Quad] = field(default_factory=list)
    added: list[Quad] = field(default_factory=list)


class Deriver:
    """Derives in a store.

    `public` is the graph that everybody sees; each other graph that `is_audience` says yes to is seen together with it.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        derivations: Sequence[Derivation],
        public: Graph,
        is_audience: Callable[[NamedNode], bool] = lambda _: False,
    ) -> None:
        self._store = store
        self._derivations = derivations
        self._public = public
        self._is_audience = is_audience
        self._frequent: set[str] = set()
        self._made = frozenset(predicate for each in derivations for predicate in each.makes)
        self._ways: list[tuple[Derivation, Path]] = []
        self._triggers = self._table((each, trigger) for each in derivations for trigger in each.triggers)
        self._heads = self._table((each, trigger) for each in derivations for trigger in each.heads)
        # What a bulk load must remember: all that a query may ask of the subjects that it brings.
        forward = {way[-1].predicate for each in derivations for way in each.premises if not way[-1].backwards}
        self._remembered = self._made | forward
        self._unanchored = [made.encode() for each in derivations if not each.anchored for made in each.makes]

    def _table(self, triggers: Iterable[tuple[Derivation, Trigger]]) -> dict[str, list[tuple[int, Trigger]]]:
        """Predicate -> its triggers, each with the number of its way."""
        table: dict[str, list[tuple[int, Trigger]]] = {}
        for derivation, trigger in triggers:
            way = (derivation, trigger.way)
            if way not in self._ways:
                self._ways.append(way)
            table.setdefault(trigger.predicate, []).append((self._ways.index(way), trigger))
        return table

    def can_load(self, payload: bytes) -> bool:
        """Say whether a record can be loaded without asking whether what it states was derived before."""
        return not any(predicate in payload for predicate in self._unanchored)

    def starts(self, quads: Iterable[Quad]) -> Starts:
        """Where those whom these quads concern are to be looked for; empty where they concern nobody."""
        found: Starts = {}
        for quad in quads:
            predicate = str(quad.predicate)
            for table in (self._triggers, self._heads):
                if predicate in table:
                    _start(found, quad.graph_name, table[predicate], str(quad.subject), str(quad.object))
        return found

    def remember(self, statements: Iterable[Statement], graph: Graph, recent: Recent, starts: Starts) -> None:
        """Note what a bulk load brings to a graph: what queries will ask of it, and from where it concerns whom."""
        for subject, predicate, value in statements:
            if predicate in self._triggers:
                _start(starts, graph, self._triggers[predicate], subject, value)
            if predicate in self._remembered:
                recent.add(graph, subject, predicate, value)

    def marks(self, quads: Iterable[Quad]) -> set[Quad]:
        """The marks of those quads that are derived and not stated."""
        some = (marked(quad) for quad in quads if str(quad.predicate) in self._made)
        return {mark for mark in some if self._store.holds(mark)}

    def everywhere(self) -> tuple[Starts, Concerns]:
        """Where to look for all about whom anything can be derived, and all about whom something is."""
        starts: Starts = {}
        concerns: Concerns = {}
        for graph in (self._public, *self._audiences()):
            for predicate, triggers in self._triggers.items():
                for quad in self._store.of(NamedNode(predicate[1:-1]), graph):
                    _start(starts, graph, triggers, str(quad.subject), str(quad.object))
            for derivation in self._derivations:
                for predicate in derivation.makes:
                    present = self._store.of(NamedNode(predicate[1:-1]), derived_graph(graph))
                    _add(concerns, graph, derivation, (str(quad.subject) for quad in present))
        return starts, concerns

    def concerned(self, starts: Starts, into: Concerns) -> None:
        """Add those whom a change concerns as the store is now: asked before statements go, and after they came."""
        for changed, ways in starts.items():
            for graph in (changed, *self._audiences()) if changed == self._public else (changed,):
                premises = Premises(self._store, self._seen_with(graph), frozenset(), Recent(), self._frequent)
                for number, nodes in ways.items():
                    derivation, way = self._ways[number]
                    _add(into, graph, derivation, premises.end(nodes, way))

    def differences(self, concerns: Concerns, recent: Recent, *, again: bool = False) -> Iterator[Difference]:
        """Derive anew about all whom a change concerns: graph after graph, each to be written before the next is asked.

        `again`: nothing is known of what an earlier attempt left, so everything derived is given as added.
        """
        for graph in (self._public, *self._audiences()):
            premises = Premises(self._store, self._seen_with(graph), self._made, recent, self._frequent)
            difference = Difference()
            for derivation, foci in concerns.get(graph, {}).items():
                possible = [focus for focus in foci if recent.can_follow(derivation, focus)]
                for some in pieces(possible, _FOCI_AT_ONCE):
                    wanted, present = self._derived(derivation, set(some), graph, premises, recent)
                    difference.removed += (placed(triple, graph) for triple in present - wanted)
                    difference.added += (placed(triple, graph) for triple in (wanted if again else wanted - present))
            if difference.removed or difference.added:
                yield difference

    def _derived(
        self, derivation: Derivation, foci: set[str], graph: Graph, premises: Premises, recent: Recent
    ) -> tuple[set[Triple], set[Triple]]:
        """What should be, and what is, derived about some foci in a graph."""
        follows = evaluate(derivation, foci, premises)
        wanted = {triple for triple in follows if not self._is_known(triple, graph, recent)}
        # Where all that follows needs a statement about the focus, nothing was derived about one that was unknown.
        earlier = foci - recent.subjects if derivation.anchored else foci
        present = {
            triple for predicate in derivation.makes for triple in derived_about(self._store, graph, predicate, earlier)
        }
        return wanted, present

    def _is_known(self, triple: Triple, graph: Graph, recent: Recent) -> bool:
        """Say whether a triple is stated in a graph, or stated or derived in the public one where that is another."""
        if graph != self._public and self._store.holds(placed(triple, self._public)):
            return True
        if recent.is_silent(str(triple.subject), str(triple.predicate)):
            return False
        quad = placed(triple, graph)
        return self._store.holds(quad) and not self._store.holds(marked(quad))

    def _audiences(self) -> list[NamedNode]:
        return [graph for graph in self._store.graphs() if graph != self._public and self._is_audience(graph)]

    def _seen_with(self, graph: Graph) -> list[Graph]:
        """The graphs whose statements together may be premises of what is derived in a graph."""
        return [graph] if graph == self._public else [self._public, graph]


def evaluate(derivation: Derivation, foci: set[str], premises: Premises) -> set[Triple]:
    """What follows about some foci: the query as it stands, over a copy of all that it can read about them."""
    lines = premises.around(foci, derivation.premises)
    if not lines:
        return set()
    around = Store()
    around.bulk_load("".join(lines).encode(), RdfFormat.N_TRIPLES)
    answer = around.query(derivation.query)
    assert isinstance(answer, QueryTriples)
    return {triple for triple in answer if str(triple.subject) in foci}


def _start(
    starts: Starts, graph: Graph | BlankNode, triggers: Iterable[tuple[int, Trigger]], subject: str, value: str
) -> None:
    """Note from where the statement of a graph leads on."""
    assert not isinstance(graph, BlankNode)
    for number, trigger in triggers:
        node = trigger.start(subject, value)
        if node is not None:
            starts.setdefault(graph, defaultdict(set))[number].add(node)


def _add(concerns: Concerns, graph: Graph, derivation: Derivation, foci: Iterable[str]) -> None:
    concerns.setdefault(graph, {}).setdefault(derivation, set()).update(foci)
