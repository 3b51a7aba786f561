"""A page costs a page: SQLite walks one index and sorts nothing, whatever is asked of heads or addresses."""

from __future__ import annotations

from collections.abc import Callable, Sized
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from tests.graph.log.entries import entry, name


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "PRIMARY KEY"),
        ({"iri": name(1)}, "heads_iri"),
        ({"iris": [name(1), name(7)]}, "heads_iri"),
        ({"iris": [name(1), name(7)], "source": "a", "kind": "dataset", "audiences": (PUBLIC,)}, "heads_iri"),
        ({"source": "a"}, "heads_source"),
        ({"source": "a", "kind": "dataset", "audiences": (PUBLIC,)}, "heads_source"),
        ({"kind": "dataset"}, "heads_kind"),
        ({"kind": "dataset", "audiences": (PUBLIC,)}, "heads_kind"),
        ({"kind": "dataset", "audiences": (PUBLIC, MEMBERS)}, "heads_kind"),
        ({"audiences": (PUBLIC,)}, "heads_audience"),
        ({"audiences": (PUBLIC, MEMBERS)}, "PRIMARY KEY"),
    ],
)
def test_heads_are_read_in_the_order_of_an_index(tmp_path: Path, asked: dict[str, Any], index: str, after: int) -> None:
    with Log.open(tmp_path / "civigraph.sqlite") as log:
        log.append([entry(number) for number in (5, 1, 7, 2)], agent="me", source="a")
        for plan in plans(log, lambda: list(log.heads(**asked, after=after))):
            assert len(plan) == 1
            assert index in plan[0]
            assert "SCAN" not in plan[0]


@pytest.mark.parametrize("audiences", [(PUBLIC,), (PUBLIC, MEMBERS), None])
def test_addresses_are_looked_up_by_iri(tmp_path: Path, audiences: tuple[str, ...] | None) -> None:
    """By its world each of them would be found by reading all: that is what SQLite chooses where it may."""
    with Log.open(tmp_path / "civigraph.sqlite") as log:
        log.append([entry(number) for number in (5, 1, 7, 2)], agent="me", source="a")
        for plan in plans(log, lambda: log.slugs.addresses([name(1), name(7)], audiences)):
            assert [step for step in plan if "SCAN" in step or "PRIMARY KEY" in step] == []
            assert "slugs_iri (iri=?)" in plan[0]


def plans(log: Log, ask: Callable[[], Sized]) -> list[list[str]]:
    """Give SQLite's plan for each SELECT of a question, which has an answer."""
    statements: list[tuple[str, Any]] = []
    engine = log._database._engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append((call[2], call[3])))
    assert len(ask()) > 0
    queries = [(statement, values) for statement, values in statements if statement.startswith("SELECT")]
    assert queries != []
    with engine.connect() as connection:
        return [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values))]
            for statement, values in queries
        ]
