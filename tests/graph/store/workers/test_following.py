"""Answers follow what is written to the store, never half of it."""

from __future__ import annotations

import threading
from time import monotonic, process_time, sleep

from graph.errors import (
    DataError,
)
from graph.store.snapshots import Snapshots
from graph.store.workers import QueryPool
from tests.graph.store.workers.asking import COUNT, POINT, becomes, fails, rows, sequence_of
from tests.graph.store.workers.hostile import HOSTILE
from tests.graph.store.written import EX, Written

# Snapshots


def test_who_writes_reads_what_he_wrote(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, patience=10) as pool:
        for _ in range(5):
            number = written.write()
            answer = pool.run(f"ASK {{ <{EX}right/{number}> ?p {number} }}", at_least=number)
            assert answer.sequence >= number
            assert b"true" in answer.read()


def test_who_waits_for_a_sequence_gets_it_when_it_comes(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, patience=4) as pool:
        pool.wait_ready()
        sleep(0.6)
        threading.Timer(0.2, written.write).start()
        start = monotonic()
        with pool.run(POINT, at_least=1) as answer:
            assert answer.sequence == 1
        assert monotonic() - start < 3
        # What does not come is not waited for beyond the bound; the answer tells.
        with pool.run(POINT, at_least=99) as answer:
            assert answer.sequence == 1


def test_a_long_write_does_not_slow_queries_down(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, max_age=0.3) as pool:
        pool.wait_ready()
        written.write()
        with written.lock:
            # While the write lasts they are answered from the older snapshot: else this would never end.
            end = monotonic() + 2
            while monotonic() < end:
                with pool.run(POINT) as answer:
                    assert answer.sequence == 0
        assert becomes(lambda: sequence_of(pool), 1)


def test_a_store_that_cannot_tell_its_sequence_is_borne(zygote, tmp_path):
    """The views are opened again after an error: meanwhile the last snapshot serves."""
    written = Written(tmp_path)
    closed = threading.Event()

    def sequence() -> int:
        if closed.is_set():
            raise DataError("the views are closed")
        return written.sequence

    snapshots = Snapshots(written.store, tmp_path / "others", sequence, interval=0)
    with QueryPool(zygote, snapshots, size=2, max_age=0.1, patience=4) as pool:
        pool.wait_ready()
        sleep(0.3)
        closed.set()
        sleep(0.3)
        assert rows(pool.run(POINT)) == [{"o": "value 7"}]
        closed.clear()
        number = written.write()
        with pool.run(POINT, at_least=number) as answer:
            assert answer.sequence == number


def test_many_waiters_do_not_keep_the_processor_busy(zygote, written):
    """Waiting for a worker is sleeping: forty who wait two seconds take little time of this process."""
    with QueryPool(zygote, written.snapshots, size=1) as pool:
        pool.wait_ready()
        slow = threading.Thread(target=fails, args=(pool, HOSTILE["cross product"][0], 2))
        slow.start()
        sleep(0.2)
        threads = [threading.Thread(target=lambda: pool.run(POINT).close()) for _ in range(40)]
        before = process_time()
        for thread in threads:
            thread.start()
        slow.join()
        spent = process_time() - before
        for thread in threads:
            thread.join()
    assert spent < 0.7


def test_no_answer_lies_far_behind_the_store(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, max_age=0.5, patience=10) as pool:
        pool.run(POINT).close()
        number = written.write()
        sleep(0.6)
        with pool.run(POINT) as answer:
            assert answer.sequence == number


def test_all_ready_workers_follow_the_store_in_the_end(zygote, tmp_path):
    """A few at once, the others one by one, and the old snapshot goes."""
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=8) as pool:
        roster = pool._roster
        assert becomes(lambda: len(roster._idle), 8)
        number = written.write()
        assert becomes(lambda: sequence_of(pool), number)
        assert becomes(lambda: {slot.lease.sequence for slot in roster._idle}, {number})
        assert becomes(lambda: len(roster._idle), 8)


def test_no_reader_sees_half_a_commit(zygote, tmp_path):
    written = Written(tmp_path)
    stop = threading.Event()
    faults: list[str] = []
    seen: set[int] = set()

    def write() -> None:
        while not stop.wait(0.005):
            written.write()

    def read(pool: QueryPool) -> None:
        while not stop.is_set():
            answer = pool.run(COUNT)
            seen.add(answer.sequence)
            count = int(rows(answer)[0]["n"])
            if count != 2000 + 2 * answer.sequence:
                faults.append(f"{count} triples at {answer.sequence}")

    with QueryPool(zygote, written.snapshots, size=5) as pool:
        threads = [threading.Thread(target=write), *(threading.Thread(target=read, args=(pool,)) for _ in range(3))]
        for thread in threads:
            thread.start()
        sleep(4)
        stop.set()
        for thread in threads:
            thread.join()
    assert faults == []
    assert len(seen) > 3
    # Two kept, none in use any more.
    assert len(list((tmp_path / "snapshots").iterdir())) == 2
