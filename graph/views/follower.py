"""The follower: applies new rows of the log to the views of both worlds, one batch after another."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence

from graph.errors import DataError
from graph.log.log import Log
from graph.log.rows import PUBLIC, Change
from graph.views.ahead import Ahead
from graph.views.batch import CHANGES_A_BATCH, Batch
from graph.views.beside import Beside
from graph.views.view import World
from graph.views.views import Views

# Starting the second process takes as long as applying some two thousand rows.
_LONG_WAY = 8_000

_FEW_CHANGES = 100

# A batch has a hundred thousand tuples and no cycle among them: looking for cycles at the usual rate takes a tenth of
# the time.
_SELDOM = (200_000, 20, 100)


class Follower:
    """Brings views along with a log. `worlds` are the open ones; `opened` opens the full one when it is needed.

    While the way is long, search and catalog are brought along by a second process. Used by one thread; `told` is
    called with a sentence when that process fails, after which this one does all.
    """

    def __init__(
        self, log: Log, worlds: dict[World, Views], opened: Callable[[World], Views], told: Callable[[str], None]
    ) -> None:
        self._log = log
        self._worlds = worlds
        self._opened = opened
        self._told = told
        self._beside: Beside | None = None
        self._lent: list[Views] = []
        self._ahead: Ahead | None = None
        self._read: Batch | None = None
        self._alone = False
        self._thresholds = gc.get_threshold()

    def step(self) -> bool:
        """Apply one batch, or make visible what waits; say whether there was anything to do."""
        changes, worlds = self._next()
        if len(changes) == CHANGES_A_BATCH and self._is_far_behind(changes):
            self._begin_beside(worlds)
        if self._needs_full(changes):
            self.rejoin()
            # It begins with the first row of the log, and gets its turns where the public one has nothing to do.
            self._worlds[World.FULL] = self._opened(World.FULL)
            return True
        if changes:
            self._apply(worlds, self._batch(changes))
            self._apply_told()
        if self._beside is not None:
            return self._look(self._beside, idle=not changes)
        return bool(changes) or self._flush()

    def _batch(self, changes: Sequence[Change]) -> Batch:
        """Give the batch of some changes; on a long way the one that follows is read meanwhile."""
        batch = self._read if self._read is not None and self._read.changes is changes else None
        self._read = None
        if batch is None:
            batch = Batch(changes, self._log, more=len(changes) == CHANGES_A_BATCH)
        if self._ahead is not None and batch.more:
            self._ahead.begin(batch.last)
        return batch

    def _changes(self, place: int) -> Sequence[Change]:
        """Give the changes behind a row of the log, from what was read ahead where that is there."""
        self._read = self._ahead.take(place) if self._ahead is not None else None
        return self._log.changes(place, CHANGES_A_BATCH) if self._read is None else self._read.changes

    def turn(self) -> bool:
        """Let the checkers do a part of what is left to be judged; say whether there was any."""
        return True in [views.checkers.turn() for views in self._worlds.values()]

    def write_some(self) -> bool:
        """Write a little of what long ways left to be written when nothing waits; say whether there was any."""
        return True in [views.catalog.write_some() for views in self._worlds.values()]

    def _apply_told(self) -> None:
        """Apply what the checkers told of a change together with it, so that nobody sees one without the other."""
        for _ in self._worlds:
            if True not in [views.told_more() for views in self._worlds.values()]:
                return
            changes, worlds = self._next()
            if self._needs_full(changes):
                return  # what others appended meanwhile opens it, at the next step
            if changes:
                self._apply(worlds, Batch(changes, self._log, more=len(changes) == CHANGES_A_BATCH))

    def _needs_full(self, changes: Sequence[Change]) -> bool:
        return World.FULL not in self._worlds and any(map(_is_not_public, changes))

    def position(self) -> int:
        """The sequence up to which all views were given changes."""
        reached = self._position()
        return reached if self._beside is None else min(reached, self._beside.position)

    def rejoin(self) -> None:
        """End the second process, if there is one, and take back what was lent to it."""
        if self._beside is not None:
            beside, self._beside = self._beside, None
            if self._ahead is not None:
                self._ahead.close()
                self._ahead = self._read = None
            gc.set_threshold(*self._thresholds)
            beside.close()
            self._lent = []

    def _next(self) -> tuple[Sequence[Change], list[Views]]:
        """Give the changes to apply next, and the worlds that wait for them.

        What is public goes first: that the full world is made, or made again, keeps no public answer back.
        """
        public = self._worlds[World.PUBLIC]
        place = self._place(public)
        changes = self._changes(place)
        together = [views for views in self._worlds.values() if self._place(views) == place]
        others = [views for views in self._worlds.values() if views not in together]
        if changes or not others:
            return changes, together
        for views in together:
            # What its last batch left waiting must not wait for the others.
            if views not in self._lent and views.sequence() < views.position():
                views.flush()
        return self._log.changes(min(map(self._place, others)), CHANGES_A_BATCH), others

    def _place(self, views: Views) -> int:
        """How far those views of a world are that this process brings along."""
        return views.triples.position() if views in self._lent else views.position()

    def _begin_beside(self, worlds: list[Views]) -> None:
        self._lent = worlds
        self._beside = Beside(self._log, worlds)
        self._ahead = Ahead(self._log, CHANGES_A_BATCH)
        self._thresholds = gc.get_threshold()
        gc.set_threshold(*_SELDOM)

    def _is_far_behind(self, changes: Sequence[Change]) -> bool:
        """Say whether the second process is worth its start."""
        if self._beside is not None or self._alone:
            return False
        return self._log.sequence() - changes[0].sequence > _LONG_WAY

    def _position(self) -> int:
        """How far those views are that this process brings along."""
        return min(map(self._place, self._worlds.values()))

    def _apply(self, worlds: list[Views], batch: Batch) -> None:
        """Apply a batch, of few changes the triples and findings of each world first.

        Two threads that both compute wait for each other at every call: what was found would be known last.
        """
        few = len(batch.changes) <= _FEW_CHANGES
        for views in worlds:
            if few or views in self._lent:
                views.apply_triples(batch)
            else:
                views.apply(batch)
        for views in worlds:
            if few and views not in self._lent:
                views.apply_others(batch)
            views.triples.settle()

    def _look(self, beside: Beside, *, idle: bool) -> bool:
        """See how far the second process is; end it when both are at the end of the log."""
        try:
            beside.look()
        except DataError as error:
            self._alone = True
            self._told(f"{error.what}; this process goes on alone")
            self.rejoin()
            return True
        if idle:
            if beside.position >= min(map(self._place, self._lent)):
                self.rejoin()
            else:
                beside.wait()
        return True

    def _flush(self) -> bool:
        """Make visible what waits; say whether anything did."""
        if all(views.sequence() == views.position() for views in self._worlds.values()):
            return False
        for views in self._worlds.values():
            views.flush()
        return True


def _is_not_public(change: Change) -> bool:
    return any(audience not in (None, PUBLIC) for audience in (change.audience, change.previous_audience))


def sequence_of(worlds: Iterable[Views]) -> int:
    """The sequence that every view of some worlds has reached."""
    return min(views.sequence() for views in worlds)
