"""Dumps that are written by themselves: at most one version a day, and none where nothing has changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from graph.closing import Closing
from graph.errors import CivigraphError
from graph.feeds.catalogue import Catalogue
from graph.feeds.dumps import Stopped, make, versions
from graph.views.fragments.reading import Reading

logger = logging.getLogger(__name__)

FIRST_AFTER = 300.0
"""Seconds that a server has run before it thinks of dumps: what is started to look at something writes none."""

_LOOKS_EVERY = 900.0


def _today() -> date:
    return datetime.now(UTC).date()


class DailyDumps(Closing):
    """Writes the dumps of a catalogue in a thread of its own.

    `reading` gives the catalog as it is now, `room` raises where there is none on the disk. Times are in seconds.
    """

    def __init__(
        self,
        reading: Callable[[], Reading],
        catalogue: Catalogue,
        folder: Path,
        *,
        room: Callable[[], None] = lambda: None,
        first_after: float = FIRST_AFTER,
        looks_every: float = _LOOKS_EVERY,
        today: Callable[[], date] = _today,
    ) -> None:
        self._reading = reading
        self._catalogue = catalogue
        self._folder = folder
        self._room = room
        self._waits = first_after, looks_every
        self._today = today
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="dumps", daemon=True)
        self._thread.start()

    def write_due(self) -> bool:
        """Write today's version where it is due; say whether it was. Raises Stopped where it is closed meanwhile."""
        reading, day = self._reading(), self._today().isoformat()
        newest = next(iter(versions(self._folder)), None)
        with reading.moment() as moment:
            number = moment.last_number()
        if not number or (newest is not None and (newest.date >= day or newest.number == number)):
            return False
        self._room()
        make(reading, self._catalogue, self._folder, day, stopped=self._stopped.is_set)
        return True

    def close(self) -> None:
        """Stop, within the piece that is being written."""
        self._stopped.set()
        self._thread.join()

    def _keep(self) -> None:
        first, every = self._waits
        pause = first
        while not self._stopped.wait(pause):
            pause = every
            try:
                if self.write_due():
                    logger.info("the dumps of the catalogue were written to %s", self._folder.name)
            except Stopped:
                return
            except (CivigraphError, OSError) as error:
                logger.warning("the dumps of the catalogue were not written: %s", error)
            # The thread must outlive any fault of one dump: nobody would see that no more are written.
            except Exception:
                logger.exception("the dumps of the catalogue were not written")
