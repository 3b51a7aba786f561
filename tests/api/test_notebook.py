"""The researcher's notebook runs as it stands, against a server over the sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.api.questions.test_questions import sample
from tests.api.serving import Server

__all__ = ["sample"]

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebooks" / "researcher.ipynb"
SITE = "http://127.0.0.1:8000/"


def test_every_cell_runs_and_finds_what_the_sample_holds(sample: Server) -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    assert sum(SITE in each for each in code) == 1
    names: dict[str, Any] = {}
    for each in code:
        exec(compile(each.replace(SITE, sample.address), str(NOTEBOOK), "exec"), names)
    assert len(names["ending"]) == 6
    assert set(names["ending"].columns) == {"agreement", "end", "service", "successor"}
    assert 0 < names["open_share"].max() <= 1
