"""Dates as a reader makes them of texts that may be none: what `dateutil` does, told before it happens."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import Enum, auto

_WHOLE = re.compile(r"^\d{4}-\d{2}-\d{2}")
_PART = re.compile(r"^\d{4}(-\d{2})?$")
_SLASHED = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
_MONTHS = 12


class Reads(Enum):
    """What becomes of a text: the date that it states, a later day than today, another date, or nothing."""

    AS_STATED = auto()
    LATER = auto()
    OTHERWISE = auto()
    NOTHING = auto()


def read_date(text: str, now: datetime | None = None) -> tuple[Reads, str]:
    """Give what becomes of a date, and the day that is read (ISO 8601, '' for none or one that only the harvest knows).

    A year or month is completed by the day of the harvest; 03/04/2026 is read as the 4th of March.
    """
    text = text.strip()
    if _PART.match(text):
        return Reads.OTHERWISE, ""
    if slashed := _SLASHED.match(text):
        return _slashed(*map(int, slashed.groups()))
    try:
        found = datetime.fromisoformat(text) if _WHOLE.match(text) else None
    except ValueError:
        found = None
    if found is None:
        return Reads.NOTHING, ""
    late = found.replace(tzinfo=None) > (now or datetime.now(UTC)).replace(tzinfo=None)
    return (Reads.LATER if late else Reads.AS_STATED), found.date().isoformat()


def _slashed(first: int, second: int, year: int) -> tuple[Reads, str]:
    """Read a date with slashes: the month first, unless it cannot be one."""
    month, day = (first, second) if first <= _MONTHS else (second, first)
    try:
        found = date(year, month, day).isoformat()
    except ValueError:
        return Reads.NOTHING, ""
    return (Reads.OTHERWISE if first <= _MONTHS and first != second else Reads.AS_STATED), found
