"""A place on loopback that nobody should reach, over IPv4 or IPv6, by stream or datagram; it notes who comes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

SONG = "the-canary-sings"
"""What it answers: where this is read, somebody was there."""

_RESULTS = f'{{"head":{{"vars":["s"]}},"results":{{"bindings":[{{"s":{{"type":"literal","value":"{SONG}"}}}}]}}}}'


@dataclass
class Canary:
    """One port, listened on in every way that this machine has; `visits` holds the first bytes of each visitor."""

    port: int
    visits: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address by number."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def by_name(self) -> str:
        """The address by a name."""
        return f"http://localhost:{self.port}/"

    def _answer(self, listener: socket.socket) -> None:
        while True:
            try:
                visitor, _ = listener.accept()
            except OSError:
                return
            with visitor, contextlib.suppress(OSError):
                self.visits.append(b"")
                visitor.settimeout(2)
                self.visits[-1] = visitor.recv(4096)
                head = "HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nConnection: close\r\n"
                visitor.sendall(f"{head}Content-Length: {len(_RESULTS)}\r\n\r\n{_RESULTS}".encode())

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                data = listener.recv(4096)
            except OSError:
                return
            if not data:
                return
            self.visits.append(data)


@contextlib.contextmanager
def watching() -> Iterator[Canary]:
    """Listen until the end of the block."""
    with contextlib.ExitStack() as opened:
        stream = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        canary = Canary(stream.getsockname()[1])
        streams, datagrams = [stream], []
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with contextlib.suppress(OSError):  # not every machine has IPv6
                datagram = opened.enter_context(socket.socket(family, socket.SOCK_DGRAM))
                datagram.bind((address, canary.port))
                datagrams.append(datagram)
                if family == socket.AF_INET6:
                    streams.append(opened.enter_context(socket.create_server((address, canary.port), family=family)))
        threads = [
            *(threading.Thread(target=canary._answer, args=(each,)) for each in streams),
            *(threading.Thread(target=canary._take, args=(each,)) for each in datagrams),
        ]
        for thread in threads:
            thread.start()
        try:
            yield canary
        finally:
            for each in (*streams, *datagrams):
                with contextlib.suppress(OSError):  # a datagram socket without a peer says so, and wakes its reader
                    each.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()
