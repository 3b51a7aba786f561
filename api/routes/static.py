"""The site's own style, type, pictures and scripts: only the files that lie there when it starts."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter, Response

from api.files import STATIC
from api.problems import not_known
from api.server.compression import compress
from api.server.documents import document
from api.visit import OneVisit

routes = APIRouter()

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
_FILES = {
    path.relative_to(STATIC).as_posix(): (path.read_bytes(), _TYPES[path.suffix])
    for path in STATIC.rglob("*")
    if path.suffix in _TYPES
}
_YEAR = "public, max-age=31536000, immutable"
# A font's address stands in a style sheet, which cannot tell its version: a new one gets a new name.
_NEVER_CHANGES = "fonts/"
_PACKED_ALREADY = {"font/woff2"}
# Each file is compressed once.
_PACKED = cache(compress)


@routes.get("/static/{path:path}", include_in_schema=False)
def static(visit: OneVisit, path: str) -> Response:
    """Give a file; one asked for by its version never changes."""
    if path not in _FILES:
        raise not_known()
    body, media_type = _FILES[path]
    versioned = "v" in visit.request.query_params or path.startswith(_NEVER_CHANGES)
    headers = {"Cache-Control": _YEAR if versioned else "no-cache"}
    packing = None if media_type in _PACKED_ALREADY else _PACKED
    return document(visit.request, body, media_type, headers=headers, packing=packing)
