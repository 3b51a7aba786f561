"""The catalogues: DCAT pages that portals harvest, and the same lists for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.feeds import ILLUSTRATION_FEED, MAIN, PROTECTED_FEED, Feed, catalogue_of
from api.languages import mark
from api.links import outward
from api.negotiation import HTML, choose, rdf_offers
from api.openapi import FEED_RDF, answers
from api.pages.names import Names
from api.problems import bad_request, not_acceptable, not_known
from api.server.documents import kept_document, unchanged
from api.visit import OneVisit, Visit
from graph.feeds.catalogue import Paging, shared
from graph.feeds.page import Page, Told
from graph.feeds.tailoring import reader_of, tailored
from graph.rendering.syntaxes import FEED_BY_SUFFIX, FEED_SYNTAXES, N3, SYNTAXES, TRIG, Syntax
from graph.terms import is_iri
from graph.views.fragments.fragment import PROFILES
from graph.views.fragments.moment import Key, Moment
from graph.views.fragments.selection import Selection

routes = APIRouter()

_MOST = 1000
# Of N-Triples on one page: harvesters refuse answers of more than 50 MB, and what is joined comes on top.
_MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class Narrowed:
    """What a feed is narrowed to."""

    actor: str | None
    source: str | None
    domain: str | None
    profile: str | None
    modified_since: str | None
    reader: str | None = None

    @property
    def facets(self) -> tuple[tuple[str, str], ...]:
        """The facets with their values."""
        names = ("actor", "source", "domain", "profile")
        return tuple((name, value) for name in names if (value := getattr(self, name)))


def _narrowed(
    *,
    actor: Annotated[
        str | None, Query(max_length=2000, description="IRI of who publishes, holds or made the datasets.")
    ] = None,
    source: Annotated[str | None, Query(max_length=200, description="Name of the source that describes them.")] = None,
    domain: Annotated[
        str | None,
        Query(max_length=2000, description="IRI of a domain of the ontology, or of a theme of the EU's list."),
    ] = None,
    profile: Annotated[
        str | None,
        Query(description="dcat-ap: has what DCAT-AP 3.0.1 makes mandatory; hvd: told to be a high-value dataset."),
    ] = None,
    modified_since: Annotated[
        str | None, Query(max_length=40, description="ISO 8601 date or time: only what has changed here since then.")
    ] = None,
    reader: Annotated[
        Literal["udata"] | None,
        Query(
            alias="for",
            description="A portal that drops datasets over a detail: checksums are then plain texts. Without it, udata"
            " is known by its User-Agent.",
        ),
    ] = None,
) -> Narrowed:
    for name, value in (("actor", actor), ("domain", domain)):
        if value and not is_iri(value):
            raise bad_request(mark("The parameter %(name)s takes an absolute IRI."), name=name)
    if profile and profile not in PROFILES:
        raise bad_request(mark("The parameter profile takes one of these: %(known)s."), known=", ".join(PROFILES))
    return Narrowed(actor, source, domain, profile, modified_since and in_utc(modified_since), reader)


def in_utc(text: str) -> str:
    """Read a date or time as the log writes them. Raises Problem (400)."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad_request(mark("The parameter modified_since takes a date or time in ISO 8601.")) from None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Place:
    """Which page, as the address tells."""

    page: int | None
    after: str | None
    size: int | None


def _place(
    page: Annotated[int | None, Query(ge=1, le=1_000_000, description="Page, counted from 1.")] = None,
    after: Annotated[
        str | None, Query(max_length=2000, description="IRI of the dataset that the page follows.")
    ] = None,
    page_size: Annotated[int | None, Query(ge=1, le=_MOST, description="Datasets on a page.")] = None,
) -> Place:
    if page is not None and after is not None:
        raise bad_request(mark("A page is asked for by number or by the dataset that it follows, not both."))
    if after is not None and not is_iri(after):
        raise bad_request(mark("The parameter after takes the IRI of a dataset."))
    return Place(page, after, page_size)


ToPlace = Annotated[Place, Depends(_place)]
ToNarrow = Annotated[Narrowed, Depends(_narrowed)]
_NEGOTIATED = answers(HTML, *FEED_RDF, also=(304, 404, 406))
_FIXED = answers(*FEED_RDF, also=(304, 404))


@routes.get("/catalog", **_NEGOTIATED)
def catalog(visit: OneVisit, place: ToPlace, narrowed: ToNarrow) -> Response:
    """Give a page of the catalog by Accept: DCAT (Turtle where nothing else is asked for), or a list for browsers."""
    return _negotiated(Asked(visit, MAIN, "", place, narrowed))


@routes.get("/catalog.{suffix}", **_FIXED)
def catalog_as(visit: OneVisit, suffix: str, place: ToPlace, narrowed: ToNarrow) -> Response:
    """Give a page of the catalog in the syntax of the suffix: ttl, rdf, xml, jsonld, nt, n3 or trig."""
    return _fixed(Asked(visit, MAIN, suffix, place, narrowed))


@routes.get("/catalog-protected", **_NEGOTIATED)
def protected(visit: OneVisit, place: ToPlace, narrowed: ToNarrow) -> Response:
    """Give a page of the datasets that are shared under conditions or closed, which the catalog holds too."""
    return _negotiated(Asked(visit, PROTECTED_FEED, "", place, narrowed))


@routes.get("/catalog-protected.{suffix}", **_FIXED)
def protected_as(visit: OneVisit, suffix: str, place: ToPlace, narrowed: ToNarrow) -> Response:
    """Give a page of the protected datasets in the syntax of the suffix."""
    return _fixed(Asked(visit, PROTECTED_FEED, suffix, place, narrowed))


@routes.get("/catalog/illustration", **_NEGOTIATED)
def illustration(visit: OneVisit, place: ToPlace, narrowed: ToNarrow) -> Response:
    """Give a page of the invented datasets, which the catalog leaves out."""
    return _negotiated(Asked(visit, ILLUSTRATION_FEED, "", place, narrowed))


@routes.get("/catalog/illustration.{suffix}", **_FIXED)
def illustration_as(visit: OneVisit, suffix: str, place: ToPlace, narrowed: ToNarrow) -> Response:
    """Give a page of the invented datasets in the syntax of the suffix."""
    return _fixed(Asked(visit, ILLUSTRATION_FEED, suffix, place, narrowed))


@dataclass(frozen=True)
class Asked:
    """Which page of which feed was asked for, in which form; makes the addresses of the others."""

    visit: Visit
    feed: Feed
    suffix: str
    place: Place
    narrowed: Narrowed
    for_readers: bool = False

    @property
    def audiences(self) -> tuple[str, ...]:
        """Who asks."""
        return tuple(self.visit.known.audiences)

    @property
    def size(self) -> int:
        """How many datasets the page has."""
        return self.place.size or self.visit.site.settings.page_size

    @property
    def selection(self) -> Selection:
        """Which datasets the feed has, the narrowest condition first."""
        return Selection(self.audiences, (*self.narrowed.facets, *self.feed.facets), self.narrowed.modified_since)

    def address(self, *, page: int | None = None, after: str | None = None) -> str:
        """Give the address of a page: absolute in feeds, since harvesters resolve relative ones to `file:`."""
        path = f"{self.feed.path}.{self.suffix}" if self.suffix else self.feed.path
        since = self.visit.request.query_params.get("modified_since")
        pairs = [
            *self.narrowed.facets,
            *([("modified_since", since)] if since else []),
            *([("for", self.narrowed.reader)] if self.narrowed.reader else []),
            *([("page_size", str(self.place.size))] if self.place.size else []),
            *([("page", str(page))] if page else []),
            *([("after", after)] if after else []),
        ]
        return self.visit.links.page(path, pairs) if self.for_readers else self.visit.links.absolute(path, pairs)


def _keys(asked: Asked, moment: Moment, total: int) -> tuple[list[Key], bool]:
    """Read which datasets a page has, and whether others follow: by number in place, or by key, which no edit moves."""
    if asked.place.page is not None:
        keys = moment.numbered(asked.selection, asked.place.page, asked.size)
        if not keys and asked.place.page != 1:
            raise not_known(mark("The catalog has fewer pages."))
        return keys, asked.place.page * asked.size < total
    # One more than a page tells whether there is a next one.
    keys = moment.page(asked.selection, asked.place.after, asked.size + 1)
    fitting = _fitting(keys[: asked.size])
    return fitting, len(keys) > len(fitting)


def _fitting(keys: Sequence[Key]) -> list[Key]:
    """Keep the first datasets that make no page too large, at least one."""
    taken = 0
    for place, key in enumerate(keys):
        taken += key.bytes
        if place and taken > _MOST_BYTES:
            return list(keys[:place])
    return list(keys)


def _paging(asked: Asked, moment: Moment, keys: Sequence[Key], total: int, *, more: bool) -> Paging:
    """Tell the page's place."""
    return Paging(
        here=asked.address(page=asked.place.page, after=asked.place.after),
        first=asked.address(),
        last=_last(asked, moment, total),
        previous=_previous(asked, moment, keys),
        next=asked.address(after=keys[-1].iri) if more else None,
        total=total,
        size=asked.size,
    )


def _last(asked: Asked, moment: Moment, total: int) -> str:
    """Give the address of the last page."""
    rest = total % asked.size or asked.size
    before = moment.before(asked.selection, None, rest + 1)
    return asked.address(after=before[0]) if len(before) > rest else asked.address()


def _previous(asked: Asked, moment: Moment, keys: Sequence[Key]) -> str | None:
    """Give the address of the page before, None on the first."""
    start = keys[0].iri if keys else asked.place.after
    if start is None or asked.place in {Place(None, None, asked.place.size), Place(1, None, asked.place.size)}:
        return None
    before = moment.before(asked.selection, start, asked.size + 1)
    if not before:
        return None
    return asked.address(after=before[0]) if len(before) > asked.size else asked.address()


def _negotiated(asked: Asked) -> Response:
    """Answer in the form that Accept asks for. Raises Problem (406)."""
    offers: list[tuple[str, Syntax | str]] = [
        (SYNTAXES[0].media_type, SYNTAXES[0]),
        (N3.media_type, N3),
        (TRIG.media_type, TRIG),
        *rdf_offers(),
        (HTML, HTML),
    ]
    chosen = choose(asked.visit.request.headers.get("accept"), offers)
    if chosen is None:
        raise not_acceptable([HTML, *(each.media_type for each in FEED_SYNTAXES)])
    return _list(asked) if isinstance(chosen, str) else _data(asked, chosen)


def _fixed(asked: Asked) -> Response:
    """Answer in the syntax of the suffix, whatever Accept says."""
    if asked.suffix not in FEED_BY_SUFFIX:
        raise not_known()
    return _data(asked, FEED_BY_SUFFIX[asked.suffix])


def _data(asked: Asked, syntax: Syntax) -> Response:
    """Give a page as RDF."""
    visit = asked.visit
    reading = visit.known.catalog.reading
    portal = reader_of(visit.request.headers.get("user-agent", ""), asked.narrowed.reader)
    form = (syntax.media_type, *([portal] if portal else []))
    page_key = (*asked.audiences, visit.links.absolute(), str(visit.request.url), asked.suffix, *form)
    with reading.moment() as moment:
        vary = {"Vary": "User-Agent" if asked.suffix else "Accept, User-Agent"}
        known = reading.tag(moment, page_key)
        if known and (answer := unchanged(visit.request, known, moment.touched, {**visit.sequence, **vary})):
            return answer
        total = reading.count_at(moment, asked.selection)
        keys, more = _keys(asked, moment, total)
        paging = _paging(asked, moment, keys, total, more=more)
        whole = paging.here == paging.first
        catalogue = catalogue_of(visit, asked.feed, asked.narrowed.facets, whole=whole)
        told = Told(moment, asked.audiences, keys, shared(catalogue))
        page = Page(catalogue, paging, told, visit.links.absolute("entity") + "?iri=")
        tag = page.tag(visit.site.identity, *form)
        reading.note_tag(moment, page_key, tag)
        return kept_document(
            visit.request,
            lambda: tailored(page.write(syntax), syntax, portal),
            syntax.media_type,
            tag=tag,
            touched=moment.touched,
            headers={**visit.sequence, "Link": _link_header(paging), **vary},
        )


def _link_header(paging: Paging) -> str:
    """Name the neighbouring pages for readers of headers (RFC 8288)."""
    links = {"first": paging.first, "prev": paging.previous, "next": paging.next, "last": paging.last}
    return ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items() if address)


def _list(asked: Asked) -> Response:
    """Show a page to a reader."""
    visit, asked = asked.visit, replace(asked, for_readers=True)
    reading = visit.known.catalog.reading
    with reading.moment() as moment:
        total = reading.count_at(moment, asked.selection)
        keys, more = _keys(asked, moment, total)
        paging = _paging(asked, moment, keys, total, more=more)
    names = Names.for_visit(visit, [key.iri for key in keys])
    formats = [(each, visit.links.file(f"{asked.feed.path}.{each.suffix}", asked.narrowed.facets)) for each in SYNTAXES]
    return visit.page(
        "catalog.html",
        here="catalog",
        title=asked.feed.title,
        description=asked.feed.description,
        illustrative=asked.feed.illustrative,
        narrowed=asked.narrowed.facets,
        access_page=outward(visit.site.settings.access_page or "") if asked.feed.protected else None,
        total=total,
        rows=[(key, names.name(key.iri), names.page(key.iri)) for key in keys],
        previous=paging.previous,
        next=paging.next,
        formats=formats,
    )
