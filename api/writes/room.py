"""Whether there is room to write: below a reserve nothing is taken in, so that what is there can always be read."""

from __future__ import annotations

import os
from pathlib import Path

from graph.errors import DiskFull


def check_room(folder: Path, reserve: int) -> None:
    """Raise DiskFull where less than the reserve (bytes) is free on the disk of a folder; looked at each time."""
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < reserve:
        raise DiskFull("less than the reserve is free", where=str(folder), remedy="make room; nothing needs a restart")
