"""Verification: the log says what it always said, and the heads say what the log says."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from graph.errors import LogBroken
from graph.log.chain import GENESIS, NOTHING, digest_of, header_of, link
from graph.log.database import Database
from graph.log.rows import PUBLIC, Operation
from graph.log.schema import heads, log

_PAGE = 500
_ENDS = (Operation.DELETE.value, Operation.ERASE.value)


def verify(database: Database, *, deep: bool = False) -> None:
    """Read the whole log as one snapshot and raise LogBroken at its first row that does not hold.

    Row by row: numbers without gap, public numbers, chain, digest of the payload; a payload is missing only where a
    later row says that it was erased. With `deep` the heads too must be what the log's replay gives: this also finds
    rows cut off at the log's end.
    """
    with database.read() as connection:
        _verify_chain(connection, database.name)
        if deep:
            _verify_heads(connection, database.name)


def _verify_chain(connection: Connection, name: str) -> None:
    erased = _erasures(connection)
    public, chain = 0, GENESIS
    for sequence, row in enumerate(_rows(connection), 1):
        public += PUBLIC in (row["audience"], row["previous_audience"])
        fault = _fault(row, sequence, public, chain, erased)
        if fault:
            raise LogBroken(f"row {sequence} {fault}", where=name, remedy="restore the log from a backup")
        chain = row["chain"]


def _fault(row: RowMapping, sequence: int, public: int, chain: bytes, erased: dict[tuple[str, str], int]) -> str | None:
    """Say what is wrong with a row, None where nothing is."""
    if row["sequence"] != sequence:
        return f"is missing: row {row['sequence']} stands in its place"
    if row["chain"] != link(chain, header_of(row), row["digest"]):
        return "does not continue the chain"
    if row["public_sequence"] != public:
        return f"has the public number {row['public_sequence']} instead of {public}"
    if row["operation"] in _ENDS:
        return _fault_of_end(row)
    if row["payload"] is None:
        gone = erased.get((row["source"], row["iri"]), 0) > sequence
        return None if gone and row["salt"] is None else "has lost its payload, and no later row erases it"
    return _fault_of_payload(row)


def _fault_of_end(row: RowMapping) -> str | None:
    empty = row["payload"] is None and row["salt"] is None and row["digest"] == NOTHING
    return None if empty else "holds a payload though it ends a record"


def _fault_of_payload(row: RowMapping) -> str | None:
    packed = zlib.decompressobj()
    try:
        payload = packed.decompress(row["payload"])
    except zlib.error as error:
        return f"has an unreadable payload: {error}"
    if not packed.eof or packed.unused_data:
        return "has a payload that is cut or followed by something else"
    if row["salt"] is None or digest_of(row["salt"], payload) != row["digest"]:
        return "has another payload than the one that was appended"
    return None


def _rows(connection: Connection) -> Iterator[RowMapping]:
    last = -(2**62)
    while page := list(
        connection.execute(select(log).where(log.c.sequence > last).order_by(log.c.sequence).limit(_PAGE)).mappings()
    ):
        yield from page
        last = page[-1]["sequence"]


def _erasures(connection: Connection) -> dict[tuple[str, str], int]:
    query = (
        select(log.c.source, log.c.iri, func.max(log.c.sequence).label("sequence"))
        .where(log.c.operation == Operation.ERASE.value)
        .group_by(log.c.source, log.c.iri)
    )
    return {(row.source, row.iri): row.sequence for row in connection.execute(query)}


def _verify_heads(connection: Connection, name: str) -> None:
    """Compare the heads with the last row of each record, both ways."""
    last = select(func.max(log.c.sequence).label("sequence")).group_by(log.c.iri, log.c.source).subquery()
    replay = select(log).join(last, log.c.sequence == last.c.sequence).where(log.c.operation.not_in(_ENDS)).subquery()
    same = and_(heads.c.iri == replay.c.iri, heads.c.source == replay.c.source)
    query = (
        select(replay.c.sequence)
        .outerjoin(heads, same)
        .where(or_(
            heads.c.sequence.is_(None),
            heads.c.sequence != replay.c.sequence,
            heads.c.kind != replay.c.kind,
            heads.c.audience != replay.c.audience,
        ))
        .order_by(replay.c.sequence)
        .limit(1)
    )  # fmt: skip
    lost = connection.execute(query).scalar()
    if lost is not None:
        raise LogBroken(f"row {lost} is the present version of its record, but no head says so", where=name)
    orphan = select(heads.c.sequence).outerjoin(replay, same).where(replay.c.sequence.is_(None)).limit(1)
    extra = connection.execute(orphan).scalar()
    if extra is not None:
        raise LogBroken(f"a head names row {extra}, which is no record's present version", where=name)
    _verify_contents(connection, name)


def _verify_contents(connection: Connection, name: str) -> None:
    last = 0
    columns = (heads.c.sequence, heads.c.content_digest, log.c.payload)
    query = select(*columns).join(log, log.c.sequence == heads.c.sequence)
    while page := connection.execute(
        query.where(heads.c.sequence > last).order_by(heads.c.sequence).limit(_PAGE)
    ).all():
        for sequence, digest, payload in page:
            if payload is None or sha256(zlib.decompress(payload)).digest() != digest:
                raise LogBroken(f"row {sequence} has another content than its head says", where=name)
        last = page[-1].sequence
