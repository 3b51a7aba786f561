"""A world's triples as their copies see them: of whichever store is open now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graph.errors import DataError
from graph.store.embedded import EmbeddedStore
from graph.views.triples import TriplesView


class Present:
    """What snapshots are made of; `triples` gives the view that is open now, or raises DataError."""

    def __init__(self, triples: Callable[[], TriplesView]) -> None:
        self._triples = triples

    def backup(self, folder: Path, /) -> None:
        """Copy the store by hard links. Raises DataError for a store that lies elsewhere."""
        store = self._triples().store
        if not isinstance(store, EmbeddedStore):
            raise DataError("the triples lie in a store elsewhere, of which there are no copies")
        store.backup(folder)

    def sequence(self) -> int:
        """The sequence of the store."""
        return self._triples().sequence()
