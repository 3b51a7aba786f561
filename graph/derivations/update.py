"""One change of a store together with what follows from it: all there at the end, or known to be unfinished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, Quad

from graph.derivations.deriver import Concerns, Deriver, Difference, Starts
from graph.derivations.premises import Recent, derived_graph, marked, pieces, placed
from graph.store.embedded import EmbeddedStore
from graph.store.store import Graph
from graph.terms import Statement

# So many quads go in one update; more of them are loaded in bulk, which writes files of its own.
_QUADS_AN_UPDATE = 10_000
_QUADS_BESIDE_A_LOAD = 1_000


def stated(store: EmbeddedStore, subject: str, graph: Graph) -> set[Quad]:
    """What a graph states about a subject (an IRI), without what is derived."""
    derived = store.about(subject, derived_graph(graph))
    return store.about(subject, graph) - {placed(quad.triple, graph) for quad in derived}


class Update:
    """Loads, then `finish`. The next one finds what a stopped one left unfinished, and derives everything anew."""

    def __init__(self, store: EmbeddedStore, deriver: Deriver) -> None:
        self._store = store
        self._deriver = deriver
        self._again = store.unfinished()
        self._begun = False
        self._recent = Recent()
        self._starts: Starts = {}

    def load(self, lines: bytes, statements: Iterable[Sequence[Statement]], graph: Graph) -> None:
        """Give a graph many lines about subjects unknown before, which are these statements."""
        self._begin()
        self._store.load(lines, graph)
        for some in statements:
            self._deriver.remember(some, graph, self._recent, self._starts)

    def finish(self, removed: set[Quad], added: set[Quad], sequence: int) -> None:
        """Remove and add what is stated, then what follows, and write the sequence."""
        gone, come = self._deriver.starts(removed), self._deriver.starts(added)
        if not (gone or come or self._starts or self._again):
            self._store.change(removed, added, sequence)
            return
        concerns: Concerns = {}
        self._deriver.concerned(gone, concerns)
        self._store.begin(removed | self._deriver.marks(added), added)
        if self._again:
            come, concerns = self._deriver.everywhere()
        for starts in (come, self._starts):
            self._deriver.concerned(starts, concerns)
        for difference in self._deriver.differences(concerns, self._recent, again=self._again):
            self._write(difference)
        self._store.change((), (), sequence)

    def _begin(self) -> None:
        """Mark the store before what cannot be taken back; safe on disk, as a bulk load is."""
        if not self._begun:
            self._store.begin((), ())
            self._store.sync()
            self._begun = True

    def _write(self, difference: Difference) -> None:
        for some in pieces(difference.removed, _QUADS_AN_UPDATE):
            self._store.begin((*some, *map(marked, some)), ())
        if len(difference.added) <= (_QUADS_BESIDE_A_LOAD if self._begun else _QUADS_AN_UPDATE):
            self._store.begin((), (*difference.added, *map(marked, difference.added)))
            return
        self._begin()
        by_graph: dict[Graph | BlankNode, list[Quad]] = {}
        for quad in difference.added:
            by_graph.setdefault(quad.graph_name, []).append(quad)
        for graph, quads in by_graph.items():
            assert not isinstance(graph, BlankNode)
            lines = "".join(f"{quad.triple} .\n" for quad in quads).encode()
            # The marks first: what has one and is not there yet is put right, what is there without one is stated.
            self._store.load(lines, derived_graph(graph))
            self._store.load(lines, graph)
