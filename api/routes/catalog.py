"""The catalog feed: DCAT pages that portals harvest, and the same list for readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.documents import document
from api.languages import FRENCH, LANGUAGES, mark, texts_in
from api.names import Names
from api.negotiation import HTML, page_or_rdf
from api.openapi import RDF, answers
from api.problems import bad_request, not_acceptable, not_known
from api.visit import OneVisit, Visit
from graph.feed import Catalogue, Paging, page_statements
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES, Syntax
from graph.terms import is_iri
from graph.views.catalog import Fragment

routes = APIRouter()

_MOST = 1000
# Of fragments on one page: harvesters refuse answers of more than 50 MB, and what is joined comes on top.
_MOST_BYTES = 20_000_000

Number = Annotated[int | None, Query(ge=1, le=1_000_000, description="Page, counted from 1.")]
After = Annotated[str | None, Query(max_length=2000, description="IRI of the dataset that the page follows.")]
Size = Annotated[int | None, Query(ge=1, le=_MOST, description="Datasets on a page.")]


@dataclass(frozen=True)
class Feed:
    """One of the two feeds: where it is, what it is called, which datasets it has."""

    path: str
    title: str
    description: str
    illustrative: bool


MAIN = Feed(
    "catalog",
    mark("Catalogue of urban data"),
    mark("Who holds which urban data, under which terms: all public dataset descriptions of this graph."),
    illustrative=False,
)
ILLUSTRATION = Feed(
    "catalog/illustration",
    mark("Fictional catalogue for illustration"),
    mark("Invented examples that show how things are described. Nothing here is about real data: do not harvest."),
    illustrative=True,
)


@routes.get("/catalog", **answers(HTML, *RDF, also=(304, 404, 406)))
def catalog(visit: OneVisit, page: Number = None, after: After = None, page_size: Size = None) -> Response:
    """Give a page of the catalog by Accept: DCAT (Turtle where nothing else is asked for), or a list for browsers."""
    return _negotiated(visit, Asked(visit, MAIN, "", page, after, page_size))


@routes.get("/catalog.{suffix}", **answers(*RDF, also=(304, 404)))
def catalog_as(
    visit: OneVisit, suffix: str, page: Number = None, after: After = None, page_size: Size = None
) -> Response:
    """Give a page of the catalog in the syntax of the suffix: ttl, rdf, xml, jsonld or nt."""
    return _fixed(visit, Asked(visit, MAIN, suffix, page, after, page_size))


@routes.get("/catalog/illustration", **answers(HTML, *RDF, also=(304, 404, 406)))
def illustration(visit: OneVisit, page: Number = None, after: After = None, page_size: Size = None) -> Response:
    """Give a page of the invented datasets, which the catalog leaves out."""
    return _negotiated(visit, Asked(visit, ILLUSTRATION, "", page, after, page_size))


@routes.get("/catalog/illustration.{suffix}", **answers(*RDF, also=(304, 404)))
def illustration_as(
    visit: OneVisit, suffix: str, page: Number = None, after: After = None, page_size: Size = None
) -> Response:
    """Give a page of the invented datasets in the syntax of the suffix."""
    return _fixed(visit, Asked(visit, ILLUSTRATION, suffix, page, after, page_size))


@dataclass(frozen=True)
class Asked:
    """Which page of which feed was asked for, in which form; makes the addresses of the others."""

    visit: Visit
    feed: Feed
    suffix: str
    page: int | None
    after: str | None
    page_size: int | None
    for_readers: bool = False

    @property
    def size(self) -> int:
        """How many datasets the page has."""
        return self.page_size or self.visit.site.settings.page_size

    def address(self, *, page: int | None = None, after: str | None = None) -> str:
        """Give the address of a page: absolute in feeds, since harvesters resolve relative ones to `file:`."""
        path = f"{self.feed.path}.{self.suffix}" if self.suffix else self.feed.path
        pairs = [
            *([("page_size", str(self.page_size))] if self.page_size else []),
            *([("page", str(page))] if page else []),
            *([("after", after)] if after else []),
        ]
        return self.visit.links.page(path, pairs) if self.for_readers else self.visit.links.absolute(path, pairs)


@dataclass(frozen=True)
class Sheet:
    """The datasets of a page and its place among the others."""

    fragments: list[Fragment]
    paging: Paging


def _sheet(asked: Asked) -> Sheet:
    """Read a page: by number in place, or by the key that the links use and that edits do not move."""
    if asked.page is not None and asked.after is not None:
        raise bad_request(mark("A page is asked for by number or by the dataset that it follows, not both."))
    if asked.after is not None and not is_iri(asked.after):
        raise bad_request(mark("The parameter after takes the IRI of a dataset."))
    known, size, which = asked.visit.known, asked.size, asked.feed.illustrative
    view, audiences = known.catalog, known.audiences
    total = view.count(audiences, illustrative=which)
    if asked.page is not None:
        fragments = view.page_number(asked.page, size, audiences, illustrative=which)
        more = asked.page * size < total
    else:
        # One more than a page tells whether there is a next one.
        fragments = view.page(asked.after, size + 1, audiences, illustrative=which)
        fitting = _fitting(fragments[:size])
        more = len(fragments) > len(fitting)
        fragments = fitting
    if not fragments and asked.page not in {None, 1}:
        raise not_known(mark("The catalog has fewer pages."))
    pages = max(1, -(-total // size))
    return Sheet(
        fragments,
        Paging(
            here=asked.address(page=asked.page, after=asked.after),
            first=asked.address(),
            last=asked.address(page=pages) if pages > 1 else asked.address(),
            previous=_previous(asked, fragments),
            next=asked.address(after=fragments[-1].iri) if more else None,
            total=total,
            size=size,
        ),
    )


def _fitting(fragments: list[Fragment]) -> list[Fragment]:
    """Keep the first fragments that make no page too large, at least one."""
    taken = 0
    for place, fragment in enumerate(fragments):
        taken += len(fragment.text)
        if place and taken > _MOST_BYTES:
            return fragments[:place]
    return fragments


def _previous(asked: Asked, fragments: list[Fragment]) -> str | None:
    """Give the address of the page before, None on the first."""
    start = fragments[0].iri if fragments else asked.after
    if start is None:
        return None
    known = asked.visit.known
    before = known.catalog.last_before(start, asked.size + 1, known.audiences, illustrative=asked.feed.illustrative)
    if not before:
        return None
    return asked.address(after=before[0]) if len(before) > asked.size else asked.address()


def _negotiated(visit: Visit, asked: Asked) -> Response:
    """Answer in the form that Accept asks for. Raises Problem (406)."""
    chosen = page_or_rdf(visit.request.headers.get("accept"))
    if chosen is None:
        raise not_acceptable([HTML, *(each.media_type for each in SYNTAXES)])
    return _list(visit, asked) if isinstance(chosen, str) else _data(visit, asked, chosen)


def _fixed(visit: Visit, asked: Asked) -> Response:
    """Answer in the syntax of the suffix, whatever Accept says."""
    if asked.suffix not in BY_SUFFIX:
        raise not_known()
    return _data(visit, asked, BY_SUFFIX[asked.suffix])


def _data(visit: Visit, asked: Asked, syntax: Syntax) -> Response:
    """Give a page as RDF."""
    sheet = _sheet(asked)
    catalogue = _catalogue(visit, asked.feed)
    known = visit.known
    statements = page_statements(catalogue, sheet.paging, sheet.fragments, known.log, known.audiences)
    body = syntax.write(statements, [f"<{catalogue.iri}>", f"<{sheet.paging.here}>"])
    headers = {**visit.sequence, "Link": _link_header(sheet.paging)}
    if not asked.suffix:
        headers["Vary"] = "Accept"
    return document(visit.request, body, syntax.media_type, headers=headers)


def _link_header(paging: Paging) -> str:
    """Name the neighbouring pages for readers of headers (RFC 8288)."""
    links = {"first": paging.first, "prev": paging.previous, "next": paging.next, "last": paging.last}
    return ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items() if address)


def _catalogue(visit: Visit, feed: Feed) -> Catalogue:
    """Say what the feed is."""
    settings = visit.site.settings
    return Catalogue(
        iri=visit.links.absolute(feed.path),
        titles={language: texts_in(language).text(feed.title) for language in sorted(LANGUAGES, reverse=True)},
        descriptions={language: texts_in(language).text(feed.description) for language in (FRENCH, "en")},
        publisher_iri=settings.publisher_url or visit.links.absolute("catalog") + "#publisher",
        publisher=settings.publisher,
        licence=settings.catalog_licence,
    )


def _list(visit: Visit, asked: Asked) -> Response:
    """Show a page to a reader."""
    sheet = _sheet(replace(asked, for_readers=True))
    names = Names.for_visit(visit, [fragment.iri for fragment in sheet.fragments])
    formats = [(each, visit.links.file(f"{asked.feed.path}.{each.suffix}")) for each in SYNTAXES]
    return visit.page(
        "catalog.html",
        here="catalog",
        title=asked.feed.title,
        description=asked.feed.description,
        illustrative=asked.feed.illustrative,
        total=sheet.paging.total,
        rows=[(fragment, names.name(fragment.iri), names.page(fragment.iri)) for fragment in sheet.fragments],
        previous=sheet.paging.previous,
        next=sheet.paging.next,
        formats=formats,
    )
