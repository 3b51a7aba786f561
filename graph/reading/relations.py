"""Which kinds of things are linked to which, by which properties: read off the ontology's own examples.

Domains and ranges are stated for few properties, since most belong to others; the examples show every notion in use,
and each of them validates. What derivations add to them is counted too.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pyoxigraph as ox

from graph.records.kinds import kind_of
from graph.terms import RDF
from ontology import loader

_TYPE = ox.NamedNode(f"{RDF}type")

Relations = dict[tuple[str, str], tuple[str, ...]]
"""From a kind to a kind: the IRIs of the properties, the most frequent first."""


@cache
def relations() -> Relations:
    """Give the relations between kinds in the examples; nodes without a name of their own are left out."""
    store = _examples()
    kinds: dict[ox.NamedNode, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, _TYPE, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            kinds[quad.subject].append(quad.object.value)
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for quad in store:
        if quad.subject in kinds and quad.object in kinds and quad.predicate != _TYPE:
            ends = kind_of(kinds[quad.subject]), kind_of(kinds[quad.object])
            found[ends][quad.predicate.value] += 1
    return {ends: tuple(sorted(some, key=lambda prop: (-some[prop], prop))) for ends, some in sorted(found.items())}


def _examples() -> ox.Store:
    """Load the examples, and what the derivations make of them."""
    store = ox.Store()
    for number, (_, text) in enumerate(loader.turtle("examples", "vocabularies")):
        # Each file in a graph of its own while it is read, so that the blank nodes of two stay two.
        store.load(text, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"urn:file:{number}"))
    for graph in list(store.named_graphs()):
        for quad in list(store.quads_for_pattern(None, None, None, graph)):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
        store.remove_graph(graph)
    for _, query in loader.queries("derivations"):
        made = store.query(query)
        assert isinstance(made, ox.QueryTriples)
        for triple in list(made):
            store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    return store
