"""Writing at the end of the log, inside one write transaction: rows, chain, heads and slugs together."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from graph.errors import NotKnown
from graph.log import slugs
from graph.log.chain import GENESIS, NOTHING, SALT_BYTES, digest_of, header_of, link
from graph.log.clock import now
from graph.log.reader import newest_row
from graph.log.rows import PUBLIC, Appended, Entry, Operation
from graph.log.schema import heads, log
from graph.log.upsert import upsert

_COMPRESSION = 1


@dataclass(frozen=True, slots=True)
class _Past:
    """What the head of a record was before."""

    kind: str
    audience: str
    label: str
    content_digest: bytes


class Writer:
    """The one writer of a transaction; its rows share time, agent, source and run."""

    def __init__(self, connection: Connection, *, agent: str, source: str, run: int | None = None) -> None:
        self._connection = connection
        self._agent = agent
        self._source = source
        self._run = run
        newest = newest_row(connection)
        self._sequence: int = newest["sequence"] if newest else 0
        self._public: int = newest["public_sequence"] if newest else 0
        self._chain: bytes = newest["chain"] if newest else GENESIS
        # A clock that was set back must not make a later row look older.
        self._time = max(now(), newest["time"]) if newest else now()
        self._first = self._sequence + 1
        self._counts = dict.fromkeys(("created", "replaced", "deleted", "unchanged"), 0)

    def appended(self) -> Appended:
        """Tell what this writer has added so far."""
        return Appended(self._first, self._sequence, **self._counts)

    def put(self, entries: Sequence[Entry]) -> None:
        """Add a row for each entry that says something new; at most a page of entries."""
        past = self._past(entry.record.iri for entry in entries)
        rows: list[dict[str, Any]] = []
        fresh: dict[str, dict[str, Any]] = {}
        renamed: dict[str, None] = {}
        for entry in entries:
            record = entry.record
            before = past.get(record.iri)
            present = _Past(record.kind, entry.audience, record.label, sha256(record.payload).digest())
            if present == before:
                self._counts["unchanged"] += 1
                continue
            self._counts["replaced" if before else "created"] += 1
            operation = Operation.REPLACE if before else Operation.CREATE
            previous = before.audience if before else None
            rows.append(
                self._row(operation, record.iri, record.payload, kind=record.kind, audience=entry.audience, previous=previous)
            )
            fresh[record.iri] = self._head(record.iri, present)
            past[record.iri] = present
            if _name_of(before) != _name_of(present):
                renamed[record.iri] = None
        if rows:
            self._connection.execute(insert(log), rows)
            upsert(self._connection, heads, list(fresh.values()))
            slugs.follow(self._connection, renamed)

    def delete(self, iris: Iterable[str]) -> None:
        """Add a row for each of these records that is there; at most a page of IRIs."""
        past = self._past(iris)
        rows = [
            self._row(Operation.DELETE, iri, kind=before.kind, audience=before.audience, previous=before.audience)
            for iri, before in past.items()
        ]
        if rows:
            self._counts["deleted"] += len(rows)
            self._connection.execute(insert(log), rows)
            self._forget(past)

    def erase(self, iri: str) -> int:
        """Take away every payload of a record, add a row that says so, and give its sequence.

        Raises NotKnown where the log never held the record. Erasing again what is erased adds nothing.
        """
        last = self._last(iri)
        if last["operation"] == Operation.ERASE:
            return int(last["sequence"])
        before = self._past((iri,)).get(iri)
        self._connection.execute(
            update(log).where(log.c.iri == iri, log.c.source == self._source).values(payload=None, salt=None)
        )
        previous = before.audience if before else None
        row = self._row(Operation.ERASE, iri, kind=last["kind"], audience=last["audience"], previous=previous)
        self._connection.execute(insert(log), row)
        self._forget((iri,))
        slugs.forget(self._connection, iri)
        return self._sequence

    def _last(self, iri: str) -> RowMapping:
        of_record = select(log.c.sequence, log.c.operation, log.c.kind, log.c.audience).where(
            log.c.iri == iri, log.c.source == self._source
        )
        last = self._connection.execute(of_record.order_by(log.c.sequence.desc()).limit(1)).mappings().one_or_none()
        if last is None:
            raise NotKnown(f"the source {self._source!r} never said anything about this", where=iri)
        return last

    def _past(self, iris: Iterable[str]) -> dict[str, _Past]:
        query = select(heads.c.iri, heads.c.kind, heads.c.audience, heads.c.label, heads.c.content_digest).where(
            heads.c.source == self._source, heads.c.iri.in_(sorted(set(iris)))
        )
        return {iri: _Past(*rest) for iri, *rest in self._connection.execute(query)}

    def _row(
        self,
        operation: Operation,
        iri: str,
        payload: bytes | None = None,
        *,
        kind: str,
        audience: str,
        previous: str | None,
    ) -> dict[str, Any]:
        """Make the next row, bound to the one before."""
        self._sequence += 1
        self._public += PUBLIC in (audience, previous)
        salt = None if payload is None else os.urandom(SALT_BYTES)
        digest = NOTHING if payload is None or salt is None else digest_of(salt, payload)
        header = {
            "sequence": self._sequence,
            "public_sequence": self._public,
            "time": self._time,
            "agent": self._agent,
            "source": self._source,
            "run": self._run,
            "operation": operation.value,
            "iri": iri,
            "kind": kind,
            "audience": audience,
            "previous_audience": previous,
        }
        self._chain = link(self._chain, header_of(header), digest)
        packed = None if payload is None else zlib.compress(payload, _COMPRESSION)
        return {**header, "payload": packed, "salt": salt, "digest": digest, "chain": self._chain}

    def _head(self, iri: str, present: _Past) -> dict[str, Any]:
        return {
            "iri": iri,
            "source": self._source,
            "sequence": self._sequence,
            "kind": present.kind,
            "audience": present.audience,
            "label": present.label,
            "content_digest": present.content_digest,
        }

    def _forget(self, iris: Iterable[str]) -> None:
        gone = list(iris)
        self._connection.execute(delete(heads).where(heads.c.source == self._source, heads.c.iri.in_(gone)))
        slugs.follow(self._connection, gone)


def _name_of(head: _Past | None) -> tuple[str, str, str] | None:
    return (head.kind, head.label, head.audience) if head else None
