"""The lock on the views of a data directory: one process at a time writes them."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from graph.errors import ViewsHeld

LOCK_FILE = "holder.lock"

# Who asks `is_held` has the lock for a moment, and one that is ending lets go of it last of all.
_PATIENCE_SECONDS = 0.3


class Lock:
    """Held from its making to `close()` or the end of the process, however it ends.

    Raises ViewsHeld, which names the process that has it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if not self._taken():
            holder = os.pread(self._file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise ViewsHeld(
                f"the views are held by the process {holder}",
                where=str(path.parent),
                remedy="stop it, or let it follow the log and wait",
            )
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def _taken(self) -> bool:
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    return False
                time.sleep(0.02)
            else:
                return True

    def close(self) -> None:
        """Let go."""
        os.close(self._file)


def is_held(path: Path) -> bool:
    """Say whether any process has the lock now, this one included."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
