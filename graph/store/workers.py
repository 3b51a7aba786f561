"""Answers outside queries in caged workers: whole, in time, within the caps, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from time import monotonic
from types import TracebackType
from typing import IO, Any, Self

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import (
    CivigraphError,
    DeadlineReached,
    LimitReached,
    Overloaded,
    QueryRefused,
    ResultTooLarge,
    UnknownFormat,
    WorkerDied,
)
from graph.store.fairness.clients import LOOK_SECONDS, Clients, Place
from graph.store.fairness.lanes import Lanes, Run
from graph.store.fairness.roster import Roster
from graph.store.fairness.rules import Fairness
from graph.store.formats import KINDS, QueryFormat
from graph.store.query_text import QueryText, check
from graph.store.snapshots import Snapshots

DEADLINE = 10.0
MAX_BYTES = 32 << 20
QUEUE_SECONDS = 5.0
PATIENCE = 1.0
SPOOLED = 1 << 20
RETRY_SECONDS = 10

PRELOAD = ("graph.store.query_worker",)
"""What a zygote imports so that a query worker starts at once."""

DEFAULT_FORMATS = (QueryFormat.JSON, QueryFormat.TURTLE)


@dataclass
class Answer:
    """A whole answer: `kind` is solutions, boolean or graph, `body` a file at its start, `length` its bytes.

    `sequence` is that of the state it was asked of. Close it, or use it as a context manager.
    """

    kind: str
    format: QueryFormat
    body: IO[bytes]
    length: int
    sequence: int

    @property
    def media_type(self) -> str:
        """The media type of the body."""
        return self.format.media_type

    def read(self) -> bytes:
        """Read the whole body and close it."""
        with self:
            return self.body.read()

    def close(self) -> None:
        """Let go of the body."""
        self.body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class QueryPool:
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
        self._queue_seconds = queue_seconds
        self._patience = patience
        self._folder = folder
        self.rules = rules or Fairness()
        self._clients = Clients(self.rules)
        self._roster = Roster(
            zygote, snapshots, size=size, limits=limits or Limits(), max_age=max_age, allow_network=allow_network
        )
        self._lanes = Lanes(self.rules, self._roster.hold)

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until a worker stands ready; raises CageUnavailable where this machine cannot cage it."""
        self._roster.wait_ready(timeout)

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
        what they name only the graphs in `visible` are seen. Where nothing is named, the default graph is the store's
        together with the visible ones.
        `at_least`: a sequence to wait for, in bounds; the answer's own `sequence` tells what was reached.
        `deadline` in seconds, over all; `max_bytes` of the body; `max_rows` solutions or triples (counting them costs a
        second evaluation). `cancelled` is asked ten times a second.

        Raises QueryRefused, UnknownFormat, DeadlineReached, MemoryReached, ResultTooLarge, Overloaded, ShareUsedUp,
        WorkerDied, CageUnavailable, LimitReached where it was cancelled.
        """
        began = monotonic()
        request = {
            **dataset(check(query), default_graphs, named_graphs, visible),
            "accept": formats_of([accept] if isinstance(accept, str) else accept),
            "max_rows": max_rows,
        }
        asking = _Asking(began, deadline, max_bytes, cancelled or _never, self._folder)
        if place is not None:
            return self._answer(place, asking, request, query, at_least)
        with self.admit(None) as own:
            return self._answer(own, asking, request, query, at_least)

    def _answer(
        self, place: Place, asking: _Asking, request: dict[str, Any], query: str, at_least: int | None
    ) -> Answer:
        until = min(asking.end, asking.began + self._queue_seconds)
        place.begin(until, asking.cancelled)
        try:
            slot = self._roster.take(
                at_least,
                patience=self._patience,
                until=until,
                typical=place.client.typical,
                cancelled=asking.cancelled,
            )
            run = self._lanes.begin(slot, place.client, asking.began)
            fit = False
            try:
                answer = asking.answer(run, request, query)
                fit = True
                return answer
            except QueryRefused:
                fit = True
                raise
            finally:
                self._lanes.end(run)
                # The priority that a slow worker lost does not come back.
                self._roster.give(slot, fit=fit and not run.slow)
        finally:
            place.end()

    def close(self) -> None:
        """End every worker; who still waits for an answer gets an error."""
        self._roster.close()
        self._lanes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass
class _Asking:
    """One query and its limits; `began` is `time.monotonic`."""

    began: float
    deadline: float
    max_bytes: int
    cancelled: Callable[[], bool]
    folder: Path | None

    @property
    def end(self) -> float:
        """When its time is over."""
        return self.began + self.deadline

    def answer(self, run: Run, request: dict[str, Any], query: str) -> Answer:
        """Put the query to a worker and gather the whole answer."""
        run.slot.answered += 1
        waited = monotonic() - self.began
        try:
            run.slot.worker.send(request, query.encode(), self._left())
            kind, chosen = described(self._next(run)[0])
            body = SpooledTemporaryFile(max_size=SPOOLED, dir=str(self.folder) if self.folder else None)  # noqa: SIM115 (handed out in the answer)
            try:
                length = self._gather(run, body)
                body.seek(0)
            except BaseException:
                body.close()
                raise
        except DeadlineReached:
            raise self._too_late(waited + run.stopped_seconds()) from None
        return Answer(kind, chosen, body, length, run.slot.lease.sequence)

    def _gather(self, run: Run, body: IO[bytes]) -> int:
        length = 0
        while True:
            header, data = self._next(run)
            if "end" in header:
                memory = header.get("memory")
                run.slot.resident = memory if isinstance(memory, int) else 0
                return length
            length += len(data)
            if length > self.max_bytes:
                raise ResultTooLarge(
                    f"the answer is larger than {self.max_bytes} bytes", remedy="ask for less, or by LIMIT and OFFSET"
                )
            body.write(data)

    def _next(self, run: Run) -> tuple[dict[str, Any], bytes]:
        """Receive the next frame, or raise the error that it tells."""
        worker = run.slot.worker
        while not worker.wait(min(LOOK_SECONDS, self._left())) and self._left():
            if self.cancelled():
                raise LimitReached("the query was cancelled")
        header, data = worker.receive(self._left())
        if "error" in header:
            raise refusal(header)
        return header, data

    def _left(self) -> float:
        return max(0.0, self.end - monotonic())

    def _too_late(self, waited: float) -> CivigraphError:
        """Tell what a deadline means: whose query waited for most of its time was not too slow."""
        if waited > self.deadline / 2:
            return Overloaded(
                f"other queries kept this one waiting for {waited:.1f} of its {self.deadline:g} s",
                remedy="try again in a moment",
                retry_after=RETRY_SECONDS,
            )
        return DeadlineReached(
            f"the query took longer than {self.deadline:g} s", remedy="make it narrower, or ask for a part by LIMIT"
        )


def _never() -> bool:
    return False


def formats_of(accept: Sequence[str]) -> list[str]:
    try:
        return [QueryFormat(value).value for value in accept]
    except ValueError as error:
        raise UnknownFormat(str(error), remedy=f"one of {', '.join(QueryFormat)}") from error


def dataset(
    text: QueryText, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None, visible: Collection[str]
) -> dict[str, Any]:
    """Say which graphs a query sees: those of the request, else those of the query, else all that are visible."""
    if default_graphs is None and named_graphs is None:
        default_graphs, named_graphs = text.default_graphs, text.named_graphs
    if default_graphs is None and named_graphs is None:
        return {"default_graphs": [None, *visible], "named_graphs": list(visible)}
    return {
        "default_graphs": [name for name in default_graphs or () if name in visible],
        "named_graphs": [name for name in named_graphs or () if name in visible],
    }


def described(header: dict[str, Any]) -> tuple[str, QueryFormat]:
    """Read what a worker says its answer is: a worker is not trusted."""
    kind = header.get("kind")
    try:
        chosen = QueryFormat(header.get("format", ""))
    except ValueError:
        chosen = None
    if kind not in KINDS or chosen is None:
        raise WorkerDied("a query worker did not keep to the protocol")
    return str(kind), chosen


def refusal(header: dict[str, Any]) -> CivigraphError:
    """Turn the error that a worker tells into ours."""
    what = str(header.get("what", ""))
    line, column = header.get("line"), header.get("column")
    match header["error"]:
        case "syntax" if isinstance(line, int) and isinstance(column, int):
            return QueryRefused(
                f"the query is not well-formed: {what}",
                where=f"line {line}, column {column}",
                line=line,
                column=column,
            )
        case "syntax":
            return QueryRefused(f"the query is not well-formed: {what}")
        case "evaluation":
            return QueryRefused(f"the query cannot be evaluated: {what}")
        case "outside":
            return QueryRefused("the query asks for another server, and this endpoint asks none", where=what)
        case "rows":
            return ResultTooLarge("the answer has more rows than asked for", remedy="ask for less, or by LIMIT")
        case _:
            return WorkerDied("a query worker did not keep to the protocol")
