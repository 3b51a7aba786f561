"""The text of updates of a remote store: what is removed and added, and the marks that tell of a stopped change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from graph.store.remote.names import GRAPH, Names
from graph.store.store import SEQUENCE, UNFINISHED, Graph

# Virtuoso 7.2 has room for some five thousand triples in the text of one update.
TRIPLES_A_REQUEST = 1_000


def added(quads: Iterable[Quad]) -> str:
    """Write the operation that adds quads, '' for none."""
    return _data("INSERT DATA", quads)


def removed(quads: Iterable[Quad]) -> str:
    """Write the operation that removes quads, '' for none."""
    return _data("DELETE DATA", quads)


def dropped(graph: str) -> str:
    """Write the operation that removes a graph (an IRI), present or not."""
    return f"DROP SILENT GRAPH {NamedNode(graph)}"


def marked(names: Names, graphs: Sequence[Graph], *, unfinished: bool) -> str:
    """Write the operation that marks graphs as the store's own, and perhaps a change as begun."""
    state = NamedNode(names.state)
    marks = [Quad(state, GRAPH, NamedNode(names.there(graph)), state) for graph in graphs]
    if unfinished:
        marks.append(Quad(state, UNFINISHED, Literal("true"), state))
    return added(marks)


def finished(names: Names, before: int, after: int) -> list[str]:
    """Write the operations that end a change: the new sequence first, so that there is never none."""
    state = NamedNode(names.state)
    new, old = Literal(str(after)), Literal(str(before))
    gone = [Quad(state, UNFINISHED, Literal("true"), state)]
    if new != old:
        gone.append(Quad(state, SEQUENCE, old, state))
    return [added([Quad(state, SEQUENCE, new, state)]), removed(gone)]


def there(names: Names, quads: Iterable[Quad]) -> Iterator[Quad]:
    """Quads with the names that their graphs have in the engine."""
    for quad in quads:
        assert not isinstance(quad.graph_name, BlankNode)
        yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(names.there(quad.graph_name)))


def pieces(quads: Sequence[Quad]) -> Iterator[Sequence[Quad]]:
    """Cut quads into as many as one request has room for."""
    return (quads[start : start + TRIPLES_A_REQUEST] for start in range(0, len(quads), TRIPLES_A_REQUEST))


def cut(lines: bytes, size: int) -> Iterator[bytes]:
    """Cut lines into pieces of about this size in bytes."""
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start + size) + 1 or len(lines)
        yield lines[start:end]
        start = end


def _data(operation: str, quads: Iterable[Quad]) -> str:
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    blocks = []
    for graph, group in groupby(ordered, key=lambda quad: quad.graph_name):
        assert not isinstance(graph, DefaultGraph)
        blocks.append(f"GRAPH {graph} {{\n{''.join(f'{quad.triple} .{chr(10)}' for quad in group)}}}")
    return f"{operation} {{ {' '.join(blocks)} }}" if blocks else ""
