"""The second worker of a big run, as the process sees it that owns the log: followed by a thread of its own."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import CivigraphError, WorkerDied
from graph.ingest.files import MAX_BYTES
from graph.ingest.recordfile import SECOND, Packer

LIMITS = Limits(memory_bytes=2 << 30, cpu_seconds=3600, file_bytes=2 * MAX_BYTES)
"""What a worker of an import may take."""

_ENTRY = "graph.ingest.second:main"


class Second:
    """A worker that does its share in `folder`, the room of the first; `done` counts the statements it handed over.

    `quiet_seconds` is how long it may tell nothing. Close it. Raises what `Zygote.spawn` raises.
    """

    def __init__(self, zygote: Zygote, folder: Path, quiet_seconds: float) -> None:
        self.done = 0
        self._quiet_seconds = quiet_seconds
        (folder / SECOND).mkdir()
        self._packer = Packer(folder / SECOND)
        self._told: tuple[dict[str, Any], bytes] | None = None
        self._error: CivigraphError | None = None
        self._worker = zygote.spawn(_ENTRY, LIMITS)
        self._thread = Thread(target=self._follow, args=(folder,), name="second worker", daemon=True)
        self._thread.start()

    def result(self) -> tuple[dict[str, Any], bytes]:
        """Wait for the last that it tells: `records`, `accepted` and lines of the report as a body.

        Raises WorkerDied, MemoryReached or DeadlineReached where it did not come so far.
        """
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._told is not None
        return self._told

    def close(self) -> None:
        """End the worker."""
        self._worker.kill()
        self._thread.join()
        self._worker.close()

    def _follow(self, folder: Path) -> None:
        try:
            self._worker.send({"folder": str(folder.absolute())})
            while self._told is None:
                self._take(*self._worker.receive(self._quiet_seconds))
        except CivigraphError as error:
            self._error = error
        except (KeyError, ValueError, TypeError) as error:
            self._error = WorkerDied(f"a worker told what cannot be: {error!r}")

    def _take(self, event: dict[str, Any], body: bytes) -> None:
        if event["event"] == "done":
            self._told = {"records": int(event["records"]), "accepted": int(event["accepted"])}, body
        else:
            self.done = int(event["done"])
            self._packer.follow([int(length) for length in event["ready"]])
