"""The findings view: open and cleared findings with their history, made of the checker's rows of the log alone.

What the checker knows of the graph is not in it: the same rows give the same view, whenever it is made.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any

from graph.findings.finding import Finding, Report, read_report
from graph.findings.notes import KIND as NOTE
from graph.findings.notes import Note, read_notes
from graph.log.rows import Operation, Row
from graph.log.sources import CHECKER
from graph.views.batch import Batch, Version
from graph.views.view import World

_SCHEMA = files("graph.findings").joinpath("schema.sql").read_text(encoding="utf-8")


def select(columns: str, tables: str, where: Sequence[str], rest: str = "") -> str:
    """Write a query of the view's tables; every part is a text of ours, and each value has a place (`?`)."""
    return f"SELECT {columns} FROM {tables} WHERE {' AND '.join(where)} {rest}"  # noqa: S608 (callers write them out in this package; values only ever fill their places)


class FindingsView:
    """The findings of the worlds whose reports a `world` of records holds, in `folder/findings.sqlite`."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "findings.sqlite"
        self._lock = RLock()
        self._database = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_SCHEMA)
        except BaseException:
            self._database.close()
            raise
        row = self.rows("SELECT value FROM state WHERE name = 'sequence'")
        self._sequence = int(str(row[0][0])) if row else 0

    def sequence(self) -> int:
        """The sequence of the last log row that is applied."""
        return self._sequence

    def position(self) -> int:
        """The same: nothing waits here."""
        return self.sequence()

    def flush(self) -> None:
        """Nothing waits here."""

    def apply(self, batch: Batch) -> None:
        """Take in what the checker's rows of the batch say, and who contests what, with the sequence."""
        told: list[Row] = []
        if any(change.source == CHECKER for change in batch.changes):
            told = batch.told(CHECKER)
        noted = {
            iri: [version for version in batch.of(iri) if version.head.kind == NOTE]
            for iri in {change.iri for change in batch.changes if change.source != CHECKER}
        }
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._take(told)
            self._note(noted)
            self._database.execute("INSERT OR REPLACE INTO state VALUES ('sequence', ?)", (batch.last,))
        self._sequence = batch.last

    def take(self, rows: Iterable[Row]) -> None:
        """Take in rows of the checker before their batch comes: taken twice, they count once."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._take(rows)

    def _take(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self.world.holds(row.audience):
                self._row(row)

    def _row(self, row: Row) -> None:
        known = self._database.execute("SELECT sequence FROM reports WHERE iri = ?", (row.iri,)).fetchone()
        if known is not None and known[0] >= row.sequence:
            return
        if row.operation in (Operation.DELETE, Operation.ERASE) or row.payload is None:
            self._clear(row, kept=set())
            self._database.execute("DELETE FROM findings WHERE report = ?", (row.iri,))
            self._database.execute("DELETE FROM links WHERE report = ?", (row.iri,))
            self._database.execute(
                "UPDATE reports SET sequence = ?, gone = 1, focus = '' WHERE iri = ?", (row.sequence, row.iri)
            )
            return
        report = read_report(row.payload)
        self._clear(row, kept={finding.iri for finding in report.findings})
        self._database.execute(
            "INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, 0)", (row.iri, report.world, report.focus, row.sequence)
        )
        for finding in report.findings:
            self._open(row, finding)
        self._link(row.iri, report)

    def _clear(self, row: Row, kept: set[str]) -> None:
        """Mark as cleared what was open of a report and is no longer."""
        open_ones = self._database.execute(
            "SELECT iri, world, rule, severity, class, data FROM findings WHERE report = ? AND cleared IS NULL",
            (row.iri,),
        ).fetchall()
        for iri, world, rule, severity, kind, data in open_ones:
            if iri not in kept:
                version = json.loads(data)["version"]
                self._database.execute(
                    "UPDATE findings SET cleared = ?, cleared_sequence = ? WHERE iri = ?", (row.time, row.sequence, iri)
                )
                self._pass(row, iri, (world, rule, severity, kind, version), opened=False)

    def _open(self, row: Row, finding: Finding) -> None:
        known = self._database.execute("SELECT cleared FROM findings WHERE iri = ?", (finding.iri,)).fetchone()
        found = finding.found
        values = (
            row.iri, finding.world, found.focus, found.rule, found.family, found.severity, found.finding_class,
            finding.opened, json.dumps(found.plain(), ensure_ascii=False, sort_keys=True), finding.iri,
        )  # fmt: skip
        if known is None:
            self._database.execute(
                "INSERT INTO findings (report, world, focus, rule, family, severity, class, opened, data, iri,"
                " opened_sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, row.sequence),
            )
        else:
            self._database.execute(
                "UPDATE findings SET report = ?, world = ?, focus = ?, rule = ?, family = ?, severity = ?, class = ?,"
                " opened = ?, data = ?, cleared = NULL, cleared_sequence = NULL WHERE iri = ?",
                values,
            )
        if known is None or known[0] is not None:
            self._database.execute("UPDATE findings SET opened_sequence = ? WHERE iri = ?", (row.sequence, finding.iri))
            what = (finding.world, found.rule, found.severity, found.finding_class, found.version)
            self._pass(row, finding.iri, what, opened=True)

    def _pass(self, row: Row, iri: str, what: tuple[str, str, str, str, str], *, opened: bool) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO transitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row.sequence, iri, opened, *what, row.time),
        )

    def _link(self, name: str, report: Report) -> None:
        self._database.execute("DELETE FROM links WHERE report = ?", (name,))
        links = [(name, "actor", each) for each in report.actors] + [(name, "domain", each) for each in report.domains]
        self._database.executemany("INSERT OR IGNORE INTO links VALUES (?, ?, ?)", links)

    def _note(self, noted: dict[str, list[Version]]) -> None:
        """Put what these records say now in the place of what they said."""
        if not noted:
            return
        self._database.executemany("DELETE FROM notes WHERE iri = ?", [(iri,) for iri in noted])
        made = [
            note
            for versions in noted.values()
            for version in versions
            if self.world.holds(version.head.audience)
            for note in read_notes(version)
        ]
        self._database.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_values, made))

    def opened(self, iris: Sequence[str]) -> dict[str, str]:
        """Since when each of these findings is open; one that is not is absent."""
        marks = ",".join("?" * len(iris))
        query = select("iri, opened", "findings", ["cleared IS NULL", f"iri IN ({marks})"])
        return dict(self.rows(query, iris))

    def noted(self, audiences: Sequence[str]) -> set[str]:
        """The addresses of findings with notes for some audiences."""
        marks = ",".join("?" * len(audiences))
        query = select("DISTINCT finding", "notes", [f"audience IN ({marks})"])
        return {finding for (finding,) in self.rows(query, audiences)}

    def reported(self, world: str) -> set[str]:
        """The focus nodes of a world that have a report with something open."""
        query = "SELECT DISTINCT focus FROM findings WHERE world = ? AND cleared IS NULL"
        return {focus for (focus,) in self.rows(query, (world,))}

    def has_report(self, iri: str) -> bool:
        """Say whether there is a report under that address now."""
        return bool(self.rows("SELECT 1 FROM reports WHERE iri = ? AND gone = 0", (iri,)))

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Read from the view's tables."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def dump(self) -> list[str]:
        """Everything that follows from the log as sorted lines: for tests and comparisons."""
        tables = ("reports", "findings", "links", "transitions", "notes")
        lines = []
        for table in tables:
            names = [row[1] for row in self.rows(f"PRAGMA table_info({table})") if row[1] != "id"]
            lines += [f"{table} {row}" for row in self.rows(select(", ".join(map(str, names)), table, ["1"]))]
        return sorted(lines)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _values(note: Note) -> tuple[object, ...]:
    return (note.iri, note.source, note.audience, note.finding, note.actor, note.text, note.language, note.time)
