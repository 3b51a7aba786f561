"""The whole catalogue as files that lie ready: each with its date, size, checksum and how to cite it.

A dump says once what a page says on each page: the catalogue, every dataset, everything that these name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from graph.feeds.catalogue import Catalogue, described, shared
from graph.feeds.page import DEPTH, Role, Told
from graph.log.rows import PUBLIC
from graph.rendering import blocks
from graph.rendering.blocks import Block, render
from graph.rendering.rdfxml import FOOT
from graph.rendering.syntaxes import N_TRIPLES, RDF_XML, TURTLE, Syntax
from graph.terms import PREFIXES, Statement
from graph.views.fragments.fragment import CATALOG, lines_of
from graph.views.fragments.part import block_of, part_statements
from graph.views.fragments.reading import Moment, Part, Reading, Selection, Tied

DUMPED: tuple[Syntax, ...] = (TURTLE, RDF_XML, N_TRIPLES)
"""JSON-LD is not among them: its one context may change the meaning of an IRI, which only the whole could tell."""

MANIFEST = "dumps.json"
KEPT = 2
"""Versions that are kept: the newest, and the one before it for who is reading it."""

_A_READ = 500
_A_WRITE = 1 << 20
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
        files = tuple(
            write_dump(moment, catalogue, syntax, folder / f"catalog-{date}.{syntax.suffix}", stopped)
            for syntax in DUMPED
        )
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


def write_dump(
    moment: Moment, catalogue: Catalogue, syntax: Syntax, target: Path, stopped: Callable[[], bool] = lambda: False
) -> Dump:
    """Write one file, whole or not at all. Raises Stopped."""
    part = target.with_name(f"{target.name}.part")
    digest, size = sha256(), 0
    try:
        with part.open("wb", buffering=0) as file:
            for piece in _gathered(_pieces(moment, catalogue, syntax)):
                if stopped():
                    raise Stopped
                digest.update(piece)
                size += len(piece)
                file.write(piece)
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return Dump(target.name, syntax.suffix, syntax.media_type, size, digest.hexdigest())


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Put small pieces together: writing and digesting cost by call."""
    some, size = list[bytes](), 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= _A_WRITE:
            yield b"".join(some)
            some, size = [], 0
    yield b"".join(some)


_FEED = ("feed", CATALOG)
_ALL = Selection((PUBLIC,), (_FEED,))


def _pieces(moment: Moment, catalogue: Catalogue, syntax: Syntax) -> Iterator[bytes]:
    """Give the document piece by piece: the catalogue, its datasets as they are kept, then all that these name."""
    between = b"\n" if syntax is TURTLE else b""
    if syntax is RDF_XML:
        yield blocks.rdfxml_head(_EVERY_PREFIX).encode()
    elif syntax is TURTLE:
        yield blocks.turtle_head(_EVERY_PREFIX).encode()
    yield between + _written(list(described(catalogue)), syntax)
    named = _Named(shared(catalogue))
    ties: dict[str, list[Tied]] = {}
    for each in moment.all_ties():
        ties.setdefault(each.iri, []).append(each)
    met: dict[str, None] = {}
    for iri, references, text in moment.stream(_FEED, syntax.block or "nt"):
        met[iri] = None
        named.note(references)
        yield between
        yield _again(moment, iri, syntax) if text is None else text
    tied = [iri for iri in met if iri in ties]
    for start in range(0, len(tied), _A_READ):
        some = tied[start : start + _A_READ]
        named.note(f" {each.other}" for iri in some for each in ties[iri])
        yield between + _written(Told(moment, (PUBLIC,), moment.keys(some, (PUBLIC,))).tied(), syntax)
    for part, roles in named.parts(moment, met):
        yield between + _part(part, roles, syntax)
    if syntax is RDF_XML:
        yield FOOT


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

    def parts(self, moment: Moment, told: Container[str]) -> Iterator[Role]:
        """Give what is named, at any distance that a page tells of, but what is `told` already."""
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
            read = moment.parts(some, (PUBLIC,))
            for iri in some:
                yield read.get(iri) or Part(iri, b"", (), b""), frozenset(self._roles[iri])


def _again(moment: Moment, iri: str, syntax: Syntax) -> bytes:
    """Write a dataset whose text is not kept."""
    (block,) = moment.blocks(moment.keys([iri], (PUBLIC,)))
    return _text(block, syntax)


def _written(statements: list[Statement], syntax: Syntax) -> bytes:
    return lines_of(statements) if syntax.block is None else _text(render(statements), syntax)


def _part(part: Part, roles: frozenset[str], syntax: Syntax) -> bytes:
    if syntax.block is None:
        return lines_of(part_statements(part.iri, part.text, roles))
    return _text(block_of(part.iri, part.text, roles), syntax)


def _text(block: Block, syntax: Syntax) -> bytes:
    return (block.turtle if syntax.block == "turtle" else block.rdfxml).encode()


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
