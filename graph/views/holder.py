"""The holder: the one process that writes the views of a data directory, following the log."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from graph.closing import Closing
from graph.errors import CivigraphError, DataError
from graph.store.snapshots import Snapshots
from graph.views.builder import Builder, Progress
from graph.views.door import Door
from graph.views.follower import Follower, sequence_of
from graph.views.lock import LOCK_FILE, Lock
from graph.views.place import Place
from graph.views.present import Present
from graph.views.published import Published
from graph.views.rest import FIRST_SECONDS, Rest
from graph.views.scrub import Scrub
from graph.views.triples import TriplesView
from graph.views.view import World
from graph.views.views import Views, is_passing

# Who asks while views change places waits so long for them.
_LONGEST_CHANGE_SECONDS = 10.0
_STRETCH_SECONDS = 0.5
_RETRY_SECONDS = (0.5, 2.0, 10.0, 30.0)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """How the follower is: the last row it applied, the last of the log, what stops it (None: nothing)."""

    applied: int
    log: int
    error: str | None

    @property
    def well(self) -> bool:
        """Whether it goes on."""
        return self.error is None


class Holder(Closing):
    """Holds the views of an instance, and applies new rows of its log in a thread until it is closed.

    `told` is called with a sentence about whatever is made again. `judging`: the rules are judged as records change,
    and the log is told what opened and cleared. Raises ViewsHeld where another process holds them.
    """

    def __init__(self, instance: Place, told: Callable[[str], None] | None = None, *, judging: bool = False) -> None:
        self._judged = instance.log if judging else None
        self._instance = instance
        self._told = told or _logger.warning
        self._folder = instance.views
        self._lock = Lock(self._folder / LOCK_FILE)
        self._changed = threading.Condition()
        self._resting = Rest(instance.log.watch())
        self._ended = False
        self._worlds: dict[World, Views] = {}
        self._follower = self._new_follower()
        self._published = Published()
        self._full_is_made = False
        self._changing_places = False
        self._is_open = False
        self._scrub = Scrub(instance, self._folder, self._told, Builder)
        # They outlast the views themselves, which are opened again after an error.
        self._writing = {world: threading.Lock() for world in World}
        self._snapshots: dict[World, Snapshots] = {}
        self._door: Door | None = None
        try:
            self._open()
            self._snapshots = {world: self._copies(world) for world in World}
            self._door = Door(self._folder, lambda world, at_least: self.snapshots(World(world)).latest(at_least))
        except BaseException:
            self._release()
            raise
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)
        self._thread.start()

    @property
    def public(self) -> Views:
        """The views of the public world."""
        public = self._worlds.get(World.PUBLIC) or self._awaited(World.PUBLIC)
        if public is None:
            raise DataError("the views are closed", where=str(self._folder), remedy="try again in a moment")
        return public

    def _awaited(self, world: World) -> Views | None:
        """Wait for views that change places at this moment; None where there are none."""
        with self._changed:
            self._changed.wait_for(lambda: not self._changing_places, _LONGEST_CHANGE_SECONDS)
        return self._worlds.get(world)

    @property
    def full(self) -> Views | None:
        """The views of the full world; None where no record that is not public ever was, or they are still made.

        Raises DataError where they are not open at this moment: that is not to be taken for their absence.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._changing_places, _LONGEST_CHANGE_SECONDS)
            if not self._is_open:
                raise DataError("the views are closed", where=str(self._folder), remedy="try again in a moment")
            return self._worlds.get(World.FULL) if self._full_is_made else None

    def views(self, world: World) -> Views:
        """The views of a world; where the full one does not exist, the public one holds all there is."""
        return self.full or self.public if world is World.FULL else self.public

    def snapshots(self, world: World = World.PUBLIC) -> Snapshots:
        """The copies of a world's triples for other processes; DataError for a world that is not there."""
        return self._snapshots[world]

    def sequence(self) -> int:
        """The last row of the log that all views have applied."""
        return self._published.sequence

    def public_sequence(self) -> int:
        """How many of the rows that the public world has applied touched public knowledge."""
        return self._published.public_sequence

    def health(self) -> Health:
        """How the follower is."""
        return Health(self._published.sequence, self._instance.log.sequence(), self._published.error)

    def notify(self) -> None:
        """Tell the follower that the log has grown, so that it need not wait until it looks by itself."""
        self._resting.wake()

    def wait_for(
        self,
        sequence: int,
        timeout: float | None = None,
        progress: Progress | None = None,
        *,
        world: World = World.FULL,
    ) -> bool:
        """Wait until a row is applied, at most `timeout` seconds; say whether it is. `world` PUBLIC waits for less.

        Raises DataError when the holder is closed meanwhile, or cannot go on.
        """
        self.notify()
        end = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while (reached := self._reached(world)) < sequence:
                if progress is not None:
                    progress(reached, sequence)
                if self._ended:
                    raise DataError("the views were closed while a change waited for them")
                left = 0.5 if end is None else min(0.5, end - time.monotonic())
                if left <= 0:
                    return False
                if self._published.error is not None and timeout is None:
                    what = f"the views cannot follow the log: {self._published.error}"
                    raise DataError(what, where=str(self._folder))
                self._changed.wait(left)
        if progress is not None:
            progress(sequence, sequence)
        return True

    def wait_for_findings(self, sequence: int | None = None, timeout: float = 60.0) -> bool:
        """Wait until all that a row changed (None: the last of the log) is judged; say whether it is.

        Only where this holder judges; it waits for the row itself too. Raises DataError as `wait_for`.
        """
        end = time.monotonic() + timeout
        wanted = self._instance.log.sequence() if sequence is None else sequence
        while self.wait_for(wanted, max(0.0, end - time.monotonic())):
            # Views that changed places meanwhile never get there, and where there are none nothing is judged.
            worlds = self._open_worlds()
            stretch = min(_STRETCH_SECONDS, end - time.monotonic())
            if worlds and all(views.checkers.wait(wanted, max(0.0, stretch)) for views in worlds):
                return True
            if stretch <= 0:
                return False
            if not worlds:
                with self._changed:
                    self._changed.wait(stretch)
        return False

    def _open_worlds(self) -> list[Views]:
        with self._changed:
            return [*self._worlds.values()] if self._is_open and not self._changing_places else []

    def _reached(self, world: World) -> int:
        return self._published.public_row if world is World.PUBLIC else self._published.sequence

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make the views again from the log beside the present ones, then put them in their place.

        Answers come from the old views meanwhile; readers that hold one of them must ask again afterwards.
        """
        beside = self._scrub.beside
        shutil.rmtree(beside, ignore_errors=True)
        made = Builder(self._instance, beside, self._told)
        try:
            made.catch_up(progress)
        finally:
            made.close()
        self._pause()
        try:
            self._put_in_place()
        finally:
            self._resume()

    def _put_in_place(self) -> None:
        """Let views that were made beside take the place of the present ones."""
        beside = self._scrub.beside
        with self._change_of_places():
            self._close_views()
            for world in World:
                shutil.rmtree(self._folder / world, ignore_errors=True)
                if (beside / world).exists():
                    (beside / world).rename(self._folder / world)
            shutil.rmtree(beside, ignore_errors=True)
            self._open()
        for snapshots in self._snapshots.values():
            snapshots.renew()
        self._scrub.finish()

    @contextmanager
    def _change_of_places(self) -> Iterator[None]:
        """Let whoever asks for views wait until others are open."""
        with self._changed:
            self._changing_places = True
        try:
            yield
        finally:
            with self._changed:
                self._changing_places = False
                self._changed.notify_all()

    def wait_scrubbed(self, sequence: int) -> None:
        """Wait until the files of the views hold nothing of what the rows up to this one erased."""
        while self._scrub.done < sequence:
            self.notify()
            time.sleep(FIRST_SECONDS)

    def close(self) -> None:
        """Stop following, let go of the views and of the lock."""
        self._pause()
        with self._changed:
            self._changed.notify_all()
        self._release()

    def _pause(self) -> None:
        self._ended = True
        self._resting.wake()
        self._thread.join()

    def _resume(self) -> None:
        self._ended = False
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        """Open the views, and empty those that know rows which the log does not have."""
        had_full = Published.read(self._folder / "sequence.json").full or (self._folder / World.FULL).exists()
        for world in World if had_full else (World.PUBLIC,):
            self._worlds[world] = self._opened(world)
        self._publish(self._published.error)
        with self._changed:
            self._is_open = True

    def _opened(self, world: World) -> Views:
        folder = self._folder / world
        views = self._made(world, folder)
        last = self._instance.log.sequence()
        if any(view.sequence() > last for view in views.all):
            self._told(f"the views of the world {world} know rows that the log does not have, and are made again")
            views.close()
            shutil.rmtree(folder)
            views = self._made(world, folder)
        return views

    def _made(self, world: World, folder: Path) -> Views:
        base, stores = self._instance.base, self._instance.stores
        return Views(world, folder, base, self._told, self._writing[world], stores=stores, judged=self._judged)

    def _follow(self) -> None:
        """Apply what is new until the end; an error is kept, told, and tried again later, never swallowed."""
        failures = 0
        while not self._ended:
            try:
                if failures:
                    self._reopen()
                if self._follower.step() or self._follower.turn():
                    self._publish()
                    self._resting.note_work()
                elif self._scrub.look(self._published.sequence):
                    self._put_in_place()
                elif self._resting.is_quiet() and self._follower.write_some():
                    self._resting.breathe()
                else:
                    self._resting.rest()
                if failures:
                    failures = 0
                    self._publish()
            except Exception as error:  # the follower must outlive whatever one batch does to it
                _logger.exception("the views cannot follow the log")
                self._fail(error, failures)
                self._rest(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS) - 1)])
                failures += 1

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._ended and time.monotonic() < end:
            time.sleep(min(0.1, seconds))

    def _new_follower(self) -> Follower:
        return Follower(self._instance.log, self._worlds, self._opened, self._told)

    def _fail(self, error: Exception, failures: int) -> None:
        what = str(error) if isinstance(error, CivigraphError) else f"{type(error).__name__}: {error}"
        self._tell(replace(self._published, error=what))
        if failures and isinstance(error, DataError | sqlite3.DatabaseError | RuntimeError) and not is_passing(error):
            self._told(f"the views are damaged and are made again: {error}")
            self._close_views()
            for world in World:
                shutil.rmtree(self._folder / world, ignore_errors=True)

    def _reopen(self) -> None:
        """Open the views again: a store that once failed to write stays failed until then."""
        with self._change_of_places():
            self._close_views()
            self._open()

    def _publish(self, error: str | None = None) -> None:
        """Tell how far the views are."""
        sequence = sequence_of(self._worlds.values())
        row = self._worlds[World.PUBLIC].sequence()
        public, full = self._instance.log.public_at(row), World.FULL in self._worlds
        # Once made it lags by moments only.
        self._full_is_made = full and (self._full_is_made or sequence >= row)
        self._tell(Published(sequence, public, full, error, os.getpid(), row))

    def _tell(self, published: Published) -> None:
        """Tell all other processes by the file, then those who wait in this one: what these know, all can read."""
        try:
            published.write(self._folder / "sequence.json")
        except OSError as error:
            published = replace(published, error=published.error or str(error))
        with self._changed:
            self._published = published
            self._changed.notify_all()

    def _close_views(self) -> None:
        self._follower.rejoin()
        with self._changed:
            self._is_open = self._full_is_made = False
        while self._worlds:
            _, views = self._worlds.popitem()
            views.close()

    def _copies(self, world: World) -> Snapshots:
        source = Present(lambda: self.triples(world))
        return Snapshots(source, self._folder / "snapshots" / world, source.sequence, writing=self._writing[world])

    def triples(self, world: World) -> TriplesView:
        """The triples of a world. Raises DataError where it is not there, or not at this moment."""
        views = self._worlds.get(world)
        if views is None:
            raise DataError(f"the {world} world is not open", where=str(self._folder), remedy="try again in a moment")
        return views.triples

    def _release(self) -> None:
        self._scrub.close()
        if self._door is not None:
            self._door.close()
        for snapshots in self._snapshots.values():
            snapshots.close()
        self._close_views()
        self._resting.close()
        self._lock.close()
