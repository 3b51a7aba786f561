"""What a search was asked for, as the address tells it, and the links to what could be asked next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query

from api.languages import mark
from api.visit import Visit
from graph.views.hits import Results

FACETS = {
    "kind": mark("Kind"),
    "rung": mark("Openness"),
    "pole": mark("Pole"),
    "domain": mark("Domain"),
    "finding": mark("Open findings"),
    "territory": mark("Territory"),
    "publisher": mark("Publisher"),
    "licence": mark("Licence"),
    "access": mark("Access"),
    "theme": mark("Theme"),
    "source": mark("Source"),
}
"""The facets in the order of the page: what readers ask first stands first."""

Sort = Literal["relevance", "title", "modified"]

Words = Annotated[str, Query(max_length=500, description="Words to look for, in French or English.")]
Chosen = Annotated[
    list[str], Query(default_factory=list, max_length=50, description="Keep what has one of these values.")
]
Number = Annotated[int, Query(ge=1, le=100_000, description="Page of the hits, counted from 1.")]


@dataclass(frozen=True)
class Terms:
    """The words, the values chosen of each facet, the order, the page."""

    q: str
    chosen: dict[str, list[str]]
    sort: Sort
    page: int = 1

    def parameters(
        self, *, page: int = 1, sort: str | None = None, toggled: tuple[str, str] | None = None
    ) -> list[tuple[str, str]]:
        """Give the parameters of the same search with another page or order, or a value added or taken away."""
        pairs = [(name, value) for name, values in self.chosen.items() for value in values]
        if toggled:
            pairs = [pair for pair in pairs if pair != toggled] if toggled in pairs else [*pairs, toggled]
        order = sort or self.sort
        return [
            *([("q", self.q)] if self.q else []),
            *pairs,
            *([("sort", order)] if order != "relevance" else []),
            *([("page", str(page))] if page > 1 else []),
        ]

    def found(self, visit: Visit, *, offset: int, limit: int) -> Results:
        """Search what the reader knows."""
        return visit.known.search(
            self.q,
            filters=self.chosen,
            offset=offset,
            limit=limit,
            sort=self.sort,
            language=visit.texts.language,
            conditions=visit.site.standing.of(visit.known),
        )


def _terms(
    *,
    q: Words = "",
    kind: Chosen,
    rung: Chosen,
    pole: Chosen,
    domain: Chosen,
    territory: Chosen,
    publisher: Chosen,
    licence: Chosen,
    access: Chosen,
    theme: Chosen,
    finding: Chosen,
    source: Chosen,
    sort: Sort = "relevance",
    page: Number = 1,
) -> Terms:
    given = {
        "kind": kind, "rung": rung, "pole": pole, "domain": domain, "territory": territory, "publisher": publisher,
        "licence": licence, "access": access, "theme": theme, "finding": finding, "source": source,
    }  # fmt: skip
    return Terms(q.strip(), {name: values for name, values in given.items() if values}, sort, page)


AskedTerms = Annotated[Terms, Depends(_terms)]
