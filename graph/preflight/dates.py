"""Dates as udata reads them: by rdflib where they are typed, else by `dateutil`, which reads much for a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from dateutil.parser import parse  # type: ignore[import-untyped]

from graph.preflight.values import Value

# A year first, then month and day: `dateutil` reads nothing else into it.
_YEAR_FIRST = re.compile(r"\s*\d{4}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2}|\d{4})(?!\d)")
_LONGEST = 500
"""No date has more characters; what has is not looked through."""


@dataclass(frozen=True)
class Read:
    """What becomes of a date: the moment that is read, None for none, whether it is the one that is stated.

    `breaks` where the value is of a sort that no date is read of, and that ends the reading of the dataset;
    `completed` where the day of the harvest is a part of it.
    """

    moment: datetime | None
    exact: bool = True
    completed: bool = False
    breaks: bool = False

    @property
    def day(self) -> str:
        """The day that is shown (ISO 8601), '' for none or one that only the harvest knows."""
        if self.moment is None or self.completed:
            return ""
        return _in_utc(self.moment).date().isoformat()

    @property
    def local_day(self) -> str:
        """The day as it stands there, whatever the time zone."""
        return "" if self.moment is None or self.completed else self.moment.date().isoformat()

    def is_later(self, now: datetime) -> bool:
        """Say whether it is later than a moment, as that is compared: without time zones."""
        return self.moment is not None and self.moment.replace(tzinfo=None) > now.replace(tzinfo=None)


def read_date(value: Value, now: datetime | None = None) -> Read:
    """Read a value as a date."""
    if isinstance(value, datetime):
        return Read(value)
    if isinstance(value, date):
        return Read(datetime(value.year, value.month, value.day))
    if not isinstance(value, str):
        return Read(None, breaks=True)
    return _of_text(value, now or datetime.now(UTC))


def _of_text(text: str, now: datetime) -> Read:
    today = datetime(now.year, now.month, now.day)
    if len(text) > _LONGEST:
        return Read(None)
    try:
        moment = _parse(text, today)
    except ValueError:
        return Read(None)
    except (OverflowError, TypeError):
        return Read(None, breaks=True)
    # Whatever of it another day would complete otherwise comes from the day of the harvest.
    if _parsed(text, _another(today)) != moment:
        return Read(moment, exact=False, completed=True)
    exact = _YEAR_FIRST.match(text) is not None or (
        _parsed(text, today, dayfirst=True) == moment == _parsed(text, today, yearfirst=True)
    )
    return Read(moment, exact=exact)


def _parsed(text: str, default: datetime, **options: bool) -> datetime | None:
    try:
        return _parse(text, default, **options)
    except (ValueError, OverflowError, TypeError):
        return None


def _parse(text: str, default: datetime, **options: bool) -> datetime:
    read: datetime = parse(text, default=default, tzinfos=_zone, **options)
    return read


def _zone(_: str | None, offset: int | None) -> timezone | None:
    """Give a time zone by its offset in seconds; what is only a name says nothing to the reader."""
    whole = offset is not None and abs(offset) < 24 * 3600
    return timezone(timedelta(seconds=offset)) if whole and offset is not None else None


def _another(day: datetime) -> datetime:
    """Give a day that differs in year, month and day of the month, and in the day of the week."""
    return next(
        other
        for other in (datetime(1999, month, number) for month in (1, 3) for number in range(1, 10))
        if other.month != day.month and other.day != day.day and other.weekday() != day.weekday()
    )


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return moment
