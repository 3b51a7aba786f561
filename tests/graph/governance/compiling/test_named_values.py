"""Values that fail are found once and then looked for by name, in pieces where they are many: nothing is lost."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from graph.governance.checking.checker import Checked, Checker
from graph.governance.compiling import running
from graph.governance.rules.shapesets import read_shape_set
from tests.graph.governance.compiling.test_refusals import HEAD, shapes_of

SHAPES = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:class ex:D ] ."
FOCI, WRONG = 12, 7


def found() -> tuple[set[tuple[str, str | None]], int]:
    """Check twelve focus nodes of which seven have a value of no class; give what is found, and how often was asked."""
    store = ox.Store()
    lines = [f"ex:f{number} a ex:C ; ex:p ex:v{number} . " for number in range(FOCI)]
    lines += [f"ex:v{number} a ex:D . " for number in range(WRONG, FOCI)]
    lines += [f"ex:other{number} ex:p ex:alone{number} . " for number in range(3)]
    store.load((HEAD + "".join(lines)).encode(), format=ox.RdfFormat.TURTLE)
    asked: list[str] = []

    def ask(text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        asked.append(text)
        return store.query(text)

    report = Checker(read_shape_set("own", shapes_of(SHAPES))).check(Checked(ask))
    return {(each.focus, each.value) for each in report.findings}, sum("VALUES" in text for text in asked)


@pytest.mark.parametrize(
    ("few", "many", "pieces"),
    [
        pytest.param(1_000, 50_000, 1, id="few"),
        pytest.param(3, 50, 4, id="many: the ten that fail in pieces of three"),
        pytest.param(3, 5, 0, id="too many: all are asked for"),
    ],
)
def test_what_is_found_does_not_hang_on_how_it_is_asked(
    few: int, many: int, pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_FEW", few)
    monkeypatch.setattr(running, "_MANY", many)
    wrong = {(f"<https://example.org/f{number}>", f"<https://example.org/v{number}>") for number in range(WRONG)}
    assert found() == (wrong, pieces)
