"""Which records state something about which subject: the index that lets one record change without reading all others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, TypeVar

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL, source TEXT NOT NULL, audience TEXT NOT NULL, subjects TEXT NOT NULL,
    UNIQUE (iri, source, audience));
CREATE TABLE IF NOT EXISTS mentions (
    subject INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (subject, record)) WITHOUT ROWID;
"""
_A_READ = 500
_T = TypeVar("_T")


class Key(NamedTuple):
    """A record as one audience sees it."""

    iri: str
    source: str
    audience: str


class Mentions:
    """SQLite tables of records and their subjects (IRIs).

    Each write is on disk before the method returns: what the store holds of a record is never more than what is known here.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)

    def subjects(self, iris: Iterable[str]) -> dict[Key, frozenset[str]]:
        """The known subjects of every record about these IRIs."""
        found: dict[Key, frozenset[str]] = {}
        for some in _pieces(sorted(set(iris))):
            rows = self._database.execute(
                f"SELECT iri, source, audience, subjects FROM records WHERE iri IN ({_marks(some)})",  # noqa: S608
                some,
            )
            found.update({Key(*key): frozenset(text.split("\n")) if text else frozenset() for *key, text in rows})
        return found

    def records(self, subjects: Iterable[str]) -> set[Key]:
        """The records that may mention any of these subjects; rarely one too many, never one too few."""
        ids: set[int] = set()
        for some in _pieces(sorted({number_of(subject) for subject in subjects})):
            query = f"SELECT DISTINCT record FROM mentions WHERE subject IN ({_marks(some)})"  # noqa: S608
            ids.update(number for (number,) in self._database.execute(query, some))
        found: set[Key] = set()
        for some in _pieces(sorted(ids)):
            query = f"SELECT iri, source, audience FROM records WHERE id IN ({_marks(some)})"  # noqa: S608
            found.update(Key(*row) for row in self._database.execute(query, some))
        return found

    def mentioned(self, subjects: Iterable[str]) -> set[int]:
        """The numbers of those subjects that any record mentions, to be compared with `number_of`."""
        found: set[int] = set()
        for some in _pieces(sorted({number_of(subject) for subject in subjects})):
            query = f"SELECT DISTINCT subject FROM mentions WHERE subject IN ({_marks(some)})"  # noqa: S608
            found.update(number for (number,) in self._database.execute(query, some))
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
        ids = self._ids(changed)
        gone, come = [], []
        for key, subjects in changed.items():
            old = before.get(key, frozenset())
            # By number, not by text: of two subjects with one number, the one that stays keeps the mention.
            kept = {number_of(subject) for subject in subjects}
            gone += [(number, ids[key]) for number in {number_of(subject) for subject in old - subjects} - kept]
            come += [(number_of(subject), ids[key]) for subject in subjects - old]
        come.sort()
        self._database.executemany("DELETE FROM mentions WHERE subject = ? AND record = ?", gone)
        self._database.executemany("INSERT OR IGNORE INTO mentions (subject, record) VALUES (?, ?)", come)

    def _ids(self, keys: Iterable[Key]) -> dict[Key, int]:
        ids: dict[Key, int] = {}
        for some in _pieces(sorted({key.iri for key in keys})):
            query = f"SELECT iri, source, audience, id FROM records WHERE iri IN ({_marks(some)})"  # noqa: S608
            ids.update({Key(*key): number for *key, number in self._database.execute(query, some)})
        return ids

    def clear(self) -> None:
        """Forget all."""
        self._database.executescript("BEGIN; DELETE FROM mentions; DELETE FROM records; COMMIT;")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def number_of(subject: str) -> int:
    """The 64-bit number that stands for a subject in the index."""
    return int.from_bytes(blake2b(subject.encode(), digest_size=8).digest(), signed=True)


def _pieces(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (values[start : start + _A_READ] for start in range(0, len(values), _A_READ))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
