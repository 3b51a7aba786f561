"""What the governance rules read, worked out once for the process: it takes seconds, and no date changes it."""

from __future__ import annotations

import datetime
import threading
from functools import lru_cache

from pyoxigraph import DefaultGraph

from graph.governance.checking.dates import Evaluation, at_date
from graph.governance.compiling.running import below_classes
from graph.governance.rejudging.judging import Bench
from graph.governance.rejudging.reads import Unit, units_of
from graph.governance.rules.shapesets import GOVERNANCE, named
from graph.store.store import Graph, TripleStore

GRAPHS: list[Graph] = [DefaultGraph()]
"""All that is public."""


class _Ready:
    """The bench that all others are made beside; it is made again when classes have others below them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bench: Bench | None = None

    def get(self, store: TripleStore) -> Bench:
        """Give a bench whose classes are those of a store."""
        classes = below_classes(lambda text: store.query(text, graphs=GRAPHS))
        with self._lock:
            if self._bench is None or self._bench.classes != classes:
                made = Bench(store, lambda: GRAPHS, units_of(named(GOVERNANCE).shapes))
                made.prepare()
                self._bench = made
            return self._bench


_ready = _Ready()


def get_ready(store: TripleStore) -> None:
    """Work out what rules read, where that was not done yet."""
    _ready.get(store)


def bench_of(chosen: Evaluation, store: TripleStore) -> Bench:
    """Give a bench that judges the public graph of a store at a date."""
    return _ready.get(store).beside(store, lambda: GRAPHS, _units(chosen.date, chosen.origin, chosen.contexts))


@lru_cache(maxsize=8)
def _units(date: datetime.date, origin: str, contexts: tuple[str, ...]) -> tuple[Unit, ...]:
    return units_of(at_date(named(GOVERNANCE).shapes, Evaluation(date, origin, contexts)))  # type: ignore[arg-type]
