"""Limits on every request, whatever its route: a head that makes sense, a body of bounded size that comes in time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.languages import mark
from api.problems import (
    Problem,
    answer,
    bad_request,
    body_too_large,
    content_coding_refused,
    head_too_large,
    too_slow,
)

_HEADERS = 100
_PARAMETERS = 100
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NONE: Mapping[str, int] = MappingProxyType({})
_JUNK = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Limits:
    """Refuses what is out of bounds, before the application reads it or while it does, whatever it makes of that."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        head_bytes: int,
        body_bytes: int,
        body_deadline: float,
        larger: Mapping[str, int] = _NONE,
    ) -> None:
        """`larger` gives the bytes of a body by path, where that may be larger than elsewhere."""
        self.app = app
        self.head_bytes = head_bytes
        self.body_bytes = body_bytes
        self.body_deadline = body_deadline
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, measured."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await answer(Request(scope), refusal)(scope, receive, send)
            return
        body = Body(receive, send, self._cap(scope), self.body_deadline)
        try:
            await self.app(scope, body.receive, body.send)
        except Exception:
            if body.refusal is None:
                raise
        if body.refusal is not None and not body.answered:
            await answer(Request(scope), body.refusal)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        """Say what is wrong with the head of a request, None where nothing is."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        path, query = scope.get("raw_path") or b"", scope["query_string"]
        size = len(path) + len(query) + sum(len(name) + len(value) for name, value in headers)
        if size > self.head_bytes or len(headers) > _HEADERS:
            return head_too_large(self.head_bytes)
        if not scope["http_version"].startswith(("1.", "2", "3")):
            return bad_request(mark("That version of HTTP is not spoken here."))
        if any(_CONTROL.search(value) for _, value in headers):
            return bad_request(mark("A header holds control characters."))
        return wrong_framing(headers, self._cap(scope)) or wrong_address(path, query)

    def _cap(self, scope: Scope) -> int:
        """Give the bytes that the body of a request may have."""
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        return self.larger.get(path, self.body_bytes) if scope["method"] == "POST" else self.body_bytes


class Body:
    """The body of one request: counted and timed while it streams.

    Once it is over a limit nothing that the application says is sent any more: it may have taken the exception for
    something else (form and JSON parsers do).
    """

    def __init__(self, receive: Receive, send: Send, limit: int, seconds: float) -> None:
        self.refusal: Problem | None = None
        self.answered = False
        self._receive = receive
        self._send = send
        self._limit = limit
        self._end = asyncio.get_running_loop().time() + seconds
        self._whole = False
        self._read = 0

    async def receive(self) -> Message:
        """Give the next piece. Raises Problem (408, 413)."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            raise self._refused(too_slow()) from None
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
        if self._read > self._limit:
            raise self._refused(body_too_large(self._limit))
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on, unless the request is refused."""
        if self.refusal is not None and not self.answered:
            return
        self.answered = True
        await self._send(message)

    def _refused(self, problem: Problem) -> Problem:
        self.refusal = problem
        return problem


def wrong_framing(headers: Iterable[tuple[bytes, bytes]], limit: int) -> Problem | None:
    """Say what is wrong with the headers that tell of the body: its length told twice, too large, or compressed."""
    told = {name: value for name, value in headers if name in _FRAMING}
    codings = {value.strip().lower() for name, value in headers if name == b"content-encoding"}
    if b"transfer-encoding" in told and b"content-length" in told:
        # RFC 9112 6.3: a proxy on the way may have read the other one.
        return bad_request(mark("Content-Length and Transfer-Encoding stand together."))
    if codings - {b"", b"identity"}:
        return content_coding_refused()
    length = told.get(b"content-length", b"")
    return body_too_large(limit) if length.isdigit() and int(length) > limit else None


_FRAMING = {b"transfer-encoding", b"content-length"}


def wrong_address(path: bytes, query: bytes) -> Problem | None:
    """Say what is wrong with an address, None where it is percent-encoded UTF-8 without NUL, as any address here is."""
    if _JUNK.search(path) or _JUNK.search(query):
        return bad_request(mark("In the address, a percent sign is not followed by two hexadecimal digits."))
    plain = unquote_to_bytes(path) + b"?" + unquote_to_bytes(query)
    if b"\0" in plain:
        return bad_request(mark("The address holds a NUL character."))
    try:
        plain.decode()
    except UnicodeDecodeError:
        return bad_request(mark("The address is not UTF-8."))
    if query.count(b"&") >= _PARAMETERS:
        return bad_request(mark("There are more than %(limit)s parameters."), limit=_PARAMETERS)
    return None
