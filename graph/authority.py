"""What an actor holds, and may therefore describe in its own name."""

from __future__ import annotations

from collections.abc import Iterable

from graph.entities import Entity, read_entity
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.records.record import Record
from graph.terms import Statement, expand, iri, parse_payload

HOLDING = frozenset(
    f"<{prop}>"
    for prop in expand("""
        dga:hasDataHolder dct:publisher dct:rightsHolder dct:creator geodcatap:custodian cg:operatedBy odrl:assigner
    """)
)
"""The properties by which a description names whose the thing is."""


def may_describe(log: Log, record: Record, actor: str, source: str) -> bool:
    """Say whether an actor may tell a record in its source.

    The record is about the actor itself or names it as holder. Where other sources describe the thing too, whatever
    their audience, one of them must name the actor as well: nobody makes himself the holder of what others describe,
    and so nobody becomes party to their agreement. A name that already stands for an audience is nobody's to take.
    """
    if record.iri == actor:
        return True
    if not _names(parse_payload(record.payload), record.iri, actor):
        return False
    known = read_entity(log, record.iri, None)
    others = _of_others(known, source)
    if others:
        return _names(others, record.iri, actor)
    return known is not None or record.iri not in log.audiences()


def may_withdraw(log: Log, source: str, iri: str) -> bool:
    """Say whether there is a record in the actor's own source: what it told itself it may take back."""
    return log.head(source, iri) is not None


def is_audience(log: Log, audience: str) -> bool:
    """Say whether an audience is one: `public`, `members`, or an agreement that is described."""
    if audience in (PUBLIC, MEMBERS):
        return True
    return any(head.kind == "agreement" for head in log.heads(iri=audience))


def _of_others(known: Entity | None, source: str) -> list[Statement]:
    """The statements that other sources make about an entity."""
    if known is None:
        return []
    return [
        (iri(subject), iri(prop), said.value)
        for subject, properties in known.nodes.items()
        for prop, values in properties.items()
        for said in values
        if set(said.sources) - {source}
    ]


def _names(statements: Iterable[Statement], thing: str, actor: str) -> bool:
    subject, holder = iri(thing), iri(actor)
    return any(s == subject and p in HOLDING and o == holder for s, p, o in statements)
