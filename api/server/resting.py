"""A server that rests while nobody asks.

uvicorn's own wakes ten times a second to see whether it shall end, which on a virtual machine took 5 % of a processor.
"""

from __future__ import annotations

import asyncio
import contextlib
from types import FrameType

import uvicorn

_SECONDS = 1.0
# uvicorn counts tenths of a second, and renews the Date header at every tenth of them.
_TENTHS = 10


class RestingServer(uvicorn.Server):
    """Wakes once a second to renew the Date header, and at once when a signal tells it to end."""

    _told: asyncio.Event | None = None
    _loop: asyncio.AbstractEventLoop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to end."""
        super().handle_exit(sig, frame)
        if self._told is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        """Renew once a second what goes out with every answer, until it is told to end."""
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        while not await self.on_tick(_TENTHS):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _SECONDS)
