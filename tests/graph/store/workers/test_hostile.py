"""Hostile queries end, and others are answered."""

from __future__ import annotations

import os
import threading
from time import monotonic

import pytest

from graph.errors import (
    CivigraphError,
    DeadlineReached,
    MemoryReached,
    QueryRefused,
    WorkerDied,
)
from graph.store.workers import QueryPool
from tests.graph.store.workers.asking import POINT, rows
from tests.graph.store.workers.hostile import HOSTILE

# Hostile queries


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_and_the_next_is_answered(pool, unchecked, name):
    query, error = HOSTILE[name]
    process = os.getpid()
    start = monotonic()
    with pytest.raises(error):
        # Memory fills at the speed of copying, hence the longer time for it.
        pool.run(query, deadline=30 if error is MemoryReached else 1.5, max_bytes=1 << 20)
    assert monotonic() - start < (25 if error is MemoryReached else 4)
    assert rows(pool.run(POINT, deadline=5)) == [{"o": "value 7"}]
    assert os.getpid() == process


@pytest.mark.parametrize("name", ["nested groups", "parentheses", "nested NOT EXISTS"])
def test_what_would_end_a_worker_is_refused_before(pool, name):
    with pytest.raises(QueryRefused, match="nested"):
        pool.run(HOSTILE[name][0])


def test_ten_hostile_clients_do_not_keep_others_out(zygote, written, unchecked):
    """Hostile queries without pause in all places but one; cheap ones go on and all are answered."""
    with QueryPool(zygote, written.snapshots, size=6) as pool:
        pool.wait_ready()
        stop = threading.Event()
        ended: list[type[Exception]] = []

        def attack(query: str) -> None:
            while not stop.is_set():
                try:
                    pool.run(query, deadline=0.5, max_bytes=1 << 20).close()
                except CivigraphError as error:
                    ended.append(type(error))

        attackers = [
            threading.Thread(target=attack, args=(HOSTILE[name][0],)) for name in ("nested groups", "cross product")
        ]
        for thread in attackers:
            thread.start()
        for _ in range(40):
            assert rows(pool.run(POINT)) == [{"o": "value 7"}]
        stop.set()
        for thread in attackers:
            thread.join()
    assert {WorkerDied, DeadlineReached} <= set(ended)
