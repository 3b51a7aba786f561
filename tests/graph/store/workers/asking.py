"""What tests ask of the workers, and how they look at what comes."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic, sleep

import pytest

from graph.errors import (
    CivigraphError,
)
from graph.store.workers import QueryPool
from tests.graph.store.written import EX

POINT = f"SELECT ?o {{ <{EX}s7> <{EX}p> ?o }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def rows(answer) -> list[dict[str, str]]:
    bindings = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def children(pid: int | None) -> list[int]:
    """The processes that a process started and that are still in the table, zombies too."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def fails(pool: QueryPool, query: str, deadline: float) -> None:
    with pytest.raises(CivigraphError):
        pool.run(query, deadline=deadline)


def sequence_of(pool):
    with pool.run(POINT) as answer:
        return answer.sequence


def becomes(look, wanted, seconds=120.0):
    """Whether what is looked at becomes what is wanted, in however long a busy machine takes."""
    end = monotonic() + seconds
    while (found := look()) != wanted and monotonic() < end:
        sleep(0.05)
    return found == wanted
