"""What the checker of one world knows beside the log: what it found, what it has still to look at.

Nothing here is history. It may be lost at any moment: everything is then judged anew, and what comes of it compared
with what the log has.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from graph.governance.rejudging.candidates import Change

_SCHEMA = files("graph.findings").joinpath("control.sql").read_text(encoding="utf-8")
MOST_PENDING = 20_000
"""Of more statements that wait to be looked at, everything is judged anew instead."""

# Focus nodes come as one JSON list: however many they are, it is one value.
_OF_UNIT = "SELECT unit, focus, data FROM judged WHERE unit = ? AND focus IN (SELECT value FROM json_each(?))"
_OF_ALL = "SELECT focus, data FROM judged WHERE focus IN (SELECT value FROM json_each(?)) ORDER BY focus, unit, data"


class Said(NamedTuple):
    """What a unit says of some focus nodes (None: of all): pairs of a focus node and data."""

    unit: str
    nodes: Collection[str] | None
    found: Collection[tuple[str, str]]


class Control:
    """Tables in a file of their own; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_SCHEMA)
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do all or nothing."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def get(self, name: str) -> str | None:
        """Give a remembered text."""
        row = self._database.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def remember(self, name: str, value: str) -> None:
        """Remember a text."""
        self._database.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def number(self, name: str) -> int:
        """Give a remembered number, 0 where there is none."""
        return int(self.get(name) or 0)

    def begin_anew(self, units: Iterable[str], *, forgetting: bool) -> None:
        """Note that all units have to be judged; forget what was found where it means nothing any more."""
        self._database.execute("DELETE FROM journal")
        self._database.execute("DELETE FROM stale")
        self._database.executemany("INSERT INTO stale VALUES (?)", [(unit,) for unit in units])
        if forgetting:
            self._database.execute("DELETE FROM judged")
            self.remember("compare", "1")

    def stale(self) -> list[str]:
        """The units that have to be judged."""
        return [unit for (unit,) in self._database.execute("SELECT unit FROM stale ORDER BY unit")]

    def fresh(self, unit: str) -> None:
        """Note that a unit was judged."""
        self._database.execute("DELETE FROM stale WHERE unit = ?", (unit,))

    def pending(self) -> int:
        """How many statements wait to be looked at."""
        return int(self._database.execute("SELECT count(*) FROM journal").fetchone()[0])

    def add(self, change: Change) -> None:
        """Note statements that came or went."""
        for came, some in ((0, change.removed), (1, change.added)):
            self._database.executemany(
                "INSERT OR IGNORE INTO journal VALUES (?, ?, ?, ?)", [(came, *each) for each in some]
            )

    def journal(self) -> Change:
        """Give the statements that wait to be looked at."""
        change = Change()
        for came, *statement in self._database.execute("SELECT came, subject, predicate, object FROM journal"):
            (change.added if came else change.removed).add(tuple(statement))
        return change

    def looked(self) -> None:
        """Note that what waited was looked at."""
        self._database.execute("DELETE FROM journal")

    def put(self, said: Sequence[Said]) -> None:
        """Put what units say now of some focus nodes in the place of what they said of these."""
        now = {(each.unit, focus, data) for each in said for focus, data in each.found}
        known = self._known(said)
        gone, come = known - now, now - known
        if gone:
            self._database.executemany("DELETE FROM judged WHERE unit = ? AND focus = ? AND data = ?", gone)
        if come:
            self._database.executemany("INSERT INTO judged VALUES (?, ?, ?)", come)
        self.touch({focus for _, focus, _ in gone | come})

    def _known(self, said: Sequence[Said]) -> set[tuple[str, str, str]]:
        """Give what is kept of those units and focus nodes."""
        known: set[tuple[str, str, str]] = set()
        for each in said:
            if each.nodes is None:
                query = "SELECT unit, focus, data FROM judged WHERE unit = ?"
                known.update(self._database.execute(query, (each.unit,)))
            else:
                known.update(self._database.execute(_OF_UNIT, (each.unit, json.dumps(sorted(each.nodes)))))
        return known

    def touch(self, foci: Iterable[str]) -> None:
        """Note that the reports on these have to be written again."""
        if some := [(focus,) for focus in foci]:
            self._database.executemany("INSERT OR IGNORE INTO dirty VALUES (?)", some)

    def dirty(self, limit: int) -> list[str]:
        """The first focus nodes whose reports have to be written again, in order."""
        query = "SELECT focus FROM dirty ORDER BY focus LIMIT ?"
        return [focus for (focus,) in self._database.execute(query, (limit,))]

    def written(self, foci: Iterable[str]) -> None:
        """Note that the reports on these are written."""
        self._database.executemany("DELETE FROM dirty WHERE focus = ?", [(focus,) for focus in foci])

    def found(self, foci: Collection[str]) -> dict[str, list[str]]:
        """What all units say of these focus nodes."""
        found: dict[str, list[str]] = {focus: [] for focus in foci}
        for focus, data in self._database.execute(_OF_ALL, (json.dumps(sorted(found)),)):
            found[focus].append(data)
        return found

    def all_foci(self) -> set[str]:
        """All focus nodes of which anything was found."""
        return {focus for (focus,) in self._database.execute("SELECT DISTINCT focus FROM judged")}

    def foci(self, unit: str, limit: int) -> list[str]:
        """The focus nodes of which a unit found anything, at most so many."""
        query = "SELECT DISTINCT focus FROM judged WHERE unit = ? LIMIT ?"
        return [focus for (focus,) in self._database.execute(query, (unit, limit))]

    def among(self, unit: str, nodes: Collection[str]) -> set[str]:
        """Those of some focus nodes of which a unit found anything."""
        return {focus for _, focus, _ in self._database.execute(_OF_UNIT, (unit, json.dumps(sorted(nodes))))}

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
