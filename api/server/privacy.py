"""Answers to whoever shows a token: nobody keeps them for others."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PRIVATE = "private, no-store"


class PrivateAnswers:
    """Marks every answer to a request with an Authorization header, errors included (RFC 9111 3.5, 5.2.2).

    What is told to everybody says `no-cache` and so is asked for again, also by a cache: it needs no mark.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what shows no token as it is."""
        if scope["type"] != "http" or "authorization" not in Headers(scope=scope):
            await self.app(scope, receive, send)
            return

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = PRIVATE
                headers.add_vary_header("Authorization")
            await send(message)

        await self.app(scope, receive, dress)
