"""Answers that are read from a file while they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import IO

from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send


class StreamedFile(StreamingResponse):
    """Sends pieces that come from a file and closes the file, also where the reader goes before the first piece."""

    def __init__(
        self, pieces: Iterable[bytes] | AsyncIterable[bytes], file: IO[bytes], headers: Mapping[str, str]
    ) -> None:
        super().__init__(pieces, headers=headers)
        self.file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of it, or as much as is taken."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(self.file.close)
