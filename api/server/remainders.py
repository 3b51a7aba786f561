"""What a request still sends when its answer is ready: read on a little, or told that its connection ends.

A body that nobody read would be taken for the next request, so a connection either takes it to its end or is closed
after the answer (RFC 9112 9.3); a client that is not told (9.6) would put its next request on a connection that ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A short body follows its head by moments: whoever sends it keeps the connection.
_SHORT_BYTES = 65_536
_SHORT_SECONDS = 0.2
# How much and how long of what still comes after a refusal is thrown away, so that the refusal is read: closing at
# once would reset the connection under its feet.
DRAIN_BYTES = 1_000_000
DRAIN_SECONDS = 2.0


class Remainders:
    """Sees off what the application left unread. Stands outside of all else that answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, watched where it has a body."""
        if scope["type"] == "http" and (length := stated_length(scope["headers"])) != 0:
            rest = Remainder(scope, receive, send, length)
            await self.app(scope, rest.receive, rest.send)
        else:
            await self.app(scope, receive, send)


class Remainder:
    """What is not read yet of the body of one request; `length` is None where the head does not tell it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, length: int | None) -> None:
        self._receive = receive
        self._send = send
        # Who waits for leave to send a body (RFC 9110 10.1.1) would be given it by reading on.
        waits = any(name == b"expect" for name, _ in scope["headers"])
        self._is_short = not waits and length is not None and length <= _SHORT_BYTES
        self._is_whole = False
        self._closes = False

    async def receive(self) -> Message:
        """Give the next piece, and note the last."""
        message = await self._receive()
        self._is_whole = self._is_whole or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on: with the word that the connection ends, and its end when no more of the body comes."""
        if message["type"] == "http.response.start" and not self._is_whole:
            message = await self._opened(message)
        elif self._closes and message["type"] == "http.response.body" and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._read_on(DRAIN_BYTES, DRAIN_SECONDS)
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def _opened(self, message: Message) -> Message:
        if self._is_short:
            await self._read_on(_SHORT_BYTES, _SHORT_SECONDS)
        self._closes = not self._is_whole
        return {**message, "headers": [*message["headers"], (b"connection", b"close")]} if self._closes else message

    async def _read_on(self, most: int, seconds: float) -> None:
        """Throw away what comes: to the end of the body, or so many bytes, or so long."""
        read = 0
        try:
            async with asyncio.timeout(seconds):
                while not self._is_whole and read < most:
                    read += len((await self.receive()).get("body", b""))
        except TimeoutError:
            return


def stated_length(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Give the bytes of a body as its head tells them: 0 for none, None for as many as come (RFC 9112 6)."""
    length = 0
    for name, value in headers:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            length = int(value)
    return length
