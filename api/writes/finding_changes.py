"""Which findings a change opened and which it cleared, for the answer to who made it."""

from __future__ import annotations

from typing import Any, TypedDict

from api.checks.finding_pages import as_json
from api.checks.party_findings import agreements_of, findings_of
from api.visit import Visit
from graph.errors import DataError
from graph.findings.reading import Changed
from graph.log.rows import Appended

WAIT_SECONDS = 5.0
"""How long at most the views and the findings of a change are waited for."""


class FindingChanges(TypedDict):
    """Findings as the answer to a write lists them."""

    opened: list[dict[str, Any]]
    cleared: list[dict[str, Any]]


def finding_changes(visit: Visit, appended: Appended) -> FindingChanges | None:
    """Wait until the views have what was written and the rules have judged it, and give what that opened and cleared.

    In the world that the caller sees. What others wrote at the same moment is judged together with it, so what theirs
    opened may be among it. None where rules are not judged here, or have not got so far in time.
    """
    if appended.first > appended.last:
        return FindingChanges(opened=[], cleared=[]) if visit.site.settings.findings else None
    if not followed(visit, appended.last, judged=visit.site.settings.findings) or not visit.site.settings.findings:
        return None
    # Read anew: what was written may be the first that is not public, by which another world begins.
    after = Visit(visit.request, visit.caller)
    known = after.known.findings
    changed = known.changed(appended.last)
    if changed != Changed() and agreements_of(after):
        # Who is party to agreements is told what the lists show him.
        changed = findings_of(after).changed(appended.last)
    return FindingChanges(
        opened=[as_json(each, known.world) for each in changed.opened],
        cleared=[as_json(each, known.world) for each in changed.cleared],
    )


def followed(visit: Visit, sequence: int, *, judged: bool = False) -> bool:
    """Wait, in bounds, until the views have a row, or what it changed is judged too; say whether they have.

    Views that are closed, or made anew, do not have it: what is written is written all the same.
    """
    holder = visit.site.holder
    try:
        return (holder.wait_for_findings if judged else holder.wait_for)(sequence, WAIT_SECONDS)
    except DataError:
        return False
