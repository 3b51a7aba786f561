"""Reading the catalog view: connections for many threads, and what is counted and tagged until something changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from graph.views.fragments.moment import Moment
from graph.views.fragments.selection import Selection

_COUNTS_KEPT = 256
_TAGS_KEPT = 8192


class Reading:
    """Hands out moments: connections that many threads read by while one writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._counts: dict[Selection, tuple[int, int]] = {}
        self._tags: dict[tuple[str, ...], tuple[int, str]] = {}

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """Read everything as it is at one moment."""
        connection = self._taken()
        try:
            connection.execute("BEGIN")
            yield Moment(connection)
        finally:
            connection.execute("ROLLBACK")
            self._give_back(connection)

    def count(self, selection: Selection) -> int:
        """How many datasets there are; counted anew only when something was applied."""
        with self.moment() as moment:
            return self.count_at(moment, selection)

    def count_at(self, moment: Moment, selection: Selection) -> int:
        """The same for a moment that is at hand."""
        known = self._counts.get(selection)
        if known is not None and known[0] == moment.sequence:
            return known[1]
        counted = moment.count(selection)
        if len(self._counts) >= _COUNTS_KEPT:
            self._counts = {}
        self._counts[selection] = moment.sequence, counted
        return counted

    def tag(self, moment: Moment, page: tuple[str, ...]) -> str | None:
        """Give the tag of a page as it was last noted, None where something was applied since."""
        known = self._tags.get(page)
        return known[1] if known is not None and known[0] == moment.sequence else None

    def note_tag(self, moment: Moment, page: tuple[str, ...], tag: str) -> None:
        """Note the tag of a page, so that who has it is told so without looking at its datasets."""
        if len(self._tags) >= _TAGS_KEPT:
            self._tags = {}
        self._tags[page] = moment.sequence, tag

    def close(self) -> None:
        """Close what nobody uses; what is in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _taken(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()
