"""The evaluation date as a record: where it stands in the log, and how it is moved."""

from __future__ import annotations

import datetime

from graph.errors import InputError
from graph.log.log import Log
from graph.log.rows import PUBLIC, Appended, Entry
from graph.records.record import Record
from graph.terms import CG, RDFS, TYPE, XSD, Statement, iri, literal, parse_payload

SOURCE = "evaluation"
ADDRESS = "https://w3id.org/civigraph/evaluation"
AGENT = "tick"

_DATE = iri(f"{CG}evaluationDate")
_CONTEXT = iri(f"{CG}EvaluationContext")


def move(log: Log, base: str, date: datetime.date) -> Appended:
    """Make a date the one at which rules are judged; the same date again adds nothing.

    Every public record of a context is moved, in the source that it stands in; where there is none, one is made in a
    source of its own. Raises InputError where a context is not public: the date is the same for everybody.
    """
    contexts = [
        (head, payload)
        for head in log.heads(kind="activity")
        if (payload := log.payload(head.sequence)) is not None and _DATE.encode() in payload
    ]
    if not contexts:
        source = log.sources.ensure(SOURCE, ADDRESS, title="Evaluation date").name
        return log.append([Entry(_fresh(base, date))], agent=AGENT, source=source)
    told = None
    for head, payload in contexts:
        if head.audience != PUBLIC:
            raise InputError("the date of evaluation is not public", where=head.iri, remedy="make the record public")
        lines = [_dated(statement, date) for statement in parse_payload(payload)]
        record = Record(head.iri, head.kind, head.label, _payload(lines))
        told = log.append([Entry(record)], agent=AGENT, source=head.source)
    assert told is not None
    return told


def _fresh(base: str, date: datetime.date) -> Record:
    name = f"{base}id/evaluation"
    subject = iri(name)
    return Record(
        name,
        "activity",
        "Evaluation date",
        _payload(
            [
                (subject, TYPE, _CONTEXT),
                (subject, iri(f"{RDFS}label"), literal("Date d’évaluation", "fr")),
                (subject, iri(f"{RDFS}label"), literal("Evaluation date", "en")),
                (subject, _DATE, _written(date)),
            ]
        ),
    )


def _dated(statement: Statement, date: datetime.date) -> Statement:
    subject, prop, value = statement
    return subject, prop, _written(date) if prop == _DATE else value


def _written(date: datetime.date) -> str:
    return literal(date.isoformat(), datatype=f"{XSD}date")


def _payload(statements: list[Statement]) -> bytes:
    return "".join(sorted({f"{s} {p} {o} .\n" for s, p, o in statements})).encode()
