"""Answers with a body: media type with charset, a strong ETag from the bytes, 304 where the reader has them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from fastapi import Request, Response

_TEXT = ("text/", "application/ld+json", "application/rdf+xml", "application/n-triples", "application/json")


def document(
    request: Request, body: bytes, media_type: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with these bytes, or with 304 where If-None-Match names them (RFC 9110 13.1.2)."""
    tag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    known = {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    if status == 200 and names_tag(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=known)
    charset = "; charset=utf-8" if media_type.startswith(_TEXT) else ""
    return Response(body, status, {**known, "Content-Type": media_type + charset})


def names_tag(header: str | None, tag: str) -> bool:
    """Say whether an If-None-Match header names this tag; comparison is weak, as the RFC asks for it."""
    if header is None:
        return False
    return header.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in header.split(",")}
