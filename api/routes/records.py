"""Records as they are written: one at its address, or many together, each by one source for one audience."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from api.negotiation import choose, rdf_offers
from api.openapi import JSON, RDF, answers
from api.problems import VARY, not_acceptable, not_known
from api.server.bodies import read_body
from api.server.documents import names_tag
from api.visit import OneVisit, Visit
from api.writes.mementos import Mementos, read_date
from api.writes.preconditions import tag_of
from api.writes.writing import Place, delete, put, put_many, writer_of
from graph.ingest.formats import MEDIA_TYPES
from graph.rendering.syntaxes import SYNTAXES
from graph.terms import parse_payload
from graph.versions import version_at, versions_of

routes = APIRouter()

_VARY = f"{VARY}, Accept-Datetime"

Audience = Annotated[
    str | None,
    Query(
        max_length=2000,
        description="Who may see it: public, members, or the IRI of an agreement for its parties."
        " Left out, it stays as it is; what is new is public.",
    ),
]
Source = Annotated[
    str | None,
    Query(max_length=200, description="Name of the source that says it. Left out: the caller's own."),
]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "RDF in any of these syntaxes, or JSON: an object (or a list) with `iri`, `type`, and properties"
        " by prefixed names, whose values are texts, `{value, language}`, `{value, datatype}`, `{iri}` or objects.",
        "content": {each: {"schema": {"type": "string"}} for each in MEDIA_TYPES if each != JSON}
        | {JSON: {"schema": {"type": ["object", "array"]}}},
    }
}
_WRITES = (401, 403, 404, 409, 412, 507)


def _writes(*also: int, body: bool = True) -> dict[str, Any]:
    """Describe a route that writes."""
    made = answers(JSON, also=(*_WRITES, *also))
    return {**made, "openapi_extra": _BODY} if body else made


@routes.get("/records/{kind}/{slug}", **answers(*RDF, also=(300, 302, 304, 404, 406)))
def record(visit: OneVisit, kind: str, slug: str, source: Source = None) -> Response:
    """Give what one source says of a thing, as it stands in the log; 300 names the sources where several do."""
    place = Place(visit, kind, slug, source=source)
    head = place.head()
    made = Mementos(
        visit.links,
        f"records/{kind}/{slug}",
        source,
        versions_of(visit.known.log, head.source, head.iri, visit.caller.audiences),
    )
    if (asked := visit.request.headers.get("accept-datetime")) is not None:
        return _at(visit, made, read_date(asked))
    syntax = choose(visit.request.headers.get("accept"), rdf_offers())
    if syntax is None:
        raise not_acceptable([each.media_type for each in SYNTAXES])
    tag = tag_of(head.state, syntax.suffix)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": _VARY, "Link": made.relations(), **visit.sequence}
    if names_tag(visit.request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    payload = visit.known.log.payload(head.sequence) or b""
    body = syntax.write(parse_payload(payload), [f"<{head.iri}>"])
    return Response(body, headers={**headers, "Content-Type": f"{syntax.media_type}; charset=utf-8"})


def _at(visit: Visit, made: Mementos, moment: datetime) -> Response:
    """Lead to the version that stood at a moment (RFC 7089 4.1.2). Raises Problem (404)."""
    found = version_at(list(made.versions), moment)
    if found is None:
        raise not_known()
    headers = {"Vary": _VARY, "Link": made.relations(), **visit.sequence}
    return RedirectResponse(made.memento(found), 302, headers)


@routes.put("/records/{kind}/{slug}", **_writes(201))
async def write(visit: OneVisit, kind: str, slug: str, audience: Audience = None, source: Source = None) -> Response:
    """Create or replace what a source says of one thing; the answer tells which findings that opened and cleared."""
    writer_of(visit)
    body = await read_body(visit.request, visit.site.settings.body_bytes)
    media_type = visit.request.headers.get("content-type", "")
    place = Place(visit, kind, slug, audience, source)
    return await anyio.to_thread.run_sync(partial(put, place, body, media_type))


@routes.delete("/records/{kind}/{slug}", **_writes(204, body=False))
def withdraw(visit: OneVisit, kind: str, slug: str, source: Source = None) -> Response:
    """Delete what a source says of one thing; its history stays in the log."""
    writer_of(visit)
    return delete(Place(visit, kind, slug, source=source))


@routes.post("/records", **_writes())
async def write_many(visit: OneVisit, audience: Audience = None, source: Source = None) -> Response:
    """Create or replace what a source says of many things, all of them or none."""
    writer_of(visit)
    body = await read_body(visit.request, visit.site.settings.body_bytes)
    media_type = visit.request.headers.get("content-type", "")
    return await anyio.to_thread.run_sync(partial(put_many, visit, body, media_type, audience, source))
