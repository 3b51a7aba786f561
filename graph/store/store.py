"""What every store of triples promises, whichever engine it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples

Graph = NamedNode | DefaultGraph
Answer = QuerySolutions | QueryBoolean | QueryTriples


class TripleStore(Protocol):
    """Quads in the store's own terms, with the sequence of the log up to which they are true."""

    def sequence(self) -> int:
        """The sequence written with the last change, 0 for an empty store."""

    def about(self, subject: str, graph: Graph) -> set[Quad]:
        """All quads of a subject (an IRI) in a graph."""

    def change(self, removed: Iterable[Quad], added: Iterable[Quad], sequence: int) -> None:
        """Remove, add and write the sequence, all or nothing; it finishes what `begin` began."""

    def begin(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Remove and add, all or nothing, as a part of a change: the store is unfinished until `change`."""

    def unfinished(self) -> bool:
        """Say whether a change was begun and never finished."""

    def load(self, lines: bytes, graph: Graph) -> None:
        """Add many N-Triples lines to a graph, all or nothing; the sequence stays."""

    def query(self, text: str, *, graphs: Sequence[Graph], named: Sequence[NamedNode] = ()) -> Answer:
        """Answer one of the project's own queries over the union of `graphs`; GRAPH sees `named` only."""

    def dump(self) -> list[str]:
        """Every quad but the store's own marks as a sorted N-Quads line: for tests and comparisons, it takes memory."""

    def close(self) -> None:
        """Let go of the files."""
