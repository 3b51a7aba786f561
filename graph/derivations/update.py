"""One change of a store together with what follows from it: all there at the end, or known to be unfinished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
        self._loads: list[tuple[Graph, bytes]] = []
        self._recent = Recent()
        self._starts: Starts = {}
        self.news = News()

    def load(self, graph: Graph, lines: bytes, statements: Iterable[Sequence[Statement]], *, told: bool = True) -> None:
        """Let a graph get many lines about subjects unknown before, which are these statements; `told`: as news."""
        self.news.whole |= told
        if not self._loads:
            self._recent = self._deriver.recent()
        records = list(statements)
        for some in records:
            self._deriver.remember(some, graph, self._recent, self._starts)
        self._tally.note_load(graph, records)
        self._tally.note_known(self._deriver.perhaps_known(self._tally.loaded, self._recent))
        self._deriver.note_load(self._recent)
        self._loads.append((graph, lines))

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
        for graph, lines in self._loads:
            self._store.load(lines + derived if graph == public else lines, graph)
        if derived:
            self._store.load(derived, derived_graph(public))

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
