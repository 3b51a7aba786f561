"""A long way is gone by two processes: the views are then the same, whatever happens to the second one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from graph.instance import Instance
from graph.log.rows import MEMBERS
from graph.records.record import Record
from graph.terms import literal
from graph.views import batch, follower
from graph.views.beside import Beside
from graph.views.view import World
from graph.views.views import Views
from tests.graph.views.making import EX, PUBLISHER, actor, dataset, ex, put
from tests.graph.views.test_holder import CHECKOUT, PATIENCE, state, waited

_CHANGES = 200


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    """A data directory with records of two sources and two audiences, some of them changed, in small batches."""
    monkeypatch.setattr(follower, "CHANGES_A_BATCH", _CHANGES)
    with Instance.open(tmp_path / "data", create=True) as made:
        for turn in range(2):
            put(made.log, "alpha", *(actor(f"actor{n}", f"Actor {n} as of {turn}") for n in range(5)))
            put(made.log, "beta", *(said(n, turn) for n in range(50)))
        put(made.log, "beta", dataset("closed", title=literal("Closed")), audience=MEMBERS)
        made.log.retract("beta", [f"{EX}d7", f"{EX}d47"], agent="test")
        yield made


def said(number: int, turn: int) -> Record:
    subject = ex(f"d{number}")
    title = literal(f"Dataset {number}" if number % 3 else f"Dataset {number}, {turn}", language="en")
    return dataset(f"d{number}", (subject, PUBLISHER, ex(f"actor{number % 5}")), title=title)


@pytest.fixture
def alone(instance: Instance, tmp_path: Path) -> list[tuple]:
    """What views are that one process made."""
    found = []
    for world in World:
        views = opened_at(instance, tmp_path / "alone", world)
        while changes := instance.log.changes(views.position(), _CHANGES):
            views.apply(batch.Batch(changes, instance.log))
        views.flush()
        found.append((views.triples.store.dump(), views.search.dump(), views.catalog.dump()))
        views.close()
    return found


def opened_at(instance: Instance, folder: Path, world: World) -> Views:
    return Views(world, folder / world, instance.base)


class Seen(Beside):
    """Remembers each second process."""

    made: ClassVar[list[Seen]] = []

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.made.append(self)


@pytest.fixture(autouse=True)
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Seen]:
    monkeypatch.setattr(Seen, "made", [])
    monkeypatch.setattr(follower, "Beside", Seen)
    monkeypatch.setattr(follower, "_LONG_WAY", 60)
    return Seen.made


def test_two_processes_make_what_one_makes(instance: Instance, alone: list[tuple], seen: list[Seen]) -> None:
    with instance.hold() as holder:
        waited(holder, instance.log.sequence())
        assert state(holder) == alone
        # Public records come first; the full world then has the whole way before it.
        assert len(seen) == 2
        assert all(each._process.wait(PATIENCE) == 0 for each in seen)
        last = put(instance.log, "beta", dataset("after", title=literal("After")))
        waited(holder, last)
        assert f"{EX}after" in {hit.iri for hit in holder.public.search.search("After").hits}
        assert len(seen) == 2


def test_made_again_by_two_processes(instance: Instance, alone: list[tuple], seen: list[Seen]) -> None:
    with instance.hold() as holder:
        waited(holder, instance.log.sequence())
        seen.clear()
        holder.rebuild()
        assert seen
        assert state(holder) == alone


@pytest.mark.parametrize("moment", ["at once", "at the first news"])
def test_a_second_process_that_dies_is_not_missed(
    instance: Instance, alone: list[tuple], seen: list[Seen], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    look = Beside.look

    def killing(self: Beside) -> bool:
        if moment == "at once" or self._told:
            self._process.kill()
            self._process.wait()
        return look(self)

    monkeypatch.setattr(Beside, "look", killing)
    told: list[str] = []
    with instance.hold(told.append) as holder:
        waited(holder, instance.log.sequence())
        assert state(holder) == alone
    # The first may have ended in peace where the full world was opened before it told anything.
    assert len(seen) <= 2
    assert any("this process goes on alone" in sentence for sentence in told)


def test_closing_on_the_way_leaves_no_process_and_nothing_is_lost(
    instance: Instance, alone: list[tuple], seen: list[Seen]
) -> None:
    with instance.hold():
        end = time.monotonic() + PATIENCE
        while not seen and time.monotonic() < end:
            time.sleep(0.01)
    assert seen[0]._process.returncode is not None
    with instance.hold() as holder:
        waited(holder, instance.log.sequence())
        assert state(holder) == alone


_HOLDING = """
import sys, time
from pathlib import Path
from graph.log.log import Log
from graph.views.beside import Beside
from graph.views.view import World
from graph.views.views import Views
views = Views(World.PUBLIC, Path(sys.argv[2]), "http://base.example/")
print(Beside(Log.open(Path(sys.argv[1])), [views])._process.pid, flush=True)
time.sleep(600)
"""


def test_it_ends_with_the_process_that_started_it(instance: Instance, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDING, instance.log.address, str(tmp_path / "views")],
        cwd=CHECKOUT, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        second = int(process.stdout.readline())
        assert is_running(second)
        process.send_signal(signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while is_running(second) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(second)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
