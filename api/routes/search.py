"""Search: words in French or English, facets, pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.access import lowest, rung_of
from api.kinds import kind_name
from api.languages import mark
from api.names import Names
from api.negotiation import HTML
from api.openapi import answers
from api.visit import OneVisit, Visit
from graph.views.hits import Hit, Results, Snippet

routes = APIRouter()

FACETS = {
    "kind": mark("Kind"),
    "access": mark("Access"),
    "licence": mark("Licence"),
    "publisher": mark("Publisher"),
    "theme": mark("Theme"),
    "source": mark("Source"),
}
SORTS = {"relevance": mark("Relevance"), "title": mark("Title"), "modified": mark("Last modified")}
# So many values of a facet stand in sight; the others are folded away.
_IN_SIGHT = 8

Words = Annotated[str, Query(max_length=500, description="Words to look for, in French or English.")]
Chosen = Annotated[list[str], Query(max_length=50, description="Keep what has one of these values.")]
Number = Annotated[int, Query(ge=1, le=100_000, description="Page of the hits, counted from 1.")]


@dataclass(frozen=True)
class Choice:
    """A value of a facet as a link that adds or removes it."""

    text: str
    number: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Found:
    """A hit as the page shows it."""

    hit: Hit
    kind: str
    href: str
    pieces: list[tuple[str, bool]]
    access: tuple[str, int] | None
    licences: list[str]


@routes.get("/search", **answers(HTML))
def search(  # noqa: PLR0917 (each is a parameter of the address)
    visit: OneVisit,
    q: Words = "",
    kind: Chosen = [],  # noqa: B006 (the framework copies it)
    access: Chosen = [],  # noqa: B006
    licence: Chosen = [],  # noqa: B006
    publisher: Chosen = [],  # noqa: B006
    theme: Chosen = [],  # noqa: B006
    source: Chosen = [],  # noqa: B006
    page: Number = 1,
    sort: Literal["relevance", "title", "modified"] = "relevance",
) -> Response:
    """Show what has all the words, with counts by facet."""
    given = {
        "kind": kind,
        "access": access,
        "licence": licence,
        "publisher": publisher,
        "theme": theme,
        "source": source,
    }
    size = visit.site.settings.results_per_page
    asked = Asked(visit, q.strip(), {name: values for name, values in given.items() if values}, sort)
    results = visit.known.search(
        asked.q, filters=asked.chosen, offset=(page - 1) * size, limit=size, sort=sort, language=visit.texts.language
    )
    names = Names.for_visit(visit, _iris(results))
    return visit.page(
        "search.html",
        here="search",
        q=asked.q,
        results=results,
        found=[_found(visit, names, hit) for hit in results.hits],
        facets=_facets(asked, results, names),
        removable=_removable(asked, names),
        sorts=[(text, asked.link(sort=name), name == sort) for name, text in SORTS.items()],
        sort=sort,
        chosen=asked.chosen,
        page=page,
        pages=max(1, -(-results.total // size)),
        previous=asked.link(page=page - 1) if page > 1 else None,
        next=asked.link(page=page + 1) if page * size < results.total else None,
        in_sight=_IN_SIGHT,
    )


@dataclass(frozen=True)
class Asked:
    """What was asked, and the links to what could be asked next."""

    visit: Visit
    q: str
    chosen: dict[str, list[str]]
    sort: str

    def link(self, *, page: int = 1, sort: str | None = None, toggled: tuple[str, str] | None = None) -> str:
        """Link the same search with another page, order, or with a value of a facet added or taken away."""
        pairs = [(name, value) for name, values in self.chosen.items() for value in values]
        if toggled:
            pairs = [pair for pair in pairs if pair != toggled] if toggled in pairs else [*pairs, toggled]
        order = sort or self.sort
        return self.visit.links.page(
            "search",
            [
                *([("q", self.q)] if self.q else []),
                *pairs,
                *([("sort", order)] if order != "relevance" else []),
                *([("page", str(page))] if page > 1 else []),
            ],
        )


def _iris(results: Results) -> set[str]:
    """Collect the IRIs that the page names."""
    values = {value for name in ("access", "licence", "theme") for value, _ in results.facets[name]}
    shown = {value for hit in results.hits for name in ("access", "licence") for value in hit.facets[name]}
    return values | shown | {hit.iri for hit in results.hits}


def _facets(asked: Asked, results: Results, names: Names) -> list[tuple[str, str, list[Choice]]]:
    """Give (name, title, values) of each facet that has any."""
    found = []
    for name, title in FACETS.items():
        chosen = asked.chosen.get(name, [])
        choices = [
            Choice(_text(asked.visit, names, name, value), number, asked.link(toggled=(name, value)), value in chosen)
            for value, number in results.facets[name]
        ]
        if choices:
            found.append((name, title, sorted(choices, key=lambda choice: not choice.chosen)))
    return found


def _removable(asked: Asked, names: Names) -> list[tuple[str, str, str]]:
    """Give (title of the facet, value, link without it) of each filter."""
    return [
        (FACETS[name], _text(asked.visit, names, name, value), asked.link(toggled=(name, value)))
        for name, values in asked.chosen.items()
        for value in values
    ]


def _text(visit: Visit, names: Names, facet: str, value: str) -> str:
    """Name the value of a facet."""
    if facet == "kind":
        return kind_name(value, visit.texts.language, many=True)
    if facet == "source":
        source = visit.site.instance.log.sources.get(value)
        return source.title or value if source else value
    return names.text(value) if facet != "publisher" else value


def _found(visit: Visit, names: Names, hit: Hit) -> Found:
    """Prepare a hit for the page."""
    access = lowest(hit.facets["access"])
    return Found(
        hit,
        kind_name(hit.kind, visit.texts.language),
        names.page(hit.iri) or visit.links.node(hit.iri),
        _pieces(hit.snippet),
        (names.text(access), rung_of(access)) if access else None,
        [names.text(value) for value in hit.facets["licence"]],
    )


def _pieces(snippet: Snippet | None) -> list[tuple[str, bool]]:
    """Cut a snippet into pieces that are marked or not."""
    if snippet is None:
        return []
    pieces, place = [], 0
    for start, end in snippet.marks:
        pieces += [(snippet.text[place:start], False), (snippet.text[start:end], True)]
        place = end
    return [piece for piece in (*pieces, (snippet.text[place:], False)) if piece[0]]
