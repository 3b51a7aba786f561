"""Findings as readers see them: in their language, with the names of things, as a table, as JSON, as a feed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.checks.finding_words import SEVERITIES, severity_sign
from api.pages.names import Names
from graph.feeds.atom import ATOM
from graph.findings.finding import Finding, statements_of
from graph.findings.reading import Known, Week
from graph.governance.rules.rulebook import rulebook
from graph.rendering.rdfxml import attribute, content
from graph.rendering.syntaxes import Syntax
from graph.terms import local_name, value_of

if TYPE_CHECKING:
    from api.visit import Visit

COLUMNS = (
    "finding", "status", "opened", "cleared", "rule", "family", "severity", "class", "focus", "path", "value",
    "message", "world", "rule_version",
)  # fmt: skip
_HEIGHT, _BAR = 120, 18


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note that contests a finding: its text and language, who says so, when."""

    text: str
    language: str | None
    actor: str
    href: str | None
    time: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding on a page; `page` is that of its own, empty where it is only supposed."""

    anchor: str
    page: str
    number: str
    rule: str
    rule_href: str
    sign: str
    severity: str
    kind: str
    name: str
    href: str
    message: str
    value: str
    remedy: str
    opened: str
    cleared: str | None
    status: str
    evidence: list[tuple[str, str]]
    notes: list[ShownNote]


def shown(visit: Visit, findings: Sequence[Known]) -> list[Shown]:
    """Prepare findings for a page."""
    names = Names.for_visit(visit, mentioned(findings))
    return [_shown(visit, names, each) for each in findings]


def mentioned(findings: Iterable[Known]) -> set[str]:
    """Give the IRIs that findings name."""
    found: set[str] = set()
    for each in findings:
        terms = (each.found.focus, each.found.value, *each.found.evidence)
        found |= {term[1:-1] for term in terms if term.startswith("<")}
        found |= {note.actor for note in each.notes if note.actor} | {each.found.finding_class}
    return found


def _shown(visit: Visit, names: Names, each: Known) -> Shown:
    found, texts, links = each.found, visit.texts, visit.links
    rule = rulebook().find(found.rule)
    message = found.messages.get(texts.language) or next(iter(found.messages.values()), "")
    for term in {found.focus, found.value, *found.evidence}:
        if term.startswith("<") and (name := names.name(term[1:-1])) is not None:
            message = message.replace(term[1:-1], name.text)
    focus = found.focus[1:-1] if found.focus.startswith("<") else ""
    return Shown(
        anchor=_anchor(each.iri),
        page=links.page("finding", [("iri", each.iri)]) if each.opened else "",
        number=found.rule,
        rule=rule.title[texts.language] if rule else found.rule,
        rule_href=links.page(f"rules/{found.rule}"),
        sign=severity_sign(found.severity),
        severity=texts.text(SEVERITIES.get(found.severity, found.severity)),
        kind=names.term(found.finding_class).text if found.finding_class else "",
        name=names.text(focus) if focus else value_of(found.focus).value,
        href=(names.page(focus) or links.node(focus)) if focus else "",
        message=message,
        value=_term(names, found.value),
        remedy=rule.remedy[texts.language] if rule else "",
        opened=each.opened,
        cleared=each.cleared,
        status=each.status,
        evidence=[
            (names.text(term[1:-1]), names.page(term[1:-1]) or links.node(term[1:-1])) for term in found.evidence
        ],
        notes=[
            ShownNote(
                note.text,
                note.language,
                names.text(note.actor) if note.actor else note.source,
                (names.page(note.actor) or links.node(note.actor)) if note.actor else None,
                note.time,
            )
            for note in each.notes
        ],
    )


def _term(names: Names, term: str) -> str:
    if not term or term.startswith("<"):
        return names.text(term[1:-1]) if term else ""
    return term if term.startswith("_:") else value_of(term).value


def as_json(each: Known, world: str) -> dict[str, Any]:
    """Write a finding as plain data."""
    found = each.found
    return {
        "finding": each.iri,
        "report": each.report,
        "world": world,
        "status": each.status,
        "opened": each.opened or None,
        "cleared": each.cleared,
        "rule": found.rule,
        "family": found.family,
        "ruleVersion": found.version,
        "severity": local_name(found.severity).lower(),
        "class": local_name(found.finding_class) if found.finding_class else None,
        "focus": _plain(found.focus),
        "path": found.path or None,
        "value": _plain(found.value) or None,
        "messages": dict(found.messages),
        "evidence": [_plain(term) for term in found.evidence],
        "notes": [
            {name: getattr(note, name) for name in ("text", "language", "actor", "source", "time")}
            for note in each.notes
        ],
    }


def as_rdf(findings: Iterable[Known], world: str, syntax: Syntax) -> bytes:
    """Write findings in a syntax of RDF, as `sh:ValidationResult` with the project's terms."""
    some = list(findings)
    told = [s for each in some for s in statements_of(Finding(each.iri, world, each.opened, each.found), each.cleared)]
    return syntax.write(sorted(set(told)), [f"<{each.iri}>" for each in some])


def as_row(each: Known, world: str, language: str) -> list[str]:
    """Write a finding as a row of `COLUMNS`."""
    found = each.found
    message = found.messages.get(language) or next(iter(found.messages.values()), "")
    return [
        *(each.iri, each.status, each.opened, each.cleared or "", found.rule, found.family),
        *(local_name(found.severity).lower(), local_name(found.finding_class) if found.finding_class else ""),
        *(_plain(found.focus), found.path, _plain(found.value), message, world, found.version),
    ]


def _plain(term: str) -> str:
    if term.startswith("<"):
        return term[1:-1]
    return value_of(term).value if term.startswith('"') else term


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of the picture: where its bars stand and how high they are, in units of the picture."""

    week: Week
    x: int
    opened: float
    cleared: float


def bars(weeks: Sequence[Week]) -> tuple[list[Bar], int, int]:
    """Lay out the picture of a trend: its bars, its width and its height."""
    most = max((max(week.opened, week.cleared) for week in weeks), default=0) or 1
    made = [
        Bar(week, number * 2 * _BAR, _HEIGHT * week.opened / most, _HEIGHT * week.cleared / most)
        for number, week in enumerate(weeks)
    ]
    return made, max(1, len(weeks)) * 2 * _BAR, _HEIGHT


def feed(visit: Visit, findings: Sequence[Known], *, title: str, here: str, at: datetime.date | None) -> bytes:
    """Write findings as an Atom feed (RFC 4287); one that has cleared says so in its title.

    What is open at a supposed date `at` only is of that date.
    """
    author, supposed = visit.site.settings.publisher, f"{at}T00:00:00Z"
    updated = max((each.cleared or each.opened or supposed for each in findings), default="1970-01-01T00:00:00Z")
    texts = visit.texts
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="{ATOM}" xml:lang="{texts.language}">',
        f"  <id>{content(here)}</id>",
        f"  <title>{content(title)}</title>",
        f"  <updated>{content(updated)}</updated>",
        f"  <author><name>{content(author)}</name></author>",
        f'  <link rel="self" href="{attribute(here)}"/>',
    ]
    for each, page in zip(findings, shown(visit, findings), strict=True):
        state = texts.text("Cleared: %(what)s", what=page.message) if each.cleared else page.message
        lines += [
            "  <entry>",
            f"    <id>{content(each.iri)}</id>",
            f"    <title>{content(f'{page.number} · {page.name}')}</title>",
            f"    <updated>{content(each.cleared or each.opened or supposed)}</updated>",
            f"    <published>{content(each.opened or supposed)}</published>",
            f'    <category term="{attribute(each.status)}"/>',
            f'    <link rel="alternate" href="{attribute(visit.links.absolute("finding", [("iri", each.iri)]))}"/>',
            f"    <summary>{content(state)}</summary>",
            "  </entry>",
        ]
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


def _anchor(iri: str) -> str:
    """Give a name that no other finding on a page has: two things can lack the same."""
    report, _, finding = iri.rpartition("#")
    return f"{report.rpartition('/')[2][:12]}-{finding}"
