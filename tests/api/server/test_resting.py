"""A server at rest renews the Date header, and ends as soon as a signal tells it to."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn
from starlette.applications import Starlette

from api.server import resting
from api.server.resting import RestingServer

PATIENCE = 60.0


class Watched(RestingServer):
    """Tells of every look that it takes after itself, and of the headers that it renewed."""

    def __init__(self, looked: Callable[[Watched], None]) -> None:
        super().__init__(uvicorn.Config(Starlette()))
        self.looked = looked
        self.renewed: list[bytes] = []

    async def on_tick(self, counter: int) -> bool:
        """Look, and note what goes out with answers from now on."""
        self.server_state.default_headers = []
        ends = await super().on_tick(counter)
        self.renewed += [name for name, _ in self.server_state.default_headers if name == b"date"]
        self.looked(self)
        return ends


def live(server: RestingServer) -> None:
    """Let a server go through its life, in a thread: a browser's loop may run in that of the test."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(asyncio.wait_for(server.main_loop(), PATIENCE))).result()


def tell(server: RestingServer) -> None:
    server.handle_exit(signal.SIGTERM, None)


def test_a_signal_ends_a_rest_that_nothing_else_would_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "_SECONDS", 10 * PATIENCE)

    def tell_later(server: Watched) -> None:
        # From another thread and a moment later, so that the server is at rest as it would be.
        if not server.should_exit:
            threading.Timer(0.1, tell, [server]).start()

    server = Watched(tell_later)
    live(server)
    assert server.should_exit


def test_a_signal_before_the_first_rest_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "_SECONDS", 10 * PATIENCE)
    server = Watched(lambda server: None)
    tell(server)
    live(server)
    assert len(server.renewed) == 1


def test_the_date_is_renewed_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "_SECONDS", 0.001)
    server = Watched(lambda server: tell(server) if len(server.renewed) == 20 else None)
    live(server)
    assert len(server.renewed) >= 20
