"""What one reader may know: log and views together with the reader's audiences, so that no look-up forgets them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph.entities import Entity, read_entities, read_entity, times_of
from graph.findings.checkers import CURATORS
from graph.findings.reading import Findings
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.slugs import Slug
from graph.views.catalog import CatalogView
from graph.views.conditions import Conditions
from graph.views.hits import Hit, Results
from graph.views.search import Sort
from graph.views.seen import Seen
from graph.views.view import World
from graph.views.views import Views

_STRETCH = 500


@dataclass(frozen=True)
class Knowledge:
    """Reads for one reader. `audiences` begin with the public; `views` are of a world that holds them all."""

    log: Log
    views: Views
    audiences: tuple[str, ...] = (PUBLIC,)

    @cached_property
    def triples(self) -> Seen:
        """The triples that the reader may see."""
        return Seen(self.views.triples, self.audiences)

    @property
    def catalog(self) -> CatalogView:
        """The fragments of all audiences: whoever reads them passes `audiences` on."""
        return self.views.catalog

    @cached_property
    def findings(self) -> Findings:
        """What the rules find in the world that the reader sees."""
        narrow = self.views.world is World.PUBLIC or MEMBERS not in self.audiences
        world = "public" if narrow else "full" if CURATORS in self.audiences else "members"
        return Findings(self.views.findings, world, self.audiences)

    def state(self, sequence: int) -> int:
        """Number the state of the views at a row: in the public world only rows that touched it count."""
        return self.log.public_at(sequence) if self.views.world is World.PUBLIC else sequence

    def entity(self, iri: str) -> Entity | None:
        """Read what is said of an IRI; None where the reader may see no record of it."""
        return read_entity(self.log, iri, self.audiences)

    def entities(self, iris: Iterable[str]) -> dict[str, Entity]:
        """Read several entities at once."""
        return read_entities(self.log, iris, self.audiences)

    def times(self, entity: Entity) -> dict[str, tuple[str, str]]:
        """When each source first and last told of an entity, as `times_of`."""
        return times_of(self.log, entity, self.audiences)

    def address(self, iri: str) -> tuple[str, str] | None:
        """Give the kind and slug of an entity's page."""
        return self.log.slugs.address(iri, self.audiences)

    def addresses(self, iris: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Give the kind and slug of each entity's page."""
        return self.log.slugs.addresses(iris, self.audiences)

    def find(self, kind: str, slug: str) -> Slug | None:
        """Give the entity that has or had this slug."""
        return self.log.slugs.find(kind, slug, self.audiences)

    def search(
        self,
        query: str,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        offset: int = 0,
        limit: int = 20,
        sort: Sort = "relevance",
        language: str | None = None,
        conditions: Conditions | None = None,
    ) -> Results:
        """Search, as `SearchView.search`."""
        return self.views.search.search(
            query,
            filters=filters,
            audiences=self.audiences,
            offset=offset,
            limit=limit,
            sort=sort,
            language=language,
            conditions=conditions,
        )

    def suggest(self, query: str, *, language: str | None = None) -> list[Hit]:
        """Give what somebody who is still typing may mean, as `SearchView.suggest`."""
        return self.views.search.suggest(query, audiences=self.audiences, language=language)

    def counts(
        self, facet: str, *, filters: Mapping[str, Sequence[str]] | None = None, conditions: Conditions | None = None
    ) -> dict[str, int]:
        """Count by the values of a facet, as `SearchView.counts`."""
        return self.views.search.counts(facet, filters=filters, audiences=self.audiences, conditions=conditions)

    def newest(self, number: int, *, source: Container[str]) -> list[str]:
        """Give the IRIs that the reader may see and that changed last, the newest first, but for some sources.

        However many changes the reader may not see lie between them, so that these change nothing in the answer.
        """
        found: dict[str, None] = {}
        end = self.log.sequence()
        while end > 0 and len(found) < number:
            start = max(0, end - _STRETCH)
            for change in reversed(self.log.changes(start, end - start)):
                if change.audience in self.audiences and change.source not in source:
                    found.setdefault(change.iri)
            end = start
        return list(found)[:number]

    def counts_by_kind(self) -> dict[str, int]:
        """How many records of each kind the reader may see."""
        return self.views.search.counts_by_kind(self.audiences)
