"""Bodies that take long to make: sent while they are made, and kept in a file for as long as nothing changes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO


class ReadyBody:
    """One body by the version that it is of; safe to use from any thread. Others than the newest are taken away."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def find(self, version: str) -> IO[bytes] | None:
        """Open the body where it is ready."""
        try:
            return self._place(version).open("rb")
        except FileNotFoundError:
            return None

    def make(self, version: str, pieces: Callable[[], Iterator[bytes]]) -> Generator[bytes, None, None]:
        """Give the pieces, and keep them once all are made; a reader who goes away in between leaves nothing behind."""
        handle, name = tempfile.mkstemp(prefix=f"{self._name}-", suffix=".part", dir=self._folder)
        part, room = Path(name), True
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces():
                    room = room and _write(file, piece)
                    yield piece
            if room:
                part.replace(self._place(version))
                self._sweep(version)
        finally:
            part.unlink(missing_ok=True)

    def _place(self, version: str) -> Path:
        return self._folder / f"{self._name}-{version}"

    def _sweep(self, version: str) -> None:
        for path in self._folder.glob(f"{self._name}-*"):
            if path != self._place(version) and path.suffix != ".part":
                path.unlink(missing_ok=True)


def _write(file: IO[bytes], piece: bytes) -> bool:
    """Write a piece; say whether there was room: where there is none, the reader gets it all the same."""
    try:
        file.write(piece)
    except OSError:
        return False
    return True
