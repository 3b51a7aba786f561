"""The access log: one line of JSON a request, without a word of what was asked; no answer waits for its writing."""

from __future__ import annotations

import json
import os
import queue
import re
import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network
from time import perf_counter
from urllib.parse import unquote_plus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.errors import ConfigurationError

OFF = "off"
_STREAMS = {"stdout": 1, "stderr": 2}
# Lines that wait for a slow disk or pipe; beyond these they are counted and dropped, so that no answer ever waits.
_WAITING = 10_000
_LONGEST = 500
_WELL_FORMED = re.compile(rb"[A-Za-z0-9._:-]{1,64}\Z")
_NETWORKS = {4: 24, 6: 48}
_END = None


class AccessLog:
    """Where the lines go: `target` is stdout, stderr, off, or a file, which may be renamed for rotation at any time.

    `client` says what is told of addresses: whole, network, none. Raises ConfigurationError where the file cannot be
    opened.
    """

    def __init__(self, target: str, client: str) -> None:
        self._target = target
        self._client = client
        self._lines: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._dropped = 0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        if self._target == OFF or self._thread is not None:
            return
        try:
            self._open_and_close()
        except OSError as error:
            raise ConfigurationError(
                f"the access log cannot be written at {self._target}: {error.strerror or error}",
                remedy="name another file, or stdout, stderr or off",
            ) from error
        self._thread = threading.Thread(target=self._write_all, name="access log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, within a moment."""
        if self._thread is not None:
            self._lines.put(_END)
            self._thread.join(2)
            self._thread = None

    def add(self, entry: Mapping[str, object]) -> None:
        """Add a line; when too many wait it is dropped, and the next line tells how many were."""
        if self._thread is None:
            return
        dropped, self._dropped = self._dropped, 0
        told = {"time": _now(), **entry, **({"dropped_before": dropped} if dropped else {})}
        try:
            self._lines.put_nowait(json.dumps(told, ensure_ascii=True).encode() + b"\n")
        except queue.Full:
            self._dropped += dropped + 1

    def refused(self, client: str, status: int) -> str:
        """Add a line for a connection that was refused before there was a request; give its id."""
        made = new_id()
        self.add({"id": made, "client": self.client(client), "status": status, "refused": True})
        return made

    def client(self, address: str) -> str | None:
        """Give what the log tells of an address."""
        if self._client == "whole":
            return address
        return None if self._client == "none" else _network(address)

    def _open_and_close(self) -> None:
        if self._target not in _STREAMS:
            os.close(self._opened())

    def _opened(self) -> int:
        return os.open(self._target, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def _write_all(self) -> None:
        """Write lines as they come, many at a time, until the end is told."""
        while True:
            lines = [self._lines.get()]
            while not self._lines.empty() and len(lines) < _WAITING:
                lines.append(self._lines.get())
            text = b"".join(line for line in lines if line is not None)
            try:
                self._write(text)
            except OSError:
                self._dropped += len(lines)  # a full disk must not end the server
            if _END in lines:
                return

    def _write(self, text: bytes) -> None:
        """Write to the stream, or to whatever file has the name now."""
        stream = _STREAMS.get(self._target)
        target = self._opened() if stream is None else stream
        try:
            while text:
                text = text[os.write(target, text) :]
        finally:
            if stream is None:
                os.close(target)


@lru_cache(1024)
def _network(address: str) -> str | None:
    """Give the network of an address; None for what is none."""
    try:
        known = ip_address(address)
    except ValueError:
        return None
    return str(ip_network(f"{known}/{_NETWORKS[known.version]}", strict=False))


class RequestIds:
    """Gives every request an id (the client's own where it is well-formed), tells it in the answer, logs it."""

    def __init__(self, app: ASGIApp, log: AccessLog) -> None:
        self.app = app
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, watching how it is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["request_id"] = request_id = id_of(scope)
        status, sent, began = 0, 0, perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        failure: str | None = None
        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            failure, status = type(error).__name__, status or 500
            raise
        finally:
            client = scope.get("client")
            self.log.add(
                {
                    "id": request_id,
                    "client": self.log.client(client[0]) if client else None,
                    "method": scope["method"][:_LONGEST],
                    "path": scope["path"][:_LONGEST],
                    "parameters": names_of(scope["query_string"]),
                    "status": status or None,  # none: the client went before there was an answer
                    "bytes": sent,
                    "milliseconds": round((perf_counter() - began) * 1000, 1),
                    **({"error": failure} if failure else {}),
                }
            )


def id_of(scope: Scope) -> str:
    """Give the request's id: its own where it is well-formed, else a new one."""
    given = Headers(scope=scope).getlist("x-request-id")
    if len(given) == 1 and _WELL_FORMED.match(given[0].encode("latin-1")):
        return given[0]
    return new_id()


def new_id() -> str:
    """Make an id that no other request has."""
    return secrets.token_hex(12)


def names_of(query_string: bytes) -> list[str]:
    """Give the names of parameters, never their values: who asks for what is nobody's business."""
    text = query_string[: 64 * _LONGEST].decode("latin-1")
    names = dict.fromkeys(unquote_plus(field.partition("=")[0])[:50] for field in text.split("&") if field)
    return list(names)[:20]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
