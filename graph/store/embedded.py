"""The embedded store: Oxigraph on the local disk, written by the holder of the views only."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat

from graph.errors import DataError
from graph.store.store import SEQUENCE, STATE, UNFINISHED, Answer, Graph

# One bulk load of 4 million triples takes 1.5 GB of memory, pieces of this size (some 300,000 triples) 400 MB.
_BYTES_A_PIECE = 40_000_000
_FEW_BYTES = 50_000


class EmbeddedStore:
    """Quads on disk. `path` is the store's folder, made when absent; raises DataError when it is damaged or in use.

    A snapshot that is lent is opened `read_only`: its files are those of others.
    """

    # Read once: the one writer knows what it wrote, and who opens a copy sees one state for ever.
    _sequence: int | None = None

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open: pyoxigraph.Store | None = (
                pyoxigraph.Store.read_only(str(path)) if read_only else pyoxigraph.Store(str(path))
            )
        # RocksDB tells of damage by RuntimeError.
        except (OSError, ValueError, RuntimeError) as error:
            raise DataError(f"the triple store cannot be opened: {error}", where=str(path)) from error

    @property
    def _store(self) -> pyoxigraph.Store:
        if self._open is None:
            raise DataError("the triple store is closed", where=str(self.path))
        return self._open

    def sequence(self) -> int:
        """The sequence written with the last change, 0 for an empty store."""
        store = self._store
        if self._sequence is None:
            quad = next(store.quads_for_pattern(STATE, SEQUENCE, None, STATE), None)
            self._sequence = int(quad.object.value) if quad is not None and isinstance(quad.object, Literal) else 0
        return self._sequence

    def about(self, subject: str, graph: Graph) -> set[Quad]:
        """All quads of a subject (an IRI) in a graph."""
        return set(self._store.quads_for_pattern(NamedNode(subject), None, None, graph))

    def expect(self, subjects: Collection[str], graph: Graph) -> None:
        """Nothing to fetch: all is here."""

    def towards(self, target: str, graph: Graph, limit: int | None = None) -> Iterator[Quad]:
        """Quads of a graph whose object is this IRI, in the store's order, at most `limit`."""
        return islice(self._store.quads_for_pattern(None, None, NamedNode(target), graph), limit)

    def values(self, subject: str, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        """Quads of a subject and a property in a graph."""
        return iter(self._store.quads_for_pattern(NamedNode(subject), predicate, None, graph))

    def pointing(self, predicate: NamedNode, target: NamedNode | Literal, graph: Graph) -> Iterator[Quad]:
        """Quads of a property and an object, in the store's own terms, in a graph."""
        return iter(self._store.quads_for_pattern(None, predicate, target, graph))

    def of(self, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        """Quads of a property in a graph, in the store's order."""
        return iter(self._store.quads_for_pattern(None, predicate, None, graph))

    def change(self, removed: Iterable[Quad], added: Iterable[Quad], sequence: int) -> None:
        """Remove, add and write the sequence: one SPARQL update, so all or nothing. It finishes what `begin` began.

        The texts are the store's own serialisation of its own terms: nothing from outside is parsed here.
        """
        self._update(
            _data("DELETE DATA", removed),
            _data("INSERT DATA", added),
            f"DELETE WHERE {{ GRAPH {STATE} {{ {STATE} ?p ?o }} }}",
            f'INSERT DATA {{ GRAPH {STATE} {{ {STATE} {SEQUENCE} "{sequence}" }} }}',
        )
        self._sequence = sequence

    def begin(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Remove and add, all or nothing, as a part of a change: the store is unfinished until `change`."""
        self._update(
            _data("DELETE DATA", removed),
            _data("INSERT DATA", added),
            f"INSERT DATA {{ GRAPH {STATE} {{ {STATE} {UNFINISHED} true }} }}",
        )

    def unfinished(self) -> bool:
        """Say whether a change was begun and never finished: what was derived may lag behind what is stated."""
        return next(self._store.quads_for_pattern(STATE, UNFINISHED, None, STATE), None) is not None

    def graphs(self) -> list[NamedNode]:
        """The names of the graphs, empty ones perhaps included, in order."""
        names = (graph for graph in self._store.named_graphs() if isinstance(graph, NamedNode))
        return sorted((name for name in names if name != STATE), key=lambda graph: graph.value)

    def holds(self, quad: Quad) -> bool:
        """Say whether a quad is there."""
        return quad in self._store

    def as_stored(self, lines: bytes, graph: Graph) -> set[Quad]:
        """The quads that the store would make of N-Triples lines: a store in memory makes the same."""
        made = pyoxigraph.Store()
        # A bulk load starts threads, which of few lines takes longer than the loading.
        load = made.load if len(lines) < _FEW_BYTES else made.bulk_load
        load(lines, RdfFormat.N_TRIPLES, to_graph=graph)
        return set(made)

    def _update(self, *operations: str) -> None:
        self._store.update(" ;\n".join(filter(None, operations)))

    def load(self, lines: bytes, graph: Graph, more: bytes = b"", elsewhere: NamedNode | None = None) -> None:
        """Add many N-Triples lines to a graph in pieces, each all or nothing, `more` to another; the sequence stays."""
        *pieces, last = [*_pieces(lines)] or [b""]
        if elsewhere is None or not isinstance(graph, DefaultGraph):
            pieces.append(last)
        for piece in pieces:
            self._store.bulk_load(piece, RdfFormat.N_TRIPLES, to_graph=graph)
        if elsewhere is None:
            return
        if isinstance(graph, DefaultGraph):
            # Each load writes files of its own, which have to be merged: one for both takes a sixth less.
            self._store.bulk_load(last + _quads(more, elsewhere), RdfFormat.N_QUADS)
        else:
            self._store.bulk_load(more, RdfFormat.N_TRIPLES, to_graph=elsewhere)

    def query(self, text: str, *, graphs: Sequence[Graph], named: Sequence[NamedNode] = ()) -> Answer:
        """Answer one of the project's own queries over the union of `graphs`; GRAPH sees `named` only.

        Never for a text from outside: that one may end the process (docs/decisions, and `graph/store/workers.py`).
        """
        # An empty list of graphs would be read as "not given" by neither argument, and both must be given: the first
        # alone leaves GRAPH open to all.
        return self._store.query(text, default_graph=list(graphs), named_graphs=list(named))

    def backup(self, folder: Path) -> None:
        """Make a copy by hard links in a folder that does not exist yet."""
        self._store.backup(str(folder))

    def sync(self) -> None:
        """Bring what was changed to the disk: the engine never waits for its write-ahead log to be there."""
        logs = sorted(self.path.glob("*.log"))
        if logs:
            with logs[-1].open("rb") as newest:
                os.fdatasync(newest.fileno())

    def optimize(self) -> None:
        """Merge the files of many loads into few."""
        self._store.optimize()

    def dump(self) -> list[str]:
        """Every quad but the store's own mark as a sorted N-Quads line."""
        return sorted(str(quad) for quad in self._store if quad.graph_name != STATE)

    def close(self) -> None:
        """Let go of the files: the engine does so when the last reference is gone."""
        self._open = None


class EmbeddedStores:
    """Opens embedded stores: each lies in `triples` of its folder, whatever its world."""

    kind = "embedded"

    def open(self, world: str, folder: Path) -> EmbeddedStore:
        """Open a store, made when absent. Raises DataError."""
        return EmbeddedStore(folder / "triples")


def _data(operation: str, quads: Iterable[Quad]) -> str:
    """Write quads as the data of one update operation, '' for none."""
    blocks = []
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    for graph, group in groupby(ordered, key=lambda quad: quad.graph_name):
        triples = "".join(f"{quad.triple} .\n" for quad in group)
        blocks.append(triples if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{\n{triples}}}\n")
    return f"{operation} {{\n{''.join(blocks)}}}" if blocks else ""


def _quads(lines: bytes, graph: NamedNode) -> bytes:
    """Write N-Triples lines as N-Quads of a graph."""
    return lines.replace(b" .\n", f" {graph} .\n".encode())


def _pieces(lines: bytes) -> Iterator[bytes]:
    """Cut lines into pieces that load in bounded memory."""
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start + _BYTES_A_PIECE) + 1 or len(lines)
        yield lines[start:end]
        start = end
