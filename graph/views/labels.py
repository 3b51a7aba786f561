"""What things are called, kept in memory: every page asks for the same names again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from pyoxigraph import Literal, NamedNode, Quad

from graph.derivations.update import News
from graph.records.kinds import LABEL_RANKS
from graph.store.store import Graph, TripleStore

Label = tuple[str, str | None]
"""A text and its language."""

_PREDICATES = [NamedNode(predicate[1:-1]) for predicate in LABEL_RANKS]
_NAMING = frozenset(_PREDICATES)
_MOST = 100_000


class Labels:
    """Reads the names of IRIs in a store, each once until a change of the store touches it.

    The store is changed inside `changing`. Meanwhile everybody reads the store itself and nothing is kept, so that no
    answer joins a name from before a change to what holds after it. Used by many threads.
    """

    def __init__(self, store: TripleStore, most: int = _MOST) -> None:
        self._store = store
        self._most = most
        self._known: dict[tuple[str, tuple[Graph, ...]], tuple[Label, ...]] = {}
        self._changes = 0
        self._is_changing = False
        self._lock = Lock()

    def of(self, iris: Iterable[str], graphs: Sequence[Graph]) -> dict[str, list[Label]]:
        """Give the texts and languages that the best naming property of each IRI has; one without a name is absent."""
        wanted, among = set(iris), tuple(graphs)
        with self._lock:
            changes = None if self._is_changing else self._changes
            known = {} if changes is None else self._kept(wanted, among)
        fresh = {iri: tuple(self._read(iri, among)) for iri in wanted - known.keys()}
        if changes is not None and fresh:
            self._keep(fresh, among, changes)
        return {iri: list(labels) for iri, labels in (known | fresh).items() if labels}

    @contextmanager
    def changing(self, news: Callable[[], News | None]) -> Iterator[None]:
        """Change the store inside; `news` then tells what was done, None where it cannot: all is read again."""
        with self._lock:
            self._is_changing = True
        done: News | None = None
        try:
            yield
            done = news()
        finally:
            with self._lock:
                self._forget(done)
                self._changes += 1
                self._is_changing = False

    def _kept(self, iris: Iterable[str], graphs: tuple[Graph, ...]) -> dict[str, tuple[Label, ...]]:
        found = ((iri, self._known.get((iri, graphs))) for iri in iris)
        return {iri: labels for iri, labels in found if labels is not None}

    def _keep(self, fresh: dict[str, tuple[Label, ...]], graphs: tuple[Graph, ...], changes: int) -> None:
        with self._lock:
            if self._is_changing or self._changes != changes:
                return  # what was read may be of before the change
            if len(self._known) + len(fresh) > self._most:
                self._known.clear()
            self._known.update(((iri, graphs), labels) for iri, labels in fresh.items())

    def _forget(self, news: News | None) -> None:
        if news is None or news.whole:
            self._known.clear()
            return
        renamed = {_subject(quad) for quad in (*news.removed, *news.added) if quad.predicate in _NAMING}
        for key in [key for key in self._known if key[0] in renamed] if renamed else ():
            del self._known[key]

    def _read(self, iri: str, graphs: Iterable[Graph]) -> list[Label]:
        for predicate in _PREDICATES:
            values = [quad.object for graph in graphs for quad in self._store.values(iri, predicate, graph)]
            names = {(value.value, value.language) for value in values if isinstance(value, Literal)}
            if names:
                return sorted(names, key=lambda name: (name[1] or "", name[0]))
        return []


def _subject(quad: Quad) -> str | None:
    return quad.subject.value if isinstance(quad.subject, NamedNode) else None
