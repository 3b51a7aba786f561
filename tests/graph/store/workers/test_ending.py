"""What dies is replaced, and nothing is left after the end."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from time import sleep

import pytest

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import (
    CageUnavailable,
    DeadlineReached,
    MemoryReached,
    Overloaded,
    WorkerDied,
)
from graph.store.workers import PRELOAD, QueryPool
from tests.graph.store.workers.asking import POINT, children, fails, rows
from tests.graph.store.workers.hostile import HOSTILE

# Life and death


def test_a_killed_worker_is_replaced(zygote, written):
    with QueryPool(zygote, written.snapshots, size=1) as pool:
        pool.wait_ready()
        before = set(children(zygote.pid))
        pool.run(POINT).close()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        sleep(0.1)
        # The pool of this module loses its idle workers too, and finds out by itself.
        assert rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_a_killed_zygote_is_replaced(written):
    with Zygote(PRELOAD) as zygote, QueryPool(zygote, written.snapshots, size=2) as pool:
        pool.wait_ready()
        assert zygote.pid is not None
        os.kill(zygote.pid, signal.SIGKILL)
        sleep(0.1)
        assert rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_nothing_is_left_after_close(written):
    before = set(os.listdir("/proc/self/fd"))
    with Zygote(PRELOAD) as zygote:
        pool = QueryPool(zygote, written.snapshots, size=4)
        pool.wait_ready()
        pool.run(POINT).close()
        with pytest.raises(DeadlineReached):
            pool.run(HOSTILE["cross product"][0], deadline=0.3)
        asking = threading.Thread(target=fails, args=(pool, HOSTILE["cross product"][0], 30))
        asking.start()
        sleep(0.3)
        pids = children(zygote.pid)
        assert pids
        pool.close()
        asking.join(5)
        assert not asking.is_alive()
        assert children(zygote.pid) == []
        with pytest.raises(Overloaded, match="closing"):
            pool.run(POINT)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert set(os.listdir("/proc/self/fd")) == before


def test_a_machine_that_cages_nobody_serves_nobody(written):
    """Unless the operator names the override."""
    with Zygote([*PRELOAD, "tests.graph.store.no_cage"]) as zygote:
        with QueryPool(zygote, written.snapshots, size=1) as pool:
            with pytest.raises(CageUnavailable):
                pool.wait_ready()
            with pytest.raises(CageUnavailable):
                pool.run(POINT)
        with QueryPool(zygote, written.snapshots, size=1, allow_network=True) as pool:
            assert rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_a_worker_that_cannot_start_is_told(zygote, written):
    with (
        QueryPool(zygote, written.snapshots, size=1, limits=Limits(memory_bytes=32 << 20)) as pool,
        pytest.raises((MemoryReached, WorkerDied)),
    ):
        pool.run(POINT)
