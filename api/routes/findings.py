"""Findings: what the rules find in the world that the reader sees, with filters, as page, data, table, RDF and feed."""

from __future__ import annotations

import csv
import datetime
import io
import json
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.checks.finding_pages import COLUMNS, as_json, as_row, bars, feed, shown
from api.checks.finding_words import NO_ADVICE, SEVERITIES
from api.endpoint.spreadsheet import harmless
from api.languages import mark
from api.negotiation import HTML, choose, rdf_offers
from api.openapi import CSV, JSON, RDF, answers
from api.pages.names import Names
from api.problems import VARY, bad_request, not_acceptable, not_known
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.findings.finding import Finding, statements_of
from graph.findings.reading import STATUSES, Filter, Known, Page
from graph.governance.rules.rulebook import rulebook
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES, Syntax
from graph.terms import CG, SH, is_iri

routes = APIRouter()

ATOM = "application/atom+xml"
_SIZE = 50
_MOST = 500
_WEEKS = 12
_CLASSES = {
    "contradiction": f"{CG}Contradiction",
    "missing-duty": f"{CG}MissingDuty",
    "missing-knowledge": f"{CG}MissingKnowledge",
}
_STATUS = {
    "open": mark("Open"),
    "contested": mark("Contested"),
    "cleared": mark("Cleared"),
    "any": mark("Open or cleared"),
}
assert set(_STATUS) == set(STATUSES)

Iri = Annotated[str | None, Query(max_length=2000)]
Short = Annotated[str | None, Query(max_length=40)]


@dataclass(frozen=True)
class Wanted:
    """What was asked for, as it was written."""

    filter: Filter
    after: str | None
    limit: int
    pairs: tuple[tuple[str, str], ...]


def _wanted(
    visit: OneVisit,
    *,
    rule: Short = None,
    family: Short = None,
    severity: Literal["violation", "warning", "info", ""] = "",
    kind: Annotated[Literal["contradiction", "missing-duty", "missing-knowledge", ""], Query(alias="class")] = "",
    actor: Iri = None,
    domain: Iri = None,
    focus: Iri = None,
    status: Literal["open", "contested", "cleared", "any"] = "open",
    since: Short = None,
    after: Annotated[str | None, Query(max_length=3000)] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = _SIZE,
) -> Wanted:
    """Read the parameters. Raises Problem (400) for what is no address or no date."""
    if any(each and not is_iri(each) for each in (actor, domain, focus)):
        raise bad_request(mark("The parameters actor, domain and focus take an absolute IRI."))
    if since:
        try:
            datetime.datetime.fromisoformat(since)
        except ValueError:
            raise bad_request(mark("The parameter since takes a date, such as 2026-06-30.")) from None
    return Wanted(
        Filter(
            rule=rule.upper() if rule else None,
            family=family.upper() if family else None,
            severity=f"{SH}{severity.capitalize()}" if severity else None,
            finding_class=_CLASSES.get(kind),
            actor=actor or None,
            domain=domain or None,
            focus=focus or None,
            status=status,
            since=since or None,
        ),
        after,
        limit,
        tuple((name, value) for name, value in visit.request.query_params.multi_items() if value and name != "lang"),
    )


Asked = Annotated[Wanted, Depends(_wanted)]
"""What the address asks for, read once for both routes."""


@routes.get("/findings", **answers(HTML, JSON, CSV, ATOM, *RDF, also=(304, 406)))
def findings(visit: OneVisit, wanted: Asked) -> Response:
    """List what the rules find, the newest first: as a page, JSON, CSV, an Atom feed or RDF by Accept."""
    return _answer(visit, wanted, _chosen(visit), {"Vary": VARY})


@routes.get("/findings.{suffix}", **answers(JSON, CSV, ATOM, *RDF, also=(304, 404)))
def findings_as(visit: OneVisit, wanted: Asked, suffix: str) -> Response:
    """List what the rules find in the form of the suffix: json, csv, atom, ttl, jsonld, rdf, xml or nt."""
    plain = {"json": JSON, "csv": CSV, "atom": ATOM}
    chosen = plain.get(suffix) or BY_SUFFIX.get(suffix)
    if chosen is None:
        raise not_known()
    return _answer(visit, wanted, chosen, {})


def _chosen(visit: Visit) -> Syntax | str:
    """Choose a form by the Accept header, the page where nothing is preferred. Raises Problem (406)."""
    offers: list[tuple[str, Syntax | str]] = [(HTML, HTML), (JSON, JSON), (CSV, CSV), (ATOM, ATOM), *rdf_offers()]
    chosen = choose(visit.request.headers.get("accept"), offers)
    if chosen is None:
        raise not_acceptable([HTML, JSON, CSV, ATOM, *(syntax.media_type for syntax in SYNTAXES)])
    return chosen


def _answer(visit: Visit, wanted: Wanted, chosen: Syntax | str, headers: dict[str, str]) -> Response:
    if chosen == HTML:
        return _page(visit, wanted)
    page = visit.known.findings.page(wanted.filter, after=wanted.after, limit=wanted.limit)
    known = {**headers, **visit.sequence, **_next(visit, wanted, page)}
    if isinstance(chosen, Syntax):
        return document(visit.request, _rdf(visit, page.findings, chosen), chosen.media_type, headers=known)
    body = {JSON: _json, CSV: _csv, ATOM: _atom}[chosen](visit, wanted, page)
    if chosen != JSON:
        known = {**known, "Content-Language": visit.texts.language}
    return document(visit.request, body, chosen, headers=known)


def _next(visit: Visit, wanted: Wanted, page: Page) -> dict[str, str]:
    """Link the next page (RFC 8288), where there is one."""
    if page.after is None:
        return {}
    pairs = [(name, value) for name, value in wanted.pairs if name != "after"]
    target = visit.links.file(visit.links.path, [*pairs, ("after", page.after)])
    return {"Link": f'<{target}>; rel="next"'}


def _json(visit: Visit, wanted: Wanted, page: Page) -> bytes:
    known = visit.known.findings
    told = {
        "world": known.world,
        "total": known.total(wanted.filter),
        "findings": [as_json(each, known.world) for each in page.findings],
        "after": page.after,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _csv(visit: Visit, wanted: Wanted, page: Page) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for each in page.findings:
        row = as_row(each, visit.known.findings.world, visit.texts.language)
        table.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode()


def _atom(visit: Visit, wanted: Wanted, page: Page) -> bytes:
    texts = visit.texts
    parts = [texts.text(mark("Findings of the governance rules")), wanted.filter.rule, wanted.filter.actor]
    updated = max((each.cleared or each.opened for each in page.findings), default="1970-01-01T00:00:00Z")
    return feed(
        visit,
        page.findings,
        title=" · ".join(part for part in parts if part),
        here=visit.links.absolute("findings.atom", wanted.pairs),
        updated=updated,
        author=visit.site.settings.publisher,
    )


def _rdf(visit: Visit, some: tuple[Known, ...], syntax: Syntax) -> bytes:
    world = visit.known.findings.world
    told = [s for each in some for s in statements_of(Finding(each.iri, world, each.opened, each.found), each.cleared)]
    return syntax.write(sorted(set(told)), [f"<{each.iri}>" for each in some])


def _page(visit: Visit, wanted: Wanted) -> Response:
    """Show the list to a reader."""
    known, texts = visit.known.findings, visit.texts
    page = known.page(wanted.filter, after=wanted.after, limit=wanted.limit)
    weeks = known.trend(_WEEKS, _last_day(visit), rule=wanted.filter.rule)
    made, width, height = bars(weeks)
    names = Names.for_visit(visit, [iri for iri in (wanted.filter.actor, wanted.filter.domain) if iri])
    book = rulebook()
    formats = [("JSON", "json"), ("CSV", "csv"), ("Atom", "atom"), *((each.name, each.suffix) for each in SYNTAXES)]
    pairs = [(name, value) for name, value in wanted.pairs if name != "after"]
    return visit.page(
        "findings.html",
        here="findings",
        findings=shown(visit, page.findings),
        total=known.total(wanted.filter),
        severities=[
            (severity.removeprefix(SH).lower(), texts.text(SEVERITIES[severity]), count)
            for severity, count in sorted(known.counts(wanted.filter, "severity").items())
            if severity in SEVERITIES
        ],
        families=[(each.letter, each.title[texts.language]) for each in book.families],
        rules=[(each.number, each.title[texts.language]) for each in book.rules],
        classes=[(name, names_of) for name, names_of in _class_words(visit)],
        statuses=list(_STATUS.items()),
        severity_words=[(key.removeprefix(SH).lower(), text) for key, text in SEVERITIES.items()],
        chosen=dict(wanted.pairs),
        actor=names.text(wanted.filter.actor) if wanted.filter.actor else None,
        domain=names.text(wanted.filter.domain) if wanted.filter.domain else None,
        bars=made,
        width=width,
        height=height,
        behind=visit.site.settings.findings and not visit.known.views.checkers.is_settled,
        next=visit.links.page("findings", [*pairs, ("after", page.after or "")]),
        more=page.after is not None,
        formats=[(name, visit.links.file(f"findings.{suffix}", pairs)) for name, suffix in formats],
        atom=visit.links.file("findings.atom", pairs),
        no_advice=NO_ADVICE,
    )


def _class_words(visit: Visit) -> list[tuple[str, str]]:
    names = Names.for_visit(visit, _CLASSES.values())
    return [(name, names.term(iri).text) for name, iri in _CLASSES.items()]


def _last_day(visit: Visit) -> datetime.date:
    """The day of the newest transition: a page must not change because a day has passed."""
    newest = visit.known.findings.newest()
    return datetime.date.fromisoformat(newest[:10]) if newest else datetime.date(1970, 1, 1)
