"""Quick queries stay quick while slow ones run: what runs is watched, and who took long makes room.

A thread looks every ten milliseconds how much processor time each query has used, and one that is alone when it may
have used up its share. One that used more than its first
share, a larger one while no other runs, is *slow*: its worker goes to the lowest priority, another worker takes its
place among the ready, and of all the slow few run at a time while the others are stopped by signal, memory and all.
Turns go by claim: first who is still short, then the client that used least, then who came first. Where there are too
many, the last by claim is ended; where their memory is too much, the largest.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from math import inf
from time import monotonic

from graph.errors import CivigraphError, MemoryReached, Overloaded
from graph.store.fairness.clients import Client
from graph.store.fairness.roster import Slot
from graph.store.fairness.rules import Fairness

logger = logging.getLogger(__name__)

TICK = 0.01
# A turn is worth its two signals and the processor's caches.
TURN = 0.1
# Who is alone is slow only after this: a worker that was slow is not used again, and a new one has nothing in its
# caches, which costs a query of 50 ms a fifth of its time.
ALONE = 0.5
# Slow, but short enough to go first whoever asks.
SHORT = 0.5
# Clients are told apart by what they used in steps: within one, who came first goes first, and finishes.
STEP = 5.0

_LOWEST = 19
_RETRY_SECONDS = 10


class Run:
    """One query that a worker is answering; `ended` says whether it was ended from here."""

    def __init__(self, slot: Slot, client: Client, began: float) -> None:
        self.slot = slot
        self.client = client
        self.began = began
        self.spent = 0.0
        self.slow = False
        self.ended = False
        self._start = slot.worker.processor_time()
        self._stopped_at: float | None = None
        self._stopped = 0.0

    @property
    def is_stopped(self) -> bool:
        """Whether it waits for its turn."""
        return self._stopped_at is not None

    def stopped_seconds(self) -> float:
        """Give the seconds in which it waited for its turns."""
        return self._stopped + (monotonic() - self._stopped_at if self._stopped_at is not None else 0.0)

    def measure(self) -> None:
        """Note the processor time used since the last look, and charge it to the client."""
        used = self.slot.worker.processor_time() - self._start
        if used > self.spent:
            self.client.charge(used - self.spent)
            self.spent = used

    def stop(self) -> None:
        """Stop the worker until its turn."""
        if self._stopped_at is None:
            self._stopped_at = monotonic()
            self.slot.worker.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let the worker go on."""
        if self._stopped_at is not None:
            self._stopped += monotonic() - self._stopped_at
            self._stopped_at = None
            self.slot.worker.signal(signal.SIGCONT)

    def end(self, reason: CivigraphError) -> None:
        """End the worker, for a reason that is told to who asks."""
        self.ended = True
        self.slot.worker.kill(reason)

    def claim(self) -> tuple[int, float]:
        """Give what turns are ordered by, the smallest first."""
        return (0 if self.spent < SHORT else 1 + int(self.client.owed() / STEP), self.began)


class Lanes:
    """Watches the queries that run; safe to use from any thread. `hold` is called with a worker that became slow."""

    def __init__(self, rules: Fairness, hold: Callable[[Slot], None]) -> None:
        self._rules = rules
        self._hold = hold
        self._changed = threading.Condition()
        self._runs: list[Run] = []
        self._leaving: list[Slot] = []
        self._turn_ends = 0.0
        self._due = inf
        self._closed = False
        self._thread = threading.Thread(target=self._watch, name="query-lanes", daemon=True)
        self._thread.start()

    def begin(self, slot: Slot, client: Client, began: float) -> Run:
        """Watch a query from now on; `began` (`time.monotonic`) is when it was asked."""
        run = Run(slot, client, began)
        with self._changed:
            self._runs.append(run)
            if len(self._runs) > 1:
                self._tell_apart()
            if monotonic() + self._rest() < self._due:
                self._changed.notify()
        return run

    def end(self, run: Run) -> None:
        """Watch it no longer: nothing happens to its worker from here after this."""
        with self._changed:
            self._runs.remove(run)
            run.measure()
            run.client.note(run.spent)
            if run.slow:
                # Its turn is another's; its memory is its own until it is gone.
                self._turn_ends = 0.0
                self._leaving.append(run.slot)

    def close(self) -> None:
        """Watch nothing any more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                self._sleep()
                try:
                    self._look(monotonic())
                except Exception:  # one look that fails must not be the last: nothing would make room any more
                    logger.exception("the running queries could not be looked at")

    def _sleep(self) -> None:
        rest = self._rest()
        self._due = monotonic() + rest
        self._changed.wait(rest if rest < inf else None)

    def _rest(self) -> float:
        """Give the seconds until the next look: each one takes the processors and their caches from who runs."""
        if len(self._runs) == 1 and not self._runs[0].slow:
            return max(TICK, self._share() - self._runs[0].spent)
        return TICK if self._runs else inf

    def _look(self, now: float) -> None:
        self._tell_apart()
        slow = sorted((run for run in self._runs if run.slow and not run.ended), key=Run.claim)
        for run in slow[self._rules.slow_held :]:
            run.end(_too_many())
        has_room = self._bound_memory(slow[: self._rules.slow_held])
        running = sum(not run.is_stopped for run in slow)
        if now >= self._turn_ends or running > self._rules.slow_running or not has_room:
            self._turn_ends = now + TURN
            self._give_turns([run for run in slow if not run.ended], self._rules.slow_running if has_room else 0)

    def _tell_apart(self) -> None:
        """Note who took long; who is alone may take longer, until another comes: nobody has to be made room for."""
        share = self._share()
        for run in self._runs:
            if not run.is_stopped:
                run.measure()
                if not run.slow and run.spent >= share:
                    self._make_slow(run)

    def _share(self) -> float:
        return self._rules.slow_after if len(self._runs) > 1 else max(self._rules.slow_after, ALONE)

    def _make_slow(self, run: Run) -> None:
        run.slot.worker.renice(_LOWEST)
        run.slow = True
        self._turn_ends = 0.0
        self._hold(run.slot)

    def _bound_memory(self, slow: list[Run]) -> bool:
        """End the largest where together they hold too much; says whether the others may go on."""
        self._leaving = [slot for slot in self._leaving if not slot.worker.has_ended()]
        sizes = sorted(((_memory(run.slot), number) for number, run in enumerate(slow)), reverse=True)
        total = sum(size for size, _ in sizes)
        # What is ended still holds its memory for a while: the others wait for that, but pay for their own alone.
        leaving = sum(map(_memory, self._leaving))
        for size, number in sizes:
            if total <= self._rules.memory:
                break
            total -= size
            leaving += size
            slow[number].end(_too_much_memory())
        return total + leaving <= self._rules.memory

    def _give_turns(self, slow: list[Run], number: int) -> None:
        """Let the first by claim run, no two of one client, and stop the others before."""
        turns: list[Run] = []
        for run in slow:
            if len(turns) < number and all(run.client is not other.client for other in turns):
                turns.append(run)
        for run in slow:
            if run not in turns:
                run.stop()
        for run in turns:
            run.go_on()


def _memory(slot: Slot) -> int:
    """Give the bytes that a worker took for its query."""
    return max(0, slot.worker.resident() - slot.first_resident)


def _too_many() -> Overloaded:
    return Overloaded(
        "too many slow queries are running, and others came before this one",
        remedy="try again in a moment, or make it narrower",
        retry_after=_RETRY_SECONDS,
    )


def _too_much_memory() -> MemoryReached:
    return MemoryReached("the queries that run took more memory than there is for them, and this one took the most")
