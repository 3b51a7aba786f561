"""The front page: search, ways in by question, how open the data are by domain, what changed, what the graph holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.checks.finding_words import SEVERITIES, severity_sign
from api.checks.party_findings import findings_of
from api.languages import mark
from api.negotiation import HTML
from api.openapi import answers
from api.pages.home_page import Held
from api.pages.kinds import LEADING, kind_name
from api.pages.names import Names
from api.pages.signs import RUNGS
from api.pages.source_names import source_titles
from api.questions.groups import grouped
from api.visit import OneVisit, Visit
from graph.findings.reading import Filter

routes = APIRouter()

# So many questions of a group, and so many changes, stand on the front page.
_QUESTIONS, _CHANGES = 2, 6
# Who, what, for what: each does something to the next.
_FLOW = (("actor", mark("hold")), ("dataset", mark("which feed")), ("service", None))


@routes.get("/", **answers(HTML))
def home(visit: OneVisit) -> Response:
    """Show the ways in, how open the data are, what changed, and what the graph holds by kind and source."""
    held = visit.site.held.of(visit.known)
    names = Names.for_visit(visit, [*(domain for domain, _, _ in held.domains), *held.changed[:_CHANGES]])
    language = visit.texts.language
    rank = {name: place for place, name in enumerate(LEADING)}
    ordered = sorted(held.kinds, key=lambda name: (rank.get(name, len(rank)), -held.kinds[name], name))
    shown = [(name, kind_name(name, language, many=held.kinds[name] != 1), held.kinds[name]) for name in ordered]
    return visit.page(
        "home.html",
        leading=[each for each in shown if each[0] in rank],
        further=[each for each in shown if each[0] not in rank],
        total=sum(held.kinds.values()),
        flow=_flow(shown),
        ladder=_ladder(visit, names, held),
        changed=_changed(visit, names, held),
        groups=_groups(visit),
        found=_found(visit),
        sources=_sources(visit, held.sources),
    )


def _flow(shown: list[tuple[str, str, int]]) -> list[tuple[str, str, int, str | None]]:
    """Give (kind, words, count, what it does to the next) of holders, data and services, where all three are there."""
    counted = {name: (text, number) for name, text, number in shown}
    if not all(name in counted for name, _ in _FLOW):
        return []
    return [(name, *counted[name], told) for name, told in _FLOW]


def _found(visit: Visit) -> list[tuple[str, str, int, str]]:
    """Count what the rules find now by severity, the gravest first: sign, word, count, link."""
    counts = findings_of(visit).counts(Filter(), "severity")
    return [
        (sign, word, counts[severity], visit.links.page("findings", [("severity", sign)]))
        for severity, word in SEVERITIES.items()
        if counts.get(severity)
        for sign in (severity_sign(severity),)
    ]


@dataclass(frozen=True)
class Ladder:
    """How open the datasets of a domain are: `steps` are (sign, word, count, link); `silent` have no rung."""

    name: str
    href: str
    steps: list[tuple[str, str, int, str]]
    silent: int
    total: int


def _ladder(visit: Visit, names: Names, held: Held) -> list[Ladder]:
    """Give the ladder of all datasets, then of each domain."""
    rows: list[tuple[str | None, str, dict[str, int], int]] = [
        (None, visit.texts.text(mark("All datasets")), held.rungs, held.datasets)
    ]
    rows += [(domain, names.text(domain), counts, total) for domain, counts, total in held.domains]
    return [
        Ladder(
            name,
            visit.links.page("search", _within(domain)),
            _steps(visit, domain, counts),
            max(0, total - sum(counts.values())),
            max(total, sum(counts.values())),
        )
        for domain, name, counts, total in rows
        if total
    ]


def _within(domain: str | None) -> list[tuple[str, str]]:
    return [("kind", "dataset"), *([("domain", domain)] if domain else [])]


def _steps(visit: Visit, domain: str | None, counts: Mapping[str, int]) -> list[tuple[str, str, int, str]]:
    return [
        (sign, word, counts.get(sign, 0), visit.links.page("search", [*_within(domain), ("rung", sign)]))
        for sign, word in RUNGS.values()
    ]


def _changed(visit: Visit, names: Names, held: Held) -> list[tuple[str, str | None, str | None, str, str]]:
    """Give (name, language, kind, link, day) of what changed last."""
    iris = held.changed[:_CHANGES]
    entities = visit.known.entities(iris)
    found = []
    for iri in iris:
        name, page = names.name(iri), names.page(iri)
        if name and page and iri in entities:
            times = visit.known.times(entities[iri])
            day = max((changed for _, changed in times.values()), default="")[:10]
            found.append((name.text, name.language, names.kind(iri), page, day))
    return found


def _groups(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give (title, [(words, link)]) of each group of questions, the first few of each."""
    language = visit.texts.language
    return [
        (
            title,
            [(each.words[language], visit.links.page(f"questions/{each.number}")) for each in some[:_QUESTIONS]],
        )
        for _, title, some in grouped()
    ]


def _sources(visit: Visit, counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Give (name, title, count) of each source that the reader knows of."""
    titles = source_titles(visit, counts)
    return [(name, titles.get(name, name), number) for name, number in sorted(counts.items())]
