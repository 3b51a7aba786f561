"""The views of one world, opened and applied together."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TypeVar

from graph.derivations.derivation import digest
from graph.errors import DataError, StoreUnavailable
from graph.findings.checkers import Checkers
from graph.findings.view import FindingsView
from graph.log.log import Log
from graph.rendering import blocks
from graph.statistics import statistics
from graph.store.embedded import EmbeddedStores
from graph.store.store import Stores
from graph.views.batch import Batch
from graph.views.catalog import CatalogView
from graph.views.search import SearchView
from graph.views.triples import TriplesView
from graph.views.view import View, World

FORMATS: dict[str, int | str] = {
    "triples": f"4, derivations {digest()}, statistics {statistics.FORMAT}",
    "search": 2,
    "catalog": f"3, blocks {blocks.FORMAT}",
    "findings": 1,
}
"""The version of what each view keeps on disk: raise it when it changes, and the view is made again."""

PARTS = {
    "triples": ("triples", "mentions.sqlite"),
    "search": ("search",),
    "catalog": ("catalog.sqlite",),
    "findings": ("findings.sqlite", "judging-"),
}
"""The files and folders of each view."""

_LOCK_PATIENCE_SECONDS = 10.0
# Words of the engines themselves; a bare "lock" would be found in "block", which a damaged file has.
_PASSING = re.compile(
    r"\block\b|lockbusy|lockfile|no space|too many open files|permission denied|read-only file", re.IGNORECASE
)
_V = TypeVar("_V", TriplesView, SearchView, CatalogView, FindingsView)


class Views:
    """Triples, search, catalog and findings of a world, in `folder`.

    A view that is damaged, or of another format, is emptied; `told` is called with a sentence about it, and the
    follower fills it again from the log. `writing` and `stores` are those of `TriplesView`. With `judged`, the log, the
    rules are judged as the triples change.
    """

    def __init__(
        self,
        world: World,
        folder: Path,
        base: str,
        told: Callable[[str], None] = lambda _: None,
        writing: Lock | None = None,
        *,
        stores: Stores | None = None,
        judged: Log | None = None,
    ) -> None:
        stores = stores or EmbeddedStores()
        self._formats = {**FORMATS, "triples": f"{FORMATS['triples']}, {stores.kind}"}
        self.world = world
        self.folder = folder
        self._told = told
        folder.mkdir(parents=True, exist_ok=True)
        self._drop_other_formats()
        self.triples = self._opened("triples", lambda: TriplesView(world, folder, base, writing, stores))
        self.search = self._opened("search", lambda: SearchView(world, folder))
        self.catalog = self._opened("catalog", lambda: CatalogView(world, folder))
        self.findings = self._opened("findings", lambda: FindingsView(world, folder))
        self.checkers = Checkers(folder, self.triples, self.findings, judged)
        self._told_more = False
        self._threads = ThreadPoolExecutor(1, thread_name_prefix=f"triples-{world}")

    @property
    def all(self) -> tuple[View, ...]:
        """Every view of the world."""
        return (self.triples, self.search, self.catalog, self.findings)

    def sequence(self) -> int:
        """The sequence that every view has reached."""
        return min(view.sequence() for view in self.all)

    def position(self) -> int:
        """The sequence up to which every view was given changes."""
        return min(view.position() for view in self.all)

    def flush(self) -> None:
        """Make visible what was given."""
        for view in self.all:
            view.flush()

    def apply(self, batch: Batch) -> None:
        """Bring each view that has not reached the batch's end there; the engine of triples runs beside the others."""
        triples = self._threads.submit(self.apply_triples, batch)
        try:
            self.apply_others(batch)
        finally:
            triples.result()
        self.triples.settle()

    def apply_others(self, batch: Batch) -> None:
        """Bring search and catalog alone to the batch's end."""
        _bring(self.search, batch)
        _bring(self.catalog, batch)

    def apply_triples(self, batch: Batch) -> None:
        """Bring the triples and the findings alone to the batch's end."""
        _bring(self.triples, batch)
        _bring(self.findings, batch)
        if self.checkers.follow(more=batch.more):
            self._told_more = True

    def told_more(self) -> bool:
        """Say whether the log got rows about what was found since this was asked last."""
        told, self._told_more = self._told_more, False
        return told

    def close(self) -> None:
        """Let go of all files."""
        self._threads.shutdown()
        self.checkers.close()
        for view in self.all:
            view.close()

    def _opened(self, name: str, make: Callable[[], _V]) -> _V:
        """Open a view; when what is on disk is damaged, tell so and open an empty one."""
        end = time.monotonic() + _LOCK_PATIENCE_SECONDS
        while True:
            try:
                return make()
            except (DataError, sqlite3.DatabaseError) as error:
                if is_passing(error):
                    # The files of a holder that has just died, or of a reader that has not finished.
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.1)
                    continue
                self._told(f"the view {self.world}/{name} is damaged and is made again: {error}")
                self._drop(name)
                return make()

    def _drop_other_formats(self) -> None:
        file = self.folder / "formats.json"
        try:
            known = json.loads(file.read_text())
        except (FileNotFoundError, ValueError):
            known = {}
        for name, version in self._formats.items():
            if known.get(name) != version:
                if any((self.folder / part).exists() for part in PARTS[name]):
                    self._told(f"the view {self.world}/{name} is of another format and is made again")
                self._drop(name)
        if known != self._formats:
            file.write_text(json.dumps(self._formats))

    def _drop(self, name: str) -> None:
        """Remove the files of a view that is not open."""
        for part in PARTS[name]:
            for path in self.folder.glob(f"{part}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def is_passing(error: BaseException) -> bool:
    """Say whether an error tells of a file in use, a full disk or a store that is silent rather than of damage."""
    return isinstance(error, sqlite3.OperationalError | StoreUnavailable) or _PASSING.search(str(error)) is not None


def _bring(view: View, batch: Batch) -> None:
    if view.position() < batch.last:
        view.apply(batch)
