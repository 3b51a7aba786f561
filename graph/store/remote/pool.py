"""Answers outside queries from a remote store: parsed in a cage, asked of the engine, read in the cage; all or nothing.

It stands in the place of `graph.store.workers.QueryPool`. What that one promises for queries in its own cages, this one
can only ask of the engine; docs/decisions/0012-remote-store.md tells what holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from graph.cages.limits import Limits
from graph.cages.pool import Pool
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.errors import CivigraphError, DeadlineReached, StoreUnavailable
from graph.store.answering import QUEUE_SECONDS, Answering
from graph.store.answers import Answer, refusal
from graph.store.asking import Asking
from graph.store.fairness.clients import Client
from graph.store.fairness.rules import Fairness
from graph.store.remote.apart import check_apart
from graph.store.remote.question import Question
from graph.store.remote.store import RemoteStore

PRELOAD = ("graph.store.remote.worker",)
"""What a zygote imports so that a worker starts at once."""

_ENTRY = "graph.store.remote.worker:serve"


@dataclass(frozen=True)
class Turn:
    """A worker that is lent to a client's query over a store; `began` is `time.monotonic`."""

    worker: Worker
    store: RemoteStore
    client: Client
    began: float


class EnginePool(Answering[Turn]):
    """Answers queries over the store that `store` gives at that moment; safe to use from any thread.

    `size` queries are answered at a time, each with a caged worker of its own. `rules`, `queue_seconds`, `folder`,
    `limits` and `allow_network` are those of `QueryPool`; of the rules, those count that are about clients, and the
    seconds that the engine took stand for those of the processor. An answer's sequence is the one that the store had
    when it was asked: what is written meanwhile may show.
    """

    def __init__(
        self,
        zygote: Zygote,
        store: Callable[[], RemoteStore],
        *,
        size: int = 16,
        rules: Fairness | None = None,
        limits: Limits | None = None,
        queue_seconds: float = QUEUE_SECONDS,
        folder: Path | None = None,
        allow_network: bool = False,
    ) -> None:
        super().__init__(rules=rules, queue_seconds=queue_seconds, folder=folder)
        self._store = store
        self._pool = Pool(
            zygote,
            _ENTRY,
            what="queries",
            size=size,
            limits=limits or Limits(),
            max_body=1 << 20,
            allow_network=allow_network,
        )

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Start a worker, and see that the engine keeps graphs apart.

        Raises CageUnavailable where this machine cannot cage, ConfigurationError where the engine shows what it is not
        asked for.
        """
        worker = self._pool.take(monotonic() + timeout)
        self._pool.give(worker, fit=True)
        store = self._store()
        check_apart(store.engine, store.names)

    def close(self) -> None:
        """End every worker; who still waits for an answer gets an error."""
        self._pool.close()

    def _take(self, client: Client, asking: Asking, until: float) -> Turn:
        store = self._store()
        return Turn(self._pool.take(until), store, client, monotonic())

    def _answer(self, lent: Turn, asking: Asking) -> Answer:
        return Question(asking, lent.store, lent.worker).answer()

    def _give(self, lent: Turn, *, fit: bool) -> None:
        lent.client.charge(monotonic() - lent.began)
        self._pool.give(lent.worker, fit=fit)

    def _refused(self, told: dict[str, Any]) -> CivigraphError:
        match told["error"]:
            case "cut":
                return DeadlineReached(
                    "the remote store ended the query at its own time limit and gave a part of the answer"
                )
            case "unreadable":
                return StoreUnavailable(f"the remote store's answer is not whole: {str(told.get('what'))[:200]}")
            case _:
                return refusal(told)
