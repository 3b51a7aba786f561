"""A follower's rest ends when somebody wakes it or writes, and by itself after a while."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from graph.log.database import Watch
from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.views import rest as module
from graph.views.rest import Rest

PATIENCE = 60.0


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest ends by itself within the test."""
    monkeypatch.setattr(module, "_LONGEST_REST_SECONDS", 10 * PATIENCE)


def resting(rest: Rest) -> Thread:
    thread = Thread(target=rest.rest, daemon=True)
    thread.start()
    return thread


@pytest.mark.usefixtures("patient")
def test_what_others_write_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "civigraph.sqlite"
    with Log.open(path) as log, Log.open(path) as other:
        rest = Rest(log.watch())
        rest.rest()  # what was written before is not known yet
        thread = resting(rest)
        thread.join(0.3)
        assert thread.is_alive(), "nobody has written"
        other.sources.ensure("a", "file:///a", PUBLIC)
        thread.join(PATIENCE)
        assert not thread.is_alive()
        rest.close()


@pytest.mark.usefixtures("patient")
def test_who_wakes_ends_it_and_the_next_one_where_nobody_rests(log: Log) -> None:
    rest = Rest(log.watch())
    rest.rest()
    for _ in range(2):
        thread = resting(rest)
        rest.wake()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    rest.wake()
    thread = resting(rest)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    rest.close()


def test_all_is_looked_at_after_a_while(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST_REST_SECONDS", 0.0)
    rest = Rest(log.watch())
    rest.rest()
    thread = resting(rest)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    rest.close()


class Looks(Watch):
    """Notes how long the rest was before each look, and tells of a write after so many."""

    def __init__(self, still: int) -> None:
        super().__init__(None)
        self.pauses: list[float] = []
        self._still = still

    def moved(self) -> bool:
        """Say whether that many have been answered with no."""
        return len(self.pauses) % self._still == 0


@pytest.mark.parametrize(
    ("still", "rests"),
    [pytest.param(200, 1, id="one rest"), pytest.param(1, 200, id="a database that cannot tell ends each at once")],
)
@pytest.mark.usefixtures("patient")
def test_looks_become_rarer(monkeypatch: pytest.MonkeyPatch, still: int, rests: int) -> None:
    watch = Looks(still)
    rest = Rest(watch)

    def wait(seconds: float) -> bool:
        watch.pauses.append(seconds)
        return False

    monkeypatch.setattr(rest._woken, "wait", wait)
    for _ in range(rests):
        rest.rest()
    assert watch.pauses[0] == module.FIRST_SECONDS
    assert watch.pauses == sorted(watch.pauses)
    assert watch.pauses[-1] == module._LONGEST_SECONDS
    rest.note_work()
    rest.rest()
    assert watch.pauses[200] == module.FIRST_SECONDS
