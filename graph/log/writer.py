"""Writing at the end of the log, inside one write transaction: rows, chain, heads and slugs together."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from graph.errors import NotKnown, StateChanged
from graph.log import runs, slugs
from graph.log.bulk import Row, insert_rows, put_rows
from graph.log.chain import GENESIS, NOTHING, SALT_BYTES, digest_of, header_of_values, link
from graph.log.clock import now
from graph.log.packing import is_packed, pack
from graph.log.reader import newest_row
from graph.log.rows import PUBLIC, Appended, Entry, Operation, state_of
from graph.log.schema import heads, log

# Making a statement anew takes longer than answering it.
_VERSIONS = select(
    heads.c.iri, heads.c.sequence, heads.c.kind, heads.c.audience, heads.c.label, heads.c.content_digest
).where(heads.c.source == bindparam("source"), heads.c.iri.in_(bindparam("iris", expanding=True)))


class _Version(NamedTuple):
    """What the head of a record says."""

    sequence: int
    kind: str
    audience: str
    label: str
    content_digest: bytes

    def says(self, other: _Version) -> bool:
        """Whether both say the same; a label follows from the content, and only a newer reading of it may differ."""
        return (
            self.content_digest == other.content_digest and self.kind == other.kind and self.audience == other.audience
        )

    def name(self) -> tuple[str, str, str]:
        """Give what slugs follow."""
        return self.kind, self.label, self.audience


class _Contents(NamedTuple):
    """A payload, as it is and as the database keeps it."""

    payload: bytes
    packed: bytes


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

    def expect(self, states: Mapping[str, Collection[str] | None]) -> None:
        """Raise StateChanged unless each record is in one of the states (`Head.state`) that are named for it.

        None stands for any that is there, no state at all for a record that is not.
        """
        versions = self._versions(states) if states else {}
        for iri, wanted in states.items():
            present = versions.get(iri)
            is_there = present is not None
            if wanted is None or not wanted:
                if is_there is (wanted is None):
                    continue
            elif present is not None and state_of(present.content_digest, present.audience) in wanted:
                continue
            what = "it has changed meanwhile" if is_there else "it is not there"
            if wanted is not None and not wanted:
                what = "it is there already"
            raise StateChanged(what, where=iri, remedy="read it again, then decide")

    def put(self, entries: Sequence[Entry]) -> None:
        """Add a row for each entry that says something new; at most a page of entries."""
        versions = self._versions({entry.record.iri for entry in entries})
        rows: list[Row] = []
        fresh: dict[str, _Version] = {}
        renamed: dict[str, None] = {}
        for entry in entries:
            iri = entry.record.iri
            before = versions.get(iri)
            version = _version(entry, self._sequence + 1)
            if before and before.says(version):
                self._counts["unchanged"] += 1
                version = version._replace(sequence=before.sequence)
            else:
                self._counts["replaced" if before else "created"] += 1
                rows.append(self._row_of(entry, before))
            if version != before:
                versions[iri] = fresh[iri] = version
            if before is None or before.name() != version.name():
                renamed[iri] = None
        self._insert(rows)
        put_rows(
            self._connection,
            heads,
            [(sequence, iri, self._source, *rest) for iri, (sequence, *rest) in fresh.items()],
            key=("iri", "source"),
        )
        wishes = {(entry.record.iri, entry.audience): entry.slug for entry in entries if entry.slug is not None}
        slugs.follow(self._connection, {**renamed, **dict.fromkeys(iri for iri, _ in wishes)}, wishes)

    def delete(self, iris: Iterable[str]) -> None:
        """Add a row for each of these records that is there; at most a page of IRIs."""
        asked = dict.fromkeys(iris)
        versions = self._versions(asked)
        gone = [iri for iri in asked if iri in versions]
        rows: list[Row] = []
        for iri in gone:
            was = versions[iri]
            rows.append(self._row(Operation.DELETE, iri, kind=was.kind, audience=was.audience, previous=was.audience))
        self._counts["deleted"] += len(rows)
        self._insert(rows)
        self._forget(gone)

    def erase(self, iri: str) -> int:
        """Take away every payload of a record, add a row that says so, and give its sequence.

        Raises NotKnown where the log never held the record. Erasing again what is erased adds nothing.
        """
        last = self._last(iri)
        if last["operation"] == Operation.ERASE:
            return int(last["sequence"])
        before = self._versions((iri,)).get(iri)
        mine = (log.c.iri == iri, log.c.source == self._source)
        self._connection.execute(update(log).where(*mine).values(payload=None, salt=None))
        previous = before.audience if before else None
        self._insert([self._row(Operation.ERASE, iri, kind=last["kind"], audience=last["audience"], previous=previous)])
        self._forget((iri,))
        slugs.forget(self._connection, iri)
        runs.forget(self._connection, self._source, iri)
        return self._sequence

    def _last(self, iri: str) -> RowMapping:
        columns = (log.c.sequence, log.c.operation, log.c.kind, log.c.audience)
        query = select(*columns).where(log.c.iri == iri, log.c.source == self._source)
        last = self._connection.execute(query.order_by(log.c.sequence.desc()).limit(1)).mappings().one_or_none()
        if last is None:
            raise NotKnown(f"the source {self._source!r} never said anything about this", where=iri)
        return last

    def _versions(self, iris: Iterable[str]) -> dict[str, _Version]:
        found = self._connection.execute(_VERSIONS, {"source": self._source, "iris": sorted(iris)})
        return {iri: _Version(*rest) for iri, *rest in found}

    def _row_of(self, entry: Entry, before: _Version | None) -> Row:
        operation = Operation.REPLACE if before else Operation.CREATE
        previous = before.audience if before else None
        record = entry.record
        packed = entry.packed
        if packed is None or not is_packed(packed, record.payload):
            packed = pack(record.payload)
        contents = _Contents(record.payload, packed)
        return self._row(operation, record.iri, contents, kind=record.kind, audience=entry.audience, previous=previous)

    def _row(
        self,
        operation: Operation,
        iri: str,
        contents: _Contents | None = None,
        *,
        kind: str,
        audience: str,
        previous: str | None,
    ) -> Row:
        """Make the next row, bound to the one before: its header, then payload, salt, digest and chain."""
        self._sequence += 1
        self._public += PUBLIC in (audience, previous)
        header = (
            *(self._sequence, self._public, self._time, self._agent, self._source, self._run),
            *(operation.value, iri, kind, audience, previous),
        )
        salt = os.urandom(SALT_BYTES) if contents else None
        digest = digest_of(salt, contents.payload) if contents and salt else NOTHING
        self._chain = link(self._chain, header_of_values(header), digest)
        return (*header, contents and contents.packed, salt, digest, self._chain)

    def _insert(self, rows: Sequence[Row]) -> None:
        insert_rows(self._connection, log, rows)

    def _forget(self, iris: Sequence[str]) -> None:
        """Take the heads of these records away, and the slugs that only they asked for."""
        if iris:
            self._connection.execute(delete(heads).where(heads.c.source == self._source, heads.c.iri.in_(iris)))
            slugs.follow(self._connection, iris)


def _version(entry: Entry, sequence: int) -> _Version:
    record = entry.record
    return _Version(sequence, record.kind, entry.audience, record.label, sha256(record.payload).digest())
