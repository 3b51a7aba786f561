"""A second process for a long way: it brings search and catalog along while this one brings the triples.

Both take about as long, and one interpreter runs one thread at a time. The process is started as
`python -m graph.views.beside`, reads one request (a line of JSON) from its standard input, and tells how far it is
in lines of JSON:

    {"log": address, "worlds": {world: folder}}  ->  {"position": n, "sequence": n} after each batch, and when idle

A further line asks it to make visible what it was given and to end; a closed input means that the other process is
gone, and ends it at once. What it leaves half done is found by the sequences of the views, as after any stop.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from graph.errors import DataError
from graph.log.log import Log
from graph.views.batch import Batch
from graph.views.catalog import CatalogView
from graph.views.search import SearchView
from graph.views.view import View, World

if TYPE_CHECKING:
    # At run time this would bring the triples and all that derives them into a process that has no use for them.
    from graph.views.views import Views

_POLL_SECONDS = 0.05
# Every statement of a batch is held here: few take little memory, and nothing that is written depends on how many.
_CHANGES_A_BATCH = 2_000
_END_SECONDS = 120.0


class Beside:
    """The process and the views that are lent to it; `close` takes them back. Used by one thread."""

    def __init__(self, log: Log, views: Sequence[Views]) -> None:
        self._views = views
        self.position = min(each.position() for each in views)
        self._sequence = 0
        for each in views:
            each.search.lend()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "graph.views.beside"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal is for the process that holds the views, which then ends this one in order.
            start_new_session=True,
        )
        self._told: dict[str, int] = {}
        self._listener = Thread(target=self._listen, name="beside", daemon=True)
        self._listener.start()
        worlds = {each.world.value: str(each.folder.absolute()) for each in views}
        self._say({"log": log.address, "worlds": worlds})

    def look(self) -> bool:
        """Take notice of how far it is; say whether more can be seen than before. Raises DataError when it ended."""
        told = self._told
        self.position = told.get("position", self.position)
        if self._process.poll() is not None:
            raise DataError(f"the process for search and catalog ended with {self._process.returncode}")
        if told.get("sequence", 0) <= self._sequence:
            return False
        self._sequence = told["sequence"]
        for each in self._views:
            each.search.reload()
        return True

    def wait(self) -> None:
        """Let it work for a moment."""
        time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """End the process when it has made visible what it was given, and take the views back."""
        self._say({"end": True})
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        for each in self._views:
            each.search.regain()

    def _say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # it has ended, and `look` tells so

    def _listen(self) -> None:
        """Keep the newest of what is told."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told = json.loads(line)


class _Work:
    """The process's own side."""

    def __init__(self, log: Log, views: Sequence[View]) -> None:
        self._log = log
        self._views = views
        self._ended = Event()

    def go(self) -> None:
        """Follow the log until the other process has had enough."""
        Thread(target=self._watch, daemon=True).start()
        while not self._ended.is_set():
            changes = self._log.changes(min(view.position() for view in self._views), _CHANGES_A_BATCH)
            if not changes:
                self._flush()
                self._ended.wait(_POLL_SECONDS)
                continue
            self._apply(Batch(changes, self._log, more=len(changes) == _CHANGES_A_BATCH))
            self._tell()
        self._flush()

    def _apply(self, batch: Batch) -> None:
        """Apply a batch, which is gone from memory before the next one is read."""
        for view in self._views:
            if view.position() < batch.last:
                view.apply(batch)

    def _flush(self) -> None:
        if any(view.sequence() < view.position() for view in self._views):
            for view in self._views:
                view.flush()
            self._tell()

    def _tell(self) -> None:
        told = {
            "position": min(view.position() for view in self._views),
            "sequence": min(view.sequence() for view in self._views),
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()

    def _watch(self) -> None:
        if not sys.stdin.readline():
            os._exit(1)
        self._ended.set()


def main() -> None:
    """Do what the one request asks for."""
    # Millions of tuples and no cycle among them: looking for cycles takes a tenth of the time of a short-lived process.
    gc.disable()
    request = json.loads(sys.stdin.readline())
    views: list[View] = []
    for world, folder in request["worlds"].items():
        views += [SearchView(World(world), Path(folder)), CatalogView(World(world), Path(folder))]
    with Log.open(request["log"]) as log:
        _Work(log, views).go()
    for view in views:
        view.close()


if __name__ == "__main__":
    main()
