"""The triples of a world as some audiences see them: whoever is handed this cannot ask for more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from graph.log.rows import PUBLIC
from graph.statistics.statistics import Statistics
from graph.store.store import Answer, Graph
from graph.terms import Statement
from graph.views.triples import TriplesView


class Seen:
    """What `TriplesView` answers, for these audiences alone."""

    def __init__(self, view: TriplesView, audiences: Sequence[str] = (PUBLIC,)) -> None:
        self._view = view
        self.audiences = tuple(audiences)

    @cached_property
    def graphs(self) -> list[Graph]:
        """The graphs that these audiences may read."""
        return self._view.graphs_of(self.audiences)

    @property
    def statistics(self) -> Statistics:
        """What the public graph holds, whoever asks."""
        return self._view.statistics

    def query(self, text: str) -> Answer:
        """Answer one of the project's own queries over all that is seen; it must not name graphs."""
        return self._view.store.query(text, graphs=self.graphs)

    def describe(self, iri: str) -> list[Statement]:
        """All statements about an IRI, derived ones too, sorted, in the store's terms."""
        return self._view.describe(iri, self.audiences)

    def incoming(self, iri: str, limit: int) -> list[tuple[str, str]]:
        """Up to `limit` pairs of the IRIs of a subject and a property that points at an IRI."""
        return self._view.incoming(iri, limit, self.audiences)

    def owners(self, iris: Iterable[str]) -> dict[str, str]:
        """The IRI of the record that each IRI lives in; one with a record of its own, or none, is absent."""
        return self._view.owners(iris, self.audiences)

    def labels(self, iris: Iterable[str]) -> dict[str, list[tuple[str, str | None]]]:
        """The texts and languages that the best naming property of each IRI has; an IRI without a name is absent."""
        return self._view.labels(iris, self.audiences)
