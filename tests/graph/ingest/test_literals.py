"""Lexical forms of XSD datatypes: which are some, which are none."""

from __future__ import annotations

import pytest

from graph.ingest.literals import CHECKS
from graph.terms import XSD

SOUND = {
    "date": ["2024-02-29", "2024-02-29Z", "2024-02-29+14:00", "-0044-03-15", "12024-01-01", "0000-01-01"],
    "dateTime": ["2024-01-01T00:00:00", "2024-01-01T24:00:00.0Z", "2024-12-31T23:59:59.999-05:30"],
    "dateTimeStamp": ["2024-01-01T00:00:00Z"],
    "time": ["12:30:00", "12:30:00.5+01:00"],
    "gYear": ["2024", "-0001Z"],
    "gYearMonth": ["2024-02"],
    "gMonthDay": ["--02-29"],
    "gMonth": ["--12"],
    "gDay": ["---31"],
    "boolean": ["true", "false", "0", "1"],
    "integer": ["0", "-7", "+007", "9" * 4000],
    "nonNegativeInteger": ["0", "007"],
    "positiveInteger": ["1"],
    "byte": ["-128", "127"],
    "unsignedByte": ["255"],
    "long": ["9223372036854775807"],
    "decimal": ["1.50", ".5", "5.", "-0"],
    "double": ["1e10", "-.5E-3", "INF", "-INF", "NaN"],
}
NONE = {
    "date": [
        "32/13/2024",
        "2023-02-29",
        "2024-13-01",
        "2024-1-1",
        "",
        " 2024-01-01",
        "2024-01-01T00:00:00",
        "１９９９-01-01",
    ],
    "dateTime": [
        "2012-05-10T21:04",
        "2024-01-01",
        "2024-01-01T25:00:00",
        "2024-01-01T24:00:01",
        "2024-01-01T00:00:00+15:00",
    ],
    "dateTimeStamp": ["2024-01-01T00:00:00"],
    "time": ["24:01:00", "12:30"],
    "gYear": ["24", "02024"],
    "gYearMonth": ["2024-13"],
    "gMonthDay": ["--02-30"],
    "gMonth": ["--13"],
    "gDay": ["---32"],
    "boolean": ["True", "yes", ""],
    "integer": ["1.0", "", "٣", "1 000", "9" * 4001],
    "nonNegativeInteger": ["-1"],
    "positiveInteger": ["0"],
    "byte": ["128"],
    "unsignedByte": ["256"],
    "long": ["9223372036854775808"],
    "decimal": ["1,5", "1e5", ".", "INF"],
    "double": ["inf", "1e", "0x10"],
}


@pytest.mark.parametrize(("datatype", "text"), [(name, text) for name, texts in SOUND.items() for text in texts])
def test_sound(datatype: str, text: str) -> None:
    assert CHECKS[XSD + datatype](text)


@pytest.mark.parametrize(("datatype", "text"), [(name, text) for name, texts in NONE.items() for text in texts])
def test_none(datatype: str, text: str) -> None:
    assert not CHECKS[XSD + datatype](text)
