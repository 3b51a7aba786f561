"""A graph that an instance stores, made ready to be checked: its triples, and the records that they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pyoxigraph import DefaultGraph, NamedNode

from graph.derivations.premises import derived_graph
from graph.governance.checking.checker import Checked
from graph.governance.checking.loose import derived
from graph.governance.checking.texts import LogTexts
from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.store.store import Graph, TripleStore
from graph.terms import TYPE, Statement
from graph.views.triples import TriplesView


def check_stored(log: Log, triples: TriplesView, audiences: Collection[str]) -> Checked:
    """Give what some audiences may see as one graph. The view must have applied what the log has (`settle`)."""
    graphs = [triples.graph_of(audience) for audience in audiences if triples.world.holds(audience)]
    types = DerivedTypes(triples.store, graphs)
    texts = LogTexts(log, audiences, types, triples.recorded)
    only_public = set(audiences) == {PUBLIC}
    return Checked(lambda text: triples.store.query(text, graphs=graphs), texts, derived(), only_public)


def check_lent(log: Log, store: TripleStore) -> Checked:
    """Give the public graph that another process holds and lends: what the store has, and the log's public records."""
    graphs: list[Graph] = [DefaultGraph()]
    texts = LogTexts(log, (PUBLIC,), DerivedTypes(store, graphs))
    return Checked(lambda text: store.query(text, graphs=graphs), texts, derived(), public=True)


class DerivedTypes:
    """The types that are derived in some graphs of a store: a record's text has only those that it states."""

    def __init__(self, store: TripleStore, graphs: Sequence[Graph]) -> None:
        self._store = store
        self._graphs = [derived_graph(graph) for graph in graphs]

    def __call__(self, nodes: Collection[str] | None) -> Iterator[Statement]:
        """Give the types derived for some nodes (IRIs), None for all."""
        for graph in self._graphs:
            if nodes is None:
                quads = self._store.of(_TYPE, graph)
            else:
                quads = (quad for node in nodes for quad in self._store.values(node, _TYPE, graph))
            for quad in quads:
                yield str(quad.subject), TYPE, str(quad.object)


_TYPE = NamedNode(TYPE[1:-1])
