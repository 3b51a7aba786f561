"""Records and logs for the tests of views."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from graph.log.log import Log
from graph.log.rows import PUBLIC, Entry
from graph.records.kinds import kind_of, label_of
from graph.records.record import Record
from graph.terms import DCAT, DCT, FOAF, RDF, XSD, Statement, literal
from graph.views.batch import Batch
from graph.views.view import World
from graph.views.views import Views

BASE = "http://base.example/"
EX = "http://example.org/"
TYPE = f"<{RDF}type>"
TITLE = f"<{DCT}title>"
PUBLISHER = f"<{DCT}publisher>"
NAME = f"<{FOAF}name>"
DISTRIBUTION = f"<{DCAT}distribution>"
LICENCE = f"<{DCT}license>"
DATASET = f"<{DCAT}Dataset>"
AGENT = f"<{FOAF}Agent>"


def integer(lexical: str) -> str:
    """An integer literal with this very lexical form."""
    return literal(lexical, datatype=f"{XSD}integer")


def ex(name: str) -> str:
    """An IRI of the tests as N-Triples text."""
    return f"<{EX}{name}>"


def record(iri: str, statements: Iterable[Statement]) -> Record:
    """A record as the split would make it."""
    known = sorted(set(statements))
    lines = sorted(f"{s} {p} {o} .\n" for s, p, o in known)
    types = [o for s, p, o in known if s == f"<{iri}>" and p == TYPE]
    return Record(iri, kind_of(types), label_of(known, iri), "".join(lines).encode())


def dataset(name: str, *statements: Statement, title: str | None = None) -> Record:
    """A dataset record; what is not said about another subject is said about it."""
    own = [(ex(name), TYPE, DATASET)]
    if title is not None:
        own.append((ex(name), TITLE, title))
    return record(f"{EX}{name}", [*own, *statements])


def actor(name: str, label: str) -> Record:
    """An actor record."""
    return record(f"{EX}{name}", [(ex(name), TYPE, AGENT), (ex(name), NAME, literal(label))])


def put(log: Log, source: str, *records: Record, audience: str = PUBLIC) -> int:
    """Append records of a source and give the log's sequence."""
    return log.append([Entry(each, audience) for each in records], agent="test", source=source).last


def follow(views: Views, log: Log, size: int = 1000) -> None:
    """Bring views to the end of the log, some changes at a time."""
    while changes := log.changes(views.sequence(), size):
        views.apply(Batch(changes, log))


def opened(folder: Path, world: World = World.PUBLIC) -> Views:
    """Views in a folder."""
    return Views(world, folder / world, BASE)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for hundreds of short-lived logs and views: in memory where there is such a place, since each syncs."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)
