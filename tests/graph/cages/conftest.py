"""A zygote for all tests of the cages, and a canary that listens on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from graph.cages.zygote import Zygote

ENTRIES = "tests.graph.cages.entries"


@dataclass
class Canary:
    """A listener on a random port of loopback that counts who comes, by stream, datagram and abstract Unix socket."""

    port: int
    visits: list[str] = field(default_factory=list)

    def wait_for(self, ways: set[str]) -> set[str]:
        """Give the ways by which somebody came, after all of these or ten seconds: who comes is not counted at once."""
        end = time.monotonic() + 10
        while not ways <= set(self.visits) and time.monotonic() < end:
            time.sleep(0.01)
        return set(self.visits)


@pytest.fixture
def canary() -> Iterator[Canary]:
    with (
        socket.create_server(("127.0.0.1", 0)) as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        canary = Canary(stream.getsockname()[1])
        datagram.bind(("127.0.0.1", canary.port))
        unix.bind("\0civigraph-canary")
        unix.listen()
        threads = [
            threading.Thread(target=_accept, args=(stream, "stream", canary)),
            threading.Thread(target=_accept, args=(unix, "unix", canary)),
            threading.Thread(target=_take, args=(datagram, canary)),
        ]
        for thread in threads:
            thread.start()
        yield canary
        for listener in (stream, unix, datagram):
            # Wakes the thread that waits in it.
            _shut(listener)
        for thread in threads:
            thread.join()


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    with Zygote([ENTRIES, "pyoxigraph"]) as zygote:
        yield zygote


def _accept(listener: socket.socket, name: str, canary: Canary) -> None:
    while True:
        try:
            listener.accept()[0].close()
        except OSError:
            return
        canary.visits.append(name)


def _take(listener: socket.socket, canary: Canary) -> None:
    while True:
        try:
            data = listener.recv(64)
        except OSError:
            return
        if data == b"":
            return
        canary.visits.append("datagram")


def _shut(listener: socket.socket) -> None:
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:
        # A datagram socket without a peer says so, and wakes its reader all the same.
        return
