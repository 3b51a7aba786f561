"""A folder whose files lie in memory: what was uploaded never reaches the disk, and is gone with the process."""

from __future__ import annotations

import os
from pathlib import Path

from graph.closing import Closing


class MemoryFolder(Closing):
    """Gives files without a name in any file system; close it, or use it in a `with`."""

    def __init__(self) -> None:
        self._descriptors: dict[str, int] = {}

    def __truediv__(self, name: str, /) -> Path:
        """Give the path of a file by its name; it opens as any file does."""
        if name not in self._descriptors:
            self._descriptors[name] = os.memfd_create(name)
        return Path(f"/proc/self/fd/{self._descriptors[name]}")

    def close(self) -> None:
        """Let go of every file."""
        while self._descriptors:
            os.close(self._descriptors.popitem()[1])
