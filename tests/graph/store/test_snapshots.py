"""A snapshot is whole, knows its sequence, is made when it is due, and goes when nobody reads it."""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic, sleep

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.errors import DataError, Overloaded
from graph.store.snapshots import Snapshots

P = NamedNode("http://example.org/p")


class Written:
    """A store with a sequence, written two quads at a time, both or none."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(str(folder / "triples"))
        self.lock = threading.Lock()
        self.sequence = 0

    def write(self) -> None:
        with self.lock:
            number = self.sequence + 1
            left, right = (NamedNode(f"http://example.org/{side}/{number}") for side in ("left", "right"))
            self.store.extend([Quad(left, P, Literal(number)), Quad(right, P, Literal(number))])
            self.sequence = number


@pytest.fixture
def written(tmp_path):
    return Written(tmp_path)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "snapshots"


def _count(path: Path) -> int:
    return len(Store.read_only(str(path)))


def test_a_snapshot_holds_what_was_committed(written, folder):
    snapshots = Snapshots(written.store, folder, lambda: written.sequence, writing=written.lock)
    written.write()
    with snapshots.latest() as lease:
        assert lease.sequence == 1
        assert _count(lease.path) == 2
        written.write()
        assert _count(lease.path) == 2


def test_nothing_is_made_while_nothing_changes(written, folder):
    snapshots = Snapshots(written.store, folder, lambda: written.sequence, interval=0)
    paths = set()
    for _ in range(5):
        with snapshots.latest() as lease:
            paths.add(lease.path)
    assert len(paths) == 1


def test_at_most_one_is_made_in_each_interval(written, folder):
    snapshots = Snapshots(written.store, folder, lambda: written.sequence, interval=0.2)
    paths = set()
    start = monotonic()
    while monotonic() - start < 1:
        written.write()
        with snapshots.latest() as lease:
            paths.add(lease.path)
    assert 3 <= len(paths) <= 6


def test_who_needs_a_sequence_waits_for_it(written, folder):
    snapshots = Snapshots(written.store, folder, lambda: written.sequence, interval=0.3)
    snapshots.latest().release()
    written.write()
    with snapshots.latest() as early:
        assert early.sequence == 0
    with snapshots.latest(at_least=1) as lease:
        assert lease.sequence == 1
    # What does not come is not waited for beyond the bound, and the lease tells.
    start = monotonic()
    with snapshots.latest(at_least=99, wait=0.1) as lease:
        assert lease.sequence == 1
    assert monotonic() - start < 1


def test_two_are_kept_and_those_in_use(written, folder):
    snapshots = Snapshots(written.store, folder, lambda: written.sequence, interval=0)
    held = snapshots.latest()
    for _ in range(4):
        written.write()
        snapshots.latest().release()
    assert len(list(folder.iterdir())) == 3
    assert held.path.exists()
    held.release()
    held.release()
    assert not held.path.exists()
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == ["3", "4"]


def test_leftovers_go_at_the_start_and_all_at_the_end(written, folder):
    (folder / "7-1").mkdir(parents=True)
    (folder / "7-1" / "CURRENT").write_text("x")
    (folder / "note").write_text("not ours")
    snapshots = Snapshots(written.store, folder, lambda: written.sequence)
    assert [path.name for path in folder.iterdir()] == ["note"]
    snapshots.latest().release()
    held = snapshots.latest()
    snapshots.close()
    assert held.path.exists()
    held.release()
    assert [path.name for path in folder.iterdir()] == ["note"]
    with pytest.raises(DataError, match="closed"):
        snapshots.latest()


def test_a_long_write_does_not_hold_readers(written, folder):
    snapshots = Snapshots(written.store, folder, lambda: written.sequence, writing=written.lock, interval=0)
    snapshots.latest().release()
    written.write()
    with written.lock:
        start = monotonic()
        with snapshots.latest() as lease:
            assert lease.sequence == 0
        assert monotonic() - start < 1
    sleep(0.01)
    with snapshots.latest() as lease:
        assert lease.sequence == 1


def test_without_any_snapshot_a_long_write_is_told(written, folder):
    snapshots = Snapshots(written.store, folder, lambda: written.sequence, writing=written.lock, first=0.1)
    with written.lock, pytest.raises(Overloaded, match="written"):
        snapshots.latest(wait=0.2)


def test_a_copy_that_fails_is_told_or_the_last_one_serves(written, folder):
    class Failing:
        fails = True

        def backup(self, path: Path, /) -> None:
            if self.fails:
                raise OSError("no space left on device")
            written.store.backup(path)

    store = Failing()
    snapshots = Snapshots(store, folder, lambda: written.sequence, interval=0)
    with pytest.raises(DataError, match="no space"):
        snapshots.latest()
    store.fails = False
    snapshots.latest().release()
    store.fails = True
    written.write()
    with snapshots.latest() as lease:
        assert lease.sequence == 0


@pytest.mark.parametrize("locked", [True, False])
def test_no_reader_sees_half_a_commit(written, folder, locked):
    """A writer commits pairs all the time while four readers ask: pairs are whole, sequences never go back."""
    snapshots = Snapshots(
        written.store, folder, lambda: written.sequence, writing=written.lock if locked else None, interval=0.02
    )
    stop = threading.Event()
    faults: list[str] = []

    def write() -> None:
        while not stop.is_set():
            written.write()

    def read() -> None:
        last = 0
        while not stop.is_set():
            with snapshots.latest() as lease:
                if lease.sequence < last:
                    faults.append(f"{lease.sequence} after {last}")
                last = lease.sequence
                count = _count(lease.path)
            if count % 2 or count < 2 * lease.sequence or (locked and count != 2 * lease.sequence):
                faults.append(f"{count} quads at {lease.sequence}")

    threads = [threading.Thread(target=write), *(threading.Thread(target=read) for _ in range(4))]
    for thread in threads:
        thread.start()
    sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert written.sequence > 20
    assert len(list(folder.iterdir())) <= 2
