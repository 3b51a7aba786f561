"""Slow queries make room: real workers are stopped and go on, end when they must, and quick ones do not notice."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from graph.cages.zygote import Zygote
from graph.errors import CivigraphError, DeadlineReached, MemoryReached, Overloaded, ShareUsedUp
from graph.store.fairness import lanes
from graph.store.fairness.clients import Client
from graph.store.fairness.lanes import STEP, Run
from graph.store.fairness.rules import Fairness
from graph.store.workers import PRELOAD, QueryPool
from tests.graph.store.written import EX, Written

POINT = f"SELECT ?o {{ <{EX}s7> <{EX}p> ?o }}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# A million rows: slow where others ask too, and answered.
LONG = "SELECT (COUNT(*) AS ?n) { { SELECT ?a { ?a ?b ?c } LIMIT 500 } ?d ?e ?f }"
# Slow whoever asks, and answered.
LONGER = LONG.replace("500", "1500")
GREEDY = "SELECT (STRLEN(GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g)))) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
RULES = Fairness(slow_running=1, slow_held=5, client_seconds=0)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is slow but short is so for a moment only: processors may be busy with other things."""
    monkeypatch.setattr(lanes, "SHORT", 0.1)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote(PRELOAD) as zygote:
        yield zygote


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("lanes"))


class Asked:
    """A query asked in a thread of its own; `outcome` is its answer's body or the error that it ended with."""

    def __init__(self, pool: QueryPool, query: str, client: str | None = None, deadline: float = 30) -> None:
        self.outcome: bytes | CivigraphError | None = None
        self._cancelled = False
        self._thread = threading.Thread(target=self._ask, args=(pool, query, client, deadline))
        self._thread.start()

    def _ask(self, pool: QueryPool, query: str, client: str | None, deadline: float) -> None:
        try:
            with pool.admit(client) as place:
                answer = pool.run(query, place=place, deadline=deadline, cancelled=lambda: self._cancelled)
            self.outcome = answer.read()
        except CivigraphError as error:
            self.outcome = error

    def cancel(self) -> None:
        self._cancelled = True

    def result(self) -> bytes | CivigraphError | None:
        self._thread.join(60)
        return self.outcome


@pytest.fixture
def opened(zygote: Zygote, written: Written) -> Iterator[Callable[..., tuple[QueryPool, Callable[..., Asked]]]]:
    """Open a pool by its rules, with a way to ask it; what was asked is cancelled at the end."""
    asked: list[Asked] = []
    pools: list[QueryPool] = []

    def make(rules: Fairness = RULES, size: int = 4) -> tuple[QueryPool, Callable[..., Asked]]:
        pool = QueryPool(zygote, written.snapshots, size=size, rules=rules)
        pools.append(pool)
        pool.wait_ready()

        def ask(query: str, client: str | None = None, deadline: float = 30) -> Asked:
            asked.append(Asked(pool, query, client, deadline))
            return asked[-1]

        return pool, ask

    yield make
    for each in asked:
        each.cancel()
    for each in asked:
        each.result()
    for pool in pools:
        pool.close()


def becomes(look: Callable[[], object], seconds: float = 120) -> bool:
    """Whether what is looked at becomes true, in however long a busy machine takes."""
    end = monotonic() + seconds
    while not look():
        if monotonic() > end:
            return False
        sleep(0.01)
    return True


def runs(pool: QueryPool) -> list[Run]:
    return list(pool._lanes._runs)


def slow(pool: QueryPool) -> list[Run]:
    return [run for run in runs(pool) if run.slow]


def charge(pool: QueryPool, client: str, seconds: float) -> None:
    with pool.admit(client) as place:
        place.client.charge(seconds)


def state(run: Run) -> str:
    """The kernel's letter for what the worker does: T is stopped."""
    return Path(f"/proc/{run.slot.worker.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def test_a_slow_query_goes_to_the_lowest_priority_with_all_its_threads(opened) -> None:
    pool, ask = opened()
    ask(ENDLESS)
    assert becomes(lambda: slow(pool))
    pid = slow(pool)[0].slot.worker.pid
    threads = [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads} == {19}
    assert pool.run(POINT).read()


def test_another_worker_takes_the_place_of_a_slow_one(opened) -> None:
    """With one worker ready, three endless queries and a cheap one are all at work."""
    pool, ask = opened(size=1)
    for _ in range(3):
        ask(ENDLESS)
    assert becomes(lambda: len(slow(pool)) == 3)
    assert b"value 7" in pool.run(POINT).read()


def test_of_several_slow_queries_one_runs(opened) -> None:
    pool, ask = opened()
    for client in ("a", "b", "c"):
        ask(ENDLESS, client)
    assert becomes(lambda: len(slow(pool)) == 3)
    assert becomes(lambda: sorted(state(run) == "T" for run in slow(pool)) == [False, True, True])
    for _ in range(20):
        with pool._lanes._changed:
            waiting = [run for run in slow(pool) if run.is_stopped]
        assert len(waiting) == 2
        sleep(0.02)


def test_everyone_has_a_turn(opened) -> None:
    """Short ones first: all three use up what is short, though each would run for ever."""
    pool, ask = opened()
    for client in ("a", "b", "c"):
        ask(ENDLESS, client, 60)
    assert becomes(lambda: len(slow(pool)) == 3 and all(run.spent >= 0.1 for run in slow(pool)))


def test_one_client_has_one_turn_at_a_time(opened, monkeypatch) -> None:
    monkeypatch.setattr(lanes, "SHORT", 0)
    pool, ask = opened(replace(RULES, slow_running=2))
    for _ in range(3):
        ask(ENDLESS, "a", 60)
    assert becomes(lambda: len(slow(pool)) == 3)
    ask(ENDLESS, "b", 60)
    assert becomes(lambda: len(slow(pool)) == 4)

    def turns() -> list[str | None]:
        return sorted(run.client.name or "" for run in slow(pool) if not run.is_stopped)

    assert becomes(lambda: turns() == ["a", "b"])
    for _ in range(20):
        with pool._lanes._changed:
            assert turns().count("a") <= 1
        sleep(0.02)


def test_a_stopped_query_goes_on_and_is_answered(opened) -> None:
    pool, ask = opened()
    charge(pool, "a", 100 * STEP)
    ask(ENDLESS, "a", 60)
    assert becomes(lambda: any(run.spent > 0.2 for run in slow(pool)))
    asked = [ask(LONG, client, 60) for client in ("b", "c")]
    assert [b'"1000000"' in each.result() for each in asked] == [True, True]


def test_who_is_alone_is_slow_later_and_at_once_when_another_comes(opened, monkeypatch) -> None:
    """Its worker keeps its priority, and so is used again, as long as nobody else is there.

    Nor is it looked at meanwhile: each look would take the processor's caches from it.
    """
    monkeypatch.setattr(lanes, "ALONE", 60)
    looks, look = [], lanes.Lanes._look
    monkeypatch.setattr(lanes.Lanes, "_look", lambda self, now: (looks.append(now), look(self, now)))
    pool, ask = opened()
    ask(ENDLESS, "a", 60)
    assert becomes(lambda: any(run.slot.worker.processor_time() > 10 * RULES.slow_after for run in runs(pool)))
    assert slow(pool) == []
    assert len(looks) <= 1
    assert pool.run(POINT).read()
    assert len(slow(pool)) == 1
    assert becomes(lambda: len(looks) > 10)


def test_a_worker_that_was_slow_answers_no_other_query(opened, monkeypatch) -> None:
    """It cannot get its priority back."""
    monkeypatch.setattr(lanes, "ALONE", 0)
    begun: list[lanes.Run] = []
    begin = lanes.Lanes.begin

    def noted(self: lanes.Lanes, *how: Any) -> lanes.Run:
        begun.append(begin(self, *how))
        return begun[-1]

    # To see a run while it runs takes luck on a busy machine.
    monkeypatch.setattr(lanes.Lanes, "begin", noted)
    pool, ask = opened(size=1)
    assert isinstance(ask(LONGER).result(), bytes)
    (run,) = begun
    pid = run.slot.worker.pid
    assert run.slow
    assert becomes(lambda: not Path(f"/proc/{pid}").exists())
    assert pool.run(POINT).read()


def test_who_waited_most_of_his_time_was_not_too_slow(opened, monkeypatch) -> None:
    """A stopped query ends at its deadline too, and is told what kept it."""
    monkeypatch.setattr(lanes, "SHORT", 0)
    pool, ask = opened()
    charge(pool, "b", 100 * STEP)
    first = ask(ENDLESS, "a", 10)
    assert becomes(lambda: slow(pool))
    second = ask(ENDLESS, "b", 5)
    outcome = second.result()
    assert isinstance(outcome, Overloaded)
    assert "waiting" in outcome.what
    assert outcome.retry_after
    assert isinstance(first.result(), DeadlineReached)


def test_one_slow_query_too_many_is_told_so(opened) -> None:
    pool, ask = opened(replace(RULES, slow_held=2))
    charge(pool, "a", 100 * STEP)
    asked = [ask(ENDLESS, client, 60) for client in ("a", "b")]
    assert becomes(lambda: len(slow(pool)) == 2 and all(run.spent >= 0.1 for run in slow(pool)))
    # Who used most makes room for who used least.
    third = ask(ENDLESS, "c", 60)
    outcome = asked[0].result()
    assert isinstance(outcome, Overloaded)
    assert outcome.retry_after
    assert [asked[1].outcome, third.outcome] == [None, None]


def test_together_they_hold_only_so_much_memory(opened) -> None:
    pool, ask = opened(replace(RULES, memory=30 << 20))
    charge(pool, "b", 100 * STEP)
    other = ask(ENDLESS, "b", 60)
    assert becomes(lambda: slow(pool))
    outcome = ask(GREEDY, "a", 60).result()
    assert isinstance(outcome, MemoryReached)
    assert "this one took the most" in outcome.what
    assert other.outcome is None
    assert pool.run(POINT).read()


def test_what_is_used_is_charged_and_used_up(opened) -> None:
    pool, ask = opened(replace(RULES, client_seconds=0.04))
    assert isinstance(ask(ENDLESS, "a", 3).result(), DeadlineReached)
    with pytest.raises(ShareUsedUp) as refused:
        pool.admit("a")
    assert refused.value.retry_after
    with pool.admit("b") as place:
        assert pool.run(POINT, place=place).read()
        assert place.client.owed() > 0


def test_who_goes_away_is_no_longer_worked_for(opened) -> None:
    pool, ask = opened()
    asked = [ask(ENDLESS, client) for client in ("a", "b")]
    assert becomes(lambda: len(slow(pool)) == 2)
    pids = [run.slot.worker.pid for run in slow(pool)]
    for each in asked:
        each.cancel()
        assert "cancelled" in str(each.result())
    assert becomes(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    assert runs(pool) == []


def test_a_pool_closes_over_running_and_stopped_queries(zygote: Zygote, written: Written) -> None:
    pool = QueryPool(zygote, written.snapshots, size=3, rules=RULES)
    asked = [Asked(pool, ENDLESS, client) for client in ("a", "b", "c")]
    assert becomes(lambda: len(slow(pool)) == 3)
    pids = [run.slot.worker.pid for run in slow(pool)]
    pool.close()
    assert all(isinstance(each.result(), CivigraphError) for each in asked)
    assert becomes(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_those_who_ask_slow_queries_cannot_take_the_last_worker(opened) -> None:
    pool, _ = opened(size=4)
    roster = pool._roster
    slots = [roster.take(None, patience=1, until=monotonic() + 30, typical=2.0) for _ in range(3)]
    with pytest.raises(Overloaded, match="busy"):
        roster.take(None, patience=0, until=monotonic() + 0.5, typical=2.0)
    slots.append(roster.take(None, patience=1, until=monotonic() + 30, typical=0.001))
    for slot in slots:
        roster.give(slot, fit=True)


def test_of_those_who_wait_the_quick_come_first(opened) -> None:
    pool, _ = opened(size=1)
    roster = pool._roster
    slot = roster.take(None, patience=1, until=monotonic() + 30)
    order: list[float] = []

    def take(typical: float) -> None:
        slot = roster.take(None, patience=1, until=monotonic() + 60, typical=typical)
        order.append(typical)
        roster.give(slot, fit=True)

    waiting = [threading.Thread(target=take, args=(typical,)) for typical in (3.0, 2.0, 0.001)]
    for number, thread in enumerate(waiting, 1):
        thread.start()
        assert becomes(lambda number=number: len(roster._waiting) == number)
    roster.give(slot, fit=True)
    for thread in waiting:
        thread.join()
    assert order == [0.001, 2.0, 3.0]


@pytest.mark.parametrize(
    ("spent", "owed", "began", "claim"),
    [
        (0.09, 100, 5.0, (0, 5.0)),
        (0.1, 0.6, 5.0, (1, 5.0)),
        (3.0, STEP + 1, 5.0, (2, 5.0)),
        (0.6, 10 * STEP + 1, 7.0, (11, 7.0)),
    ],
)
def test_turns_go_by_what_was_used(opened, spent: float, owed: float, began: float, claim: tuple[int, float]) -> None:
    pool, _ = opened(size=1)
    slot = pool._roster.take(None, patience=1, until=monotonic() + 30)
    client = Client("a", 0)
    client.charge(owed)
    run = Run(slot, client, began)
    run.spent = spent
    assert run.claim() == claim
    pool._roster.give(slot, fit=True)
