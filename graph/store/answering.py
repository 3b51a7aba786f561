"""What every pool of query workers promises, whichever store it answers from: who is let in, and how a query is put."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeVar

from graph.closing import Closing
from graph.errors import CivigraphError, QueryRefused
from graph.store.answers import Answer, refusal
from graph.store.asking import Asking, dataset, formats_of
from graph.store.fairness.clients import Client, Clients, Place
from graph.store.fairness.rules import Fairness
from graph.store.formats import QueryFormat
from graph.store.query_text import check

DEADLINE = 10.0
MAX_BYTES = 32 << 20
QUEUE_SECONDS = 5.0
DEFAULT_FORMATS = (QueryFormat.JSON, QueryFormat.TURTLE)

Lent = TypeVar("Lent")
"""What a pool lends to one query: a worker, and what belongs to it."""


class Answering(Closing, Generic[Lent]):
    """Answers outside queries by caged workers; safe to use from any thread.

    `rules` says how much each client may ask; `queue_seconds` is the longest wait for a free worker; `folder` takes
    answers that are too large for memory.
    """

    def __init__(self, *, rules: Fairness | None, queue_seconds: float, folder: Path | None) -> None:
        self.rules = rules or Fairness()
        self._queue_seconds = queue_seconds
        self._folder = folder
        self._clients = Clients(self.rules)

    @abstractmethod
    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until a worker stands ready; raises CageUnavailable where this machine cannot cage it."""

    def admit(self, client: str | None) -> Place:
        """Give a client's query a place in the house, without waiting: `run` answers it there.

        Raises Overloaded, ShareUsedUp.
        """
        return self._clients.admit(client)

    def run(
        self,
        query: str,
        *,
        place: Place | None = None,
        accept: QueryFormat | str | Sequence[QueryFormat | str] = DEFAULT_FORMATS,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        visible: Collection[str] = (),
        unnamed: Sequence[str | None] = (None,),
        at_least: int | None = None,
        deadline: float = DEADLINE,
        max_bytes: int = MAX_BYTES,
        max_rows: int | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Answer:
        """Answer a SPARQL query.

        `place`: whose query it is, as `admit` gave it; without one it is nobody's, and in no share.
        `accept`: formats in order of preference; the first that can write this kind of answer is taken.
        `default_graphs`, `named_graphs`: the dataset that the request names, which goes before the query's own FROM; of
        what they name only the graphs in `visible` are seen. Where nothing is named, the default graph is made of the
        graphs `unnamed` (None: the store's default graph) together with the visible ones.
        `at_least`: a sequence to wait for, in bounds; the answer's own `sequence` tells what was reached.
        `deadline` in seconds, over all; `max_bytes` of the body; `max_rows` solutions or triples (counting them costs a
        second evaluation). `cancelled` is asked ten times a second.

        Raises QueryRefused, UnknownFormat, DeadlineReached, MemoryReached, ResultTooLarge, Overloaded, ShareUsedUp,
        WorkerDied, CageUnavailable, LimitReached where it was cancelled; StoreUnavailable where the store is remote.
        """
        began = monotonic()
        text = check(query)
        asking = Asking(
            query=query,
            form=text.form,
            visible=visible,
            seen=dataset(text, default_graphs, named_graphs, visible, unnamed),
            wanted={"accept": formats_of(accept), "max_rows": max_rows},
            at_least=at_least,
            began=began,
            deadline=deadline,
            max_bytes=max_bytes,
            cancelled=cancelled or _never,
            folder=self._folder,
            refused=self._refused,
        )
        with self.admit(None) if place is None else nullcontext(place) as own:
            return self._in_turn(own, asking)

    def _in_turn(self, place: Place, asking: Asking) -> Answer:
        until = min(asking.end, asking.began + self._queue_seconds)
        place.begin(until, asking.cancelled)
        try:
            return self._lend(place.client, asking, until)
        finally:
            place.end()

    def _lend(self, client: Client, asking: Asking, until: float) -> Answer:
        lent, fit = self._take(client, asking, until), False
        try:
            answer = self._answer(lent, asking)
            fit = True
            return answer
        except QueryRefused:
            fit = True
            raise
        finally:
            self._give(lent, fit=fit)

    @abstractmethod
    def _take(self, client: Client, asking: Asking, until: float) -> Lent:
        """Lend a worker; waits until `until` (`time.monotonic`). Raises Overloaded, or why there is none."""

    @abstractmethod
    def _answer(self, lent: Lent, asking: Asking) -> Answer:
        """Put a query to the worker, and gather its answer."""

    @abstractmethod
    def _give(self, lent: Lent, *, fit: bool) -> None:
        """Take the worker back; one that is not `fit` is ended."""

    def _refused(self, told: dict[str, Any]) -> CivigraphError:
        """Turn the error that a worker tells into ours."""
        return refusal(told)


def _never() -> bool:
    return False
