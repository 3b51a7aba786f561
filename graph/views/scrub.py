"""After an erasure: the views are made anew beside, since files keep traces of what was taken out of them.

RocksDB keeps removed values until files are merged, the search index until segments are, SQLite in free pages, and
snapshots as long as somebody reads. Files that were never written with it are the only ones that surely lack it.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

from graph.views.place import Place
from graph.views.view import World

_FILE = "scrubbed"
_RETRY_SECONDS = 30
_logger = logging.getLogger(__name__)


class Builder(Protocol):
    """Makes views from the first row of the log."""

    def catch_up(self, progress: Callable[[int, int], None] | None, stopped: Callable[[], bool] = ...) -> None: ...
    def close(self) -> None: ...


class Scrub:
    """Knows up to which erasure the views are clean, and makes clean ones in a thread when there was a later one.

    `done` is the row of the last erasure of which no trace is left. Used by the holder's thread.
    """

    def __init__(
        self,
        place: Place,
        folder: Path,
        told: Callable[[str], None],
        builder: Callable[[Place, Path, Callable[[str], None]], Builder],
    ) -> None:
        self.beside = folder / "building"
        self._place = place
        self._file = folder / _FILE
        self._told = told
        self._builder = builder
        self._thread: threading.Thread | None = None
        self._made = False
        self._stopped = False
        self._wanted = 0
        self._seen = -1
        if not (folder / World.PUBLIC).exists():
            # What is yet to be made holds nothing of it.
            self._write(place.log.erased())
        self.done = read_scrubbed(folder)

    def look(self, sequence: int) -> bool:
        """Begin where something was erased since; say whether clean views wait to be put in place.

        `sequence` is what the views have reached: the log is looked at when that has changed.
        """
        if self._thread is not None:
            if self._thread.is_alive():
                return False
            self._thread = None
            return self._made
        if sequence != self._seen:
            self._seen = sequence
            self._wanted = self._place.log.erased()
            if self._wanted > self.done:
                self._made = False
                self._thread = threading.Thread(target=self._make, name="scrub", daemon=True)
                self._thread.start()
        return False

    def finish(self) -> None:
        """Note that views without a trace are in place."""
        self._write(self._wanted)
        self.done = self._wanted

    def close(self) -> None:
        """Stop making."""
        self._stopped = True
        if self._thread is not None:
            self._thread.join()

    def _make(self) -> None:
        shutil.rmtree(self.beside, ignore_errors=True)
        try:
            made = self._builder(self._place, self.beside, self._told)
            try:
                made.catch_up(None, lambda: self._stopped)
            finally:
                made.close()
            self._made = not self._stopped
        except Exception:  # it is tried again
            _logger.exception("the views could not be made without what was erased")
            self._rest()
            self._seen = -1

    def _rest(self) -> None:
        """Wait before it is tried again: a disk may be full."""
        end = monotonic() + _RETRY_SECONDS
        while not self._stopped and monotonic() < end:
            sleep(0.1)

    def _write(self, sequence: int) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_name(f"{_FILE}.new")
        beside.write_text(str(sequence))
        os.replace(beside, self._file)


def read_scrubbed(folder: Path) -> int:
    """Give the row of the last erasure of which the views in a folder hold no trace."""
    try:
        return int((folder / _FILE).read_text())
    except (FileNotFoundError, ValueError):
        return 0
