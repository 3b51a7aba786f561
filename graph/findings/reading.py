"""What readers ask of the findings of one world: lists by filter, what changed since, counts, the trend by week.

A reader of a world sees the findings of that world alone; notes are seen by whoever may see their records.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from graph.derivations.premises import pieces
from graph.findings.finding import Found, report_iri
from graph.findings.notes import Note
from graph.findings.view import FindingsView, select
from graph.log.rows import PUBLIC

WORLDS = ("public", "members", "full")
Status = Literal["open", "cleared", "contested", "any"]
STATUSES: tuple[Status, ...] = ("open", "cleared", "contested", "any")

# The name of a node that lives in the record of another (graph/records/names.py).
_OWN_NODE = re.compile(r"#[^#]+-\d+(#.*)?$")
_NOTE = "iri, source, audience, finding, actor, text, language, time"
# A note about the finding, or about the same in another world. What is noted is looked up once, not for each finding.
_CONTESTED = (
    "(f.iri IN (SELECT finding FROM notes WHERE audience IN ({0})) OR (f.focus, substr(f.iri, instr(f.iri, '#'))) IN"
    " (SELECT p.focus, substr(p.iri, instr(p.iri, '#')) FROM notes n JOIN findings p ON p.iri = n.finding"
    " WHERE n.audience IN ({0})))"
)
_COLUMNS = "f.iri, f.opened, f.opened_sequence, f.cleared, f.cleared_sequence, f.report, f.data"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as a reader sees it: what was found, since when, and until when where it is cleared (ISO, UTC).

    `opened` is empty for what is open only at a date that is supposed (`dated.py`).
    """

    iri: str
    report: str
    found: Found
    opened: str
    cleared: str | None
    sequence: int
    """The row of the log by which it opened or, where it is cleared, cleared."""
    notes: tuple[Note, ...] = ()

    @property
    def status(self) -> str:
        """`open`, `contested` or `cleared`."""
        if self.cleared is not None:
            return "cleared"
        return "contested" if self.notes else "open"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for; None or empty is everything. IRIs are without brackets, `since` is an ISO date or time."""

    rule: str | None = None
    family: str | None = None
    severity: str | None = None
    finding_class: str | None = None
    actor: str | None = None
    domain: str | None = None
    focus: str | None = None
    status: Status = "open"
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some findings, the newest first, and the key of the next page, None where there is none."""

    findings: tuple[Known, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Week:
    """One week, named by its Monday: how many opened, how many cleared, how many were open at its end."""

    monday: datetime.date
    opened: int
    cleared: int
    open: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What opened and what cleared behind a row of the log."""

    opened: tuple[Known, ...] = ()
    cleared: tuple[Known, ...] = field(default=())


class Findings:
    """The findings of a world for readers with some audiences."""

    def __init__(self, view: FindingsView, world: str, audiences: Sequence[str] = (PUBLIC,)) -> None:
        self._view = view
        self.world = world
        self._audiences = tuple(audiences)

    def of_world(self, world: str) -> Findings:
        """Give those of another world for the same readers, who must be among those that see it."""
        return Findings(self._view, world, self._audiences)

    def page(self, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
        """Give a page, the newest first; `after` is the key that the page before gave."""
        where, values = self._where(wanted)
        if after is not None:
            opened, _, iri = after.partition(" ")
            where.append("(f.opened, f.iri) < (?, ?)")
            values += [opened, iri]
        query = select(_COLUMNS, "findings f", where, "ORDER BY f.opened DESC, f.iri DESC LIMIT ?")
        found = self._known(self._view.rows(query, [*values, limit + 1]))
        more = len(found) > limit
        shown = found[:limit]
        return Page(tuple(shown), f"{shown[-1].opened} {shown[-1].iri}" if more else None)

    def all(self, wanted: Filter, size: int = 500) -> Iterator[Known]:
        """Give everything that fits, a page at a time."""
        after: str | None = None
        while True:
            page = self.page(wanted, after=after, limit=size)
            yield from page.findings
            if page.after is None:
                return
            after = page.after

    def counts(self, wanted: Filter, by: Literal["rule", "family", "severity", "class"]) -> dict[str, int]:
        """Count what fits by rule, family, severity or class."""
        where, values = self._where(wanted)
        query = select(f"f.{by}, count(*)", "findings f", where, f"GROUP BY f.{by} ORDER BY f.{by}")
        return dict(self._view.rows(query, values))

    def total(self, wanted: Filter) -> int:
        """Count what fits."""
        where, values = self._where(wanted)
        return int(self._view.rows(select("count(*)", "findings f", where), values)[0][0])

    def found_on(self) -> dict[str, list[str]]:
        """Give the IRIs of what has an open finding by its severity: of a node within a record, those of the record."""
        query = "SELECT DISTINCT severity, focus FROM findings WHERE world = ? AND cleared IS NULL"
        found: dict[str, dict[str, None]] = {}
        for severity, focus in self._view.rows(query, (self.world,)):
            if focus.startswith("<"):
                found.setdefault(severity, {})[_OWN_NODE.sub("", focus[1:-1])] = None
        return {severity: sorted(iris) for severity, iris in found.items()}

    def about(self, iris: Collection[str]) -> list[Known]:
        """Give what is open about an entity, given by its IRI with those of the nodes that it owns."""
        found: list[Known] = []
        for iri in sorted(set(iris)):
            found += self.all(Filter(focus=iri))
        return sorted(found, key=lambda each: (each.found.rule, each.found.focus, each.iri))

    def one(self, iri: str) -> Known | None:
        """Give a finding by its address, None where this world has none."""
        query = select(_COLUMNS, "findings f", ["f.world = ?", "f.iri = ?"])
        found = self._known(self._view.rows(query, (self.world, iri)))
        return found[0] if found else None

    def changed(self, since: int, upto: int | None = None) -> Changed:
        """Give what opened and what cleared by rows of the log behind `since`; what did both is left out."""
        where, values = ["t.world = ?", "t.sequence > ?"], [self.world, since]
        if upto is not None:
            where, values = [*where, "t.sequence <= ?"], [*values, upto]
        query = select("t.finding, t.opened", "transitions t", where, "ORDER BY t.sequence, t.finding")
        first: dict[str, bool] = {}
        last: dict[str, bool] = {}
        for finding, opened in self._view.rows(query, values):
            first.setdefault(finding, bool(opened))
            last[finding] = bool(opened)
        known = {iri: self.one(iri) for iri in last if first[iri] == last[iri]}
        seen = [each for each in known.values() if each is not None]
        return Changed(
            tuple(each for each in seen if last[each.iri] and each.cleared is None),
            tuple(each for each in seen if not last[each.iri] and each.cleared is not None),
        )

    def history(self, iri: str) -> list[tuple[str, bool, str, int]]:
        """Give when a finding opened (True) and cleared, with the rule's version and the row of the log."""
        query = (
            "SELECT time, opened, version, sequence FROM transitions WHERE world = ? AND finding = ? ORDER BY sequence"
        )
        return [
            (time, bool(opened), version, row)
            for time, opened, version, row in self._view.rows(query, (self.world, iri))
        ]

    def trend(self, weeks: int, today: datetime.date, *, rule: str | None = None) -> list[Week]:
        """Give what opened and cleared in each of the last weeks, the oldest first."""
        where, values = ["world = ?"], [self.world]
        if rule is not None:
            where, values = [*where, "rule = ?"], [*values, rule]
        query = select("substr(time, 1, 10), sum(opened), sum(1 - opened)", "transitions", where, "GROUP BY 1")
        by_week: dict[datetime.date, tuple[int, int]] = {}
        for day, opened, cleared in self._view.rows(query, values):
            monday = _monday(datetime.date.fromisoformat(day))
            before = by_week.get(monday, (0, 0))
            by_week[monday] = (before[0] + opened, before[1] + cleared)
        first = _monday(today) - datetime.timedelta(weeks=weeks - 1)
        standing = sum(opened - cleared for monday, (opened, cleared) in by_week.items() if monday < first)
        made = []
        for number in range(weeks):
            monday = first + datetime.timedelta(weeks=number)
            opened, cleared = by_week.get(monday, (0, 0))
            standing += opened - cleared
            made.append(Week(monday, opened, cleared, standing))
        return made

    def sequence(self) -> int:
        """The last row of the log by which a finding of this world changed, 0 where there is none."""
        row = self._view.rows("SELECT max(sequence) FROM transitions WHERE world = ?", (self.world,))
        return int(row[0][0] or 0)

    def newest(self) -> str | None:
        """The time of the newest transition of this world, None where there is none."""
        row = self._view.rows("SELECT max(time) FROM transitions WHERE world = ?", (self.world,))
        return str(row[0][0]) if row[0][0] else None

    def _where(self, wanted: Filter) -> tuple[list[str], list[object]]:
        where, values = ["f.world = ?"], list[object]([self.world])
        plain = (("rule", wanted.rule), ("family", wanted.family), ("severity", wanted.severity))
        for name, value in (*plain, ("class", wanted.finding_class)):
            if value:
                where.append(f"f.{name} = ?")
                values.append(value)
        if wanted.focus:
            where.append("f.focus = ?")
            values.append(f"<{wanted.focus}>")
        for kind, value in (("actor", wanted.actor), ("domain", wanted.domain)):
            if value:
                where.append("EXISTS (SELECT 1 FROM links l WHERE l.kind = ? AND l.value = ? AND l.report = f.report)")
                values += [kind, f"<{value}>"]
        if wanted.since:
            where.append("(f.opened >= ? OR f.cleared >= ?)")
            values += [wanted.since, wanted.since]
        if wanted.status != "any":
            where.append("f.cleared IS NOT NULL" if wanted.status == "cleared" else "f.cleared IS NULL")
        if wanted.status == "contested":
            marks = ",".join("?" * len(self._audiences))
            where.append(_CONTESTED.format(marks))
            values += self._audiences * 2
        return where, values

    def _known(self, rows: Sequence[tuple[str, str, int, str | None, int | None, str, str]]) -> list[Known]:
        return self._noted(
            [
                Known(iri, report, _found(data), opened, cleared, cleared_row or opened_row)
                for iri, opened, opened_row, cleared, cleared_row, report, data in rows
            ]
        )

    def _noted(self, found: Sequence[Known]) -> list[Known]:
        """Give the same with the notes that these readers may see."""
        notes = self._notes(found)
        return [replace(each, notes=tuple(notes.get(each.iri, ()))) for each in found]

    def _notes(self, found: Sequence[Known]) -> dict[str, list[Note]]:
        """Finding -> the notes that these readers may see, the oldest first.

        The same finding has an address in each world: a note about the public one is about the others too.
        """
        about = {alias: each.iri for each in found for alias in _aliases(each)}
        notes: dict[str, list[Note]] = {}
        for some in pieces(list(about), 400):
            ours, those = (",".join("?" * len(each)) for each in (self._audiences, some))
            where = [f"finding IN ({those})", f"audience IN ({ours})"]
            query = select(_NOTE, "notes", where, "ORDER BY time, iri")
            for row in self._view.rows(query, [*some, *self._audiences]):
                notes.setdefault(about[row[3]], []).append(Note(*row))
        return notes


def _aliases(each: Known) -> list[str]:
    """Give the addresses of a finding in all worlds that it may be open in."""
    base, anchor = each.report.partition("id/report/")[0], each.iri.rpartition("#")[2]
    return [f"{report_iri(base, world, each.found.focus)}#{anchor}" for world in WORLDS]


def _found(data: str) -> Found:
    plain = json.loads(data)
    return Found(**{**plain, "evidence": tuple(plain["evidence"])})


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())
