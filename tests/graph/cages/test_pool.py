"""Workers that stand ready: handed out one by one, replaced when they end, never more at a time than was said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from graph.cages import pool as module
from graph.cages.limits import Limits
from graph.cages.pool import Pool
from graph.cages.zygote import Zygote
from graph.errors import CageError, CageUnavailable, Overloaded


@pytest.fixture
def pool(zygote: Zygote) -> Iterator[Pool]:
    with opened(zygote) as made:
        yield made


def opened(
    zygote: Zygote, entry: str = "tests.graph.cages.entries:echo", size: int = 2, allow_network: bool = False
) -> Pool:
    return Pool(zygote, entry, what="trials", size=size, limits=Limits(), max_body=1 << 20, allow_network=allow_network)


def soon() -> float:
    return monotonic() + 10


def idle(pool: Pool) -> int:
    with pool._changed:
        return len(pool._idle)


def wait_for(condition) -> None:
    end = soon()
    while not condition():
        assert monotonic() < end
        sleep(0.005)


def test_one_stands_ready_before_anybody_asks_and_while_others_are_busy(pool: Pool) -> None:
    wait_for(lambda: idle(pool) == 1)
    first = pool.take(soon())
    wait_for(lambda: idle(pool) == 1)
    second = pool.take(soon())
    assert first.pid != second.pid
    pool.give(first, fit=True)
    pool.give(second, fit=True)


def test_a_fit_worker_is_used_again_and_another_is_not(pool: Pool) -> None:
    worker = pool.take(soon())
    worker.send({"number": 1})
    assert worker.receive(10)[0] == {"number": 1}
    pool.give(worker, fit=True)
    assert pool.take(soon()) is worker
    pool.give(worker, fit=False)
    assert worker.has_ended(10)
    again = pool.take(soon())
    assert again is not worker
    pool.give(again, fit=True)
    # What ended is let go of, and nothing is kept about it.
    wait_for(lambda: worker not in pool._uses)


def test_no_more_than_the_size_are_handed_out(pool: Pool) -> None:
    workers = [pool.take(soon()), pool.take(soon())]
    with pytest.raises(Overloaded, match="trials"):
        pool.take(monotonic() + 0.05)
    threading.Timer(0.05, pool.give, (workers.pop(),), {"fit": True}).start()
    workers.append(pool.take(soon()))
    for worker in workers:
        pool.give(worker, fit=True)


def test_a_worker_that_ended_while_it_stood_ready_is_not_handed_out(pool: Pool) -> None:
    wait_for(lambda: idle(pool) == 1)
    dead = pool._idle[0]
    dead.kill()
    assert dead.has_ended(10)
    worker = pool.take(soon())
    assert worker is not dead
    pool.give(worker, fit=True)


def test_a_worker_is_replaced_after_many_uses(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_USES", 3)
    pids = []
    for _ in range(9):
        worker = pool.take(soon())
        pids.append(worker.pid)
        pool.give(worker, fit=True)
    assert all(pids.count(pid) <= 3 for pid in pids)


def test_closing_ends_those_that_are_handed_out(zygote: Zygote) -> None:
    pool = opened(zygote)
    worker = pool.take(soon())
    closing = threading.Thread(target=pool.close)
    closing.start()
    assert worker.has_ended(10)
    pool.give(worker, fit=True)
    closing.join()
    with pytest.raises(Overloaded, match="closing"):
        pool.take(soon())


def test_what_cannot_be_started_is_told_to_who_asks(zygote: Zygote) -> None:
    with opened(zygote, "tests.graph.cages.entries:absent") as pool:
        for _ in range(2):
            with pytest.raises(CageError):
                pool.take(soon())


def test_where_nobody_can_be_caged_only_the_operator_lets_workers_out(caplog: pytest.LogCaptureFixture) -> None:
    with Zygote(["tests.graph.cages.entries", "tests.graph.store.no_cage"]) as zygote:
        with opened(zygote) as pool, pytest.raises(CageUnavailable):
            pool.take(soon())
        with opened(zygote, allow_network=True) as pool:
            worker = pool.take(soon())
            assert worker.cage == "none"
            pool.give(worker, fit=True)
    assert "as the operator allowed" in caplog.text


def test_permission_is_not_used_where_it_is_not_needed(zygote: Zygote) -> None:
    with opened(zygote, allow_network=True) as pool:
        worker = pool.take(soon())
        assert worker.cage in {"seccomp", "namespace"}
        pool.give(worker, fit=True)
