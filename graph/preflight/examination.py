"""Descriptions from outside are examined in a caged worker that stands ready: all verdicts, or an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from time import monotonic
from typing import Any

from graph.cages.limits import Limits
from graph.cages.pool import Pool
from graph.cages.task import Task
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.closing import Closing
from graph.errors import CivigraphError, DataError, InputError, InputTooLarge, ResultTooLarge, WorkerDied
from graph.ingest.refusals import heard_among
from graph.preflight.portals.table import PORTALS, portals
from graph.preflight.verdict import Verdict, unpacked
from graph.terms import Statement

ENTRY = "graph.preflight.worker:serve"
PRELOAD = ("graph.preflight.worker",)
"""What a zygote imports so that a worker starts at once."""

LIMITS = Limits(memory_bytes=2 << 30, file_bytes=0, niceness=5)
MAX_RESIDENT = 512 << 20
_MAX_FRAME = 64 << 20
_RULES = {name: portal.rules for name, portal in PORTALS.items()}


@dataclass(frozen=True)
class Caps:
    """What one examination may have: statements, characters of them all, datasets, seconds.

    Of what comes of it: remarks in all, of further ones their number; bytes of all verdicts.
    """

    statements: int = 200_000
    characters: int = 100_000_000
    datasets: int = 5_000
    seconds: float = 60.0
    remarks: int = 60_000
    bytes: int = 64 << 20


DEFAULT_CAPS = Caps()


class Examinations(Closing):
    """The workers that examine descriptions from outside; safe to use from any thread.

    `size` run at the same time; `queue_seconds` is the longest wait for a worker. `allow_network` as in `Pool`.
    """

    def __init__(
        self, zygote: Zygote, *, size: int = 1, queue_seconds: float = 5.0, allow_network: bool = False
    ) -> None:
        self._queue_seconds = queue_seconds
        self._pool = Pool(
            zygote,
            ENTRY,
            what="examinations",
            size=size,
            limits=LIMITS,
            max_body=_MAX_FRAME,
            allow_network=allow_network,
        )

    def examine(
        self,
        statements: Sequence[Statement],
        names: Sequence[str] = (),
        *,
        caps: Caps = DEFAULT_CAPS,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Verdict]:
        """Say what each portal makes of each dataset; of all portals where none is named.

        Raises NotKnown for a portal that is none, InputError for what breaks a worker, InputTooLarge, ResultTooLarge,
        DataError, DeadlineReached, MemoryReached, Overloaded, LimitReached where it was cancelled, CageUnavailable,
        WorkerDied.
        """
        chosen = [portal.name for portal in portals(names)]
        if len(statements) > caps.statements:
            raise InputTooLarge(f"it has more than {caps.statements} statements", remedy="send it in parts")
        if sum(map(len, chain.from_iterable(statements))) > caps.characters:
            raise InputTooLarge(
                f"its statements have more than {caps.characters} characters", remedy="send it in parts"
            )
        body = "".join(f"{subject} {name} {value} .\n" for subject, name, value in statements).encode()
        request = {
            "portals": chosen,
            "length": len(body),
            "datasets": caps.datasets,
            "remarks": caps.remarks,
            "bytes": caps.bytes,
        }
        return _Examining(request, body, caps, cancelled).run(self._pool, self._queue_seconds)

    def close(self) -> None:
        """End every worker; who waits for one gets an error."""
        self._pool.close()


class _Examining(Task[list[Verdict]]):
    """One description put to workers."""

    doing, done, called, remedy = "examining", "examined", "examination", "send it in parts"
    refusals = (InputError, DataError, ResultTooLarge)
    most_resident = MAX_RESIDENT

    def __init__(self, request: dict[str, Any], body: bytes, caps: Caps, cancelled: Callable[[], bool] | None) -> None:
        super().__init__(request, body, seconds=caps.seconds, end=monotonic() + caps.seconds, cancelled=cancelled)
        self._most = caps.datasets * len(request["portals"])
        self._bytes = caps.bytes

    def broken(self) -> CivigraphError:
        """Give the error for what two workers died over."""
        return InputError("what examines it broke down over it, twice")

    def gather(self, worker: Worker) -> list[Verdict]:
        """Gather the verdicts."""
        found: list[Verdict] = []
        got = 0
        while True:
            event, body = self.next(worker)
            if event["event"] == "verdicts":
                got += len(body)
                found += [unpacked(each, _RULES) for each in json.loads(body)]
                if len(found) > self._most or got > self._bytes:
                    raise WorkerDied("a worker told more than it may")
                continue
            self.resident = int(event["memory"])
            if event["event"] == "refused":
                raise heard_among(event["error"], self.refusals)
            return found
