"""What a request asks of the findings: the filter in its address, the date, the part of the list."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query

from api.languages import mark
from api.problems import bad_request
from api.visit import OneVisit
from graph.findings.reading import STATUSES, Filter
from graph.governance.rules.rulebook import rulebook
from graph.terms import CG, SH, is_iri

_SIZE = 50
_MOST = 500
CLASSES = {
    "contradiction": f"{CG}Contradiction",
    "missing-duty": f"{CG}MissingDuty",
    "missing-knowledge": f"{CG}MissingKnowledge",
}
STATUS_WORDS = {
    "open": mark("Open"),
    "contested": mark("Contested"),
    "cleared": mark("Cleared"),
    "any": mark("Open or cleared"),
}
assert set(STATUS_WORDS) == set(STATUSES)

Iri = Annotated[str | None, Query(max_length=2000)]
At = Annotated[
    str | None,
    Query(max_length=10, description="Date to judge at, YYYY-MM-DD, in place of the one recorded; nothing is stored."),
]
Short = Annotated[str | None, Query(max_length=40)]


@dataclass(frozen=True)
class Wanted:
    """What was asked for, as it was written; `at` is a supposed date, None for the one that is recorded."""

    filter: Filter
    after: str | None
    limit: int
    pairs: tuple[tuple[str, str], ...]
    at: datetime.date | None = None

    def without(self, *names: str) -> list[tuple[str, str]]:
        """Give the parameters but these."""
        return [(name, value) for name, value in self.pairs if name not in names]


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
    at: At = None,
    after: Annotated[str | None, Query(max_length=3000)] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = _SIZE,
) -> Wanted:
    """Read the parameters. Raises Problem (400) for what is none that there is, or does not go together."""
    book = rulebook()
    if rule and book.find(rule.upper()) is None:
        numbers = {"first": book.rules[0].number, "last": book.rules[-1].number}
        raise bad_request(mark("The parameter rule takes the number of a rule: %(first)s to %(last)s."), **numbers)
    if family and family.upper() not in (letters := [each.letter for each in book.families]):
        raise bad_request(mark("The parameter family takes one of: %(known)s."), known=", ".join(letters))
    if any(each and not is_iri(each) for each in (actor, domain, focus)):
        raise bad_request(mark("The parameters actor, domain and focus take an absolute IRI."))
    if since:
        try:
            since = moment_of(since)
        except ValueError:
            raise bad_request(mark("The parameter since takes a date, such as 2026-06-30.")) from None
    if at and (since or status not in ("open", "contested")):
        raise bad_request(mark("At a supposed date there is no history: ask for what is open, without since."))
    return Wanted(
        Filter(
            rule=rule.upper() if rule else None,
            family=family.upper() if family else None,
            severity=f"{SH}{severity.capitalize()}" if severity else None,
            finding_class=CLASSES.get(kind),
            actor=actor or None,
            domain=domain or None,
            focus=focus or None,
            status=status,
            since=since or None,
        ),
        after,
        limit,
        tuple((name, value) for name, value in visit.request.query_params.multi_items() if value and name != "lang"),
        _day(at) if at else None,
    )


def moment_of(text: str) -> str:
    """Write a date or a time (ISO 8601) as findings write theirs, in UTC, so that both compare. Raises ValueError."""
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC)
    return moment.replace(tzinfo=None).isoformat()


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise bad_request(mark("The parameter at takes a date, such as 2026-06-30.")) from None


Asked = Annotated[Wanted, Depends(_wanted)]
"""What the address asks for."""
