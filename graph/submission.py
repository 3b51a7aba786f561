"""What is sent to be written, from statements to records that may enter the log."""

from __future__ import annotations

from collections.abc import Sequence

from graph.errors import InputError, RecordRefused, Violation
from graph.gate import check
from graph.records.record import Record
from graph.records.split import Refusal, split
from graph.terms import Statement

_SHOWN = 5


def records_of(statements: Sequence[Statement], *, base: str, source: str) -> list[Record]:
    """Cut statements into records that the structure gate lets through, all or none.

    Raises InputError where nothing is said, UnnamableNodes, BadTerm, RecordRefused with the violations of every record.
    """
    if not statements:
        raise InputError("nothing is said", remedy="describe something, or delete the record")
    made: list[Record] = []
    for each in split(statements, base=base, source=source):
        if isinstance(each, Refusal):
            raise each.reason
        made.append(each)
    refused = check(made)
    if refused:
        raise _refusal(refused)
    return made


def single(records: Sequence[Record], kind: str) -> Record:
    """Give the one record that was sent. Raises InputError where there are others, or it is of another kind."""
    if len(records) > 1:
        named = ", ".join(f"<{record.iri}>" for record in records[:_SHOWN])
        raise InputError(
            f"{len(records)} things are described where one is expected: {named}",
            remedy="send the others to addresses of their own, or all of them together by POST",
        )
    if records[0].kind != kind:
        raise InputError(
            f"what is described is of the kind {records[0].kind}, and its address says {kind}",
            where=records[0].iri,
            remedy="mend its class or the address",
        )
    return records[0]


def _refusal(refused: dict[str, list[Violation]]) -> RecordRefused:
    """Make the one error for all records that lack something."""
    reasons = [f"{iri}: {' '.join(each.message_en for each in violations)}" for iri, violations in refused.items()]
    more = f" … and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    return RecordRefused(
        "; ".join(reasons[:_SHOWN]) + more,
        remedy="add what is missing and send it again",
        violations=[each for violations in refused.values() for each in violations],
    )
