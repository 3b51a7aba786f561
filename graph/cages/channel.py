"""Frames between two processes: a JSON header and a raw body, never pickle, since a worker is not trusted.

A frame is four bytes (length of the header), eight bytes (length of the body), both big-endian, the header as UTF-8
JSON object and the body as it is.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
from collections.abc import Mapping
from math import ceil
from time import monotonic
from typing import Any

from graph.errors import DeadlineReached, WorkerDied

MAX_HEADER = 1 << 20
MAX_BODY = 1 << 30

# What is read at once.
_PIECE = 1 << 16

_PREFIX = struct.Struct("!IQ")


class Channel:
    """One end of a stream socket that carries frames; one thread at a time."""

    def __init__(self, stream: socket.socket, *, max_body: int = MAX_BODY) -> None:
        self._socket = stream
        self._max_body = max_body
        self._ahead = bytearray()

    def send(self, header: Mapping[str, Any], body: bytes | memoryview = b"", timeout: float | None = None) -> None:
        """Send a frame; `timeout` in seconds for the whole of it.

        Raises DeadlineReached, WorkerDied where the other end is closed, ValueError for a frame over the caps.
        """
        head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
        if len(head) > MAX_HEADER or len(body) > self._max_body:
            raise ValueError(f"a frame of {len(head)} and {len(body)} bytes is over the cap")
        prefix = _PREFIX.pack(len(head), len(body)) + head
        end = _end(timeout)
        try:
            if len(body) <= 1 << 16:
                self._send(prefix + bytes(body), end)
            else:
                self._send(prefix, end)
                self._send(body, end)
        except TimeoutError:
            raise DeadlineReached("the message was not taken in time") from None
        except OSError as error:
            raise WorkerDied("the other end of the channel is closed") from error

    def receive(self, timeout: float | None = None) -> tuple[dict[str, Any], bytes]:
        """Receive a frame; `timeout` in seconds for the whole of it.

        Raises DeadlineReached (what comes later is no longer readable), WorkerDied where the other end is closed or
        sends what is no frame.
        """
        end = _end(timeout)
        try:
            head, body = _PREFIX.unpack(self._take(_PREFIX.size, end))
            if head > MAX_HEADER or body > self._max_body:
                raise WorkerDied(f"a frame of {head} and {body} bytes is over the cap")
            header = json.loads(self._take(head, end))
            if not isinstance(header, dict):
                raise WorkerDied("a frame came without a header")
            return header, self._take(body, end) if body else b""
        except TimeoutError:
            raise DeadlineReached("no answer came in time") from None
        except (OSError, EOFError) as error:
            raise WorkerDied("the other end of the channel is closed") from error
        except (ValueError, RecursionError) as error:
            raise WorkerDied("a frame came with an unreadable header") from error

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there is something to receive, the end included; says whether there is. `timeout` in seconds."""
        if self._ahead:
            return True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(None if timeout is None else max(0, ceil(timeout * 1000))))

    def hang_up(self) -> None:
        """Let both ends find it closed; may be called from any thread while this end is open."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def _send(self, data: bytes | memoryview, end: float | None) -> None:
        self._socket.settimeout(_left(end))
        self._socket.sendall(data)

    def _take(self, size: int, end: float | None) -> bytes:
        """Take so many bytes; what came with them is kept for the next, for a short frame comes in one piece."""
        if size > _PIECE:
            return self._take_long(size, end)
        while len(self._ahead) < size:
            self._socket.settimeout(_left(end))
            piece = self._socket.recv(_PIECE)
            if not piece:
                raise EOFError
            self._ahead += piece
        data = bytes(self._ahead[:size])
        del self._ahead[:size]
        return data

    def _take_long(self, size: int, end: float | None) -> bytes:
        data = bytearray(size)
        begun = min(size, len(self._ahead))
        data[:begun] = self._ahead[:begun]
        del self._ahead[:begun]
        view = memoryview(data)[begun:]
        while view:
            self._socket.settimeout(_left(end))
            count = self._socket.recv_into(view)
            if count == 0:
                raise EOFError
            view = view[count:]
        return bytes(data)


def _end(timeout: float | None) -> float | None:
    return None if timeout is None else monotonic() + timeout


def _left(end: float | None) -> float | None:
    if end is None:
        return None
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
