"""One finding: what was found, what came of it since, who contests it, and a form to contest it without script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from api.checks.finding_pages import as_json, shown
from api.checks.finding_words import NO_ADVICE, READERS
from api.checks.party_findings import seen_in
from api.languages import LANGUAGES, mark
from api.negotiation import HTML, choose, wants_page
from api.openapi import JSON, answers
from api.problems import VARY, Problem, bad_request, not_acceptable, not_known, of_error, unsupported_media_type
from api.server.bodies import form_of, read_body
from api.server.documents import document
from api.server.posted import FORM
from api.visit import OneVisit, Visit
from api.writes.contesting import FIELDS, MOST_TEXT, contest, contester, seen_finding
from graph.errors import CivigraphError
from graph.findings.reading import Findings, Known
from graph.log.tokens import Role
from graph.terms import is_iri

routes = APIRouter()

Iri = Annotated[str, Query(max_length=2000, description="Address of the finding, as lists of findings tell it.")]

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": {"type": "object", "required": ["iri", "text", "language"], "properties": FIELDS}}
        },
    }
}
_TOLD = ("title", "detail", "remedy", "errors")


@routes.get("/finding", **answers(HTML, JSON, also=(304, 404, 406)))
def finding(visit: OneVisit, iri: Iri) -> Response:
    """Show a finding with its history and the notes that contest it: as a page or JSON by Accept."""
    findings, found = _found(visit, iri)
    chosen = choose(visit.request.headers.get("accept"), [(HTML, HTML), (JSON, JSON)])
    if chosen is None:
        raise not_acceptable([HTML, JSON])
    if chosen == JSON:
        told = {**as_json(found, findings.world), "history": _history(findings, found)}
        body = json.dumps(told, ensure_ascii=False, indent=1).encode()
        return document(visit.request, body, JSON, headers={"Vary": VARY, **visit.sequence})
    return _page(visit, findings, found, {})


@routes.post("/finding", **answers(HTML, also=(303, 401, 403, 404, 422, 507)), openapi_extra=_BODY)
async def contest_finding(visit: OneVisit) -> Response:
    """Contest a finding by a form, as steward or curator: the note is a record of the actor, shown with the finding."""
    if visit.request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise unsupported_media_type([FORM])
    fields = dict(form_of(await read_body(visit.request, visit.site.settings.body_bytes)))
    return await anyio.to_thread.run_sync(_contested, visit, await _sender(visit, fields), fields)


async def _sender(visit: Visit, fields: Mapping[str, str]) -> Visit | Problem:
    try:
        return await contester(visit, fields)
    except Problem as problem:
        return problem


def _contested(visit: Visit, sender: Visit | Problem, fields: Mapping[str, str]) -> Response:
    """Write the note and lead back to the finding, or show the form again with what is wrong."""
    try:
        if isinstance(sender, Problem):
            raise sender
        contest(sender, fields)
    except (Problem, CivigraphError) as error:
        found = seen_finding(visit, fields.get("iri", ""))
        if found is None or not wants_page(visit.request.headers.get("accept")):
            raise
        problem = error if isinstance(error, Problem) else of_error(error)
        return _page(visit, *found, fields, problem)
    return RedirectResponse(visit.links.page("finding", [("iri", fields["iri"])]) + "#notes", 303)


def _found(visit: Visit, iri: str) -> tuple[Findings, Known]:
    """Give the finding of an address. Raises Problem (400, 404)."""
    if not is_iri(iri):
        raise bad_request(mark("The parameter iri takes an absolute IRI."))
    found = seen_finding(visit, iri)
    if found is None:
        raise not_known()
    return found


def _history(findings: Findings, found: Known) -> list[dict[str, str]]:
    return [
        {"time": time, "change": "opened" if opened else "cleared", "ruleVersion": version}
        for time, opened, version, _ in findings.history(found.iri)
    ]


def _page(
    visit: Visit, findings: Findings, found: Known, fields: Mapping[str, str], problem: Problem | None = None
) -> Response:
    (one,) = shown(visit, [found])
    headers = {**problem.headers, "Cache-Control": "no-store"} if problem else {}
    return visit.page(
        "finding.html",
        status=problem.status if problem else 200,
        here="findings",
        headers=headers,
        finding=one,
        iri=found.iri,
        history=_history(findings, found),
        readers=visit.texts.text(READERS[seen_in(findings, found.iri)]),
        may_contest=found.cleared is None and visit.caller.role is not Role.MEMBER,
        signed_in=visit.caller.signed_in,
        languages=LANGUAGES,
        form={"text": fields.get("text", ""), "language": fields.get("language", visit.texts.language)},
        most=MOST_TEXT,
        problem={**dict.fromkeys(_TOLD), **problem.body(visit.texts)} if problem else None,
        no_advice=NO_ADVICE,
    )
