"""Findings: what the rules find in the world that the reader sees, with filters, as page, data, table, RDF and feed."""

from __future__ import annotations

import csv
import datetime
import io
import json

from fastapi import APIRouter, Response

from api.checks.dated_findings import findings_at
from api.checks.finding_pages import COLUMNS, as_json, as_rdf, as_row, bars, feed, shown
from api.checks.finding_words import NO_ADVICE, SEVERITIES, by_gravity
from api.checks.findings_asked import CLASSES, STATUS_WORDS, Asked, Wanted
from api.checks.party_findings import findings_of
from api.endpoint.spreadsheet import harmless
from api.languages import mark
from api.negotiation import HTML, choose, rdf_offers
from api.openapi import CSV, JSON, RDF, answers
from api.pages.names import Names
from api.problems import VARY, not_acceptable, not_known
from api.questions.parameters import recorded_date
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.findings.reading import Findings, Page
from graph.governance.rules.rulebook import rulebook
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES, Syntax
from graph.terms import SH

routes = APIRouter()

ATOM = "application/atom+xml"
_WEEKS = 12


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
    findings = _findings(visit, wanted)
    page = findings.page(wanted.filter, after=wanted.after, limit=wanted.limit)
    known = {**headers, **visit.sequence, **_next(visit, wanted, page)}
    if isinstance(chosen, Syntax):
        return document(visit.request, as_rdf(page.findings, findings.world, chosen), chosen.media_type, headers=known)
    if chosen == JSON:
        body = _json(findings, wanted, page)
    else:
        body = _csv(visit, page) if chosen == CSV else _atom(visit, wanted, page)
    if chosen != JSON:
        known = {**known, "Content-Language": visit.texts.language}
    return document(visit.request, body, chosen, headers=known)


def _findings(visit: Visit, wanted: Wanted) -> Findings:
    """Give the findings of the reader's world, as they are or at the date that is supposed."""
    return findings_of(visit) if wanted.at is None else findings_at(visit, wanted.at)


def _next(visit: Visit, wanted: Wanted, page: Page) -> dict[str, str]:
    """Link the next page (RFC 8288), where there is one."""
    if page.after is None:
        return {}
    target = visit.links.file(visit.links.path, [*wanted.without("after"), ("after", page.after)])
    return {"Link": f'<{target}>; rel="next"'}


def _json(known: Findings, wanted: Wanted, page: Page) -> bytes:
    told = {
        "world": known.world,
        **({"at": wanted.at.isoformat()} if wanted.at else {}),
        "total": known.total(wanted.filter),
        "findings": [as_json(each, known.world) for each in page.findings],
        "after": page.after,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _csv(visit: Visit, page: Page) -> bytes:
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
    return feed(
        visit,
        page.findings,
        title=" · ".join(part for part in parts if part),
        here=visit.links.absolute("findings.atom", wanted.pairs),
        at=wanted.at,
    )


def _page(visit: Visit, wanted: Wanted) -> Response:
    """Show the list to a reader."""
    known, texts = _findings(visit, wanted), visit.texts
    page = known.page(wanted.filter, after=wanted.after, limit=wanted.limit)
    weeks = known.trend(_WEEKS, _last_day(visit), rule=wanted.filter.rule)
    made, width, height = bars(weeks)
    names = Names.for_visit(visit, [iri for iri in (wanted.filter.actor, wanted.filter.domain) if iri])
    book = rulebook()
    formats = [("JSON", "json"), ("CSV", "csv"), ("Atom", "atom"), *((each.name, each.suffix) for each in SYNTAXES)]
    pairs = wanted.without("after")
    return visit.page(
        "findings.html",
        here="findings",
        findings=shown(visit, page.findings),
        total=known.total(wanted.filter),
        severities=[
            (severity.removeprefix(SH).lower(), texts.text(SEVERITIES[severity]), count)
            for severity, count in by_gravity(known.counts(wanted.filter, "severity"))
        ],
        families=[(each.letter, each.title[texts.language]) for each in book.families],
        rules=[(each.number, each.title[texts.language]) for each in book.rules],
        classes=[(name, names_of) for name, names_of in _class_words(visit)],
        statuses=list(STATUS_WORDS.items()),
        severity_words=[(key.removeprefix(SH).lower(), text) for key, text in SEVERITIES.items()],
        chosen=dict(wanted.pairs),
        at=wanted.at.isoformat() if wanted.at else None,
        judged=_recorded_day(visit) if wanted.at is None else None,
        present=visit.links.page("findings", wanted.without("after", "at")),
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


def _recorded_day(visit: Visit) -> str | None:
    """Give the date that the rules judge for, None where the graph names none."""
    day = recorded_date(visit)
    return day.isoformat() if day else None


def _class_words(visit: Visit) -> list[tuple[str, str]]:
    names = Names.for_visit(visit, CLASSES.values())
    return [(name, names.term(iri).text) for name, iri in CLASSES.items()]


def _last_day(visit: Visit) -> datetime.date:
    """The day of the newest transition: a page must not change because a day has passed."""
    newest = visit.known.findings.newest()
    return datetime.date.fromisoformat(newest[:10]) if newest else datetime.date(1970, 1, 1)
