"""Conditions of a write (RFC 9110 13.1): in which state the record must be."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request

from api.languages import mark
from api.problems import bad_request


def expected_states(request: Request) -> Collection[str] | bool | None:
    """Read If-Match and If-None-Match: states of which it must have one, none (an empty collection), any (None).

    False where no condition is made. Raises Problem (400) where both are, or If-None-Match says anything but `*`.
    """
    match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
    if match is not None and none_match is not None:
        raise bad_request(mark("If-Match and If-None-Match stand together."))
    if none_match is not None:
        if none_match.strip() != "*":
            raise bad_request(mark("If-None-Match takes * here: the record must not be there."))
        return ()
    if match is None:
        return False
    if match.strip() == "*":
        return None
    # Weak tags never match (RFC 9110 13.1.1); behind the point stands the syntax, which is no matter here.
    tags = {tag.strip() for tag in match.split(",")}
    return {tag.strip('"').partition(".")[0] for tag in tags if not tag.startswith("W/")} or {""}


def tag_of(state: str, suffix: str = "") -> str:
    """Write a state as an entity tag, in one syntax."""
    return f'"{state}.{suffix}"' if suffix else f'"{state}"'
