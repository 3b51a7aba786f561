"""Literals that are none: lexical forms outside the lexical space of their XSD datatype.

Only datatypes whose errors mislead are judged: dates and times, booleans, numbers. What would else be stored as
`"32/13/2024"^^xsd:date` compares as nothing, sorts nowhere, and fails wherever it is read.
https://www.w3.org/TR/xmlschema11-2/
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from functools import lru_cache

from graph.terms import XSD

# Python's own integers stop reading at 4,300 digits, and rdflib and pySHACL with them.
MAX_DIGITS = 4000

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"(-?(?:[1-9]\d{4,}|\d{4}))"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"

_DATED = {
    "date": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}"),
    "dateTime": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}"),
    "dateTimeStamp": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE[:-1]}"),
    "gMonthDay": re.compile(f"--{_MONTH}-{_DAY}{_ZONE}"),
}
_PATTERNS = {
    "time": f"{_TIME}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "boolean": "true|false|0|1",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d+)?|[+-]?INF|NaN",
    "float": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d+)?|[+-]?INF|NaN",
}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LEAP_YEAR = 2000

Check = Callable[[str], bool]


def _dated(pattern: re.Pattern[str]) -> Check:
    @lru_cache(maxsize=1 << 14)
    def check(text: str) -> bool:
        found = pattern.fullmatch(text)
        if found is None or not text.isascii():
            return False
        *years, month, day = found.groups()
        # The calendar repeats after 400 years: that is all of the year that a month's length depends on.
        year = int(years[0]) % 400 + 400 if years and len(years[0]) < MAX_DIGITS else _LEAP_YEAR
        return int(day) <= monthrange(year, int(month))[1]

    return check


def _patterned(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda text: len(text) <= MAX_DIGITS and text.isascii() and compiled.fullmatch(text) is not None


def _ranged(least: int | None, most: int | None) -> Check:
    def check(text: str) -> bool:
        if len(text) > MAX_DIGITS or not _INTEGER.fullmatch(text):
            return False
        value = int(text)
        return (least is None or value >= least) and (most is None or value <= most)

    return check


CHECKS: Mapping[str, Check] = {
    **{XSD + name: _dated(pattern) for name, pattern in _DATED.items()},
    **{XSD + name: _patterned(pattern) for name, pattern in _PATTERNS.items()},
    **{XSD + name: _ranged(*bounds) for name, bounds in _RANGES.items()},
}
"""Datatype IRI to the check of a lexical form, as it is written: whitespace around it makes it none."""
