"""Statements from outside are checked in a caged worker that stands ready: a whole report within the caps, or an error.

Shapes may come from outside too. A worker has no network and no file, and ends at the deadline. What is checked is
stored nowhere.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from graph.cages.limits import Limits
from graph.cages.pool import Pool
from graph.cages.task import Task
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.closing import Closing
from graph.errors import (
    CivigraphError,
    DataError,
    InputError,
    InputTooLarge,
    ResultTooLarge,
    ShapesRefused,
    WorkerDied,
)
from graph.governance.checking.dates import Evaluation
from graph.governance.checking.report import Finding, Report, from_data
from graph.governance.rules.shapesets import ShapeSet, named
from graph.ingest.refusals import heard_among
from graph.terms import Statement

ENTRY = "graph.governance.checking.validation_worker:serve"
PRELOAD = ("graph.governance.checking.validation_worker",)
"""What a zygote imports so that a worker starts at once."""

LIMITS = Limits(memory_bytes=3 << 30, file_bytes=0, niceness=5)
"""What a worker may use, over all that it checks: queries go before checks."""

MAX_RESIDENT = 512 << 20
OWN = "own"
"""The name of shapes that come from outside."""

_MAX_FRAME = 64 << 20
# A worker is not trusted: it may tell of nothing else.
_ERRORS = (DataError, InputError, ResultTooLarge, ShapesRefused)


@dataclass(frozen=True)
class Caps:
    """What one check may have: statements, bytes of these as N-Triples, seconds, findings."""

    statements: int = 200_000
    text_bytes: int = 64 << 20
    seconds: float = 60.0
    findings: int = 100_000


DEFAULT_CAPS = Caps()


class Validations(Closing):
    """The workers that check statements from outside; safe to use from any thread.

    `size` checks run at the same time; `queue_seconds` is the longest wait for a worker. `allow_network` as in `Pool`.
    """

    def __init__(
        self,
        zygote: Zygote,
        *,
        size: int = 1,
        limits: Limits = LIMITS,
        queue_seconds: float = 5.0,
        allow_network: bool = False,
    ) -> None:
        self._queue_seconds = queue_seconds
        self._pool = Pool(
            zygote, ENTRY, what="checks", size=size, limits=limits, max_body=_MAX_FRAME, allow_network=allow_network
        )

    def check(
        self,
        statements: Sequence[Statement],
        profile: str | Sequence[Statement],
        *,
        at: datetime.date | None = None,
        today: datetime.date | None = None,
        caps: Caps = DEFAULT_CAPS,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Check statements by the governance rules, by a profile (`shapesets.NAMES`), or by shapes from outside.

        `at` and `today` as in `Checker.check`. `cancelled` is asked ten times a second.

        Raises NotKnown for a profile that is none, ShapesRefused, InputError for what breaks a worker, DataError where
        an engine fails, InputTooLarge, ResultTooLarge, DeadlineReached, MemoryReached, Overloaded, LimitReached where
        it was cancelled, CageUnavailable, WorkerDied.
        """
        shapes = named(profile) if isinstance(profile, str) else ShapeSet(OWN, {}, (), ())
        own = [] if isinstance(profile, str) else profile
        bodies = [_lines(statements, caps), _lines(own, caps)]
        request = {
            "shapes": shapes.name,
            "at": at.isoformat() if at is not None else None,
            "today": today.isoformat() if today is not None else None,
            "lengths": [len(body) for body in bodies],
            "findings": caps.findings,
        }
        return _Checking(request, b"".join(bodies), shapes, caps, cancelled).run(self._pool, self._queue_seconds)

    def close(self) -> None:
        """End every worker; who waits for one gets an error."""
        self._pool.close()


class _Checking(Task[Report]):
    """One check put to workers."""

    doing, done, called, remedy = "checking", "checked", "check", "check it in parts"
    refusals = (InputError, DataError, ResultTooLarge)
    most_resident = MAX_RESIDENT

    def __init__(
        self,
        request: dict[str, Any],
        body: bytes,
        shapes: ShapeSet,
        caps: Caps,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        super().__init__(request, body, seconds=caps.seconds, end=monotonic() + caps.seconds, cancelled=cancelled)
        self._shapes = shapes
        self._caps = caps

    def broken(self) -> CivigraphError:
        """Give the error for what two checkers died over."""
        return InputError("its checker broke down over it, twice")

    def gather(self, worker: Worker) -> Report:
        """Gather the report."""
        findings: list[Finding] = []
        while True:
            event, body = self.next(worker)
            if event["event"] == "findings":
                findings += [from_data(self._shapes, each) for each in json.loads(body)]
                if len(findings) > self._caps.findings:
                    raise WorkerDied("a worker told more than it may")
                continue
            self.resident = int(event["memory"])
            if event["event"] == "refused":
                raise heard_among(event["error"], _ERRORS)
            chosen = Evaluation(datetime.date.fromisoformat(event["date"]), _ORIGINS[event["origin"]])
            shapes = self._shapes
            return Report(shapes.name, shapes.title, chosen.date, chosen.origin, shapes.rules, tuple(findings))


_ORIGINS: dict[str, Any] = {"given": "given", "recorded": "recorded", "today": "today"}


def _lines(statements: Sequence[Statement], caps: Caps) -> bytes:
    """Write statements as N-Triples. Raises InputTooLarge above the caps."""
    if len(statements) > caps.statements:
        raise InputTooLarge(f"it has more than {caps.statements} statements", remedy="check it in parts")
    text = "".join(f"{subject} {name} {value} .\n" for subject, name, value in statements).encode()
    if len(text) > caps.text_bytes:
        raise InputTooLarge(f"its statements have more than {caps.text_bytes} bytes", remedy="check it in parts")
    return text
