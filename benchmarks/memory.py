"""The memory of a process and of all below it."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from types import TracebackType

EVERY = 0.1
"""Seconds between two looks."""

PROC = Path("/proc")


def family(root: int) -> set[int]:
    """Give a process and all that descend from it, as they are now."""
    parents: dict[int, int] = {}
    for each in PROC.iterdir():
        if each.name.isdigit():
            try:
                parents[int(each.name)] = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it ended meanwhile
    found, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def proportional(pid: int) -> int:
    """Give the bytes of memory that a process takes, what it shares divided by those who share it; 0 when it ended."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


class Peak:
    """Watches a process and its descendants until it ends, and keeps the most they took at once, in bytes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.bytes = 0
        self._process = process
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        """Look again and again."""
        while not self._stop.wait(EVERY):
            self.bytes = max(self.bytes, sum(map(proportional, family(self._process.pid))))
