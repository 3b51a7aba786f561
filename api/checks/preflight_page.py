"""The page at /preflight: the form, what came of it, and the same as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from api.checks.examiner import Examined
from api.checks.preflight_words import EFFECTS, field_name, heading_of, sign_of, verdict_words
from api.checks.validate_page import SYNTAXES
from api.languages import Texts, mark
from api.links import outward
from api.pages.names import Names
from api.problems import Problem
from api.visit import Visit
from graph.preflight.portals.table import PORTALS
from graph.preflight.verdict import STOPPED, Effect, Verdict

FORMATS = {"html": mark("A page"), "json": "JSON"}
_TOLD = ("detail", "errors", "line", "column", "remedy")
_KEPT = 200_000
_LINES = 100
"""Remarks of one portal on one dataset that the page shows; data have more."""
_SHOWN = 50
"""Datasets that the page tells of; data tell of all."""


@dataclass(frozen=True)
class Line:
    """One remark as the page shows it."""

    field: str
    effect: str
    says: str
    mend: str
    value: str | None


@dataclass(frozen=True)
class Opinion:
    """What one portal makes of one dataset, as the page shows it; `more` is how many lines it has besides."""

    portal: str
    sign: str
    words: str
    lines: list[Line]
    more: int


@dataclass(frozen=True)
class Judged:
    """One dataset, or the source, with every portal's opinion; `href` where it has a page of its own."""

    name: str
    href: str | None
    opinions: list[Opinion]


@dataclass(frozen=True)
class Count:
    """How many datasets one portal takes, whole or not, of how many."""

    portal: str
    taken: int
    whole: int
    all: int


def examined_data(examined: Examined) -> dict[str, Any]:
    """Give all verdicts as what JSON can hold."""
    return {
        "name": examined.name,
        "pages": examined.pages,
        "source": [verdict.as_data() for verdict in examined.source],
        "verdicts": [verdict.as_data() for verdict in examined.datasets],
    }


def opinion(texts: Texts, verdict: Verdict) -> Opinion:
    """Tell what a portal makes of a dataset."""
    lines = [
        Line(
            field_name(texts, remark.field),
            texts.text(EFFECTS[remark.effect]),
            remark.says.get(texts.language) or remark.says["en"],
            remark.mend.get(texts.language) or remark.mend["en"],
            remark.value,
        )
        for remark in verdict.remarks[:_LINES]
    ]
    more = len(verdict.remarks) - len(lines) + verdict.more
    return Opinion(PORTALS[verdict.portal].title, sign_of(verdict), verdict_words(texts, verdict), lines, more)


def _counts(examined: Examined) -> list[Count]:
    found = []
    for name, portal in PORTALS.items():
        mine = [verdict for verdict in examined.datasets if verdict.portal == name]
        if mine:
            taken, whole = (sum(each.taken for each in mine), sum(each.whole for each in mine))
            found.append(Count(portal.title, taken, whole, len(mine)))
    return found


_RANKS = {effect: rank for rank, effect in enumerate(Effect)}


def _rank(verdict: Verdict) -> int:
    """Rank a verdict by the worst that is said of the dataset itself."""
    own = (_RANKS[remark.effect] for remark in verdict.remarks if remark.rule != STOPPED)
    return min(own, default=len(_RANKS))


def _judged(visit: Visit, verdicts: list[Verdict], name: str = "") -> list[Judged]:
    """Gather the opinions on each dataset, those with the worst to mend first."""
    by_dataset: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_dataset.setdefault(verdict.dataset, []).append(verdict)
    order = sorted(by_dataset, key=lambda node: (min(map(_rank, by_dataset[node])), node))
    found = []
    for node in order[:_SHOWN]:
        titles = [text for verdict in by_dataset[node] for text in verdict.shown.get("title", ())]
        address = node.strip("<>")
        opinions = [opinion(visit.texts, verdict) for verdict in by_dataset[node]]
        found.append(Judged(name or (titles[0] if titles else address), outward(address), opinions))
    return found


def preflight_page(
    visit: Visit,
    fields: Mapping[str, str],
    *,
    examined: Examined | None = None,
    own: str | None = None,
    problem: Problem | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Show the form, with what came of it last."""
    text = fields.get("text", "")
    names = Names.for_visit(visit, [own]) if own else None
    told = names.name(own) if names and own else None
    return visit.page(
        "preflight.html",
        here="preflight",
        status=problem.status if problem else 200,
        headers={
            **(headers or {}),
            **({"Cache-Control": "no-store"} if problem else {}),
            **(problem.headers if problem else {}),
        },
        form={
            "text": text if len(text) <= _KEPT else "",
            "address": fields.get("address", ""),
            "portal": fields.get("portal", ""),
            "syntax": fields.get("syntax", ""),
            "format": fields.get("format", "html"),
        },
        examined=examined,
        heading=heading_of(visit.texts, examined.name) if examined else "",
        own=(told, names.page(own)) if names and own else None,
        counts=_counts(examined) if examined else [],
        source=_judged(visit, examined.source, heading_of(visit.texts, examined.name)) if examined else [],
        judged=_judged(visit, examined.datasets) if examined else [],
        datasets=len({verdict.dataset for verdict in examined.datasets}) if examined else 0,
        shown=_SHOWN,
        problem={**dict.fromkeys(_TOLD), **problem.body(visit.texts)} if problem else None,
        portals=PORTALS.values(),
        syntaxes=SYNTAXES.items(),
        formats=FORMATS.items(),
        fetches=visit.site.settings.preflight_fetch,
        address=visit.links.absolute("preflight"),
        most=visit.site.settings.validate_bytes,
        seconds=visit.site.settings.validate_deadline,
    )
