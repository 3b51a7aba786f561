"""The compiler alone on the SHACL test suite of the W3C; what fails stands in `w3c.json`, by IRI with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.errors import ShapesRefused
from graph.governance.compiling.compiler import compile_shapes
from tests.graph.governance.compiling.w3c import Suited, found, read_suite, store_of

KNOWN: dict[str, str] = json.loads(Path(__file__).with_name("w3c.json").read_text(encoding="utf-8"))


def agrees(test: Suited) -> bool:
    """Say whether the compiler gives what a test expects."""
    try:
        results = found(compile_shapes(test.shapes).check(store_of(test.data).query))
    except ShapesRefused:
        return test.expected is None
    return results == test.expected


@pytest.mark.parametrize(("part", "count"), [("core", 98), ("sparql", 23)])
def test_suite(shared_data: Path, part: str, count: int) -> None:
    tests = [test for test in read_suite(shared_data / "tests" / "shacl") if test.name.startswith(f"{part}/")]
    assert len(tests) == count
    failing = {test.name for test in tests if not agrees(test)}
    assert failing == {name for name in KNOWN if name.startswith(f"{part}/")}
