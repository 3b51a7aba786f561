"""Connections: how many there may be, how long each may keep the server waiting, and how a refusal still arrives.

uvicorn reads HTTP by h11 and bounds neither the time that a head may take, nor a reader who takes nothing, nor the
number of connections. This protocol adds it, and answers what is no HTTP with a problem like any other.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from api import problems
from api.problems import Problem
from api.server.access_log import AccessLog
from api.server.clients import name_of
from api.server.remainders import DRAIN_BYTES, DRAIN_SECONDS, Remainders
from api.settings import Settings

# What may wait of further requests while one is answered.
_AHEAD_BYTES = 512 * 1024


class ServerConfig(uvicorn.Config):
    """uvicorn's own settings, and what the protocol below needs: the limits, the clients, the log."""

    def __init__(self, application: ASGIApp, settings: Settings, log: AccessLog) -> None:
        super().__init__(
            Remainders(application),
            http=BoundedProtocol,
            ws="none",
            access_log=False,
            server_header=False,
            log_level="error",
            forwarded_allow_ips=settings.proxies,
            timeout_keep_alive=settings.idle_deadline,  # type: ignore[arg-type]  # seconds, passed on to call_later
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=settings.head_bytes,
        )
        self.settings = settings
        self.log = log
        self.proxies = [ip_network(each) for each in settings.proxies.split(",") if each]
        self.clients: Counter[str] = Counter()

    def trusts(self, address: str) -> bool:
        """Say whether an address is a proxy's, behind which there are many clients."""
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self.proxies)


class BoundedProtocol(H11Protocol):
    """One connection. It is waiting (for a head), answering, or draining (refused; what comes is thrown away)."""

    config: ServerConfig

    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.settings = config.settings
        self.silent_since = self.loop.time()
        self._draining = False
        self._drained = 0
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def waits(self) -> bool:
        """Whether no request is being answered, so that closing the connection takes nothing from anyone."""
        return self._draining or self.cycle is None or self.cycle.response_complete

    # What the transport tells

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or refuse one too many."""
        super().connection_made(transport)
        clients, name = self.config.clients, name_of(self._peer)
        clients[name] += 1
        if clients[name] > self.settings.connections_per_client and not self.config.trusts(self._peer):
            self._refuse(problems.too_many_connections())
        elif len(self.connections) > self.settings.connections and not self._make_room():
            self._refuse(problems.no_room())
        else:
            self._set("head", self.settings.head_deadline, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        clients, name = self.config.clients, name_of(self._peer)
        clients[name] -= 1
        if not clients[name]:
            del clients[name]
        for timer in self._timers.values():
            timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the connection is refused already."""
        if self._draining:
            self._drain(len(data))
            return
        answering = self.conn.their_state in {h11.DONE, h11.MUST_CLOSE}
        if answering and len(self.conn.trailing_data[0]) + len(data) > _AHEAD_BYTES:
            self.transport.abort()
            return
        super().data_received(data)
        if not self._draining and not self.transport.is_closing():
            self._await_head()

    def pause_writing(self) -> None:
        """Wait for a slow reader, but not for ever."""
        super().pause_writing()
        self._set("write", self.settings.write_deadline, self._reset)

    def resume_writing(self) -> None:
        """Go on: the reader has taken something."""
        super().resume_writing()
        self._cancel("write")

    # What uvicorn calls

    def on_response_complete(self) -> None:
        """After an answer: wait for the next request, or for the end."""
        self.silent_since = self.loop.time()
        super().on_response_complete()
        if self.transport.is_closing():
            self._close_by_force_later()

    def timeout_keep_alive_handler(self) -> None:
        """Close what is silent, also where the reader takes not even what is written."""
        super().timeout_keep_alive_handler()
        self._close_by_force_later()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; h11 tells which kind it is."""
        too_long = getattr(sys.exc_info()[1], "error_status_hint", 400) == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        self._refuse(problems.head_too_large(self.settings.head_bytes) if too_long else problems.no_http())

    def shutdown(self) -> None:
        """Close at the end of the server."""
        if self._draining:
            self.transport.abort()
        else:
            super().shutdown()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: who asks for another protocol is answered in this one (RFC 9110 7.8)."""

    # Limits

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    def _make_room(self) -> bool:
        """Let go of the connection that waits longest, this one apart; say whether there was one."""
        others = [each for each in self.connections if isinstance(each, BoundedProtocol) and each is not self]
        waiting = min((each for each in others if each.waits), key=lambda each: each.silent_since, default=None)
        if waiting is not None:
            self.connections.discard(waiting)
            waiting.transport.abort()
        return waiting is not None

    def _await_head(self) -> None:
        """Give a head that has begun its deadline, and take it away when it is whole."""
        if self.conn.their_state is not h11.IDLE:
            self._cancel("head")
        elif "head" not in self._timers:
            self._set("head", self.settings.head_deadline, self._head_is_late)

    def _head_is_late(self) -> None:
        self._cancel("head")
        if self.conn.trailing_data[0]:
            self._refuse(problems.too_slow())
        else:
            self.transport.close()  # it never said a word

    def _refuse(self, problem: Problem) -> None:
        """Answer without the application, in English, and close."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.abort()
                return
        answer = problems.plain(problem)
        request_id = self.config.log.refused(self._peer, problem.status)
        lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}".encode()]
        lines += [name + b": " + value for name, value in answer.raw_headers]
        lines += [b"x-request-id: " + request_id.encode(), b"connection: close", b"", bytes(answer.body)]
        self.transport.write(b"\r\n".join(lines))
        self._start_draining()

    def _start_draining(self) -> None:
        """Say that no more is written, and wait a moment for the client to read it and go."""
        self._draining = True
        self._cancel("head")
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._set("drain", DRAIN_SECONDS, self.transport.abort)

    def _drain(self, size: int) -> None:
        """Throw away what comes; of very much, read no more."""
        self._drained += size
        if self._drained > DRAIN_BYTES:
            self.flow.pause_reading()

    def _close_by_force_later(self) -> None:
        self._set("close", self.settings.write_deadline, self._reset)

    def _reset(self) -> None:
        """Close without what is still unsent: else the kernel would keep megabytes for a reader who takes nothing."""
        line = self.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _set(self, name: str, seconds: float, act: Callable[[], object]) -> None:
        self._cancel(name)
        self._timers[name] = self.loop.call_later(seconds, act)

    def _cancel(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
