"""Answers outside queries from snapshots, in caged workers: whole, in time, within the caps, or not at all."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import DeadlineReached
from graph.store.answering import QUEUE_SECONDS, Answering
from graph.store.answers import Answer
from graph.store.asking import Asking
from graph.store.fairness.clients import Client
from graph.store.fairness.lanes import Lanes, Run
from graph.store.fairness.roster import Roster
from graph.store.fairness.rules import Fairness
from graph.store.snapshots import Snapshots

PATIENCE = 1.0

PRELOAD = ("graph.store.query_worker",)
"""What a zygote imports so that a query worker starts at once."""


class QueryPool(Answering[Run]):
    """The workers that answer outside queries from snapshots of one store; safe to use from any thread.

    `size` workers stand ready or answer quick queries; those of slow queries come on top. `rules` says what is slow and
    how much each client may ask. `queue_seconds` is the longest wait for a free worker; `max_age` how many seconds an
    answer may lie behind the store; `patience` how many seconds a query waits for a worker that is as fresh; `folder`
    takes answers that are too large for memory. `allow_network` lets workers keep the network where this machine cannot
    take it away from them: only an operator may say so, by name.
    """

    def __init__(
        self,
        zygote: Zygote,
        snapshots: Snapshots,
        *,
        size: int = 16,
        rules: Fairness | None = None,
        limits: Limits | None = None,
        queue_seconds: float = QUEUE_SECONDS,
        max_age: float = 1.0,
        patience: float = PATIENCE,
        folder: Path | None = None,
        allow_network: bool = False,
    ) -> None:
        super().__init__(rules=rules, queue_seconds=queue_seconds, folder=folder)
        self._patience = patience
        self._roster = Roster(
            zygote, snapshots, size=size, limits=limits or Limits(), max_age=max_age, allow_network=allow_network
        )
        self._lanes = Lanes(self.rules, self._roster.hold)

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until a worker stands ready; raises CageUnavailable where this machine cannot cage it."""
        self._roster.wait_ready(timeout)

    def close(self) -> None:
        """End every worker; who still waits for an answer gets an error."""
        self._roster.close()
        self._lanes.close()

    def _take(self, client: Client, asking: Asking, until: float) -> Run:
        slot = self._roster.take(
            asking.at_least,
            patience=self._patience,
            until=until,
            typical=client.typical,
            cancelled=asking.cancelled,
        )
        return self._lanes.begin(slot, client, asking.began)

    def _answer(self, lent: Run, asking: Asking) -> Answer:
        slot = lent.slot
        slot.answered += 1
        waited = monotonic() - asking.began
        try:
            slot.worker.send({**asking.seen, **asking.wanted}, asking.query.encode(), asking.left())
            answer, told = asking.gather(slot.worker, slot.lease.sequence)
        except DeadlineReached:
            raise asking.too_late(waited + lent.stopped_seconds()) from None
        memory = told.get("memory")
        slot.resident = memory if isinstance(memory, int) else 0
        return answer

    def _give(self, lent: Run, *, fit: bool) -> None:
        self._lanes.end(lent)
        # The priority that a slow worker lost does not come back.
        self._roster.give(lent.slot, fit=fit and not lent.slow)
