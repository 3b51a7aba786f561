"""Copies of the store by hard links, at a known sequence, for the processes that answer outside queries.

A copy takes milliseconds and hardly any room, but keeps old files of the store alive: hence one only when a reader asks
and the last is stale, at most one each half second, and the last two are kept plus those in use.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Protocol, Self

from graph.errors import DataError, Overloaded

logger = logging.getLogger(__name__)

INTERVAL = 0.5
FIRST = 5.0
KEPT = 2

_FOLDER_NAME = re.compile(r"\d+-\d+")
_TRIES = 3


class Copied(Protocol):
    """A store that copies itself into a folder, as `pyoxigraph.Store` and `EmbeddedStore` do."""

    def backup(self, folder: Path, /) -> None:
        """Copy all into a folder that does not exist yet; raises OSError."""


@dataclass(eq=False)
class _Snapshot:
    path: Path
    sequence: int
    taken: float
    uses: int = 0
    outdated: bool = False


class Lease:
    """The right to read a snapshot until it is released; `taken` is the `time.monotonic` when it was made."""

    def __init__(self, snapshot: _Snapshot, release: Callable[[_Snapshot], None]) -> None:
        self.path = snapshot.path
        self.sequence = snapshot.sequence
        self.taken = snapshot.taken
        self._snapshot: _Snapshot | None = snapshot
        self._of = snapshot
        self._release = release

    @property
    def outdated(self) -> bool:
        """Whether nobody should begin to read it any more: its files hold what was erased since."""
        return self._of.outdated

    def release(self) -> None:
        """Let the snapshot go; twice does no harm."""
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            self._release(snapshot)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Snapshots:
    """Makes, lends and removes the snapshots of one store; safe to use from any thread.

    `folder` holds nothing else and lies in the store's file system. `sequence` gives that of the last commit. `writing`
    is the lock that the writer holds from its first change until `sequence` tells of it: without it, a copy is taken
    when the sequence was the same before and after, or else named by the smaller. `interval` and `first` are seconds:
    between two snapshots, and how long a reader waits where there is none yet.
    """

    def __init__(
        self,
        store: Copied,
        folder: Path,
        sequence: Callable[[], int],
        *,
        writing: threading.Lock | None = None,
        interval: float = INTERVAL,
        first: float = FIRST,
    ) -> None:
        self.sequence = sequence
        self._store = store
        self._folder = folder
        self._writing = writing
        self._interval = interval
        self._first = first
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._snapshots: list[_Snapshot] = []
        self._next_try = 0.0
        self._closed = False
        self._watchers: list[Callable[[], None]] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()

    def latest(self, at_least: int | None = None, wait: float = 0.6) -> Lease:
        """Lend the newest snapshot, made now if the last is stale and half a second old.

        Waits up to `wait` seconds for a sequence of `at_least`, then lends what there is: its `sequence` tells.
        Raises Overloaded or DataError where there is none at all.
        """
        start = monotonic()
        while True:
            with self._lock:
                end = start + (wait if self._snapshots else max(wait, self._first))
            self._refresh(end)
            with self._lock:
                newest = next((each for each in reversed(self._snapshots) if not each.outdated), None)
                enough = newest is not None and (at_least is None or newest.sequence >= at_least)
                if newest is not None and (enough or monotonic() >= end):
                    newest.uses += 1
                    return Lease(newest, self._give_back)
            if monotonic() >= end:
                raise Overloaded("the store is being written and has no snapshot yet", remedy="try again in a moment")
            sleep(0.01)

    def watch(self, told: Callable[[], None]) -> None:
        """Have `told` called whenever all snapshots are to be given back."""
        self._watchers.append(told)

    def renew(self) -> None:
        """Lend none of the present snapshots again, and ask for those that are lent: nothing of them may stay."""
        with self._lock:
            for snapshot in self._snapshots:
                snapshot.outdated = True
        self._prune()
        for told in self._watchers:
            told()

    def close(self) -> None:
        """Remove every snapshot that nobody reads; the others go when the folder is next opened."""
        with self._making, self._lock:
            self._closed = True
            gone = [snapshot for snapshot in self._snapshots if not snapshot.uses]
            self._snapshots = [snapshot for snapshot in self._snapshots if snapshot.uses]
        _remove(gone)

    def _refresh(self, end: float) -> None:
        """Make a snapshot if one is due, or wait for who is making the first."""
        if not self._is_due() or not self._making.acquire(timeout=self._patience(end)):
            return
        try:
            if self._is_due():
                self._make(end)
        finally:
            self._making.release()

    def _patience(self, end: float) -> float:
        # Who has an older snapshot to read waits for nobody.
        with self._lock:
            return 0 if self._snapshots else max(0, end - monotonic())

    def _is_due(self) -> bool:
        with self._lock:
            if self._closed:
                raise DataError("the snapshots are closed", where=str(self._folder))
            usable = [snapshot for snapshot in self._snapshots if not snapshot.outdated]
            if not usable:
                return True
            newest = usable[-1]
        now = monotonic()
        return now >= max(newest.taken + self._interval, self._next_try) and newest.sequence != self.sequence()

    def _make(self, end: float) -> None:
        # A writer may hold its lock for the minutes of a large import: an older snapshot serves meanwhile.
        patience = max(0.05, self._patience(end))
        if self._writing is not None and not self._writing.acquire(timeout=patience):
            self._next_try = monotonic() + self._interval
            return
        try:
            snapshot = self._copy()
        except OSError as error:
            self._next_try = monotonic() + self._interval
            logger.warning("no snapshot could be made: %s", error)
            with self._lock:
                if self._snapshots:
                    return
            raise DataError(f"no snapshot could be made: {error}", where=str(self._folder)) from error
        finally:
            if self._writing is not None:
                self._writing.release()
        with self._lock:
            self._snapshots.append(snapshot)
        self._prune()

    def _copy(self) -> _Snapshot:
        for attempt in range(_TRIES):
            taken, before = monotonic(), self.sequence()
            path = self._folder / f"{before}-{next(self._numbers)}"
            self._store.backup(path)
            if self.sequence() == before or attempt == _TRIES - 1:
                break
            shutil.rmtree(path, ignore_errors=True)
        return _Snapshot(path, before, taken)

    def _give_back(self, snapshot: _Snapshot) -> None:
        with self._lock:
            snapshot.uses -= 1
        self._prune()

    def _prune(self) -> None:
        with self._lock:
            kept = [] if self._closed else [each for each in self._snapshots[-KEPT:] if not each.outdated]
            gone = [snapshot for snapshot in self._snapshots if not snapshot.uses and snapshot not in kept]
            self._snapshots = [snapshot for snapshot in self._snapshots if snapshot not in gone]
        _remove(gone)

    def _remove_leftovers(self) -> None:
        for path in self._folder.iterdir():
            if _FOLDER_NAME.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)


def _remove(snapshots: list[_Snapshot]) -> None:
    for snapshot in snapshots:
        with contextlib.suppress(OSError):
            shutil.rmtree(snapshot.path)
