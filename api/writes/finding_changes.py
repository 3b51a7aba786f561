"""Which findings a change opened and which it cleared, for the answer to who made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from api.checks.finding_pages import as_json
from api.checks.party_findings import agreements_of, findings_of
from api.visit import Visit
from graph.errors import DataError
from graph.findings.parties import Beside, FindingsBeside, changed_beside
from graph.findings.reading import Changed
from graph.log.clock import now
from graph.log.rows import MEMBERS, PUBLIC, Appended

WAIT_SECONDS = 5.0
"""How long at most the views and the findings of a change are waited for."""


class FindingChanges(TypedDict):
    """Findings as the answer to a write lists them."""

    opened: list[dict[str, Any]]
    cleared: list[dict[str, Any]]


@dataclass(frozen=True)
class Beforehand:
    """What a caller's agreements change in the findings before he writes for one of them; None where he does not."""

    beside: Beside | None


def beforehand(visit: Visit, audiences: Iterable[str]) -> Beforehand:
    """Look at what the caller's agreements change now, where the audiences of what he writes are among them."""
    caller = visit.caller
    own = set(caller.audiences) - {PUBLIC, MEMBERS}
    if caller.sees_all or own.isdisjoint(audiences) or not visit.site.settings.findings:
        return Beforehand(None)
    if not agreements_of(visit):
        return Beforehand(Beside("members", frozenset(), {}, {}))
    seen = findings_of(visit)
    return Beforehand(seen.beside if isinstance(seen, FindingsBeside) else None)


def finding_changes(visit: Visit, appended: Appended, before: Beforehand) -> FindingChanges | None:
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
    if agreements_of(after) and (changed != Changed() or before.beside is not None):
        # Who is party to agreements is told what the lists show him.
        seen = findings_of(after)
        if before.beside is not None and isinstance(seen, FindingsBeside):
            changed = changed_beside(before.beside, seen, known, changed, now())
        else:
            changed = seen.changed(appended.last)
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
