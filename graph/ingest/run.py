"""An import as the process that owns the log sees it: files to caged workers, records to the log, a report.

One run states all that its source says now. So what a complete run no longer has is retracted at its end; where a file
was refused, nothing is. Nothing is appended before a worker has read, split and checked every file of the run, and
there is no source, nor another audience of one, before a file is found readable: a refused run leaves its report alone.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from shutil import rmtree
from typing import Any, Protocol, Self

from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.errors import (
    CivigraphError,
    DeadlineReached,
    InputError,
    MemoryReached,
    UnreadableFile,
    WorkerDied,
)
from graph.ingest.files import Found, walk
from graph.ingest.handover import read_lines
from graph.ingest.pair import LIMITS, Second
from graph.ingest.recordfile import Packer, read_records
from graph.ingest.refusals import heard
from graph.ingest.report import FileReport, Line, Progress, Report
from graph.ingest.workroom import workroom
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC, Entry
from graph.log.runs import RunStatus
from graph.terms import is_iri

BATCH_RECORDS = 2_000
BATCH_BYTES = 16 << 20
"""One transaction of the log holds so many records, or so many bytes of them."""

QUIET_SECONDS = 300.0
"""A worker that tells nothing for so long is at a loss, and is ended."""

_ENTRY = "graph.ingest.worker:main"
_PRELOADED = ("graph.ingest.worker",)

_NO_NAME = re.compile(r"[^a-z0-9]+")


class DataDirectory(Protocol):
    """What an import needs of an open data directory (`graph.instance.Instance`)."""

    @property
    def log(self) -> Log: ...
    @property
    def base(self) -> str: ...
    @property
    def tmp(self) -> Path: ...


def run_import(
    instance: DataDirectory,
    paths: Iterable[str | os.PathLike[str]],
    *,
    source: str | None = None,
    audience: str = PUBLIC,
    agent: str = "operator",
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Import files, and the files in folders, into the log; say what came of each.

    With `source`, all files are one run of that source; without, each is a source of its own, named after it, and the
    same path again is the same source. `audience` is `public`, `members` or the IRI of an agreement. Raises
    InputError for an audience or a source's name that is none, CageUnavailable where no worker can be caged.
    """
    if audience not in (PUBLIC, MEMBERS) and not is_iri(audience):
        raise InputError(f"{audience!r} is no audience", remedy=f"use {PUBLIC}, {MEMBERS} or the IRI of an agreement")
    found = list(walk(paths))
    groups = [found] if source is not None and found else [[file] for file in found]
    report = Report()
    with Zygote(_PRELOADED) as zygote:
        for files in groups:
            name, address = _source_of(source, files[0])
            name = instance.log.sources.name_for(name, address)
            run = _Run(instance, zygote, files, address, audience, agent, progress or (lambda _: None))
            run.do(name)
            report.files.extend(run.reports)
            report.runs[run.source] = run.number
    return report


def _source_of(source: str | None, file: Found) -> tuple[str, str]:
    """Give the name and the address of a source; a file's own address never leaves the table of sources."""
    if source is not None:
        return source, f"urn:civigraph:source:{source}"
    stem = file.path.name.lower().removesuffix(".gz").rpartition(".")[0] or file.path.name.lower()
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(letter))
    name = _NO_NAME.sub("-", plain)[:60].strip("-") or "file"
    return f"{name}-file" if name == "civigraph" else name, str(file.path.absolute())


@dataclass(slots=True)
class _Run:
    """One run of one source."""

    instance: DataDirectory
    zygote: Zygote
    files: Sequence[Found]
    address: str
    audience: str
    agent: str
    progress: Callable[[Progress], None]
    source: str = ""
    number: int = 0
    reports: list[FileReport] = field(default_factory=list)

    def do(self, source: str) -> None:
        """Read, append, retract, and write the report; what ends it half way marks it as failed."""
        self.source = source
        self.reports = [FileReport(str(file.path)) for file in self.files]
        runs = self.instance.log.runs
        self.number = runs.start(source, self.agent)
        status = RunStatus.FAILED
        try:
            with workroom(self.instance.tmp) as folder:
                if self._read(folder):
                    self._settle_source()
                    self._append(folder)
                    status = RunStatus.FINISHED
        finally:
            runs.add_lines(self.number, self._lines())
            runs.finish(self.number, status=status, counts=self._counts())

    def _settle_source(self) -> None:
        """Make the source, now that there is something to say; what was read has IRIs that hold its name.

        Raises InputError where another process gave that name away meanwhile.
        """
        if self.instance.log.sources.ensure(self.source, self.address, self.audience).name != self.source:
            raise InputError(
                f"another import took the name {self.source!r} meanwhile", where=self.address, remedy="import it again"
            )

    def _lines(self) -> Iterator[Line]:
        for report in self.reports:
            yield from report.lines
            if (error := report.refused_whole) is not None:
                place = f" at line {error.line}" if isinstance(error, UnreadableFile) and error.line is not None else ""
                yield Line(f"{error.where or Path(report.path).name}{place}", "the file is refused whole", error.what)

    def _counts(self) -> dict[str, int]:
        names = ("statements", "kept", "records", "accepted", "created", "replaced", "deleted", "unchanged")
        return {
            "files": len(self.reports),
            "refused": sum(report.refused_whole is not None for report in self.reports),
            **{name: sum(getattr(report, name) for report in self.reports) for name in names},
        }

    # Reading

    def _read(self, folder: Path) -> bool:
        """Have the files read until a worker comes through; say whether any of them was.

        A worker that dies over a file is followed by one that does not get that file.
        """
        for turn in range(len(self.files) + 1):
            left = [number for number, report in enumerate(self.reports) if report.refused_whole is None]
            if not left:
                return False
            room = folder / str(turn)
            room.mkdir()
            listener = _Listener(self, room)
            try:
                with self.zygote.spawn(_ENTRY, LIMITS) as worker, listener:
                    listener.follow(worker, self._request(room, left))
            except (WorkerDied, MemoryReached, DeadlineReached) as error:
                rmtree(room)
                self._blame(listener.reading, left, error)
                continue
            room.rename(folder / "records")
            return any(report.refused_whole is None for report in self.reports)
        return False

    def _request(self, room: Path, left: Sequence[int]) -> dict[str, Any]:
        files = [
            {"number": number, "path": str(self.files[number].path.absolute()), "name": self.files[number].name}
            for number in left
        ]
        return {"folder": str(room.absolute()), "base": self.instance.base, "source": self.source, "files": files}

    def _blame(self, reading: int | None, left: Sequence[int], error: CivigraphError) -> None:
        """Refuse the file that a worker died over, or all where it died over all of them together."""
        for number in left if reading is None else [reading]:
            error.where = self.files[number].name
            self.reports[number] = FileReport(self.reports[number].path, refused_whole=error)

    # Appending

    def _append(self, folder: Path) -> None:
        report = next(report for report in self.reports if report.refused_whole is None)
        log = self.instance.log
        is_known = next(log.heads(source=self.source, limit=1), None) is not None
        seen: set[str] = set()
        done = 0
        for batch in _batches(self._entries(folder / "records", report)):
            appended = log.append(batch, agent=self.agent, source=self.source, run=self.number)
            report.created += appended.created
            report.replaced += appended.replaced
            report.unchanged += appended.unchanged
            done += len(batch)
            if is_known:
                seen.update(entry.record.iri for entry in batch)
            self.progress(Progress("append", self.source, done, report.accepted))
        if is_known and all(each.refused_whole is None for each in self.reports):
            gone = [head.iri for head in log.heads(source=self.source) if head.iri not in seen]
            if gone:
                report.deleted = log.retract(self.source, gone, agent=self.agent, run=self.number).deleted

    def _entries(self, folder: Path, report: FileReport) -> Iterator[Entry]:
        """Give the records with their audience: one that its source keeps private is never public."""
        for record, private, packed in read_records(folder):
            if private and self.audience == PUBLIC:
                why = "its source does not show this description to all"
                report.lines.append(Line(self.source, record.iri, why, "all of it, for members"))
                yield Entry(record, MEMBERS, packed)
            else:
                yield Entry(record, self.audience, packed)


class _Listener:
    """Follows what a worker tells; `reading` is the file it is at, None when it is past the files.

    Use it in a `with`: it ends the second worker, where there is one.
    """

    def __init__(self, run: _Run, room: Path) -> None:
        self._run = run
        self._room = room
        self._packer = Packer(room)
        self._second: Second | None = None
        self.reading: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._second is not None:
            self._second.close()

    def follow(self, worker: Worker, request: dict[str, Any]) -> None:
        """Send the request and take every event, to the last."""
        worker.send(request)
        while True:
            event, body = worker.receive(QUIET_SECONDS)
            try:
                if event["event"] == "join":
                    worker.send(*self._joined())
                elif self._take(event, body):
                    return
            except (KeyError, ValueError, TypeError, IndexError) as error:
                raise WorkerDied(f"a worker told what cannot be: {error!r}") from None

    def _take(self, event: dict[str, Any], body: bytes) -> bool:
        """Take one event; say whether it is the last."""
        kind = event["event"]
        if kind == "reading":
            self.reading = int(event["file"])
        elif kind == "progress":
            self._progress(event)
        elif kind == "share":
            self.reading = None
            self._second = Second(self._run.zygote, self._room, QUIET_SECONDS)
        elif kind == "refused":
            self._run.reports[event["file"]].refused_whole = heard(event["error"])
        elif kind == "file":
            self._file(self._run.reports[event["file"]], event, read_lines(body))
        elif kind == "done":
            self._done(event, read_lines(body))
            return True
        return False

    def _joined(self) -> tuple[dict[str, Any], bytes]:
        if self._second is None:
            raise WorkerDied("a worker waits for another that it never asked for")
        return self._second.result()

    def _progress(self, event: dict[str, Any]) -> None:
        run, done = self._run, int(event["done"])
        if event["stage"] == "read":
            name = run.files[event["file"]].name
        else:
            name, self.reading = run.source, None
            # The worker goes on meanwhile: this is work that the append need not wait for.
            self._packer.follow([int(length) for length in event["ready"]])
            done += self._second.done if self._second is not None else 0
        run.progress(Progress(event["stage"], name, min(done, event["total"]), event["total"], event["statements"]))

    def _file(self, report: FileReport, event: dict[str, Any], lines: list[Line]) -> None:
        report.format = str(event["format"])
        report.statements = int(event["statements"])
        report.kept = int(event["kept"])
        report.mapped = {str(name): int(count) for name, count in event["mapped"].items()}
        report.lines.extend(lines)

    def _done(self, event: dict[str, Any], lines: list[Line]) -> None:
        for report in self._run.reports:
            if report.refused_whole is None:
                report.records, report.accepted = int(event["records"]), int(event["accepted"])
                report.lines.extend(lines)
                return


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(_up_to(entries, BATCH_BYTES), BATCH_RECORDS)):
        yield batch


def _up_to(entries: Iterator[Entry], most: int) -> Iterator[Entry]:
    """Give entries until their payloads together have so many bytes."""
    for entry in entries:
        yield entry
        most -= len(entry.record.payload)
        if most <= 0:
            return
