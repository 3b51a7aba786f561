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
    """Read the parameters. Raises Problem (400) for what is no address or no date, or does not go together."""
    if any(each and not is_iri(each) for each in (actor, domain, focus)):
        raise bad_request(mark("The parameters actor, domain and focus take an absolute IRI."))
    if since:
        try:
            datetime.datetime.fromisoformat(since)
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


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise bad_request(mark("The parameter at takes a date, such as 2026-06-30.")) from None


Asked = Annotated[Wanted, Depends(_wanted)]
"""What the address asks for."""
