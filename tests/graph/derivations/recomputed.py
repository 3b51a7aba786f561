"""What should be derived, computed anew: each query as it stands over all that is stated, by either engine."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

from graph.derivations.derivation import Derivation
from graph.derivations.premises import derived_graph
from graph.log.rows import PUBLIC
from graph.store.store import STATE
from graph.views.triples import TriplesView
from tests.graph.statistics import recounted as statistics


def by_oxigraph(derivations: Iterable[Derivation], stated: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Derive with Oxigraph."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in stated)
    return {triple for derivation in derivations for triple in store.query(derivation.query)}


def by_rdflib(derivations: Iterable[Derivation], stated: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Derive with rdflib, which shares no code with what is tested."""
    graph = rdflib.Graph()
    graph.parse(data="".join(f"{triple} .\n" for triple in stated), format="nt")
    made = rdflib.Graph()
    for derivation in derivations:
        for triple in graph.query(derivation.query):
            made.add(triple)
    store = ox.Store()
    store.load(made.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES)
    return {quad.triple for quad in store}


def contents(view: TriplesView) -> dict[str, set[ox.Triple]]:
    """The triples of each graph of a store by its name ('' for the default graph).

    Left out are the store's own marks and what it says of itself, which is held to what it describes.
    """
    found: dict[str, set[ox.Triple]] = {}
    for quad in ox.parse("".join(f"{line} .\n" for line in view.store.dump()), ox.RdfFormat.N_QUADS):
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        found.setdefault(name, set()).add(quad.triple)
    return without_description(view, found)


def without_description(view: TriplesView, found: dict[str, set[ox.Triple]]) -> dict[str, set[ox.Triple]]:
    """Take out of the graphs what describes the public one, where it tells the truth."""
    public = view.graph_of(PUBLIC)
    name = public.value if isinstance(public, ox.NamedNode) else ""
    triples = found.pop(name, set())
    own = f"{view.base}.well-known/void", f"{view.base}sparql"
    described = {triple for triple in triples if triple.subject.value.startswith(own)}
    statistics.check(described, triples - described)
    return found | ({name: triples - described} if triples - described else {})


def mark_graph(name: str) -> str:
    """The name of the private graph of a graph."""
    return derived_graph(ox.NamedNode(name) if name else ox.DefaultGraph()).value


def is_private(name: str) -> bool:
    """Say whether a graph is one that no query is given."""
    return name.startswith(STATE.value)
