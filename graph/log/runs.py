"""Runs: each import, what came of it, and the lines of its report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, update

from graph.errors import NotKnown
from graph.log.clock import now
from graph.log.database import Database
from graph.log.pages import PAGE, pages_of
from graph.log.schema import run_lines, runs


class RunStatus(StrEnum):
    """How a run stands; one that was killed stays `started`."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


class ReportLine(Protocol):
    """One thing that was not taken as it came: where it stood, what it was, why, and what was kept instead."""

    @property
    def where(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def kept(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class RunLine:
    """A report line as it is read back; `number` counts from 1."""

    number: int
    where: str
    what: str
    why: str
    kept: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One import of one source; `counts` as the importer gave them."""

    id: int
    source: str
    agent: str
    started: str
    finished: str | None
    status: RunStatus
    counts: dict[str, int]


class Runs:
    """The runs and their reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, source: str, agent: str) -> int:
        """Begin a run and give its number."""
        row = {"source": source, "agent": agent, "started": now(), "status": RunStatus.STARTED.value, "counts": "{}"}
        with self._database.write() as connection:
            run: int = connection.execute(insert(runs).returning(runs.c.id), row).scalar_one()
        return run

    def add_lines(self, run: int, lines: Iterable[ReportLine]) -> None:
        """Add lines to a run's report, after those it has."""
        for page in pages_of(lines):
            with self._database.write() as connection:
                last = connection.execute(select(func.max(run_lines.c.number)).where(run_lines.c.run == run)).scalar()
                rows = [
                    {
                        "run": run,
                        "number": number,
                        "where": _storable(line.where),
                        "what": _storable(line.what),
                        "why": _storable(line.why),
                        "kept": None if line.kept is None else _storable(line.kept),
                    }
                    for number, line in enumerate(page, (last or 0) + 1)
                ]
                connection.execute(insert(run_lines), rows)

    def finish(
        self, run: int, *, status: RunStatus = RunStatus.FINISHED, counts: Mapping[str, int] | None = None
    ) -> None:
        """End a run; raises NotKnown where there is none of that number."""
        values = {"finished": now(), "status": status.value, "counts": json.dumps(dict(counts or {}))}
        with self._database.write() as connection:
            if not connection.execute(update(runs).where(runs.c.id == run).values(values)).rowcount:
                raise NotKnown(f"there is no run {run}")

    def get(self, run: int) -> Run | None:
        """Give a run."""
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run)).mappings().one_or_none()
        return _run(row) if row else None

    def newest(self, source: str | None = None, *, limit: int = 20) -> list[Run]:
        """Give the last runs, newest first; of one source where it is named."""
        query = select(runs).order_by(runs.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(runs.c.source == source)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query).mappings()]

    def lines(self, run: int, *, after: int = 0, limit: int = PAGE) -> list[RunLine]:
        """Give the lines of a run's report that follow the number `after`."""
        columns = [column for column in run_lines.c if column.name != "run"]
        query = select(*columns).where(run_lines.c.run == run, run_lines.c.number > after)
        with self._database.read() as connection:
            return [RunLine(*row) for row in connection.execute(query.order_by(run_lines.c.number).limit(limit))]


def forget(connection: Connection, source: str, iri: str) -> None:
    """Take away the report lines of a source that name a record: after an erasure they must not tell what it was."""
    of_source = run_lines.c.run.in_(select(runs.c.id).where(runs.c.source == source))
    texts = (run_lines.c.where, run_lines.c.what, run_lines.c.why, run_lines.c.kept)
    named = or_(*(text.contains(iri, autoescape=True) for text in texts))
    connection.execute(delete(run_lines).where(of_source, named))


def _run(row: RowMapping) -> Run:
    return Run(**{**row, "status": RunStatus(row["status"]), "counts": json.loads(row["counts"])})


def _storable(text: str) -> str:
    """Replace what a database cannot hold: files bring bytes that are no characters."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
