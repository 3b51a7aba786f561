"""The workers that wait for queries: started before they are needed, each on one snapshot, replaced when it is stale.

As many stand ready as a burst of queries takes at once: to wait for a fork on busy processors is to wait long.

A thread of its own starts and ends them, so that no caller waits for a fork unless the pool is empty.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from graph.cages.limits import Limits
from graph.cages.starter import Starter
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.errors import CageUnavailable, CivigraphError, LimitReached, Overloaded, WorkerDied
from graph.store.fairness.clients import LOOK_SECONDS
from graph.store.snapshots import Lease, Snapshots

logger = logging.getLogger(__name__)

ENTRY = "graph.store.query_worker:serve"

# What a worker may have become by its queries before another takes its place.
MAX_QUERIES = 1000
MAX_RESIDENT = 256 << 20

# Of the ready, how many follow the store at once when it changes; the others follow one by one.
FRESH = 4

# One ready worker of so many is kept for who asks quick queries: those who ask slow ones cannot take the last.
KEPT_SHARE = 4
QUICK = 0.05

_OPEN_SECONDS = 15.0
_LONGEST_PAUSE = 2.0
_REPLACE_SECONDS = 0.25


@dataclass(eq=False)
class Slot:
    """A worker with the snapshot that it has open; `first_resident` is the memory that it held before any query."""

    worker: Worker
    lease: Lease
    first_resident: int = 0
    answered: int = 0
    resident: int = 0

    def close(self) -> None:
        """End the worker and let go of its snapshot."""
        self.worker.close()
        self.lease.release()


class Roster:
    """Keeps `size` workers ready or answering, and starts others for those that are held; safe to use from any thread.

    A worker is fresh as long as its snapshot is the store's present state or younger than `max_age` seconds.
    `allow_network` lets a worker keep the network where it cannot be taken away: only an operator may say so, by name.
    """

    def __init__(
        self,
        zygote: Zygote,
        snapshots: Snapshots,
        *,
        size: int,
        limits: Limits,
        max_age: float,
        allow_network: bool,
    ) -> None:
        self._snapshots = snapshots
        self._size = size
        self._max_age = max_age
        self._starter = Starter(zygote, ENTRY, what="queries", limits=limits, allow_network=allow_network)
        self._lock = threading.Lock()
        # Who waits for a worker waits for `_freed`, the keeper for `_asked`: else waiters would wake each other.
        self._freed = threading.Condition(self._lock)
        self._asked = threading.Condition(self._lock)
        self._idle: list[Slot] = []
        self._busy: set[Slot] = set()
        self._held: set[Slot] = set()
        self._retired: list[Slot] = []
        self._waiting: list[float] = []
        self._failure: CivigraphError | None = None
        self._failures = 0
        self._next_try = 0.0
        self._stale_seen = False
        self._next_replacement = 0.0
        self._known = 0
        self._best: tuple[float, float] = (0.0, 0.0)
        self._closed = False
        snapshots.watch(self._renew)
        self._keeper = threading.Thread(target=self._keep, name="query-workers", daemon=True)
        self._keeper.start()

    def take(
        self,
        at_least: int | None,
        *,
        patience: float,
        until: float,
        typical: float = 0.0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Slot:
        """Hand out a worker, one that knows the sequence `at_least` if there is one within `patience` seconds.

        Whose queries are `typical`ly quick (seconds of processor time) comes first, and some workers are kept for him.
        Waits until `until` (`time.monotonic`). Raises Overloaded, LimitReached where it is cancelled, or why no worker
        can be started.
        """
        patient_until = monotonic() + patience
        typical = typical if typical > QUICK else 0.0
        kept = self._size // KEPT_SHARE if typical else 0
        with self._lock:
            self._waiting.append(typical)
            try:
                while True:
                    now = monotonic()
                    has_turn = len(self._idle) > kept + sum(other < typical for other in self._waiting)
                    slot = self._choose(at_least, any_will_do=now >= patient_until) if has_turn else None
                    if slot is not None:
                        return slot
                    self._check(until)
                    if cancelled():
                        raise LimitReached("the query was cancelled")
                    self._asked.notify()
                    end = min(until, patient_until) if now < patient_until else until
                    self._freed.wait(max(0.001, min(LOOK_SECONDS, end - now)))
            finally:
                self._waiting.remove(typical)

    def hold(self, slot: Slot) -> None:
        """Count a worker that answers as gone for long: another is started in its place."""
        with self._lock:
            if slot in self._busy:
                self._busy.remove(slot)
                self._held.add(slot)
                self._asked.notify()

    def give(self, slot: Slot, *, fit: bool) -> None:
        """Take a worker back; one that is not `fit`, or has done much, is ended."""
        fit = fit and slot.answered < MAX_QUERIES and slot.resident < MAX_RESIDENT and not slot.lease.outdated
        if not fit:
            slot.worker.kill()
        with self._lock:
            self._busy.discard(slot)
            self._held.discard(slot)
            (self._idle if fit and not self._closed else self._retired).append(slot)
            self._freed.notify_all()
            # To wake the keeper for nothing is to have it stand in the way of who hands out the answer.
            if not fit or self._waiting or not self._is_full():
                self._asked.notify()

    def wait_ready(self, timeout: float) -> None:
        """Wait for a first worker; raises CageUnavailable or whatever else keeps it from starting."""
        end = monotonic() + timeout
        with self._lock:
            while not self._idle and not self._busy and not self._held:
                self._check(end)
                self._freed.wait(0.05)

    def close(self) -> None:
        """End every worker, those that answer too."""
        with self._lock:
            self._closed = True
            for slot in (*self._busy, *self._held):
                slot.worker.kill()
            self._freed.notify_all()
            self._asked.notify()
        self._keeper.join()
        with self._lock:
            # Who asks a killed worker hears of it at once, and gives it back.
            self._freed.wait_for(lambda: not self._busy and not self._held, timeout=5.0)
            slots = [*self._idle, *self._busy, *self._held, *self._retired]
            self._idle.clear()
            self._retired.clear()
        for slot in slots:
            slot.close()

    def _choose(self, at_least: int | None, *, any_will_do: bool) -> Slot | None:
        if self._closed:
            return None
        # Of equals the one that answered most: what it has read of its snapshot is still in its memory.
        for slot in sorted(self._idle, key=lambda slot: (slot.lease.taken, slot.answered), reverse=True):
            if slot.worker.has_ended() or slot.lease.outdated:
                self._retire(slot)
            elif any_will_do or (self._is_fresh(slot) and slot.lease.sequence >= (at_least or 0)):
                self._idle.remove(slot)
                self._busy.add(slot)
                self._look_ahead(slot)
                return slot
        return None

    def _look_ahead(self, slot: Slot) -> None:
        # A worker that is still young enough but behind is replaced before the next query has to wait for it.
        if slot.lease.sequence != self._present():
            self._stale_seen = True
            self._asked.notify()

    def _is_fresh(self, slot: Slot) -> bool:
        now = monotonic()
        taken, tried = self._best
        # While a long write keeps a newer snapshot from being made, the last one is the best there is.
        best = slot.lease.taken >= taken and now - tried <= self._max_age
        return best or now - slot.lease.taken <= self._max_age or slot.lease.sequence == self._present()

    def _present(self) -> int:
        """Give the store's sequence, or the last that was known while the store cannot tell."""
        try:
            self._known = self._snapshots.sequence()
        except CivigraphError as error:
            logger.debug("the store does not tell its sequence: %s", error)
        return self._known

    def _check(self, until: float) -> None:
        if self._closed:
            raise Overloaded("the query service is closing")
        if self._failure is not None and not self._idle and not self._busy:
            raise self._failure
        if monotonic() >= until:
            raise Overloaded("all query workers are busy", remedy="try again in some seconds", retry_after=5)

    def _keep(self) -> None:
        """Start, replace and end workers until the roster is closed."""
        while True:
            with self._lock:
                if self._closed:
                    return
                wanted = self._is_wanted()
                if not wanted:
                    self._asked.wait(self._pause())
            self._bury()
            if wanted:
                self._start()

    def _pause(self) -> float | None:
        """Say how long there is nothing to do, in seconds, None until something changes."""
        left = self._next_try - monotonic()
        if left > 0:
            return left
        # Somebody may wait for a sequence that the store reaches in a moment; ended workers are waited for in passing.
        if self._waiting:
            return 0.02
        if self._retired:
            return 0.05
        return _REPLACE_SECONDS if self._stale_seen else None

    def _is_full(self) -> bool:
        return len(self._idle) + len(self._busy) >= self._size

    def _is_wanted(self) -> bool:
        """Say whether a worker shall be started: for one that is missing, or for a stale one when somebody asks."""
        if monotonic() < self._next_try:
            return False
        if not self._is_full():
            return True
        present = self._present()
        stale = sum(slot.lease.sequence != present for slot in self._idle)
        self._stale_seen = self._stale_seen and stale > 0
        if not stale:
            return False
        # A store that is written all the time would else have every worker started anew twice a second.
        few = len(self._idle) - stale < FRESH or monotonic() >= self._next_replacement
        return bool(self._waiting) or (self._stale_seen and few)

    def _stalest(self) -> Slot | None:
        """Give the idle worker to replace, None when all are as good as a new one would be."""
        stale = [slot for slot in self._idle if slot.lease.sequence != self._present()]
        return min(stale, key=lambda slot: slot.lease.taken, default=None)

    def _start(self) -> None:
        lease: Lease | None = None
        try:
            lease = self._snapshots.latest(wait=_LONGEST_PAUSE)
            if self._is_no_better(lease):
                lease.release()
                return
            slot = self._open(lease)
        except (CivigraphError, OSError) as error:
            if lease is not None:
                lease.release()
            self._fail(error if isinstance(error, CivigraphError) else WorkerDied(f"no worker can be started: {error}"))
            return
        with self._lock:
            self._failure, self._failures = None, 0
            stalest = self._stalest() if self._is_full() else None
            if stalest is not None:
                self._retire(stalest)
                self._next_replacement = monotonic() + _REPLACE_SECONDS
            self._idle.append(slot)
            self._freed.notify_all()

    def _is_no_better(self, lease: Lease) -> bool:
        """Say whether a worker on this snapshot would only replace one on the same: the next is not due yet."""
        with self._lock:
            if not self._is_full() or any(slot.lease.taken < lease.taken for slot in self._idle):
                return False
            now = monotonic()
            self._best = (lease.taken, now)
            self._next_try = now + 0.02
            self._freed.notify_all()
            return True

    def _open(self, lease: Lease) -> Slot:
        worker = self._starter.start()
        try:
            worker.send({"snapshot": str(lease.path)})
            header, _ = worker.receive(_OPEN_SECONDS)
            if header.get("opened") is not True:
                raise WorkerDied("a query worker did not open its snapshot")
        except BaseException:
            worker.close()
            raise
        return Slot(worker, lease, worker.resident())

    def _fail(self, error: CivigraphError) -> None:
        with self._lock:
            self._failures += 1
            # One start that fails by chance (address space, a killed zygote) is no failure; a missing cage is.
            if self._failures > 1 or isinstance(error, CageUnavailable):
                self._failure = error
                self._next_try = monotonic() + min(_LONGEST_PAUSE, 0.1 * 2**self._failures)
                logger.warning("no query worker can be started: %s", error)
            self._freed.notify_all()

    def _renew(self) -> None:
        """End the workers whose snapshots are to be given back; those that answer end when they have answered."""
        with self._lock:
            for slot in [slot for slot in self._idle if slot.lease.outdated]:
                self._retire(slot)
            self._asked.notify()

    def _retire(self, slot: Slot) -> None:
        slot.worker.kill()
        self._idle.remove(slot)
        self._retired.append(slot)

    def _bury(self) -> None:
        """Let go of retired workers that have ended: a killed one takes some milliseconds to be gone."""
        with self._lock:
            ended = [slot for slot in self._retired if slot.worker.has_ended()]
            self._retired = [slot for slot in self._retired if slot not in ended]
        for slot in ended:
            slot.close()
