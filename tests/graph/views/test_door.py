"""Another process borrows a snapshot, and it stays until the borrower is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.errors import DataError
from graph.store.snapshots import Lease, Snapshots
from graph.views.door import Door, borrow

BORROWER = """
import sys, time
from pathlib import Path
from graph.views.door import borrow
with borrow(Path(sys.argv[1]), "public") as loan:
    print(loan.path, loan.sequence, flush=True)
    time.sleep(60)
"""


class Lender:
    """A store whose sequence is the number of its quads."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(str(folder / "triples"))
        self.snapshots = Snapshots(self.store, folder / "snapshots", lambda: len(self.store), interval=0)
        self.door = Door(folder, self.lend)

    def lend(self, world: str, at_least: int) -> Lease:
        if world != "public":
            raise DataError(f"there is no world {world}")
        return self.snapshots.latest(at_least)

    def write(self) -> None:
        self.store.add(Quad(NamedNode("http://a/"), NamedNode("http://b/"), Literal(str(len(self.store)))))

    def close(self) -> None:
        self.door.close()
        self.snapshots.close()


@pytest.fixture
def lender(tmp_path: Path):
    # Deeper than the name of a socket may be long.
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    lending = Lender(folder)
    lending.write()
    yield lending, folder
    lending.close()


def test_snapshot_holds_what_was_committed(lender: tuple[Lender, Path]) -> None:
    lending, folder = lender
    lending.write()
    with borrow(folder, "public", at_least=2) as loan:
        assert loan.sequence == 2
        assert len(Store.read_only(str(loan.path))) == 2


def test_snapshot_stays_while_it_is_read_and_goes_with_a_killed_reader(lender: tuple[Lender, Path]) -> None:
    lending, folder = lender
    with subprocess.Popen([sys.executable, "-c", BORROWER, folder], stdout=subprocess.PIPE, text=True) as reader:
        try:
            path = Path(reader.stdout.readline().split()[0])
            for _ in range(5):
                lending.write()
                with borrow(folder, "public", at_least=len(lending.store)):
                    pass
            assert len(Store.read_only(str(path))) == 1
        finally:
            reader.kill()
    end = monotonic() + 10
    while path.exists() and monotonic() < end:
        lending.write()
        with borrow(folder, "public"):
            sleep(0.05)
    assert not path.exists()


def test_what_the_lender_refuses_is_told(lender: tuple[Lender, Path]) -> None:
    with pytest.raises(DataError, match="no world"), borrow(lender[1], "private"):
        pass


def test_nobody_at_home(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not answer"), borrow(tmp_path, "public", timeout=0.1):
        pass


def test_socket_is_the_owners_alone(lender: tuple[Lender, Path]) -> None:
    assert (lender[1] / "snapshots.sock").stat().st_mode & 0o077 == 0
