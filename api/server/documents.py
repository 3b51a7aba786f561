"""Answers with a body: media type with charset, a strong ETag from the bytes, 304 where the reader has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from fastapi import Request, Response

from api.server.compression import GZIP, WORTH_IT, takes_gzip

_TEXT = (
    "text/",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
    "application/json",
    "application/trig",
    "application/n-quads",
    "application/atom+xml",
)


def document(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    packing: Callable[[bytes], bytes] | None = None,
) -> Response:
    """Answer with these bytes, or with 304 where If-None-Match names them (RFC 9110 13.1.2).

    With `packing` they are compressed by it for who takes gzip; these have a tag of their own (RFC 9110 8.8.3.3).
    """
    digest = blake2b(body, digest_size=16).hexdigest()
    packs = packing is not None and len(body) >= WORTH_IT and takes_gzip(request.headers.get("accept-encoding"))
    tag = f'"{digest}-gzip"' if packs else f'"{digest}"'
    known = {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    if packing is not None:
        known["Vary"] = ", ".join(filter(None, (known.get("Vary"), "Accept-Encoding")))
    if status == 200 and names_tag(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=known)
    charset = "; charset=utf-8" if media_type.startswith(_TEXT) else ""
    known["Content-Type"] = media_type + charset
    if packs and packing is not None:
        body, known["Content-Encoding"] = packing(body), GZIP
    return Response(body, status, known)


def kept_document(
    request: Request,
    write: Callable[[], bytes],
    media_type: str,
    *,
    tag: str,
    touched: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a body that is written only where the reader does not have it, as told by a tag of its making.

    `touched` is when anything that it could depend on last changed (ISO 8601, '' for never).
    """
    quoted = f'"{tag}"'
    changed = last_modified(touched)
    known = {"ETag": quoted, "Cache-Control": "no-cache", **({"Last-Modified": changed} if changed else {})}
    known.update(headers or {})
    if _has(request, quoted, changed):
        return Response(status_code=304, headers=known)
    charset = "; charset=utf-8" if media_type.startswith(_TEXT) else ""
    return Response(write(), 200, {**known, "Content-Type": media_type + charset})


def unchanged(request: Request, tag: str, touched: str, headers: Mapping[str, str]) -> Response | None:
    """Answer with 304 where the reader has what this tag names, None where it has not."""
    quoted, changed = f'"{tag}"', last_modified(touched)
    if not _has(request, quoted, changed):
        return None
    dated = {"Last-Modified": changed} if changed else {}
    return Response(status_code=304, headers={"ETag": quoted, "Cache-Control": "no-cache", **dated, **headers})


def _has(request: Request, tag: str, changed: str | None) -> bool:
    """Say whether the reader has this answer: by tag, or by date where it names no tag (RFC 9110 13.2.2)."""
    named = request.headers.get("if-none-match")
    if named is not None:
        return names_tag(named, tag)
    since = request.headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(since) >= parsedate_to_datetime(changed)
    except (ValueError, TypeError):
        return False


def last_modified(touched: str) -> str | None:
    """Give the next full second after a change as HTTP writes it; None while that second is not past.

    HTTP's dates have no fractions: the second itself would be told of two states, if another change followed in it.
    """
    if not touched:
        return None
    second = datetime.fromisoformat(touched).replace(microsecond=0) + timedelta(seconds=1)
    return format_datetime(second.astimezone(UTC), usegmt=True) if second <= datetime.now(UTC) else None


def names_tag(header: str | None, tag: str) -> bool:
    """Say whether an If-None-Match header names this tag; comparison is weak, as the RFC asks for it."""
    if header is None:
        return False
    return header.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in header.split(",")}
