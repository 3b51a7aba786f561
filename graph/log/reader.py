"""Reading the log and its heads, a page at a time: a log of millions of rows never stands in memory."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, func, literal_column, select

from graph.log.database import Database, Watch
from graph.log.pages import PAGE, pages_of
from graph.log.rows import Change, Head, Operation, Passage, Row
from graph.log.schema import heads, log

_HEAD = (
    *(heads.c.sequence, heads.c.source, heads.c.iri, heads.c.kind, heads.c.audience, heads.c.label),
    heads.c.content_digest,
)
_ROW = tuple(column for column in log.c if column.name not in {"salt", "digest"})
_PASSAGE = (
    *(log.c.sequence, log.c.public_sequence, log.c.time, log.c.source, log.c.operation, log.c.kind, log.c.audience),
    log.c.previous_audience,
)
_CHANGE = tuple(column for column in log.c if column.name not in {"payload", "salt", "digest", "chain"})
# Making a statement anew takes longer than answering it.
_NEWEST = select(*_CHANGE, log.c.chain).order_by(log.c.sequence.desc()).limit(1)
_CHANGES = select(*_CHANGE).where(log.c.sequence > bindparam("after")).order_by(log.c.sequence).limit(bindparam("most"))
_TOLD = (
    select(*_ROW)
    .where(log.c.source == bindparam("source"), log.c.sequence > bindparam("after"))
    .where(log.c.sequence <= bindparam("upto"))
    .order_by(log.c.sequence)
)
_PAYLOADS = select(log.c.sequence, log.c.payload).where(
    log.c.sequence.in_(bindparam("sequences", expanding=True)), log.c.payload.is_not(None)
)
_NAMED = select(*_HEAD).where(heads.c.iri.in_(bindparam("iris", expanding=True))).order_by(heads.c.iri, heads.c.source)


class Reader:
    """What is in the log, and which versions are the present ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watch(self) -> Watch:
        """Give what tells whether anybody has written; close it before the log."""
        return self._database.watch()

    def sequence(self) -> int:
        """Give the number of the last row, 0 for an empty log."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(log.c.sequence))).scalar() or 0

    def public_sequence(self) -> int:
        """Give how many rows touched public knowledge."""
        newest = select(log.c.public_sequence).order_by(log.c.sequence.desc()).limit(1)
        with self._database.read() as connection:
            return connection.execute(newest).scalar() or 0

    def public_at(self, sequence: int) -> int:
        """Give how many of the rows up to one touched public knowledge."""
        rows = self.changes(sequence - 1, 1) if sequence else []
        return rows[0].public_sequence if rows else 0

    def rows(self, after: int = 0, limit: int = PAGE) -> list[Row]:
        """Give the rows that follow the sequence `after`, with their payloads."""
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(_after(select(*_ROW), after, limit)).mappings()]

    def told(self, source: str, after: int, upto: int) -> list[Row]:
        """Give the rows of a source behind the sequence `after`, up to another, with their payloads."""
        with self._database.read() as connection:
            found = connection.execute(_TOLD, {"source": source, "after": after, "upto": upto})
            return [_row(row) for row in found.mappings()]

    def changes(self, after: int = 0, limit: int = PAGE) -> list[Change]:
        """Give what a view needs to know of the rows that follow the sequence `after`, without payloads."""
        with self._database.read() as connection:
            found = connection.execute(_CHANGES, {"after": after, "most": limit})
            return [_change(row) for row in found.mappings()]

    def history(self, source: str | None, iri: str) -> list[Row]:
        """Give every row of a record, oldest first; of every source's record of the IRI where no source is named."""
        query = select(*_ROW).where(log.c.iri == iri).order_by(log.c.sequence)
        if source is not None:
            query = query.where(log.c.source == source)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]

    def passages(self, iris: Iterable[str]) -> dict[str, list[Passage]]:
        """Give every row of these IRIs, oldest first, without payloads."""
        found: dict[str, list[Passage]] = {}
        with self._database.read() as connection:
            for page in pages_of(sorted(set(iris))):
                query = select(log.c.iri, *_PASSAGE).where(log.c.iri.in_(page))
                for iri, *rest in connection.execute(query):
                    found.setdefault(iri, []).append(Passage(*rest))
        for passages in found.values():
            passages.sort(key=lambda each: each.sequence)
        return found

    def payload(self, sequence: int) -> bytes | None:
        """Give the payload of a row; None where it has none, was erased, or is not there."""
        return self.payloads((sequence,)).get(sequence)

    def payloads(self, sequences: Iterable[int]) -> dict[int, bytes]:
        """Give the payloads of the rows that have one, by sequence."""
        found: dict[int, bytes] = {}
        with self._database.read() as connection:
            for page in pages_of(sequences):
                rows = connection.execute(_PAYLOADS, {"sequences": page})
                found.update((row.sequence, zlib.decompress(row.payload)) for row in rows)
        return found

    def head(self, source: str, iri: str) -> Head | None:
        """Give the present version of a record, None where there is none."""
        query = select(*_HEAD).where(heads.c.iri == iri, heads.c.source == source)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return Head(*row) if row else None

    def heads(
        self,
        *,
        iri: str | None = None,
        iris: Iterable[str] | None = None,
        source: str | None = None,
        kind: str | None = None,
        audiences: Collection[str] | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[Head]:
        """Give the present versions that fit and are newer than the sequence `after`; `audiences` None means all.

        In the order of their sequences; where IRIs are named, in that of IRI and source. Each page is a snapshot of its
        own, so that a long reading holds nothing up. What is replaced meanwhile comes again further on, what is
        deleted may have come: who reads while others write takes `sequence()` before, and applies the changes after.
        """
        where = list(_conditions(source, kind, audiences, after=after, indexed=iri is None and iris is None))
        if iri is not None:
            iris = (iri,)
        found = self._in_order(where, limit) if iris is None else self._named(iris, where)
        yield from islice(found, limit)

    def audiences(self) -> list[str]:
        """Give every audience that has a record now, in order; one look-up each, however many records there are."""
        found: list[str] = []
        with self._database.read() as connection:
            query = select(func.min(heads.c.audience))
            while last := connection.execute(query.where(heads.c.audience > found[-1]) if found else query).scalar():
                found.append(last)
        return found

    def erasures(self) -> list[Row]:
        """Give every row that erased a record; it reads the whole log."""
        query = select(*_ROW).where(log.c.operation == Operation.ERASE.value).order_by(log.c.sequence)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Count the present versions by source, kind and audience."""
        group = (heads.c.source, heads.c.kind, heads.c.audience)
        query = select(*group, func.count()).group_by(*group).order_by(*group)
        with self._database.read() as connection:
            return {(source, kind, audience): count for source, kind, audience, count in connection.execute(query)}

    def _named(self, iris: Iterable[str], where: Sequence[ColumnElement[bool]]) -> Iterator[Head]:
        query = _NAMED.where(*where) if where else _NAMED
        for page in pages_of(sorted(set(iris))):
            with self._database.read() as connection:
                found = [Head(*row) for row in connection.execute(query, {"iris": page})]
            yield from found

    def _in_order(self, where: Sequence[ColumnElement[bool]], limit: int | None) -> Iterator[Head]:
        size = PAGE if limit is None else min(PAGE, limit)
        query = select(*_HEAD).where(*where).order_by(heads.c.sequence).limit(size)
        last = 0
        while True:
            with self._database.read() as connection:
                page = [Head(*row) for row in connection.execute(query.where(heads.c.sequence > last))]
            yield from page
            if len(page) < size:
                return
            last = page[-1].sequence


def _conditions(
    source: str | None, kind: str | None, audiences: Collection[str] | None, *, after: int, indexed: bool
) -> Iterator[ColumnElement[bool]]:
    """Give what a head must fulfil; only the first, narrowest condition is on a bare column, and only where `indexed`.

    SQLite knows nothing of the numbers behind an index and would read all public heads to find those of a small source;
    for several audiences it would even sort them for each page. An expression leaves it no choice but the first index.
    """
    equal = [(heads.c.source, source), (heads.c.kind, kind)]
    given: list[tuple[ColumnElement[str], Collection[str]]] = [
        (column, (value,)) for column, value in equal if value is not None
    ]
    if audiences is not None:
        given.append((heads.c.audience, audiences))
    for number, (column, values) in enumerate(given):
        if indexed and number == 0 and len(values) == 1:
            yield column == next(iter(values))
        else:
            yield literal_column("''").concat(column).in_(sorted(values))
    if after and indexed:
        yield heads.c.sequence > after
    elif after:
        yield heads.c.sequence + 0 > after


def _after(query: Select[Any], after: int, limit: int) -> Select[Any]:
    return query.where(log.c.sequence > after).order_by(log.c.sequence).limit(limit)


def _row(row: RowMapping) -> Row:
    payload = None if row["payload"] is None else zlib.decompress(row["payload"])
    return Row(**{**row, "operation": Operation(row["operation"]), "payload": payload})


def _change(row: RowMapping) -> Change:
    gone = row["operation"] in (Operation.DELETE, Operation.ERASE)
    return Change(
        sequence=row["sequence"],
        public_sequence=row["public_sequence"],
        source=row["source"],
        iri=row["iri"],
        audience=None if gone else row["audience"],
        previous_audience=row["previous_audience"],
    )


def newest_row(connection: Connection) -> RowMapping | None:
    """Give the end of the log, without payload."""
    return connection.execute(_NEWEST).mappings().one_or_none()
