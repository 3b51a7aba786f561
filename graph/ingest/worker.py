"""The parse worker: everything between a file and the records that may enter the log, in a cage.

It gets one request and answers with events, each a frame: `reading` (a file is begun), `progress`, `refused` or `file`
(what came of it), `done`. Lines of the report travel as bodies. Records go to files in the run's folder. In a big run
it tells `share` when another worker can do half of the splitting, and `join` when it waits for what that one tells.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.cages.channel import Channel
from graph.errors import InputError, InputTooLarge, UnreadableFile
from graph.ingest import rudi
from graph.ingest.clean import Cleaner, Privacy
from graph.ingest.description import Account
from graph.ingest.files import Plain, make_plain
from graph.ingest.formats import Format, recognise
from graph.ingest.handover import Handover, read_lines, send_lines
from graph.ingest.opening import open_source
from graph.ingest.parse import MAX_GRAPHS, Source, attempts, batches_of
from graph.ingest.refusals import told
from graph.ingest.report import Line, shorten
from graph.ingest.second import doubled
from graph.ingest.spool import Spool
from graph.terms import Statement


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
    accepted: int = 0
    """Records that the second worker has handed over."""

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
        self.spool.settle()
        handover = Handover(self.folder, self.spool.owners, private, self._note_double)

        def advance(done: int, ready: Sequence[int]) -> None:
            self._progress("split", -1, min(done, total), total, statements=0, ready=ready)

        def joined() -> None:
            self._join(handover)

        if self.files:
            shared = self.spool.share(private)
            if shared:
                self.channel.send({"event": "share"})
            handover.take(self.spool.bundles(joined if shared else None), advance)
        for file in self.files.values():
            self._tell(file)
        head = {"event": "done", "records": handover.records, "accepted": handover.accepted + self.accepted}
        send_lines(self.channel, head, handover.lines)

    def _join(self, handover: Handover) -> None:
        """Wait until the second worker has done its share, and add what it tells."""
        self.channel.send({"event": "join"})
        done, body = self.channel.receive()
        handover.records += int(done["records"])
        handover.lines += read_lines(body)
        self.accepted = int(done["accepted"])
        for file, statement in doubled(self.folder):
            self._note_double(file, statement)

    def _note_double(self, file: int, statement: Statement) -> None:
        self.files[file].cleaner.note_double(statement)

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
        send_lines(self.channel, head, file.lines)


def _merged(source: Source) -> Line:
    names = shorten(", ".join(sorted(source.graphs)))
    what = f"the named graphs {names}" if len(source.graphs) < MAX_GRAPHS else "a thousand named graphs or more"
    return Line(source.file.name, what, "a source says one thing, whatever the graph", "all their statements, merged")


def _better(first: UnreadableFile | None, second: UnreadableFile) -> UnreadableFile:
    """Choose the error to tell: the later one, which got further, unless only the first knows the place."""
    return first if first is not None and second.line is None and first.line is not None else second
