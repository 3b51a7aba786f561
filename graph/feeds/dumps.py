"""The whole catalogue as files that lie ready: each with its date, size, checksum and how to cite it.

A dump says once what a page says on each page: the catalogue, every dataset, everything that these name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from graph.feeds.catalogue import Catalogue, described, shared
from graph.feeds.page import Told
from graph.log.rows import PUBLIC
from graph.rendering import blocks
from graph.rendering.blocks import Block, render
from graph.rendering.rdfxml import FOOT
from graph.rendering.syntaxes import N_TRIPLES, RDF_XML, TURTLE, Syntax
from graph.terms import PREFIXES
from graph.views.fragments.fragment import lines_of
from graph.views.fragments.part import block_of, part_statements
from graph.views.fragments.reading import Key, Moment, Part, Reading, Selection

DUMPED: tuple[Syntax, ...] = (TURTLE, RDF_XML, N_TRIPLES)
"""JSON-LD is not among them: its one context may change the meaning of an IRI, which only the whole could tell."""

MANIFEST = "dumps.json"
KEPT = 2
"""Versions that are kept: the newest, and the one before it for who is reading it."""

_A_READ = 500
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


def make(reading: Reading, catalogue: Catalogue, folder: Path, date: str) -> Version:
    """Write the version of a day (ISO 8601), take away those before the last; who asks meanwhile gets the old ones."""
    folder.mkdir(parents=True, exist_ok=True)
    files = tuple(
        write_dump(reading, catalogue, syntax, folder / f"catalog-{date}.{syntax.suffix}") for syntax in DUMPED
    )
    with reading.moment() as moment:
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


def write_dump(reading: Reading, catalogue: Catalogue, syntax: Syntax, target: Path) -> Dump:
    """Write one file, whole or not at all."""
    part = target.with_name(f"{target.name}.part")
    digest, size = sha256(), 0
    try:
        with part.open("wb") as file, reading.moment() as moment:
            for piece in _pieces(moment, catalogue, syntax):
                data = piece.encode()
                digest.update(data)
                size += len(data)
                file.write(data)
            _to_disk(file)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return Dump(target.name, syntax.suffix, syntax.media_type, size, digest.hexdigest())


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


_ALL = Selection((PUBLIC,), (("feed", "catalog"),))


def _pieces(moment: Moment, catalogue: Catalogue, syntax: Syntax) -> Iterator[str]:
    """Give the document piece by piece."""
    seen: dict[str, tuple[Part, set[str]]] = {}
    if syntax is RDF_XML:
        yield blocks.rdfxml_head(_EVERY_PREFIX)
    elif syntax is TURTLE:
        yield blocks.turtle_head(_EVERY_PREFIX)
    yield from _joined([_head(catalogue, syntax)], syntax)
    for keys in _keys(moment):
        told = Told(moment, (PUBLIC,), keys, shared(catalogue))
        for part, roles in told.parts:
            seen.setdefault(part.iri, (part, set()))[1].update(roles)
        yield from _joined(_datasets(moment, told, keys, syntax), syntax)
    yield from _joined((_part(part, frozenset(roles), syntax) for part, roles in seen.values()), syntax)
    if syntax is RDF_XML:
        yield FOOT.decode()


def _keys(moment: Moment) -> Iterator[list[Key]]:
    after: str | None = None
    while keys := moment.page(_ALL, after, _A_READ):
        yield keys
        after = keys[-1].iri


def _datasets(moment: Moment, told: Told, keys: list[Key], syntax: Syntax) -> Iterator[str]:
    if syntax.block is None:
        yield from (fragment.text.decode() for fragment in moment.fragments(keys))
        yield lines_of(told.tied()).decode()
        return
    yield from (text or "" for text, _, _ in moment.written(keys, syntax.block))
    yield _text(render(told.tied()), syntax)


def _head(catalogue: Catalogue, syntax: Syntax) -> str:
    statements = list(described(catalogue))
    return lines_of(statements).decode() if syntax.block is None else _text(render(statements), syntax)


def _part(part: Part, roles: frozenset[str], syntax: Syntax) -> str:
    if syntax.block is None:
        return lines_of(part_statements(part.iri, part.text, roles)).decode()
    return _text(block_of(part.iri, part.text, roles), syntax)


def _text(block: Block, syntax: Syntax) -> str:
    return block.turtle if syntax.block == "turtle" else block.rdfxml


def _joined(texts: Iterator[str] | list[str], syntax: Syntax) -> Iterator[str]:
    for text in texts:
        if text:
            yield f"\n{text}" if syntax is TURTLE else text


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
