"""What is over a limit is no answer, and few workers serve many clients."""

from __future__ import annotations

import threading
from time import monotonic, sleep

import pytest

from graph.errors import (
    LimitReached,
    Overloaded,
    ResultTooLarge,
)
from graph.store.fairness.rules import Fairness
from graph.store.workers import QueryPool
from tests.graph.store.workers.asking import POINT, fails, rows
from tests.graph.store.workers.hostile import HOSTILE
from tests.graph.store.written import EX

# Limits


def test_rows_over_the_limit_are_no_answer(pool):
    assert len(rows(pool.run("SELECT * { ?s ?p ?o }", max_rows=2000))) == 2000
    with pytest.raises(ResultTooLarge, match="rows"):
        pool.run("SELECT * { ?s ?p ?o }", max_rows=1999)
    with pytest.raises(ResultTooLarge, match="rows"):
        pool.run("CONSTRUCT WHERE { ?s ?p ?o }", max_rows=1999)
    assert b"true" in pool.run("ASK {}", max_rows=0).read()


def test_bytes_over_the_limit_are_no_answer(pool):
    length = len(pool.run("SELECT * { ?s ?p ?o }").read())
    assert len(pool.run("SELECT * { ?s ?p ?o }", max_bytes=length).read()) == length
    with pytest.raises(ResultTooLarge, match="larger"):
        pool.run("SELECT * { ?s ?p ?o }", max_bytes=length - 1)


def test_a_gone_client_ends_its_query(pool):
    start = monotonic()
    with pytest.raises(LimitReached, match="cancelled"):
        pool.run(HOSTILE["cross product"][0], deadline=20, cancelled=lambda: monotonic() - start > 0.3)
    assert monotonic() - start < 3


def test_a_full_pool_says_so(zygote, written):
    # Nothing is slow here: who answers keeps the one place.
    with QueryPool(zygote, written.snapshots, size=1, rules=Fairness(slow_after=60), queue_seconds=0.2) as pool:
        pool.wait_ready()
        slow = threading.Thread(target=fails, args=(pool, HOSTILE["cross product"][0], 2))
        slow.start()
        sleep(0.3)
        with pytest.raises(Overloaded, match="busy"):
            pool.run(POINT)
        slow.join()
        assert rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_many_clients_share_few_workers(pool):
    answers: list[list[dict[str, str]]] = []

    def ask(number: int) -> None:
        answers.extend(rows(pool.run(f"SELECT ?o {{ <{EX}s{n}> ?p ?o }}")) for n in range(number, number + 25))

    threads = [threading.Thread(target=ask, args=(100 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {row["o"] for rows in answers for row in rows} == {
        f"value {n}" for number in range(8) for n in range(100 * number, 100 * number + 25)
    }
