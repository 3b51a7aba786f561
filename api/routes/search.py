"""Search: words in French or English, facets, pages; the same hits as a table and as RDF; what is still being typed."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.languages import mark
from api.negotiation import HTML
from api.openapi import CSV, RDF, answers
from api.pages.kinds import kind_name
from api.pages.names import Names
from api.problems import VARY, not_known
from api.searching.search_page import MOST, SearchPage
from api.searching.search_table import table_of
from api.searching.search_terms import AskedTerms, Words
from api.server.documents import document
from api.visit import OneVisit
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES

routes = APIRouter()

SORTS = {"relevance": mark("Relevance"), "title": mark("Title"), "modified": mark("Last modified")}
# So many values of a facet stand in sight; the others are folded away.
_IN_SIGHT = 6
# A table is read whole, RDF is read a page at a time.
_ROWS, _RECORDS = 5_000, 100


@routes.get("/search", **answers(HTML))
def search(visit: OneVisit, terms: AskedTerms) -> Response:
    """Show what has all the words, with counts by facet."""
    size, page = visit.site.settings.results_per_page, terms.page
    results = terms.found(visit, offset=(page - 1) * size, limit=size)
    shown = SearchPage(visit, terms, results)
    link = visit.links.page
    formats = [("CSV", CSV, visit.links.page("search.csv", terms.parameters()))]
    formats += [
        (each.name, each.media_type, visit.links.file(f"search.{each.suffix}", terms.parameters())) for each in SYNTAXES
    ]
    return visit.page(
        "search.html",
        here="search",
        q=terms.q,
        results=results,
        found=shown.found(),
        facets=shown.facets(),
        removable=shown.removable(),
        nothing_but_words=link("search", [("q", terms.q)]) if terms.q else None,
        sorts=[(text, link("search", terms.parameters(sort=name)), name == terms.sort) for name, text in SORTS.items()],
        kept=[pair for pair in terms.parameters() if pair[0] != "q"],
        formats=formats,
        page=page,
        pages=max(1, -(-results.total // size)),
        previous=link("search", terms.parameters(page=page - 1)) if page > 1 else None,
        next=link("search", terms.parameters(page=page + 1)) if page * size < results.total else None,
        in_sight=_IN_SIGHT,
        most=MOST,
    )


@routes.get("/search/suggestions", **answers(HTML))
def suggestions(visit: OneVisit, q: Words = "") -> Response:
    """Show the few things that somebody who is still typing may mean: a piece of a page, for the search field."""
    hits = visit.known.suggest(q, language=visit.texts.language)
    names = Names.for_visit(visit, [hit.iri for hit in hits])
    found = [
        (hit, kind_name(hit.kind, visit.texts.language), names.page(hit.iri) or visit.links.node(hit.iri))
        for hit in hits
    ]
    return visit.page("suggestions.html", found=found)


@routes.get("/search.{suffix}", **answers(CSV, *RDF, also=(304, 404)))
def search_as(visit: OneVisit, suffix: str, terms: AskedTerms) -> Response:
    """Give hits as a table (csv: the first 5,000) or all that is said of them in RDF (a hundred a page)."""
    if suffix == "csv":
        hits = terms.found(visit, offset=0, limit=_ROWS).hits
        named = {"Content-Disposition": 'attachment; filename="search.csv"', "Content-Language": visit.texts.language}
        return document(visit.request, table_of(visit, hits), CSV, headers={"Vary": VARY, **named, **visit.sequence})
    if suffix not in BY_SUFFIX:
        raise not_known()
    syntax = BY_SUFFIX[suffix]
    results = terms.found(visit, offset=(terms.page - 1) * _RECORDS, limit=_RECORDS)
    entities = visit.known.entities([hit.iri for hit in results.hits])
    statements = sorted({each for entity in entities.values() for each in entity.statements})
    body = syntax.write(statements, [f"<{iri}>" for iri in entities])
    links = {}
    if terms.page * _RECORDS < results.total:
        following = visit.links.absolute(f"search.{suffix}", terms.parameters(page=terms.page + 1))
        links["Link"] = f'<{following}>; rel="next"'
    return document(visit.request, body, syntax.media_type, headers={**links, **visit.sequence})
