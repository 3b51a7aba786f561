"""Views whose process is stopped at one of its writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from unittest.mock import patch

from graph.log.log import Log
from graph.store.embedded import EmbeddedStore
from graph.views.batch import Batch
from graph.views.mentions import Mentions
from graph.views.views import Views


class Stopped(BaseException):
    """The process ends here."""


@dataclass
class Crash:
    """Stops a process at the n-th of its writes, before or after it."""

    left: int

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Count the writes of the index and of the store."""
        spots = [(EmbeddedStore, name) for name in ("begin", "load", "change", "sync")] + [(Mentions, "write")]
        patches = [patch.object(owner, name, self._counted(getattr(owner, name))) for owner, name in spots]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()

    def _counted(self, write):
        def counted(*arguments):
            if self.left == 0:
                raise Stopped
            self.left -= 1
            return write(*arguments)

        return counted


def crash(views: Views, log: Log, point: int) -> None:
    """Apply what is new in a process that is stopped at one of its writes."""
    changes = log.changes(views.sequence(), 1000)
    if changes:
        with Crash(point).armed(), suppress(Stopped):
            views.apply(Batch(changes, log))
