"""The feed of changes, for those who follow: LDES in TriG and N-Quads, Atom for readers of news."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.feeds import MAIN, catalogue_of, in_languages
from api.languages import mark
from api.negotiation import HTML, choose
from api.openapi import answers
from api.problems import not_acceptable, not_known
from api.server.documents import kept_document
from api.visit import OneVisit, Visit
from graph.feeds import atom, ldes
from graph.feeds.atom import AtomPage, Titled
from graph.feeds.ldes import Stream, told_of
from graph.feeds.texts import described
from graph.log.rows import PUBLIC
from graph.views.fragments.moment import Moment

routes = APIRouter()

TRIG, NQUADS, ATOM = "application/trig", "application/n-quads", "application/atom+xml"
_SUFFIXES = {"trig": TRIG, "nq": NQUADS, "atom": ATOM}
_PAGE = 100
_TITLE = mark("Changes in the catalogue of urban data")
_SUMMARY = 500

After = Annotated[
    int | None, Query(ge=0, le=1 << 53, description="Number of the change that the page follows, as `next` links say.")
]
Before = Annotated[
    int | None, Query(ge=1, le=1 << 53, description="Atom: number of the change that the page precedes.")
]


@routes.get("/feed", **answers(TRIG, NQUADS, ATOM, also=(304, 406)))
def feed(visit: OneVisit, after: After = None, before: Before = None) -> Response:
    """Tell followers what was created, changed, deleted: TriG where nothing else is asked for, N-Quads, Atom."""
    # Who takes nothing but a page gets the news, which readers of news show.
    offers = [*((each, each) for each in (TRIG, NQUADS, ATOM)), (HTML, ATOM)]
    chosen = choose(visit.request.headers.get("accept"), offers)
    if chosen is None:
        raise not_acceptable([TRIG, NQUADS, ATOM])
    return _answer(Asked(visit, "", after, before), chosen)


@routes.get("/feed.{suffix}", **answers(TRIG, NQUADS, ATOM, also=(304, 404)))
def feed_as(visit: OneVisit, suffix: str, after: After = None, before: Before = None) -> Response:
    """Tell followers what changed in the syntax of the suffix: trig, nq or atom."""
    if suffix not in _SUFFIXES:
        raise not_known()
    return _answer(Asked(visit, suffix, after, before), _SUFFIXES[suffix])


@dataclass(frozen=True)
class Asked:
    """Which page of the feed was asked for."""

    visit: Visit
    suffix: str
    after: int | None
    before: int | None

    def address(self, **given: int | None) -> str:
        """Give the address of a page."""
        path = f"feed.{self.suffix}" if self.suffix else "feed"
        return self.visit.links.absolute(
            path, [(name, str(value)) for name, value in given.items() if value is not None]
        )


def _answer(asked: Asked, media_type: str) -> Response:
    with asked.visit.site.public.catalog.reading.moment() as moment:
        return _atom(asked, moment) if media_type == ATOM else _stream(asked, moment, media_type)


def _stream(asked: Asked, moment: Moment, media_type: str) -> Response:
    """Give a page of the event stream, the oldest changes first."""
    visit = asked.visit
    members = moment.members(asked.after or 0, _PAGE + 1)
    more = len(members) > _PAGE
    members = members[:_PAGE]
    stream = Stream(
        catalogue=catalogue_of(visit, MAIN, whole=False),
        plain=visit.links.absolute("feed"),
        here=asked.address(after=asked.after),
        first=asked.address(),
        next=asked.address(after=members[-1].number) if more else None,
        members=members,
    )
    told = told_of(members, moment, (PUBLIC,))
    write = ldes.nquads if media_type == NQUADS else ldes.trig
    numbers = repr([(member.number, member.activity) for member in members])
    return kept_document(
        visit.request,
        lambda: write(stream, told),
        media_type,
        tag=_tag(told.digest().hex(), visit.site.identity, media_type, stream.here, numbers, repr(stream.catalogue)),
        touched=moment.touched,
        # Followers of event streams need not ask for a full page again; caches must, so that what is withdrawn is gone.
        headers={**_headers(asked), "Cache-Control": "no-cache, immutable" if more else "no-cache"},
    )


def _atom(asked: Asked, moment: Moment) -> Response:
    """Give a page of news, the newest changes first."""
    visit = asked.visit
    members = moment.newest_members(asked.before, _PAGE + 1)
    more = len(members) > _PAGE
    members = members[:_PAGE]
    told = told_of(members, moment, (PUBLIC,))
    page = AtomPage(
        title=in_languages(_TITLE)["fr"],
        author=visit.site.settings.publisher,
        licence=visit.site.settings.catalog_licence,
        here=asked.address(before=asked.before),
        first=asked.address(),
        next=asked.address(before=members[-1].number) if more else None,
        site=visit.links.absolute("catalog"),
        updated=members[0].time if members else "1970-01-01T00:00:00Z",
        language="fr",
    )

    def write() -> bytes:
        titled = {
            each.iri: Titled(
                each.first("dct:title") or each.iri,
                (each.first("dct:description") or "")[:_SUMMARY] or None,
                visit.links.absolute("entity", [("iri", each.iri)]),
            )
            for each in described(told)
        }
        return atom.write(page, members, titled)

    numbers = repr([(member.number, member.activity) for member in members])
    return kept_document(
        visit.request,
        write,
        ATOM,
        tag=_tag(told.digest().hex(), visit.site.identity, numbers, repr(page)),
        touched=moment.touched,
        headers=_headers(asked),
    )


def _headers(asked: Asked) -> dict[str, str]:
    return {**asked.visit.sequence, **({} if asked.suffix else {"Vary": "Accept"})}


def _tag(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
