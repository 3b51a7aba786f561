"""Cross-origin reading: there are no cookies, so a page of any site may read what it could ask for itself."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Cache-Status, Civigraph-Sequence, Content-Disposition, ETag, Link, Retry-After, X-Request-Id"
    ),
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Datetime, Accept-Language, Authorization, Cache-Control, Civigraph-Sequence, Content-Type,"
        " If-Match, If-None-Match, X-Request-Id"
    ),
    "Access-Control-Max-Age": "86400",
}


class OpenToAll:
    """Answers preflights and adds to every answer that any origin may read it (https://fetch.spec.whatwg.org/)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on all but preflights."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            await Response(status_code=204, headers={**SHARED, **_PREFLIGHT})(scope, receive, send)
            return

        async def share(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SHARED)
            await send(message)

        await self.app(scope, receive, share)
