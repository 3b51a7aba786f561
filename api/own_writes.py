"""The last row that each token wrote: who writes reads it afterwards, also where no public number tells of it."""

from __future__ import annotations

import threading


class OwnWrites:
    """Rows of the log by the name of a token; forgotten when the process ends, as the views then follow first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, int] = {}

    def note(self, name: str, row: int) -> None:
        """Note that a token wrote a row."""
        with self._lock:
            self._rows[name] = max(row, self._rows.get(name, 0))

    def last(self, name: str) -> int:
        """Give the last row that a token wrote, 0 for none."""
        with self._lock:
            return self._rows.get(name, 0)
