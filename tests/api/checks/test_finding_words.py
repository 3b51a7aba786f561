"""What findings are called in words, and in which order."""

from __future__ import annotations

from api.checks.finding_words import by_gravity
from graph.terms import SH


def test_the_gravest_severity_stands_first() -> None:
    counts = {f"{SH}Info": 1, f"{SH}Violation": 2, f"{SH}Warning": 3, "http://example.org/other": 4}
    assert by_gravity(counts) == [(f"{SH}Violation", 2), (f"{SH}Warning", 3), (f"{SH}Info", 1)]
