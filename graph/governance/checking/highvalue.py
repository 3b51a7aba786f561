"""What the HVD profile is for: it looks at every dataset that it is given, so it is given those of high value."""

from __future__ import annotations

from importlib.resources import files

from graph.governance.compiling.running import Ask, rows

_QUERY = files("graph.governance.checking").joinpath("highvalue.rq").read_text(encoding="utf-8")


def high_value(ask: Ask) -> tuple[str, ...]:
    """Give the IRIs of high-value datasets, their files and interfaces, in order. Raises DataError."""
    return tuple(sorted({row["this"][1:-1] for row in rows(ask, _QUERY, "high-value datasets")}))
