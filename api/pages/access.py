"""The ladder of access: how far up a stated access right stands."""

from __future__ import annotations

from collections.abc import Iterable

AUTHORITY = "http://publications.europa.eu/resource/authority/access-right/"
RUNGS = 3
_RUNG = {"PUBLIC": 3, "RESTRICTED": 2, "SENSITIVE": 1, "NON_PUBLIC": 1, "CONFIDENTIAL": 1}


def rung_of(access_right: str) -> int:
    """Give the rung of an access right of the EU's list, 1 (closed) to 3 (public); 0 for what is none."""
    return _RUNG.get(access_right.removeprefix(AUTHORITY), 0) if access_right.startswith(AUTHORITY) else 0


def lowest(access_rights: Iterable[str]) -> str | None:
    """Give the most closed of several access rights, None where none is of the list."""
    known = [each for each in access_rights if rung_of(each)]
    return min(known, key=lambda each: (rung_of(each), each), default=None)
