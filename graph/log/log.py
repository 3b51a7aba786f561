"""The log: the only truth, append-only, chained, and the operational tables beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from graph.errors import InputError
from graph.log import verify
from graph.log.bulk import put_rows
from graph.log.database import Database
from graph.log.instance import ERASED, Instance, prepare
from graph.log.pages import pages_of
from graph.log.reader import Reader
from graph.log.rows import MEMBERS, PUBLIC, Appended, Entry
from graph.log.runs import Runs
from graph.log.schema import instance as instance_table
from graph.log.slugs import Slugs
from graph.log.sources import Sources, check_name
from graph.log.tokens import Tokens
from graph.log.writer import Writer
from graph.terms import is_iri

MAX_IRI_BYTES = 2000
"""The longest name of a record: what every database can index."""


class Log(Reader):
    """Changes to records, in the order of their commits; several threads and processes may use it at once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.instance = Instance(database)
        self.sources = Sources(database)
        self.runs = Runs(database)
        self.slugs = Slugs(database)
        self.tokens = Tokens(database)

    @classmethod
    def open(cls, address: str | Path) -> Log:
        """Open the log at a path (SQLite) or a URL (`postgresql://…`); its tables are made where there are none.

        Raises ConfigurationError, NoDataDirectory or DataError where that cannot be.
        """
        database = Database.open(address)
        try:
            prepare(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def address(self) -> str:
        """Where another process of ours opens the same log; it may hold a password."""
        return self._database.address

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def append(
        self,
        entries: Iterable[Entry],
        *,
        agent: str,
        source: str,
        run: int | None = None,
        expected: Mapping[str, Collection[str] | None] | None = None,
    ) -> Appended:
        """Append what is new in these records of a source, all or nothing; when it returns, it is on disk.

        What has the content, kind, label and audience of its head adds nothing. `expected` are states as
        `Writer.expect` takes them. Raises InputError for an entry that no log can hold, NameTaken for a slug that
        another entity has or had, StateChanged, DiskFull.
        """
        check_name(source)
        # Before the lock, so that a slow reader of files keeps no other writer waiting.
        pages = list(pages_of(entries))
        for audience in {entry.audience for page in pages for entry in page}:
            _check_audience(audience)
        for page in pages:
            _check(page)
        with self._database.write() as connection:
            writer = Writer(connection, agent=agent, source=source, run=run)
            writer.expect(expected or {})
            for page in pages:
                writer.put(page)
        return writer.appended()

    def remove(
        self, source: str, iri: str, *, agent: str, expected: Mapping[str, Collection[str] | None] | None = None
    ) -> Appended:
        """Append the deletion of one record, where it is in an expected state. Raises StateChanged, DiskFull."""
        check_name(source)
        with self._database.write() as connection:
            writer = Writer(connection, agent=agent, source=source)
            writer.expect(expected or {})
            writer.delete([iri])
        return writer.appended()

    def retract(
        self, source: str, iris: Iterable[str] | None = None, *, agent: str, run: int | None = None
    ) -> Appended:
        """Append the deletion of these records of a source, or of all it said; what others say stays.

        One transaction for each thousand, so that other writers get their turn; done again after a failure it goes on.
        """
        if iris is None:
            iris = (head.iri for head in self.heads(source=source))
        total = None
        for page in pages_of(iris):
            with self._database.write() as connection:
                writer = Writer(connection, agent=agent, source=source, run=run)
                writer.delete(page)
            part = writer.appended()
            total = part if total is None else _sum(total, part)
        if total is None:
            last = self.sequence()
            return Appended(last + 1, last)
        return total

    def erase(self, source: str, iri: str, *, agent: str) -> int:
        """Take every payload of a record out of the database for good, and give the sequence of the row that says so.

        The header of each of its rows stays, its IRI with it. Raises NotKnown where the source never held the record.
        """
        with self._database.write() as connection:
            sequence = Writer(connection, agent=agent, source=source).erase(iri)
            put_rows(connection, instance_table, [(ERASED, str(sequence))], key=("key",))
        self._database.scrub()
        return sequence

    def erased(self) -> int:
        """Give the row of the last erasure, 0 where there never was one."""
        return int(self.instance.get(ERASED) or 0)

    def verify(self, *, deep: bool = False) -> None:
        """Raise LogBroken at the first row that does not hold; with `deep`, also where the heads differ from them."""
        verify.verify(self._database, deep=deep)


def _sum(total: Appended, part: Appended) -> Appended:
    first = total.first if total.deleted else part.first
    return replace(total, first=first, last=part.last, deleted=total.deleted + part.deleted)


def _check_audience(audience: str) -> None:
    if audience not in (PUBLIC, MEMBERS) and not is_iri(audience):
        remedy = f"use {PUBLIC}, {MEMBERS} or the IRI of an agreement"
        raise InputError(f"{audience!r} is no audience", remedy=remedy)


def _check(entries: Iterable[Entry]) -> None:
    for entry in entries:
        if len(entry.record.iri.encode()) > MAX_IRI_BYTES:
            where = entry.record.iri[:100] + "…"
            raise InputError(f"the record's IRI is longer than {MAX_IRI_BYTES} bytes", where=where)
