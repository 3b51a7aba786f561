"""The parse worker: everything between a file and the records that may enter the log, in a cage.

It gets one request and answers with events, each a frame: `reading` (a file is begun), `progress`, `refused` or `file`
(what came of it), `done`. Lines of the report travel as bodies. Records go to files in the run's folder.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.cages.channel import Channel
from graph.errors import InputError, InputTooLarge, UnreadableFile, Violation
from graph.gate import check
from graph.ingest import rudi
from graph.ingest.clean import Cleaner, Privacy
from graph.ingest.description import Account
from graph.ingest.files import Plain, make_plain
from graph.ingest.formats import Format, recognise
from graph.ingest.opening import open_source
from graph.ingest.parse import MAX_GRAPHS, Source, attempts, batches_of
from graph.ingest.recordfile import RecordWriter
from graph.ingest.refusals import told
from graph.ingest.report import Line, shorten
from graph.ingest.spool import Piece, Spool
from graph.log.log import MAX_IRI_BYTES
from graph.records.record import Record
from graph.records.split import Refusal, split_groups
from graph.terms import FOAF, Statement

GATE_RECORDS = 2_000
"""So many records are shown to the gate at once."""

_PRIMARY_TOPIC = f"<{FOAF}primaryTopic> <".encode()


def main(channel: Channel) -> None:
    """Serve one run."""
    # Millions of tuples and no cycle among them: looking for cycles takes a tenth of the time of a short-lived process.
    gc.disable()
    request, _ = channel.receive()
    folder = Path(request["folder"])
    with Spool(folder, base=request["base"], source=request["source"]) as spool:
        run = _Run(channel, spool, folder, request["base"], request["source"], many=len(request["files"]) > 1)
        for file in request["files"]:
            run.read(int(file["number"]), Path(file["path"]), str(file["name"]))
        run.hand_over()


@dataclass(slots=True)
class _File:
    """A file that was read: what the split will still add to its report."""

    number: int
    name: str
    cleaner: Cleaner
    format: Format
    lines: list[Line]


@dataclass(slots=True)
class _Run:
    """The run of one source over its files."""

    channel: Channel
    spool: Spool
    folder: Path
    base: str
    source: str
    many: bool
    privacy: Privacy = field(default_factory=Privacy)
    files: dict[int, _File] = field(default_factory=dict)

    def read(self, number: int, path: Path, name: str) -> None:
        """Read one file into the spool, or tell why not."""
        self.channel.send({"event": "reading", "file": number, "name": name})
        folder = self.folder / f"file-{number}"
        folder.mkdir()
        try:
            self.files[number] = self._read(number, make_plain(path, folder, name=name), folder)
        except (InputError, InputTooLarge) as error:
            self.channel.send({"event": "refused", "file": number, "error": told(error)})
        finally:
            for each in folder.iterdir():
                each.unlink()

    def _read(self, number: int, file: Plain, folder: Path) -> _File:
        found = recognise(file.name, file.head())
        source = open_source(file, found, folder, base=self._base_of_names(), mark=self._mark(number))
        if source.format is Format.RUDI:
            return self._map_rudi(number, source.file, source.document)
        return self._parse(number, source)

    def _map_rudi(self, number: int, file: Plain, document: object) -> _File:
        account = Account(self.base, rudi.NODE, file.name, self._mark(number))
        cleaner = self._cleaner(number, file)
        self.spool.take(number, cleaner.clean(batches_of(rudi.map_rudi(document, account))))
        self.privacy.mark(account.private())
        for scheme, count in account.mapped.items():
            cleaner.mapped[scheme] = cleaner.mapped.get(scheme, 0) + count
        return _File(number, file.name, cleaner, Format.RUDI, [*cleaner.finish(), *account.finish()])

    def _parse(self, number: int, source: Source) -> _File:
        """Take the first attempt that reads the file to its end."""
        refusal: UnreadableFile | None = None
        for attempt in attempts(source):
            privacy = Privacy()
            cleaner = self._cleaner(number, source.file, source, privacy)
            try:
                self.spool.take(number, cleaner.clean(attempt(cleaner.broken)))
            except UnreadableFile as error:
                refusal = _better(refusal, error)
                continue
            self.privacy.join(privacy)
            lines = cleaner.finish()
            if source.graphs:
                lines.append(_merged(source))
            return _File(number, source.file.name, cleaner, source.format, lines)
        assert refusal is not None
        raise refusal

    def _cleaner(
        self, number: int, file: Plain, source: Source | None = None, privacy: Privacy | None = None
    ) -> Cleaner:
        size = file.size

        def tell(statements: int) -> None:
            done = min(size, source.position()) if source is not None else size
            self._progress("read", number, done, size, statements=statements)

        return Cleaner(file, privacy or self.privacy, tell)

    def _base_of_names(self) -> str:
        """Give the base of relative IRIs: never the file's own address, which is of this machine."""
        return f"{self.base}id/{self.source}/"

    def _mark(self, number: int) -> str:
        return f"f{number}x" if self.many else ""

    def _progress(
        self, stage: str, file: int, done: int, total: int, *, statements: int, ready: Sequence[int] = ()
    ) -> None:
        head = {"event": "progress", "stage": stage, "file": file, "done": done, "total": total}
        self.channel.send(head | {"statements": statements, "ready": ready})

    def hand_over(self) -> None:
        """Split what was read, show it to the gate, and write what may enter; then tell what came of each file."""
        total = sum(file.cleaner.statements for file in self.files.values())
        private = self.privacy.private()
        lines: list[Line] = []
        records = done = 0
        with RecordWriter(self.folder) as out:
            for bundle in self.spool.bundles() if self.files else ():
                found = list(self._records(bundle, lines))
                records += len(found)
                for record in _accepted(found, lines):
                    out.write(record, private=_is_private(record, private))
                done += sum(len(piece.statements) for piece in bundle)
                self._progress("split", -1, min(done, total), total, statements=0, ready=out.ready())
        for file in self.files.values():
            self._tell(file)
        head = {"event": "done", "records": records, "accepted": out.count}
        _send_lines(self.channel, head, lines)

    def _records(self, bundle: list[Piece], lines: list[Line]) -> Iterator[Record]:
        """Split one bundle; count what stood more than once in a file."""
        statements = [each for piece in bundle for each in piece.statements]
        out = refused = 0
        for record in split_groups(statements, self.spool.owners):
            if isinstance(record, Refusal):
                refused += 1
                lines.append(Line(record.iri, "the record is refused", shorten(record.reason.what)))
            else:
                out += record.payload.count(b"\n")
                yield record
        if refused or out != len(statements):
            for piece in bundle:
                self._count_doubled(piece)

    def _count_doubled(self, piece: Piece) -> None:
        cleaner = self.files[piece.file].cleaner
        seen: set[Statement] = set()
        for statement in piece.statements:
            if statement in seen:
                cleaner.note_double(statement)
            else:
                seen.add(statement)

    def _tell(self, file: _File) -> None:
        cleaner = file.cleaner
        if cleaner.doubled:
            example = shorten(cleaner.example, 600)
            what = f"{cleaner.doubled} statements that the file makes more than once, such as {example}"
            file.lines.append(Line(file.name, what, "a statement holds once", "each of them once"))
        head = {
            "event": "file",
            "file": file.number,
            "format": file.format.value,
            "statements": cleaner.statements,
            "kept": cleaner.statements - cleaner.dropped - cleaner.doubled,
            "mapped": cleaner.mapped,
        }
        _send_lines(self.channel, head, file.lines)


def _accepted(records: list[Record], lines: list[Line]) -> Iterator[Record]:
    """Give the records that the gate lets through; a line for each other."""
    for start in range(0, len(records), GATE_RECORDS):
        batch = records[start : start + GATE_RECORDS]
        refused = check(batch)
        for record in batch:
            if record.iri in refused:
                lines.append(Line(record.iri, f"the record is refused ({record.kind})", _reasons(refused[record.iri])))
            elif len(record.iri.encode()) > MAX_IRI_BYTES:
                why = f"its IRI is longer than {MAX_IRI_BYTES} bytes"
                lines.append(Line(shorten(record.iri), "the record is refused", why))
            else:
                yield record


def _reasons(violations: Iterable[Violation]) -> str:
    return shorten(" ".join(dict.fromkeys(violation.message_en for violation in violations)), 1000)


def _is_private(record: Record, private: set[str]) -> bool:
    """Say whether a record is one that its source does not show to all, or the catalogue record about such a one."""
    if record.iri in private:
        return True
    if record.kind != "catalog-record" or not private:
        return False
    lines = record.payload.split(b"\n")
    return any(
        line.partition(_PRIMARY_TOPIC)[2].rpartition(b"> .")[0].decode() in private
        for line in lines
        if _PRIMARY_TOPIC in line
    )


def _merged(source: Source) -> Line:
    names = shorten(", ".join(sorted(source.graphs)))
    what = f"the named graphs {names}" if len(source.graphs) < MAX_GRAPHS else "a thousand named graphs or more"
    return Line(source.file.name, what, "a source says one thing, whatever the graph", "all their statements, merged")


def _better(first: UnreadableFile | None, second: UnreadableFile) -> UnreadableFile:
    """Choose the error to tell: the later one, which got further, unless only the first knows the place."""
    return first if first is not None and second.line is None and first.line is not None else second


def _send_lines(channel: Channel, head: dict[str, object], lines: list[Line]) -> None:
    """Send an event with lines of the report as its body."""
    rows = [[line.where, line.what, line.why, line.kept] for line in lines]
    channel.send(head, json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace"))
