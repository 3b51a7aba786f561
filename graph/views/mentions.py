"""Which records state something about which subject: so one record changes without reading all others."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Set
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL, source TEXT NOT NULL, audience TEXT NOT NULL, subjects TEXT NOT NULL,
    UNIQUE (iri, source, audience));
CREATE TABLE IF NOT EXISTS mentions (
    subject INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (subject, record)) WITHOUT ROWID;
"""
_A_READ = 500


class Key(NamedTuple):
    """A record as one audience sees it."""

    iri: str
    source: str
    audience: str


class Mentions:
    """SQLite tables of records and their subjects (IRIs).

    Most nodes are named by their owner (`{owner}#{property}-{n}`): they need no row, their name says whose they are.
    Each write is on disk before the method returns: what the store holds of a record is never more than what is known
    here.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.executescript(_SCHEMA)
        except BaseException:
            self._database.close()
            raise
        # Pages ask while the follower writes: they see what is committed.
        self._reader = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._reading = Lock()

    def subjects(self, iris: Iterable[str]) -> dict[Key, frozenset[str]]:
        """The known subjects of every record about these IRIs."""
        rows = self._read("SELECT iri, source, audience, subjects FROM records WHERE iri IN", set(iris))
        return {Key(*key): frozenset(text.split("\n")) if text else frozenset() for *key, text in rows}

    def records(self, subjects: Iterable[str]) -> set[Key]:
        """The records that may mention any of these subjects; rarely one too many, never one too few."""
        wanted = set(subjects)
        numbers = self._read("SELECT DISTINCT record FROM mentions WHERE subject IN", map(_number, wanted))
        found = self._read("SELECT iri, source, audience FROM records WHERE id IN", (number for (number,) in numbers))
        owners = chain.from_iterable(map(_owners, wanted))
        found += self._read("SELECT iri, source, audience FROM records WHERE iri IN", owners)
        return {Key(*row) for row in found}

    def mentioned(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects that a record may mention; rarely one too many, never one too few."""
        wanted = {subject: _owners(subject) for subject in subjects}
        owners = chain.from_iterable(wanted.values())
        known = {iri for (iri,) in self._read("SELECT DISTINCT iri FROM records WHERE iri IN", owners)}
        left = {subject: _number(subject) for subject, owners in wanted.items() if known.isdisjoint(owners)}
        numbers = self._read("SELECT DISTINCT subject FROM mentions WHERE subject IN", left.values())
        foreign = {number for (number,) in numbers}
        return {subject for subject in wanted if left.get(subject) in foreign or subject not in left}

    def _read(self, query: str, values: Iterable[str] | Iterable[int]) -> list[Any]:
        """Give the rows of a query that ends with IN, for any number of values."""
        wanted: list[Any] = sorted({*values})
        found: list[Any] = []
        for start in range(0, len(wanted), _A_READ):
            some = wanted[start : start + _A_READ]
            with self._reading:
                found += self._reader.execute(f"{query} ({','.join('?' * len(some))})", some).fetchall()
        return found

    def write(self, records: Mapping[Key, Set[str]]) -> None:
        """Make these the subjects of these records; a record without subjects is forgotten."""
        if not records:
            return
        before = self.subjects(key.iri for key in records)
        changed = {key: subjects for key, subjects in records.items() if before.get(key, None) != subjects}
        changed = {key: subjects for key, subjects in changed.items() if subjects or key in before}
        if not changed:
            return
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany(
                "INSERT INTO records (iri, source, audience, subjects) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (iri, source, audience) DO UPDATE SET subjects = excluded.subjects",
                [(*key, "\n".join(sorted(subjects))) for key, subjects in changed.items()],
            )
            self._mention(changed, before)
            self._database.executemany(
                "DELETE FROM records WHERE iri = ? AND source = ? AND audience = ?",
                [key for key, subjects in changed.items() if not subjects],
            )
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _mention(self, changed: Mapping[Key, Set[str]], before: Mapping[Key, Set[str]]) -> None:
        """Bring the mentions of changed records up to date."""
        gone: list[tuple[int, int]] = []
        come: list[tuple[int, int]] = []
        for key, subjects in changed.items():
            old, new = (_numbers(key.iri, some) for some in (before.get(key, frozenset()), subjects))
            if old != new:
                query = "SELECT id FROM records WHERE iri = ? AND source = ? AND audience = ?"
                ((record,),) = self._database.execute(query, key)
                gone += [(number, record) for number in old - new]
                come += [(number, record) for number in new - old]
        come.sort()
        self._database.executemany("DELETE FROM mentions WHERE subject = ? AND record = ?", gone)
        self._database.executemany("INSERT OR IGNORE INTO mentions (subject, record) VALUES (?, ?)", come)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._database.close()


def _owners(subject: str) -> list[str]:
    """The records that mention a subject by their name alone: the one about it, those whose node it may be."""
    first = subject.find("#")
    if first < 0:
        return [subject]
    if subject.find("#", first + 1) < 0:
        return [subject, subject[:first]]
    return [subject, *(subject[: match.start()] for match in re.finditer("#", subject))]


def _numbers(iri: str, subjects: Set[str]) -> set[int]:
    """The numbers of the subjects that are not mentioned by the name of their record alone."""
    own = f"{iri}#"
    return {_number(subject) for subject in subjects if subject != iri and not subject.startswith(own)}


def _number(subject: str) -> int:
    """The 64-bit number that stands for a subject in the index."""
    return int.from_bytes(blake2b(subject.encode(), digest_size=8).digest(), signed=True)
