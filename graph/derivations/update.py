"""One change of a store together with what follows from it: all there at the end, or known to be unfinished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Quad

from graph.derivations.deriver import Concerns, Deriver, Difference, Starts
from graph.derivations.premises import derived_graph, pieces, placed
from graph.derivations.recent import Recent
from graph.statistics.statistics import Statistics
from graph.statistics.tally import Tally
from graph.store.store import Graph, TripleStore
from graph.terms import Statement

# Bounded memory. A bulk load of as many would take twice as long: it waits for the disk.
_TRIPLES_AN_UPDATE = 5_000
_BYTES_A_LOAD = 35_000_000


def stated(store: TripleStore, subject: str, graph: Graph) -> set[Quad]:
    """What a graph states about a subject (an IRI), without what is derived."""
    derived = store.about(subject, derived_graph(graph))
    return store.about(subject, graph) - {placed(quad.triple, graph) for quad in derived}


@dataclass(slots=True)
class News:
    """What a change did to a store, statistics left out: quads that went and came, perhaps one as both.

    `whole`: more than these, for much was loaded of which no list is kept, or all was derived anew.
    """

    removed: list[Quad] = field(default_factory=list)
    added: list[Quad] = field(default_factory=list)
    whole: bool = False


class Update:
    """Loads, then `finish`. The next one finds what a stopped one left unfinished, and derives everything anew.

    `news` tells afterwards what was done.
    """

    def __init__(self, store: TripleStore, deriver: Deriver, statistics: Statistics) -> None:
        self._store = store
        self._deriver = deriver
        self._statistics = statistics
        self._tally = Tally(statistics)
        self._again = store.unfinished()
        self._loads: list[tuple[Graph, Sequence[bytes]]] = []
        self._recent = Recent()
        self._starts: Starts = {}
        self.news = News()

    def load(
        self, graph: Graph, texts: Sequence[bytes], statements: Iterable[Sequence[Statement]], *, told: bool = True
    ) -> None:
        """Let a graph get many texts about subjects unknown before.

        A text is whole lines of N-Triples; `statements` are the same, taken once, text by text; `told`: as news.
        """
        self.news.whole |= told
        if not self._loads:
            self._recent = self._deriver.recent()
        for some in statements:
            self._deriver.remember(some, graph, self._recent, self._starts)
            self._tally.note_load(graph, some)
        self._tally.note_known(self._deriver.perhaps_known(self._tally.loaded, self._recent))
        self._deriver.note_load(self._recent)
        self._loads.append((graph, texts))

    def finish(self, removed: set[Quad], added: set[Quad], sequence: int) -> None:
        """Remove, add and load what is stated, then what follows, and write the sequence."""
        self.news = News(list(removed), list(added), whole=self.news.whole or self._again)
        gone, come = self._deriver.starts(removed), self._deriver.starts(added)
        self._deriver.note(removed, added)
        self._recent.forget(str(quad.subject) for quad in added)
        self._tally.note_change(removed, added)
        if not (gone or come or self._loads or self._again):
            self._write_last(removed, added, sequence)
            return
        concerns: Concerns = {}
        self._deriver.concerned(gone, self._recent, concerns)
        self._store.begin(removed | self._deriver.marks(added), added)
        if self._again:
            come, concerns = self._deriver.everywhere()
        for starts in (come, self._starts):
            self._deriver.concerned(starts, self._recent, concerns)
        self._write_loads(concerns)
        for difference in self._deriver.differences(concerns, self._recent):
            self._tally.note_derived(difference.graph, difference.removed, difference.added)
            self._write(difference)
        self._write_last(set(), set(), sequence)

    def _write_loads(self, concerns: Concerns) -> None:
        """Write the loads, and with them what follows about what they alone describe."""
        if not self._loads:
            return
        public = self._deriver.public
        follows = self._deriver.follows(concerns, self._recent)
        self._tally.note_follows(public, follows)
        # A bulk load cannot be taken back: the mark of what is begun must be on the disk before it.
        self._store.sync()
        derived = "".join(follows).encode()
        for graph, texts in self._loads:
            if derived and graph == public:
                # Each with its mark, at once and once.
                *pieces, last = _together([*texts, derived])
                for piece in pieces:
                    self._store.load(piece, graph)
                self._store.load(last, graph, derived, derived_graph(graph))
                derived = b""
            else:
                for piece in _together(texts):
                    self._store.load(piece, graph)
        if derived:
            self._store.load(derived, public, derived, derived_graph(public))

    def _write_last(self, removed: set[Quad], added: set[Quad], sequence: int) -> None:
        """Write what is left together with what the statistics become, and the sequence."""
        statistics = self._statistics
        counted = statistics.recounted() if self._again else statistics.difference(self._tally.result())
        counts, gone, come = counted
        self._store.change(removed | gone, added | come, sequence)
        statistics.keep(counts)

    def _write(self, difference: Difference) -> None:
        """Write a difference piece by piece, each triple together with its mark."""
        self.news.removed += (placed(triple, difference.graph) for triple in difference.removed)
        self.news.added += (placed(triple, difference.graph) for triple in difference.added)
        graphs = (difference.graph, derived_graph(difference.graph))
        for some in pieces(difference.removed, _TRIPLES_AN_UPDATE):
            self._store.begin((placed(triple, graph) for triple in some for graph in graphs), ())
        for some in pieces(difference.added, _TRIPLES_AN_UPDATE):
            self._store.begin((), (placed(triple, graph) for triple in some for graph in graphs))


def _together(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Put texts together as long as they load in bounded memory."""
    some: list[bytes] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= _BYTES_A_LOAD:
            yield b"".join(some)
            some, size = [], 0
    if some:
        yield b"".join(some)
