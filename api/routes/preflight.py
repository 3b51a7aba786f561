"""Pre-flight: what portals would make of a dataset of ours, of what is sent, or of a catalogue elsewhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.checks.examiner import Examined
from api.checks.preflight_page import FORMATS, examined_data, preflight_page
from api.checks.running import run_watched
from api.checks.validator import Document
from api.languages import mark
from api.negotiation import HTML, choose, wants_page
from api.openapi import JSON, answers
from api.problems import VARY, Problem, not_acceptable, not_known, of_check, wrong_parameter
from api.server.clients import client_of
from api.server.documents import document
from api.server.posted import Posted, body_of, read_posted
from api.visit import OneVisit, Visit
from graph.errors import CivigraphError
from graph.feeds.page import Told
from graph.feeds.texts import statements_of_each
from graph.preflight.own import identifiers_before, judge
from graph.preflight.portals.table import PORTALS
from graph.terms import is_iri

routes = APIRouter()

PortalName = Literal["ckan", "udata", "data.europa.eu", "google", "fdp", "datajson"]
Chosen = Annotated[PortalName | None, Query(description="Only this portal; all where nothing is said.")]
Own = Annotated[str | None, Query(max_length=2000, description="IRI of a dataset of this graph.")]

_FIELDS = {
    "text": {"type": "string", "description": "The description."},
    "address": {"type": "string", "description": "Address of a catalogue elsewhere, in place of text and file."},
    "syntax": {"type": "string", "description": "Media type of text or file, empty where it is to be seen."},
    "portal": {"type": "string", "enum": ["", *PORTALS]},
    "format": {"type": "string", "enum": list(FORMATS), "description": "Form of the answer, in place of Accept."},
}
_BODY = body_of(_FIELDS)


@routes.get("/preflight", **answers(HTML, JSON, also=(304, 404, 406, 422)))
def preflight(visit: OneVisit, dataset: Own = None, portal: Chosen = None) -> Response:
    """Tell what portals would make of a dataset of ours, as our feed tells it.

    Without one, show the form; as JSON, list the portals with their rules.
    """
    form = _form(visit.request, {})
    if dataset is None and form == "json":
        return document(visit.request, _rules(), JSON, headers={"Vary": VARY, **visit.sequence})
    if dataset is None:
        visit.site.examiner.warm()
        return preflight_page(visit, {"portal": portal or ""})
    if not is_iri(dataset):
        raise wrong_parameter("dataset", "an absolute IRI is needed")
    known = visit.known
    with known.catalog.reading.moment() as moment:
        keys = moment.keys([dataset], known.audiences)
        if not keys:
            raise not_known(mark("No dataset that you may know has that IRI."))
        _, stated = next(statements_of_each(Told(moment, tuple(known.audiences), keys)))
    before = identifiers_before(known.triples, dataset, stated)
    verdicts = judge(dataset, stated, [portal] if portal else [], before)
    return _answer(visit, Examined(dataset, [], verdicts), {"portal": portal or ""}, form, own=dataset)


@routes.post(
    "/preflight", **answers(HTML, JSON, also=(406, 413, 415, 422, 429, 502, 503)), openapi_extra={"requestBody": _BODY}
)
async def examine(visit: OneVisit, portal: Chosen = None) -> Response:
    """Tell what portals would make of a description, which is stored nowhere, or of a catalogue at an address."""
    posted: Posted | None = None
    try:
        posted = await read_posted(visit.request, visit.site.settings.validate_bytes)
        fields = posted.fields or {}
        form = _form(visit.request, fields)
        names = _names(fields, portal)
        examined = await _examined(visit, posted, names)
    except (Problem, CivigraphError) as error:
        problem = error if isinstance(error, Problem) else of_check(error)
        if posted is None or posted.fields is None or not wants_page(visit.request.headers.get("accept")):
            raise problem from None
        return preflight_page(visit, posted.fields, problem=problem)
    return _answer(visit, examined, fields, form)


def _form(request: Request, fields: Mapping[str, str]) -> str:
    """Choose the form of the answer: `html` or `json`. Raises Problem (406, 422)."""
    if (name := fields.get("format")) is not None:
        if name not in FORMATS:
            raise wrong_parameter("format", f"{name[:40]!r} is none of {', '.join(FORMATS)}")
        return name
    chosen = choose(request.headers.get("accept"), [(JSON, "json"), (HTML, "html")])
    if chosen is None:
        raise not_acceptable([HTML, JSON])
    return chosen


def _rules() -> bytes:
    """Write down the portals with their rules."""
    told = [
        {
            "name": portal.name,
            "title": portal.title,
            "rules": {
                name: {"effect": rule.effect, "says": rule.says, "mend": rule.mend, "source": rule.source}
                for name, rule in portal.rules.items()
            },
        }
        for portal in PORTALS.values()
    ]
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _names(fields: Mapping[str, str], portal: str | None) -> list[str]:
    """Read which portal is asked about, none for all. Raises Problem (422)."""
    name = fields.get("portal") or portal or ""
    if name and name not in PORTALS:
        raise wrong_parameter("portal", f"{name[:40]!r} is none of {', '.join(PORTALS)}")
    return [name] if name else []


async def _examined(visit: Visit, posted: Posted, names: Sequence[str]) -> Examined:
    """Have it examined; take it back when the client goes away."""
    examiner, client = visit.site.examiner, client_of(visit.request)
    address = (posted.fields or {}).get("address", "").strip()
    gone = threading.Event()
    if address and posted.content:
        raise wrong_parameter(
            "address",
            visit.texts.text("There are two things to examine: send a description or an address, not both."),
        )
    if address:
        work = partial(examiner.examine_address, address, names, client=client, cancelled=gone.is_set)
    elif posted.content or posted.fields is None:
        base = visit.links.absolute("preflight")
        sent = Document(posted.content, posted.media_type, posted.name, base if is_iri(base) else "urn:document")
        work = partial(examiner.examine, sent, names, client=client, cancelled=gone.is_set)
    else:
        raise wrong_parameter(
            "text",
            visit.texts.text("There is nothing to examine: paste a text, choose a file or name an address."),
        )
    return await run_watched(visit, work, gone)


def _answer(
    visit: Visit, examined: Examined, fields: Mapping[str, str], form: str, *, own: str | None = None
) -> Response:
    """Write the verdicts in the form that is wanted."""
    headers = {"Cache-Control": "no-cache" if own else "no-store", "Vary": VARY}
    if form == "json":
        body = json.dumps(examined_data(examined), ensure_ascii=False, indent=1) + "\n"
        return document(visit.request, body.encode(), JSON, headers={**headers, **visit.sequence})
    return preflight_page(visit, fields, examined=examined, own=own, headers=headers)
