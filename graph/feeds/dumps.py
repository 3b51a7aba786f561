"""The whole catalogue as files that lie ready: each with its date, size, checksum and how to cite it.

A dump says once what a page says on each page: the catalogue, every dataset, everything that these name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from graph.feeds.catalogue import Catalogue, described, shared
from graph.feeds.page import DEPTH, Role, tied_statements
from graph.log.rows import PUBLIC
from graph.rendering import blocks
from graph.rendering.blocks import EMPTY, Block, render
from graph.rendering.rdfxml import FOOT
from graph.rendering.syntaxes import N_TRIPLES, RDF_XML, TURTLE, Syntax
from graph.terms import PREFIXES, Statement
from graph.views.fragments.fragment import CATALOG, Fragment, lines_of
from graph.views.fragments.moment import Moment, Part, Tied
from graph.views.fragments.part import part_statements
from graph.views.fragments.reading import Reading
from graph.views.fragments.selection import Selection

DUMPED: tuple[Syntax, ...] = (TURTLE, RDF_XML, N_TRIPLES)
"""JSON-LD is not among them: its one context may change the meaning of an IRI, which only the whole could tell."""

MANIFEST = "dumps.json"
KEPT = 2
"""Versions that are kept: the newest, and the one before it for who is reading it."""

_A_READ = 500
_A_WRITE = 1 << 20
_A_SYNC = 32 << 20
_EVERY_PREFIX = (1 << len(PREFIXES)) - 1


@dataclass(frozen=True, slots=True)
class Dump:
    """A file: its name, its syntax's suffix and media type, its bytes and SHA-256."""

    name: str
    suffix: str
    media_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the dumps: its day, how many datasets it has and changes of public knowledge it knows of."""

    date: str
    datasets: int
    number: int
    files: tuple[Dump, ...]


def versions(folder: Path) -> list[Version]:
    """Give the versions that lie ready, the newest first."""
    try:
        read = json.loads((folder / MANIFEST).read_text())
        return [Version(**{**each, "files": tuple(Dump(**file) for file in each["files"])}) for each in read]
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return []


class Stopped(Exception):
    """A dump was stopped before its end; nothing of it is left."""


def make(
    reading: Reading, catalogue: Catalogue, folder: Path, date: str, *, stopped: Callable[[], bool] = lambda: False
) -> Version:
    """Write the version of a day (ISO 8601), take away those before the last; who asks meanwhile gets the old ones.

    All files tell of the same moment. Raises Stopped once `stopped`, which is asked at each piece, says so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with reading.moment() as moment:
        files = write_dumps(moment, catalogue, folder, date, stopped)
        made = Version(date, moment.count(_ALL), moment.last_number(), files)
    known = [made, *(each for each in versions(folder) if each.date != date)][:KEPT]
    beside = folder / f"{MANIFEST}.new"
    beside.write_text(json.dumps([asdict(each) for each in known], indent=1))
    os.replace(beside, folder / MANIFEST)
    named = {file.name for version in known for file in version.files} | {MANIFEST}
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink()
    return made


def write_dumps(
    moment: Moment, catalogue: Catalogue, folder: Path, date: str, stopped: Callable[[], bool] = lambda: False
) -> tuple[Dump, ...]:
    """Write all files in one reading of the catalog, each whole or none of them. Raises Stopped."""
    with ExitStack() as opened:
        # Digests and writes stand outside the interpreter's lock: they cost no time beside the making of texts.
        writer = opened.enter_context(ThreadPoolExecutor(1, "dumps-writer"))
        files = [
            opened.enter_context(_File(syntax, folder / f"catalog-{date}.{syntax.suffix}", writer, stopped))
            for syntax in DUMPED
        ]
        _write(moment, catalogue, files)
        return tuple([file.finish() for file in files])


class _File:
    """One file that is being written, beside its place until it is whole.

    `writer` has one thread, which puts pieces into files in their order; `stopped` is asked at each piece.
    """

    def __init__(self, syntax: Syntax, target: Path, writer: ThreadPoolExecutor, stopped: Callable[[], bool]) -> None:
        self.syntax = syntax
        self._between = b"\n" if syntax is TURTLE else b""
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._writer = writer
        self._stopped = stopped
        self._file = self._part.open("wb", buffering=0)
        self._digest = sha256()
        self._gathered = [_head(syntax)]
        self._waiting = self._size = self._synced = 0
        self._written: Future[None] | None = None

    def __enter__(self) -> _File:
        """Write on."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind that is not whole."""
        if self._written is not None:
            # What went wrong was raised already, or goes wrong because of that.
            self._written.exception()
        self._file.close()
        self._part.unlink(missing_ok=True)

    def add(self, text: bytes) -> None:
        """Take a text that stands by itself. Raises Stopped, and OSError for what was written before."""
        if not text:
            return
        # Small ones are put together: writing and digesting cost by call.
        self._gathered.append(text)
        self._waiting += len(text)
        if self._waiting >= _A_WRITE:
            self._flush()

    def say(self, lines: bytes, block: Block) -> None:
        """Take statements, given as N-Triples and as a block. Raises Stopped, OSError."""
        self.add(lines if self.syntax.block is None else self.text_of(block))

    def text_of(self, block: Block) -> bytes:
        """Give a block in this file's syntax."""
        return (block.turtle if self.syntax.block == "turtle" else block.rdfxml).encode()

    def finish(self) -> Dump:
        """Put the whole into its place."""
        self._flush()
        if self._written is not None:
            self._written.result()
        os.fsync(self._file.fileno())
        os.replace(self._part, self._target)
        syntax = self.syntax
        return Dump(self._target.name, syntax.suffix, syntax.media_type, self._size, self._digest.hexdigest())

    def _flush(self) -> None:
        """Hand on what is gathered, once the piece before it is written: two are in memory at most."""
        if self._stopped():
            raise Stopped
        if self._written is not None:
            self._written.result()
        piece = self._between.join(self._gathered)
        # The next one begins with what stands between two texts.
        self._gathered, self._waiting = [b""], 0
        self._written = self._writer.submit(self._put, piece)

    def _put(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._size += len(piece)
        view = memoryview(piece)
        while view:
            view = view[self._file.write(view) :]
        if self._size - self._synced >= _A_SYNC:
            # The disk works while texts are made, not at the end alone.
            os.fdatasync(self._file.fileno())
            self._synced = self._size


def _head(syntax: Syntax) -> bytes:
    if syntax is RDF_XML:
        return blocks.rdfxml_head(_EVERY_PREFIX).encode()
    return blocks.turtle_head(_EVERY_PREFIX).encode() if syntax is TURTLE else b""


_FEED = ("feed", CATALOG)
_ALL = Selection((PUBLIC,), (_FEED,))


def _write(moment: Moment, catalogue: Catalogue, files: Sequence[_File]) -> None:
    """Write the documents: the catalogue, its datasets as they are kept, then all that these name."""
    _say(list(described(catalogue)), files)
    named, met = _Named(shared(catalogue)), dict[str, None]()
    for iri, references, texts in moment.stream(_FEED, [file.syntax.block or "nt" for file in files]):
        met[iri] = None
        named.note(references)
        block = _again(moment, iri) if None in texts else EMPTY
        for file, text in zip(files, texts, strict=True):
            file.add(file.text_of(block) if text is None else text)
    _write_ties(moment, met, named, files)
    for some in named.parts(moment, met):
        _say([each for part, roles in some for each in part_statements(part.iri, part.text, roles)], files)
    for file in files:
        if file.syntax is RDF_XML:
            file.add(FOOT)


def _say(statements: Sequence[Statement], files: Sequence[_File]) -> None:
    lines, block = lines_of(statements), render(statements)
    for file in files:
        file.say(lines, block)


def _write_ties(moment: Moment, met: Iterable[str], named: _Named, files: Sequence[_File]) -> None:
    """Write what ties services and agreements to the datasets, some of these at a time."""
    ties: dict[str, list[Tied]] = {}
    for each in moment.all_ties():
        ties.setdefault(each.iri, []).append(each)
    tied = [iri for iri in met if iri in ties]

    def fragments(iris: Collection[str]) -> Iterable[Fragment]:
        return moment.fragments(moment.keys(sorted(iris), (PUBLIC,)))

    for start in range(0, len(tied), _A_READ):
        some = [each for iri in tied[start : start + _A_READ] for each in ties[iri]]
        named.note(f" {each.other}" for each in some)
        _say(tied_statements(some, fragments), files)


def _again(moment: Moment, iri: str) -> Block:
    """Write a dataset whose texts are not kept, or not written yet."""
    (block,) = moment.blocks(moment.keys([iri], (PUBLIC,)))
    return block


class _Named:
    """What datasets name, with the roles that it is named in: their number is bounded by the graph, their texts not."""

    def __init__(self, references: Iterable[str]) -> None:
        self._roles: dict[str, set[str]] = {}
        self._fresh: list[str] = []
        self._noted: set[str] = set()
        self.note(references)

    def note(self, references: Iterable[str]) -> None:
        """Note references, `role IRI` each."""
        new = set(references) - self._noted
        self._noted |= new
        for reference in new:
            role, _, iri = reference.partition(" ")
            if iri not in self._roles:
                self._roles[iri] = set()
                self._fresh.append(iri)
            self._roles[iri].add(role)

    def parts(self, moment: Moment, told: Container[str]) -> Iterator[list[Role]]:
        """Give what is named, at any distance that a page tells of, but what is `told` already; some at a time."""
        known: set[str] = set()
        for _ in range(DEPTH):
            fresh, self._fresh = self._fresh, []
            for start in range(0, len(fresh), _A_READ):
                read = moment.parts(fresh[start : start + _A_READ], (PUBLIC,))
                known |= read.keys()
                self.note(reference for part in read.values() for reference in part.references)
        wanted = sorted(iri for iri, roles in self._roles.items() if iri not in told and (iri in known or any(roles)))
        for start in range(0, len(wanted), _A_READ):
            some = wanted[start : start + _A_READ]
            read = moment.parts([iri for iri in some if iri in known], (PUBLIC,))
            yield [(read.get(iri) or Part(iri, b"", (), b""), frozenset(self._roles[iri])) for iri in some]


def citation(version: Version, catalogue: Catalogue, address: str, title: str) -> str:
    """Write how a version is cited (https://citation-file-format.github.io/); `address` is the version's IRI."""
    texts: Mapping[str, str] = {
        "cff-version": "1.2.0",
        "message": "Cite this version of the catalogue as below.",
        "type": "dataset",
        "title": title,
        "version": version.date,
        "date-released": version.date,
        "url": address,
        "license-url": catalogue.licence,
    }
    lines = [f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items()]
    lines += ["authors:", f"  - name: {json.dumps(catalogue.publisher, ensure_ascii=False)}"]
    sums = [f"{file.name}, {file.bytes} bytes, SHA-256 {file.sha256}" for file in version.files]
    lines += [f"abstract: {json.dumps('; '.join([f'{version.datasets} datasets', *sums]))}"]
    return "\n".join(lines) + "\n"


def file_of(folder: Path, name: str) -> tuple[Path, Dump] | None:
    """Find a file by its name, None where no version has it."""
    for version in versions(folder):
        for file in version.files:
            if file.name == name:
                return folder / name, file
    return None
