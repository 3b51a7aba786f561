"""The lock on the views of a data directory: one process at a time writes them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from graph.errors import ViewsHeld


class Lock:
    """Held from its making to `close()` or the end of the process, however it ends. Raises ViewsHeld with the holder's pid."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise ViewsHeld(
                f"the views are held by the process {holder}",
                where=str(path.parent),
                remedy="stop it, or let it follow the log and wait",
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        """Let go."""
        os.close(self._file)
