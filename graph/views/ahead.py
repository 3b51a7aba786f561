"""The next batch, read while the present one is applied: the store works by itself meanwhile, and waits for nobody."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from graph.closing import Closing
from graph.log.log import Log
from graph.views.batch import Batch


class Ahead(Closing):
    """Reads one batch of `size` changes ahead, in a thread of its own. Used by one thread; close it."""

    def __init__(self, log: Log, size: int) -> None:
        self._log = log
        self._size = size
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._begun: tuple[int, Future[Batch | None]] | None = None

    def begin(self, after: int) -> None:
        """Begin to read the batch behind a row of the log."""
        self._begun = after, self._threads.submit(self._read, after)

    def take(self, after: int) -> Batch | None:
        """Give the whole batch behind a row where its reading was begun; None where not, or where it was not full."""
        begun, self._begun = self._begun, None
        if begun is None or begun[0] != after:
            return None
        return begun[1].result()

    def _read(self, after: int) -> Batch | None:
        changes = self._log.changes(after, self._size)
        return Batch(changes, self._log, more=True) if len(changes) == self._size else None

    def close(self) -> None:
        """Wait for what is being read."""
        self._threads.shutdown()
