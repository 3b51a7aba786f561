"""Headers that every answer carries, so that no literal of the graph can act in a browser."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may do: use the site's own style, type, pictures, scripts and data, send its own forms. Nothing in line,
nothing of another host. A page that needs more says so."""

EMBEDDED_POLICY = PAGE_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *").replace("script-src 'self'; ", "")
"""What an answer within a page elsewhere may do: be shown there, without a script."""

EDITOR_POLICY = PAGE_POLICY.replace(
    "style-src 'self'", "style-src 'self' 'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
).replace("img-src 'self'", "img-src 'self' data:")
"""What the page of the editor may do besides: the one style sheet that its table writes, known by its digest, and the
little arrows of that table, which stand in its style sheet as data."""

DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""What anything else may do when a browser shows it: nothing, not even as a document of this origin."""

# What a page of public data never asks a browser for.
_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "usb",
)  # fmt: skip

_FRAMES = "X-Frame-Options"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    # A page elsewhere gets no hold on a window of this site, while its scripts and pictures may be used anywhere.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # For browsers that know no frame-ancestors.
    _FRAMES: "DENY",
}


class SecurityHeaders:
    """Adds the headers to whatever the application answers, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the start of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A reader puts the headers of a 304 in the place of those it keeps (RFC 9111 4.3.4), and the policy of
                # a page that it shows again is the one that came with the page.
                again = message["status"] == HTTPStatus.NOT_MODIFIED
                if not again:
                    shown = headers.get("content-type", "").startswith("text/html")
                    headers.setdefault("Content-Security-Policy", PAGE_POLICY if shown else DATA_POLICY)
                framed = again or headers["Content-Security-Policy"] == EMBEDDED_POLICY
                for name, value in HEADERS.items():
                    if name != _FRAMES or not framed:
                        headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, dress)
