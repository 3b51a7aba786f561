"""What was said before: the versions of a record, who changed what when, and each of them as it stood."""

from __future__ import annotations

import json

from fastapi import APIRouter, Response

from api.negotiation import choose, rdf_offers
from api.openapi import JSON, RDF, answers
from api.problems import VARY, not_acceptable, not_known, several_sources
from api.routes.records import Source
from api.server.documents import document
from api.visit import OneVisit, Visit
from api.writes.mementos import LINK_FORMAT, Mementos, date_of
from api.writes.writing import Place
from graph.rendering.syntaxes import SYNTAXES
from graph.terms import parse_payload
from graph.versions import Version, differences, versions_of

routes = APIRouter()


@routes.get("/records/{kind}/{slug}/versions", **answers(JSON, also=(300, 304, 404)))
def versions(visit: OneVisit, kind: str, slug: str, source: Source = None) -> Response:
    """Tell every version that the caller may see: when, what it changed, and to who shows a token by whom."""
    made = mementos_of(visit, kind, slug, source)
    told = [
        {
            "time": version.time,
            "change": version.change,
            "source": version.source,
            "audience": version.audience,
            **({"agent": version.agent} if visit.caller.signed_in else {}),
            "memento": made.memento(version) if version.payload is not None else None,
            "added": difference.added,
            "removed": difference.removed,
        }
        for version, difference in zip(made.versions, differences(list(made.versions)), strict=True)
    ]
    text = json.dumps({"record": made.original(), "versions": told}, ensure_ascii=False, indent=2) + "\n"
    return document(visit.request, text.encode(), JSON, headers={**visit.sequence, "Link": made.relations()})


@routes.get("/records/{kind}/{slug}/timemap", **answers(LINK_FORMAT, also=(300, 304, 404)))
def timemap(visit: OneVisit, kind: str, slug: str, source: Source = None) -> Response:
    """Give the map of a record's versions (RFC 7089)."""
    made = mementos_of(visit, kind, slug, source)
    return document(visit.request, made.map(), LINK_FORMAT, headers=visit.sequence)


@routes.get("/records/{kind}/{slug}/versions/{time}", **answers(*RDF, also=(300, 304, 404, 406)))
def version(visit: OneVisit, kind: str, slug: str, time: str, source: Source = None) -> Response:
    """Give a record as it stood from a moment on, a memento (RFC 7089)."""
    made = mementos_of(visit, kind, slug, source)
    found = next((each for each in made.versions if each.name == time and each.payload is not None), None)
    if found is None:
        raise not_known()
    return _memento(visit, made, found)


def _memento(visit: Visit, made: Mementos, found: Version) -> Response:
    syntax = choose(visit.request.headers.get("accept"), rdf_offers())
    if syntax is None:
        raise not_acceptable([each.media_type for each in SYNTAXES])
    headers = {
        "Memento-Datetime": date_of(found),
        "Link": made.neighbours(found),
        "Vary": VARY,
        **visit.sequence,
    }
    body = syntax.write(parse_payload(found.payload or b""))
    return document(visit.request, body, syntax.media_type, headers=headers)


def mementos_of(visit: Visit, kind: str, slug: str, source: str | None) -> Mementos:
    """Give the versions of the record at an address. Raises Problem: 404, or 300 where several sources tell of it."""
    place = Place(visit, kind, slug, source=source)
    if place.iri is None:
        raise not_known()
    log, audiences = visit.known.log, visit.caller.audiences
    sources = sorted({row.source for row in log.history(source, place.iri)})
    found = {each: versions_of(log, each, place.iri, audiences) for each in sources}
    found = {each: some for each, some in found.items() if some}
    if not found:
        raise not_known()
    if len(found) > 1:
        raise several_sources(list(found))
    return Mementos(visit.links, f"records/{kind}/{slug}", source, next(iter(found.values())))
