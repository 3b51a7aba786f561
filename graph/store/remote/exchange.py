"""One request to the engine that the operator names, and its whole answer: in time, within the cap, or not at all.

urllib cannot be told to stop waiting: another thread looks at the clock and at who asks, and ends the connection under
it. No proxy is used and no redirect followed: the operator's address is the only one.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import partial
from tempfile import SpooledTemporaryFile
from time import monotonic
from types import TracebackType
from typing import IO, Self

from graph.errors import DeadlineReached, LimitReached, ResultTooLarge, StoreUnavailable

SPOOLED = 8 << 20
_PIECE = 64 << 10
_POLL_SECONDS = 0.1
_ERROR_BYTES = 4096


@dataclass
class Reply:
    """What the engine answered: `body` is a file at its start, to be closed; `framed`, whether its length was told."""

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]
    length: int
    framed: bool

    def read(self) -> bytes:
        """Read the whole body and close it."""
        with self.body:
            return self.body.read()


def exchange(
    request: urllib.request.Request,
    *,
    credentials: tuple[str, str] | None,
    seconds: float,
    max_bytes: int,
    cancelled: Callable[[], bool] | None = None,
) -> Reply:
    """Send a request and read its answer, whatever its status.

    `credentials` are a user and a password, given when the engine asks for them (Basic or Digest). Raises
    DeadlineReached after `seconds`, ResultTooLarge over `max_bytes`, LimitReached when `cancelled`, StoreUnavailable.
    """
    sockets: list[socket.socket] = []
    opener = urllib.request.OpenerDirector()
    for handler in _handlers(request.full_url, credentials, sockets):
        opener.add_handler(handler)
    with _Watch(sockets, seconds, cancelled) as watch:
        try:
            with opener.open(request, timeout=seconds + 1) as response:
                return _read(response, max_bytes, watch)
        except urllib.error.HTTPError as error:
            with error:
                return _failure(error)
        except (OSError, http.client.HTTPException, ValueError) as error:
            watch.check()
            what = getattr(error, "reason", None) or error
            raise StoreUnavailable(
                f"the remote store does not answer: {what}", remedy="see that it runs at the address in the settings"
            ) from error


class _Watch:
    """Ends the sockets of a request when its time is over or nobody waits for it."""

    def __init__(self, sockets: list[socket.socket], seconds: float, cancelled: Callable[[], bool] | None) -> None:
        self._sockets = sockets
        self._seconds = seconds
        self._end = monotonic() + seconds
        self._cancelled = cancelled
        self._done = threading.Event()
        self._reason: LimitReached | None = None
        self._thread = threading.Thread(target=self._look, name="store-request", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def check(self) -> None:
        """Raise why the request was ended, if it was."""
        if self._reason is not None:
            raise self._reason

    def _pause(self) -> float:
        # A connection may still be made after the end: whoever is told once is told again.
        return _POLL_SECONDS if self._reason else min(_POLL_SECONDS, max(0.0, self._end - monotonic()))

    def _look(self) -> None:
        while not self._done.wait(self._pause()):
            if monotonic() >= self._end:
                self._reason = DeadlineReached(
                    f"the remote store took longer than {self._seconds:.3g} s",
                    remedy="make the query narrower, or ask for a part by LIMIT",
                )
            elif self._cancelled is not None and self._cancelled():
                self._reason = LimitReached("the query was cancelled")
            if self._reason is not None:
                for each in list(self._sockets):
                    with contextlib.suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, max_bytes: int, watch: _Watch) -> Reply:
    body = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 (handed out in the reply)
    framed = response.length is not None or bool(response.chunked)
    length = 0
    try:
        while piece := response.read(_PIECE):
            length += len(piece)
            if length > max_bytes:
                raise ResultTooLarge(
                    f"the answer is larger than {max_bytes} bytes", remedy="ask for less, or by LIMIT and OFFSET"
                )
            body.write(piece)
        watch.check()
        if response.length:
            raise StoreUnavailable("the remote store broke off its answer")
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return Reply(response.status, _lower(response.headers), body, length, framed)


def _failure(error: urllib.error.HTTPError) -> Reply:
    body = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 (handed out in the reply)
    with contextlib.suppress(OSError, http.client.HTTPException):
        body.write(error.read(_ERROR_BYTES))
    length = body.tell()
    body.seek(0)
    return Reply(error.code, _lower(error.headers), body, length, framed=True)


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _handlers(
    address: str, credentials: tuple[str, str] | None, sockets: list[socket.socket]
) -> list[urllib.request.BaseHandler]:
    handlers: list[urllib.request.BaseHandler] = [
        _Plain(sockets),
        _Secure(sockets),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ]
    if credentials is not None:
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, address, *credentials)  # None is any realm
        handlers += [urllib.request.HTTPDigestAuthHandler(known), urllib.request.HTTPBasicAuthHandler(known)]
    return handlers


class _Plain(urllib.request.HTTPHandler):
    """HTTP whose sockets are known."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self._sockets = sockets

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Known, self._sockets), req)


class _Secure(urllib.request.HTTPSHandler):
    """HTTPS whose sockets are known."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self._sockets = sockets

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_KnownSecure, self._sockets), req)


class _Known(http.client.HTTPConnection):
    def __init__(self, sockets: list[socket.socket], host: str, *, timeout: float) -> None:
        super().__init__(host, timeout=timeout)
        self._sockets = sockets

    def connect(self) -> None:
        super().connect()
        self._sockets.append(self.sock)


class _KnownSecure(http.client.HTTPSConnection):
    def __init__(self, sockets: list[socket.socket], host: str, *, timeout: float) -> None:
        super().__init__(host, timeout=timeout)
        self._sockets = sockets

    def connect(self) -> None:
        super().connect()
        self._sockets.append(self.sock)
