"""How another process reads the views that one process holds: it borrows a snapshot of the triples.

The holder listens at a Unix socket in its folder. Who connects is lent the newest snapshot as long as the connection
lasts: so no snapshot goes away under its reader, and none is kept for a reader that is gone, however it ended.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from graph.cages.channel import Channel
from graph.errors import CivigraphError, DataError, DeadlineReached, LimitReached, WorkerDied
from graph.store.snapshots import Lease

NAME = "snapshots.sock"
MOST_READERS = 16

_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Loan:
    """A borrowed snapshot: the folder of a store to be opened read-only, and the sequence up to which it is true."""

    path: Path
    sequence: int


class Door:
    """Lends snapshots to other processes until closed; `lend` is given the world's name and the sequence wished for."""

    def __init__(self, folder: Path, lend: Callable[[str, int], Lease]) -> None:
        self._folder = folder
        self._lend = lend
        self._readers = threading.BoundedSemaphore(MOST_READERS)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = _listen(folder)
        self._thread = threading.Thread(target=self._accept, name="door", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Lend no more, and end the connections of those who read."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        (self._folder / NAME).unlink(missing_ok=True)
        with self._lock:
            for stream in self._open:
                with contextlib.suppress(OSError):
                    stream.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        """Give each who connects a thread of its own, up to a number; others wait in the queue."""
        while True:
            try:
                stream, _ = self._listener.accept()
            except OSError:
                return  # closed
            self._readers.acquire()
            with self._lock:
                self._open.add(stream)
            threading.Thread(target=self._serve, args=(stream,), name="door-reader", daemon=True).start()

    def _serve(self, stream: socket.socket) -> None:
        """Lend one snapshot until the other end is closed."""
        channel = Channel(stream)
        try:
            wish, _ = channel.receive(_PATIENCE_SECONDS)
            try:
                lease = self._lend(str(wish["world"]), int(wish["at_least"]))
            except (CivigraphError, KeyError, ValueError) as error:
                channel.send({"error": str(error)}, timeout=_PATIENCE_SECONDS)
                return
            with lease:
                path = os.path.relpath(lease.path, self._folder)
                channel.send({"path": path, "sequence": lease.sequence}, timeout=_PATIENCE_SECONDS)
                channel.wait()
        except (WorkerDied, DeadlineReached):
            pass  # who asked is gone
        finally:
            with self._lock:
                self._open.discard(stream)
            channel.close()
            self._readers.release()


@contextlib.contextmanager
def borrow(folder: Path, world: str, at_least: int = 0, timeout: float = 10.0) -> Iterator[Loan]:
    """Borrow the newest snapshot from whoever holds the views in `folder`; `timeout` in seconds until it is lent.

    `at_least` is the sequence wished for; what is lent may be behind it. Raises DataError where nobody lends.
    """
    channel = Channel(_connect(folder, monotonic() + timeout))
    try:
        channel.send({"world": world, "at_least": at_least}, timeout=timeout)
        header, _ = channel.receive(timeout)
        if "error" in header:
            raise DataError(str(header["error"]), where=str(folder))
        yield Loan(folder / header["path"], int(header["sequence"]))
    except LimitReached as error:
        raise DataError(f"who holds the views lends no snapshot: {error}", where=str(folder)) from error
    finally:
        channel.close()


def _listen(folder: Path) -> socket.socket:
    """Listen in a folder that this process alone holds; what a dead holder left is in nobody's way."""
    (folder / NAME).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(folder) as path:
        listener.bind(path)
        os.chmod(path, 0o600)  # nobody can connect before it listens
    listener.listen(MOST_READERS)
    return listener


def _connect(folder: Path, end: float) -> socket.socket:
    """Connect to who holds the views; a holder that has just started may need a moment."""
    while True:
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _short(folder) as path:
                stream.connect(path)
        except OSError as error:
            stream.close()
            if monotonic() > end:
                raise DataError(f"who holds the views does not answer: {error}", where=str(folder)) from error
            sleep(0.05)
        else:
            return stream


@contextlib.contextmanager
def _short(folder: Path) -> Iterator[str]:
    """Give a short name of the socket: the kernel takes at most 107 bytes, data folders lie deeper."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)
