"""Clients of ill will, as a process of their own: half-open, endless, never reading. `python -m tests.faults.flooding`.

Arguments: host, port, seconds. Writes on standard output what was done, as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from urllib.parse import quote

HALF_OPEN, DECLARED, CHUNKED, UNREADING = 100, 4, 4, 5
BODY = 300_000_000
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
PIECE = b" " * 65_536
MANY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } OFFSET %d LIMIT 10000"


class Flood:
    """All clients together, until the end."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self.place = (host, port)
        self.end = monotonic() + seconds
        self.done: Counter[str] = Counter()

    @property
    def goes_on(self) -> bool:
        """Whether there is time left."""
        return monotonic() < self.end

    def run(self) -> None:
        """Let every client do its worst."""
        kinds: list[tuple[Callable[[], None], int]] = [
            (self.half_open, HALF_OPEN), (self.declared, DECLARED), (self.chunked, CHUNKED),
            (self.unreading, UNREADING), (self.results, 1),
        ]  # fmt: skip
        threads = [threading.Thread(target=self.again, args=(kind,)) for kind, number in kinds for _ in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def again(self, kind: Callable[[], None]) -> None:
        """Be one client after the other; whatever the server does to it is as it should be."""
        while self.goes_on:
            with suppress(OSError):
                kind()

    def half_open(self) -> None:
        """Begin a head and never end it."""
        with socket.create_connection(self.place, timeout=30) as line:
            self.done["half open"] += 1
            line.sendall(b"GET /health HTTP/1.1\r\n")
            while self.goes_on:
                line.sendall(b"X: y\r\n")
                sleep(0.5)

    def declared(self) -> None:
        """Say that three hundred megabytes come, and send them."""
        with socket.create_connection(self.place, timeout=5) as line:
            self.done["declared"] += 1
            line.sendall(POST + b"Content-Length: %d\r\n\r\n" % BODY)
            self.send(line, PIECE)

    def chunked(self) -> None:
        """Send three hundred megabytes without saying so."""
        with socket.create_connection(self.place, timeout=5) as line:
            self.done["chunked"] += 1
            line.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
            self.send(line, b"%x\r\n%s\r\n" % (len(PIECE), PIECE))

    def send(self, line: socket.socket, piece: bytes) -> None:
        """Send one piece after the other, as many as are taken."""
        for _ in range(BODY // len(PIECE)):
            line.sendall(piece)
            self.done["body bytes"] += len(piece)
            if not self.goes_on:
                return

    def unreading(self) -> None:
        """Ask for much and read nothing."""
        with socket.create_connection(self.place, timeout=30) as line:
            self.done["unreading"] += 1
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(b"GET /sparql?format=json&query=%s HTTP/1.1\r\nHost: x\r\n\r\n" % quote(MANY % 0).encode())
            while self.goes_on:
                sleep(0.2)

    def results(self) -> None:
        """Ask for ten thousand results every second, and read them."""
        with socket.create_connection(self.place, timeout=30) as line:
            query = quote(MANY % self.done["results"])
            request = f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            began = monotonic()
            line.sendall(request.encode())
            text = b""
            while piece := line.recv(1 << 16):
                text += piece
            if text.startswith(b"HTTP/1.1 200"):
                self.done["results"] += text.count(b"\r\n") - text.partition(b"\r\n\r\n")[0].count(b"\r\n") - 3
            sleep(max(0.0, 1 - (monotonic() - began)))


if __name__ == "__main__":
    flood = Flood(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
    flood.run()
    json.dump(flood.done, sys.stdout)
