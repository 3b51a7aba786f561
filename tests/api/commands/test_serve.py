"""What `serve` sets before the application sees a connection."""

from __future__ import annotations

import gc
import socket
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from api.commands.serve import Attentive, _listen


def test_no_packet_waits_for_an_acknowledgement() -> None:
    """Else every answer of two packets takes 40 ms more (RFC 1122 4.2.3.2 and 4.2.3.4 together)."""
    with _listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_search_for_cycles_goes_through_what_start_up_made(capsys: pytest.CaptureFixture[str]) -> None:
    """It would stop every answer for as long as it takes."""
    frozen: list[int] = []
    said = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Message:
        return next(said)

    async def send(message: Message) -> None:
        frozen.append(gc.get_freeze_count())

    try:
        # A browser's loop may run in the thread of this test.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(anyio.run, Attentive(Starlette(), "ready"), {"type": "lifespan"}, receive, send).result()
    finally:
        gc.unfreeze()
    assert capsys.readouterr().err == "ready\n"
    assert frozen[0] > 10_000
