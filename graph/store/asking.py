"""One query that is asked: which graphs it sees, what is wanted of its answer, and what it may take until it is there.

The answer of a caged worker is gathered whole, in time, within the caps, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO, Any

from graph.cages.worker import Worker
from graph.errors import (
    CivigraphError,
    DeadlineReached,
    LimitReached,
    Overloaded,
    ResultTooLarge,
    UnknownFormat,
)
from graph.store.answers import Answer, described
from graph.store.fairness.clients import LOOK_SECONDS
from graph.store.formats import QueryFormat
from graph.store.query_text import QueryText

SPOOLED = 1 << 20
RETRY_SECONDS = 10


@dataclass(kw_only=True)
class Asking:
    """One query and its limits, as `Answering.run` has them; `began` is `time.monotonic`.

    `form` is that of the query, '' where unknown; `seen` are its `default_graphs` (None being the store's own) and
    `named_graphs`; `wanted` are the formats to `accept` and `max_rows`. `refused` makes an error of a worker's words.
    """

    query: str
    form: str
    visible: Collection[str]
    seen: dict[str, Any]
    wanted: dict[str, Any]
    at_least: int | None
    began: float
    deadline: float
    max_bytes: int
    cancelled: Callable[[], bool]
    folder: Path | None
    refused: Callable[[dict[str, Any]], CivigraphError]

    @property
    def end(self) -> float:
        """When its time is over."""
        return self.began + self.deadline

    def left(self) -> float:
        """Give the seconds that it still has, 0 when its time is over."""
        return max(0.0, self.end - monotonic())

    def in_time(self) -> float:
        """Give the seconds that it still has. Raises DeadlineReached when its time is over."""
        left = self.left()
        if not left:
            raise self.too_late()
        return left

    def too_late(self, waited: float = 0.0) -> CivigraphError:
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

    def receive(self, worker: Worker) -> tuple[dict[str, Any], bytes]:
        """Receive a worker's next frame, or raise the error that it tells; LimitReached where it is cancelled."""
        while not worker.wait(min(LOOK_SECONDS, self.left())) and self.left():
            if self.cancelled():
                raise LimitReached("the query was cancelled")
        try:
            header, data = worker.receive(self.left())
        except DeadlineReached:
            raise self.too_late() from None
        if "error" in header:
            raise self.refused(header)
        return header, data

    def gather(self, worker: Worker, sequence: int) -> tuple[Answer, dict[str, Any]]:
        """Gather the answer that a worker gives; with it comes what the worker tells at its end."""
        header, data = self.receive(worker)
        kind, chosen = described(header)
        if "end" in header and len(data) <= SPOOLED:
            self._check_size(len(data))
            return Answer(kind, chosen, BytesIO(data), len(data), sequence), header
        body = SpooledTemporaryFile(max_size=SPOOLED, dir=str(self.folder) if self.folder else None)  # noqa: SIM115 (handed out in the answer)
        try:
            length, told = self._copy(worker, header, data, body)
            body.seek(0)
        except BaseException:
            body.close()
            raise
        return Answer(kind, chosen, body, length, sequence), told

    def _copy(self, worker: Worker, header: dict[str, Any], data: bytes, body: IO[bytes]) -> tuple[int, dict[str, Any]]:
        """Write a frame and those that follow it into a file; gives the bytes, and the header of the last."""
        length = len(data)
        self._check_size(length)
        body.write(data)
        while "end" not in header:
            header, data = self.receive(worker)
            length += len(data)
            self._check_size(length)
            body.write(data)
        return length, header

    def _check_size(self, length: int) -> None:
        if length > self.max_bytes:
            raise ResultTooLarge(
                f"the answer is larger than {self.max_bytes} bytes", remedy="ask for less, or by LIMIT and OFFSET"
            )


def formats_of(accept: QueryFormat | str | Sequence[QueryFormat | str]) -> list[str]:
    """Read the formats that somebody accepts. Raises UnknownFormat."""
    try:
        return [QueryFormat(value).value for value in ([accept] if isinstance(accept, str) else accept)]
    except ValueError as error:
        raise UnknownFormat(str(error), remedy=f"one of {', '.join(QueryFormat)}") from error


def dataset(
    text: QueryText,
    default_graphs: Sequence[str] | None,
    named_graphs: Sequence[str] | None,
    visible: Collection[str],
    unnamed: Sequence[str | None] = (None,),
) -> dict[str, Any]:
    """Say which graphs a query sees: those of the request, else those of the query, else all that are visible."""
    if default_graphs is None and named_graphs is None:
        default_graphs, named_graphs = text.default_graphs, text.named_graphs
    if default_graphs is None and named_graphs is None:
        return {"default_graphs": [*unnamed, *visible], "named_graphs": list(visible)}
    return {
        "default_graphs": [name for name in default_graphs or () if name in visible],
        "named_graphs": [name for name in named_graphs or () if name in visible],
    }
