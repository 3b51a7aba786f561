"""Anyone's RDF checked by the governance rules or by a profile: a form for people, reports for programs."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal, get_args

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.checks.report_formats import BY_NAME, MEDIA_TYPES, PAGE, ReportFormat, report_format
from api.checks.running import run_watched
from api.checks.validate_page import ANSWERS, PROFILES, validate_page
from api.checks.validator import Asked, Checked, Document
from api.negotiation import HTML, wants_page
from api.openapi import answers
from api.problems import VARY, Problem, not_acceptable, of_check, wrong_parameter
from api.reports.page import lay_out
from api.server.clients import client_of
from api.server.posted import Posted, body_of, read_posted
from api.visit import OneVisit, Visit
from graph.errors import CivigraphError
from graph.governance.rules.shapesets import GOVERNANCE
from graph.terms import is_iri

routes = APIRouter()

ProfileName = Literal["governance", "dcat-ap", "hvd"]
Profile = Annotated[ProfileName | None, Query(description="By what it is checked; `governance` where nothing is said.")]
At = Annotated[
    str | None,
    Query(
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="Date to judge at, YYYY-MM-DD, in place of the one that the document records.",
    ),
]

_FIELDS = {
    "text": {"type": "string", "description": "The document."},
    "syntax": {"type": "string", "description": "Its media type, empty where it is to be seen."},
    "profile": {"type": "string", "enum": list(PROFILES)},
    "at": {"type": "string", "description": "Date to judge at, YYYY-MM-DD."},
    "format": {"type": "string", "enum": list(ANSWERS), "description": "Form of the answer, in place of Accept."},
}
_BODY = body_of(_FIELDS)


@routes.get("/validate", **answers(HTML))
def form(visit: OneVisit) -> Response:
    """Show a form that takes a description as text or file, and says by what and at which date it is checked."""
    visit.site.validator.warm()
    return validate_page(visit, {})


@routes.post("/validate", **answers(*MEDIA_TYPES, also=(406,)), openapi_extra={"requestBody": _BODY})
async def validate(visit: OneVisit, profile: Profile = None, at: At = None) -> Response:
    """Check a description that is stored nowhere, and report what was found: 200, whether or not it conforms."""
    posted: Posted | None = None
    try:
        posted = await read_posted(visit.request, visit.site.settings.validate_bytes)
        fields = posted.fields or {}
        chosen = _format(visit.request, fields)
        asked = _asked(fields, profile, at)
        if not posted.content and posted.fields is not None:
            raise wrong_parameter("text", visit.texts.text("There is nothing to check: paste a text or choose a file."))
        checked = await _check(visit, posted, asked)
    except (Problem, CivigraphError) as error:
        problem = error if isinstance(error, Problem) else of_check(error)
        if posted is None or posted.fields is None or not wants_page(visit.request.headers.get("accept")):
            raise problem from None
        return validate_page(visit, posted.fields, problem=problem)
    return await anyio.to_thread.run_sync(_answer, visit, posted, checked, chosen)


def _format(request: Request, fields: Mapping[str, str]) -> ReportFormat:
    """Choose the form of the answer. Raises Problem (406, 422)."""
    if (name := fields.get("format")) is not None:
        if name not in BY_NAME:
            raise wrong_parameter("format", f"{name[:40]!r} is none of {', '.join(BY_NAME)}")
        return BY_NAME[name]
    chosen = report_format(request.headers.get("accept"))
    if chosen is None:
        raise not_acceptable(list(MEDIA_TYPES))
    return chosen


def _asked(fields: Mapping[str, str], profile: str | None, at: str | None) -> Asked:
    """Read by what and at which date is to be checked, from the form or the address. Raises Problem (422)."""
    name = fields.get("profile") or profile or GOVERNANCE
    if name not in get_args(ProfileName):
        raise wrong_parameter("profile", f"{name[:40]!r} is none of {', '.join(PROFILES)}")
    text = fields.get("at", "").strip() or at
    if not text:
        return Asked(name)
    try:
        if len(text) != len("2026-06-30"):
            raise ValueError(text)
        return Asked(name, datetime.date.fromisoformat(text))
    except ValueError:
        raise wrong_parameter("at", f"{text[:40]!r} is no date: write 2026-06-30") from None


async def _check(visit: Visit, posted: Posted, asked: Asked) -> Checked:
    """Have the document checked; take it back when the client goes away."""
    base = visit.links.absolute("validate")
    document = Document(posted.content, posted.media_type, posted.name, base if is_iri(base) else "urn:document")
    gone = threading.Event()
    check = partial(visit.site.validator.check, document, asked, client=client_of(visit.request), cancelled=gone.is_set)
    return await run_watched(visit, check, gone)


def _answer(visit: Visit, posted: Posted, checked: Checked, chosen: ReportFormat) -> Response:
    """Write the report in the form that is wanted."""
    told = checked.told(visit.texts.language)
    headers = {"Cache-Control": "no-store", "Vary": VARY}
    if chosen is PAGE or chosen.write is None:
        report = lay_out(told, visit.texts, rule_address=lambda rule: visit.links.page(f"rules/{rule.number}"))
        return validate_page(visit, posted.fields or {}, report=report, headers=headers)
    charset = "; charset=utf-8" if chosen.media_type.startswith("text/") else ""
    headers["Content-Type"] = chosen.media_type + charset
    if chosen.file is not None:
        headers["Content-Disposition"] = f'attachment; filename="{chosen.file}"'
    pieces = (piece if isinstance(piece, bytes) else piece.encode() for piece in chosen.write(told))
    return StreamingResponse(pieces, headers=headers)
