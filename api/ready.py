"""Bodies that take long to make: sent while they are made, and kept in a file for as long as nothing changes."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

_logger = logging.getLogger(__name__)


class ReadyBody:
    """One body by the version that it is of; safe to use from any thread. Others than the newest are taken away.

    One process at a time keeps it: parts that are met when one is begun were left over.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._keeping = threading.Lock()

    def find(self, version: str) -> IO[bytes] | None:
        """Open the body where it is ready."""
        try:
            return self._place(version).open("rb")
        except FileNotFoundError:
            return None

    def make(self, version: str, pieces: Callable[[], Iterator[bytes]]) -> Generator[bytes, None, None]:
        """Give the pieces, and keep them once all are made; a reader who goes away in between leaves nothing behind.

        What is made for a second reader meanwhile is not kept, nor what the disk has no room for: both are read to the
        end all the same.
        """
        if not self._keeping.acquire(blocking=False):
            yield from pieces()
            return
        try:
            with _Part(self._folder, self._name) as part:
                for piece in pieces():
                    part.write(piece)
                    yield piece
                if part.keep(self._place(version)):
                    self._sweep(version)
        finally:
            self._keeping.release()

    def _place(self, version: str) -> Path:
        return self._folder / f"{self._name}-{version}"

    def _sweep(self, version: str) -> None:
        for path in self._folder.glob(f"{self._name}-*"):
            if path != self._place(version):
                path.unlink(missing_ok=True)


class _Part:
    """What is written of a body before it is whole; given up once and for all where the disk refuses."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._file: IO[bytes] | None = None
        self._opened = ExitStack()

    def __enter__(self) -> _Part:
        for left_over in self._folder.glob(f"{self._name}-*.part"):
            left_over.unlink(missing_ok=True)
        try:
            # Without a buffer: what is in one is refused when it is closed, in the middle of what the reader gets.
            handle, path = tempfile.mkstemp(prefix=f"{self._name}-", suffix=".part", dir=self._folder)
            self._path = Path(path)
            self._opened.callback(self._path.unlink, missing_ok=True)
            self._file = self._opened.enter_context(os.fdopen(handle, "wb", buffering=0))
        except OSError as error:
            self._give_up(error)
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def write(self, piece: bytes) -> None:
        """Write a piece, all of it."""
        rest = memoryview(piece)
        try:
            while rest and self._file is not None:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._give_up(error)

    def keep(self, place: Path) -> bool:
        """Let it stand under its name, once the disk has it all; say whether it does."""
        if self._file is None:
            return False
        try:
            os.fsync(self._file.fileno())
            self._path.replace(place)
        except OSError as error:
            self._give_up(error)
            return False
        return True

    def _give_up(self, error: OSError) -> None:
        _logger.warning("%s is sent, but not kept: %s", self._name, error.strerror)
        self._file = None
        self._opened.close()
