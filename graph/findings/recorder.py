"""Notes what is done to the triples of a world, so that whoever judges next knows what to look at.

Every holder of the views has one, the checker or not: an import that nobody judges meanwhile leaves a list behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Quad

from graph.derivations.update import News
from graph.findings.control import MOST_PENDING, Control
from graph.governance.rejudging.candidates import Change, texts
from graph.store.store import Graph
from graph.views.triples import TriplesView

ANEW = "anew"
"""Remembered where more happened than is noted: everything is judged anew."""

_JOURNALLED = "journalled"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a checker sits: the world's name, the audience of what it tells, and the audiences whose graphs it reads.

    `audiences` None is every graph of the store.
    """

    world: str
    audience: str
    audiences: tuple[str, ...] | None


class Recorder:
    """Takes notes about one world in `control`. Used by one thread."""

    def __init__(self, seat: Seat, triples: TriplesView, control: Control) -> None:
        self.seat = seat
        self.triples = triples
        self.control = control
        self._graphs: list[Graph] = []
        self._own = f"<{triples.base}id/report/"
        if control.number(_JOURNALLED) != triples.sequence():
            # Something was done that nobody noted: a process was stopped between the two.
            with control.together():
                self._give_up()

    def note(self, news: Sequence[News]) -> None:
        """Take notice of what was done to the store; it must be told of everything."""
        control = self.control
        self._graphs = []
        change = Change() if any(each.whole for each in news) else self._change(news)
        with control.together():
            if any(each.whole for each in news) or len(change) + control.pending() > MOST_PENDING:
                self._give_up()
            else:
                control.add(change)
                control.remember(_JOURNALLED, str(self.triples.sequence()))

    def _give_up(self) -> None:
        self.control.looked()
        self.control.remember(ANEW, "1")
        self.control.remember(_JOURNALLED, str(self.triples.sequence()))

    def _change(self, news: Sequence[News]) -> Change:
        """Give what was done to the graphs of this world, what the checker itself said left out."""
        change = Change()
        for each in news:
            change.removed |= texts(quad.triple for quad in each.removed if self._is_seen(quad))
            change.added |= texts(quad.triple for quad in each.added if self._is_seen(quad))
        for some in (change.removed, change.added):
            some.difference_update([statement for statement in some if statement[0].startswith(self._own)])
        return change

    def _is_seen(self, quad: Quad) -> bool:
        if self.seat.audiences is None:
            return self.triples.is_audience(quad.graph_name)
        return quad.graph_name in self.seen()

    def seen(self) -> list[Graph]:
        """The graphs of the world; read once for each change."""
        if not self._graphs:
            audiences = self.seat.audiences
            if audiences is None:
                self._graphs = self.triples.all_graphs()
            else:
                self._graphs = [self.triples.graph_of(audience) for audience in audiences]
        return self._graphs
