"""Work for one request in a thread, taken back when its client goes away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread
from fastapi import Request

from api.visit import Visit

Made = TypeVar("Made")
_POLL_SECONDS = 0.2


async def run_watched(visit: Visit, work: Callable[[], Made], gone: threading.Event) -> Made:
    """Do the work; `gone`, which it looks at, is set when the client is gone."""
    watch = asyncio.create_task(_watch(visit.request, gone))
    try:
        return await anyio.to_thread.run_sync(work, limiter=visit.request.app.state.check_threads)
    finally:
        watch.cancel()


async def _watch(request: Request, gone: threading.Event) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(_POLL_SECONDS)
    gone.set()
