"""A data directory of one's own, and files to import."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.cages.zygote import Zygote
from graph.ingest import run
from graph.ingest.files import Plain, make_plain
from graph.log.log import Log
from graph.terms import Statement, parse_payload

PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
"""


@dataclass(frozen=True)
class Directory:
    """What an import needs of a data directory: a log, here without the ontology's own records, which take long."""

    log: Log
    tmp: Path
    base: str = "http://127.0.0.1:8000/"


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """One process that starts workers, for all tests: starting it takes longer than most imports here."""
    with Zygote(run._PRELOADED) as started:
        yield started


@pytest.fixture(autouse=True)
def _shared_zygote(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    def shared(_: Sequence[str]) -> AbstractContextManager[Zygote]:
        return nullcontext(zygote)

    monkeypatch.setattr(run, "Zygote", shared)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Directory]:
    """An empty data directory."""
    with opened(tmp_path / "data") as directory:
        yield directory


def opened(folder: Path) -> AbstractContextManager[Directory]:
    """Open a data directory, made where there is none."""
    return _Opened(folder)


class _Opened(AbstractContextManager[Directory]):
    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._directory = Directory(Log.open(folder / "log.sqlite"), folder / "tmp")

    def __enter__(self) -> Directory:
        return self._directory

    def __exit__(self, *_: object) -> None:
        self._directory.log.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file to import, by name and content."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def plain(tmp_path: Path, write: Callable[[str, str | bytes], Path]) -> Callable[[str, str | bytes], Plain]:
    """Make a file plain, by name and content."""

    def make(name: str, content: str | bytes) -> Plain:
        folder = tmp_path / "plain"
        folder.mkdir(exist_ok=True)
        return make_plain(write(name, content), folder)

    return make


def said_by(instance: Directory, source: str, audience: str | None = None) -> set[Statement]:
    """Give all statements of a source that stand in the log now."""
    heads = instance.log.heads(source=source, audiences=None if audience is None else (audience,))
    payloads = instance.log.payloads([head.sequence for head in heads])
    return {statement for payload in payloads.values() for statement in parse_payload(payload)}
