"""The triples of the world that a visitor sees, at one moment, for judging them anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.visit import Visit
from graph.store.embedded import EmbeddedStore
from graph.store.store import TripleStore


@contextmanager
def triples_copy(visit: Visit) -> Iterator[tuple[TripleStore, int]]:
    """Give a copy of the triples with the last row that it knows, or the engine itself where they lie elsewhere."""
    views = visit.known.views
    sequence = views.triples.sequence()
    if visit.site.settings.store_url is not None:
        yield views.triples.store, sequence
        return
    with visit.site.holder.snapshots(views.world).latest(sequence) as lease:
        store = EmbeddedStore(lease.path, read_only=True)
        try:
            yield store, lease.sequence
        finally:
            store.close()
