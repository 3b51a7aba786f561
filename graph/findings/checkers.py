"""The checkers of all worlds that one set of triples holds, and how far they are.

A fault in judging is told and tried again later; it keeps no view from following the log.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from graph.errors import CivigraphError
from graph.findings.control import Control
from graph.findings.judge import Judge
from graph.findings.recorder import Recorder, Seat
from graph.findings.standards import Standard, governance
from graph.findings.view import FindingsView
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.views.triples import TriplesView
from graph.views.view import World

CURATORS = "urn:x-civigraph:curators"
"""The audience of what is found in the full world: an address that no agreement has, so no party is in it."""

SEATS = {
    World.PUBLIC: (Seat("public", PUBLIC, (PUBLIC,)),),
    World.FULL: (Seat("members", MEMBERS, (PUBLIC, MEMBERS)), Seat("full", CURATORS, None)),
}
_REST_SECONDS = 30.0
_logger = logging.getLogger(__name__)


class Checkers:
    """Follow the triples of a world of records. Without a `log` they only take notes, and judge nothing."""

    def __init__(
        self,
        folder: Path,
        triples: TriplesView,
        view: FindingsView,
        log: Log | None,
        standard: Callable[[], Standard] | None = None,
    ) -> None:
        self._triples = triples
        self._view = view
        self._log = log
        self._standard = standard or governance
        self._recorders = [
            Recorder(seat, triples, _control(folder / f"judging-{seat.world}.sqlite")) for seat in SEATS[triples.world]
        ]
        self._judges: list[Judge] | None = None
        self._changed = threading.Condition()
        self._reached = 0
        self._due = triples.sequence()
        self._resting = 0.0
        self.error: str | None = None

    @property
    def judges(self) -> list[Judge]:
        """The judges, made when they are first needed: reading the rules takes a moment."""
        assert self._log is not None, "who takes notes does not judge"
        if self._judges is None:
            standard = self._standard()
            self._judges = [Judge(each, self._view, self._log, standard) for each in self._recorders]
        return self._judges

    def follow(self, *, more: bool) -> bool:
        """Note what was done to the triples and, unless `more` comes, judge it; say whether the log has new rows."""
        news = self._triples.news()
        if any(each.removed or each.added or each.whole for each in news):
            self._due = self._triples.sequence()
        for recorder in self._recorders:
            recorder.note(news)
        if self._log is None or more:
            return False
        return self._carefully(lambda: _each(judge.step for judge in self.judges))

    def turn(self) -> bool:
        """Do a part of what is left to be judged; say whether there was any."""
        if self._log is None or time.monotonic() < self._resting:
            return False
        return self._carefully(lambda: _each(judge.turn for judge in self.judges))

    def _carefully(self, work: Callable[[], bool]) -> bool:
        try:
            done = work()
            self.error = None
        except Exception as error:  # the views must go on, whatever one rule does
            _logger.exception("the rules cannot be judged")
            self.error = str(error) if isinstance(error, CivigraphError) else f"{type(error).__name__}: {error}"
            self._resting = time.monotonic() + _REST_SECONDS
            done = False
        with self._changed:
            if all(judge.settled for judge in self._judges or ()):
                self._reached = self._triples.sequence()
            self._changed.notify_all()
        return done

    def reached(self) -> int:
        """The last row of the log whose findings are all known and told; 0 while much is still to be judged."""
        return self._reached

    @property
    def is_settled(self) -> bool:
        """Whether all that the triples say now is judged; never true for who takes notes only.

        Rows that changed no triple of this world do not count: a page would tell that there was one.
        """
        return self._log is not None and self._reached >= self._due

    def wait(self, sequence: int, timeout: float) -> bool:
        """Wait until what a row changed is judged, at most `timeout` seconds; say whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._reached >= sequence, timeout)

    def close(self) -> None:
        """Let go of the files."""
        for recorder in self._recorders:
            recorder.control.close()


def _each(work: Iterable[Callable[[], bool]]) -> bool:
    """Do all of it, and say whether any gave true."""
    return True in [part() for part in work]


def _control(path: Path) -> Control:
    """Open the notes; damaged ones are begun anew, as nothing in them is history."""
    try:
        return Control(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        return Control(path)
