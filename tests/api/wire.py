"""HTTP by hand over a socket: for what no well-behaved client sends."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers in small letters, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, object]:
        """The problem document that it is."""
        assert self.headers["content-type"] == "application/problem+json", self
        problem = json.loads(self.body)
        assert problem["status"] == self.status
        return problem


@contextmanager
def connected(address: str, wait: float = 30) -> Iterator[socket.socket]:
    """Open a connection to the server at an address; nothing is waited for longer than `wait` seconds."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=wait) as line:
        yield line


def exchange(address: str, *pieces: bytes) -> Answer:
    """Send these bytes on a connection of their own and read one answer."""
    with connected(address) as line:
        for piece in pieces:
            line.sendall(piece)
        return read_answer(line)


def read_answer(line: socket.socket) -> Answer:
    """Read one answer: by Content-Length, chunked, or to the end."""
    text = bytearray()
    while b"\r\n\r\n" not in text:
        if not (piece := line.recv(65536)):
            raise AssertionError(f"closed without an answer: {bytes(text)!r}")
        text += piece
    head, _, body = bytes(text).partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    length = int(headers["content-length"]) if "content-length" in headers else None
    while (length is not None and len(body) < length) or (length is None and not body.endswith(b"0\r\n\r\n")):
        if not (piece := line.recv(65536)):
            break
        body += piece
    assert length is None or len(body) == length, "the answer was cut off"
    return Answer(int(status.split(" ")[1]), headers, body)


def is_reset(line: socket.socket, wait: float = 60) -> bool:
    """Wait until the other side throws the connection away; nothing is read meanwhile."""
    poller = select.poll()
    poller.register(line, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poller.poll(wait * 1000))


def is_closed(line: socket.socket) -> bool:
    """Wait until the other side closes; whatever still comes is passed over."""
    try:
        while line.recv(65536):
            pass
    except ConnectionError:
        pass
    return True
