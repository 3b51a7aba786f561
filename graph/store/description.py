"""Concise bounded descriptions, which DESCRIBE answers with: https://www.w3.org/submissions/2005/SUBM-CBD-20050603/.

The engine's own answer tells which resources a query describes; this adds what the submission asks for beyond it. A
part that its source left blank has a name here (`graph.records.names`), and is followed as the blank node it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from graph.records.names import is_node_name
from graph.terms import RDF

Node = NamedNode | BlankNode
Graph = NamedNode | BlankNode | DefaultGraph
Term = NamedNode | BlankNode | Literal | Triple


class Quads(Protocol):
    """Where statements are looked up: a store of pyoxigraph, or what looks them up elsewhere."""

    def quads_for_pattern(
        self, subject: Node | None, predicate: NamedNode | None, object: Node | None, graph_name: Graph, /
    ) -> Iterable[Quad]:
        """The quads of a graph that have these terms, None standing for any."""


_SUBJECT = NamedNode(f"{RDF}subject")
_PREDICATE = NamedNode(f"{RDF}predicate")
_OBJECT = NamedNode(f"{RDF}object")
# RDF 1.1 Concepts, section 3.5: by this path one knows what stands in the place of a blank node.
_GENID = "/.well-known/genid/"


def describe(found: Iterable[Triple], store: Quads, graphs: Sequence[Graph]) -> Iterator[Triple]:
    """Give the concise bounded description of each subject of `found`, drawn from the union of `graphs`.

    These are the statements about it, those about its blank parts at any depth, and for each of them its reifications,
    described likewise. Every statement comes once, those about one subject together.
    """
    described = dict.fromkeys(triple.subject for triple in found if not isinstance(triple.subject, Triple))
    waiting = deque(described)
    while waiting:
        subject = waiting.popleft()
        triples = _statements(store, graphs, subject)
        yield from triples
        parts = [triple.object for triple in triples if _is_part(triple)]
        for node in (*parts, *_reifications(store, graphs, subject, triples)):
            if isinstance(node, NamedNode | BlankNode) and node not in described:
                described[node] = None
                waiting.append(node)


def _statements(store: Quads, graphs: Sequence[Graph], subject: Node) -> list[Triple]:
    quads = (quad for graph in graphs for quad in store.quads_for_pattern(subject, None, None, graph))
    return list(dict.fromkeys(quad.triple for quad in quads))


def _is_part(triple: Triple) -> bool:
    """Say whether the object is a blank node, by its kind or by its name."""
    if not isinstance(triple.object, NamedNode):
        return isinstance(triple.object, BlankNode)
    name = triple.object.value
    if _GENID in name:
        return True
    return "#" in name and is_node_name(str(triple.subject), str(triple.predicate), str(triple.object))


def _reifications(store: Quads, graphs: Sequence[Graph], subject: Node, triples: Sequence[Triple]) -> Iterator[Node]:
    """Find the nodes that stand for these statements about a subject (RDF Schema 1.1, section 5.3)."""
    told = {(triple.predicate, triple.object) for triple in triples}
    for graph in graphs:
        for quad in store.quads_for_pattern(None, _SUBJECT, subject, graph):
            node = quad.subject
            if not isinstance(node, Triple) and any(
                (predicate, value) in told
                for predicate in _values(store, graphs, node, _PREDICATE)
                for value in _values(store, graphs, node, _OBJECT)
            ):
                yield node


def _values(store: Quads, graphs: Sequence[Graph], node: Node, predicate: NamedNode) -> Iterator[Term]:
    return (quad.object for graph in graphs for quad in store.quads_for_pattern(node, predicate, None, graph))
