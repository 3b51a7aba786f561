"""What every store of triples promises, whichever engine it is (docs/decisions/0012-remote-store.md).

Terms are the store's own: an engine may make 7 of "007" (Oxigraph), 1 of true (Virtuoso), or refuse a literal. Only the
log has values as they were written. What is compared with what the store holds goes through `as_stored` first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples

from graph.terms import CG

Graph = NamedNode | DefaultGraph
Answer = QuerySolutions | QueryBoolean | QueryTriples

STATE = NamedNode(f"{CG}viewState")
"""The private graph, and the one subject in it, that carry the sequence: no query is ever given this graph."""

SEQUENCE = NamedNode(f"{CG}logSequence")
UNFINISHED = NamedNode(f"{STATE.value}/unfinished")


class TripleStore(Protocol):
    """Quads in the store's own terms, with the sequence of the log up to which they are true.

    A change is any number of `begin` and `load`, then one `change`. Stopped anywhere, the store keeps the old sequence,
    and is `unfinished` from the first write that cannot be taken back: the same change made again repairs it. One
    thread writes at a time.
    """

    def sequence(self) -> int:
        """The sequence written with the last change, 0 for an empty store."""

    def unfinished(self) -> bool:
        """Say whether a change was begun and never finished: what was derived may lag behind what is stated."""

    def graphs(self) -> list[NamedNode]:
        """The names of the graphs, empty ones perhaps included, in order."""

    def about(self, subject: str, graph: Graph) -> set[Quad]:
        """All quads of a subject (an IRI) in a graph."""

    def expect(self, subjects: Collection[str], graph: Graph) -> None:
        """Say about which subjects (IRIs) will be asked next: a store far away fetches them together."""

    def values(self, subject: str, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        """Quads of a subject and a property in a graph."""

    def holds(self, quad: Quad) -> bool:
        """Say whether a quad is there."""

    def towards(self, target: str, graph: Graph, limit: int | None = None) -> Iterator[Quad]:
        """Quads of a graph whose object is this IRI, in the store's order, at most `limit`."""

    def pointing(self, predicate: NamedNode, target: NamedNode | Literal, graph: Graph) -> Iterator[Quad]:
        """Quads of a property and an object, in the store's own terms, in a graph."""

    def of(self, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        """Quads of a property in a graph, in the store's order."""

    def as_stored(self, lines: bytes, graph: Graph) -> set[Quad]:
        """The quads that the store would make of N-Triples lines; what it would not take is left out."""

    def begin(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Remove and add as a part of a change: the store is unfinished until `change`."""

    def load(self, lines: bytes, graph: Graph, more: bytes = b"", elsewhere: NamedNode | None = None) -> None:
        """Add many N-Triples lines to a graph, and `more` to another where one is named; the sequence stays."""

    def change(self, removed: Iterable[Quad], added: Iterable[Quad], sequence: int) -> None:
        """Remove, add and write the sequence last; it finishes what `begin` began."""

    def sync(self) -> None:
        """Bring what was changed to the disk, where the store itself can."""

    def query(self, text: str, *, graphs: Sequence[Graph], named: Sequence[NamedNode] = ()) -> Answer:
        """Answer one of the project's own queries over the union of `graphs`; GRAPH sees `named` only."""

    def dump(self) -> list[str]:
        """Every quad but the store's own marks as a sorted N-Quads line: for tests and comparisons, it takes memory."""

    def close(self) -> None:
        """Let go of files and connections."""


class Stores(Protocol):
    """Opens the stores of a data directory, each for one world, in a folder of its own."""

    @property
    def kind(self) -> str:
        """What tells stores of this kind from all others: a view made in another kind is made again."""

    def open(self, world: str, folder: Path) -> TripleStore:
        """Open a store, made when absent. Raises DataError when it is damaged or in use, StoreUnavailable."""
