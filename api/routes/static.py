"""The site's own style and pictures: only the files that lie there when it starts."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.documents import document
from api.problems import not_known
from api.visit import STATIC, OneVisit

routes = APIRouter()

_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
_FILES = {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in STATIC.iterdir() if path.suffix in _TYPES}
_YEAR = "public, max-age=31536000, immutable"


@routes.get("/static/{name}", include_in_schema=False)
def static(visit: OneVisit, name: str) -> Response:
    """Give a file; one asked for by its version never changes."""
    if name not in _FILES:
        raise not_known()
    body, media_type = _FILES[name]
    versioned = "v" in visit.request.query_params
    return document(visit.request, body, media_type, headers={"Cache-Control": _YEAR if versioned else "no-cache"})
