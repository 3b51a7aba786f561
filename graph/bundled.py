"""The project's own knowledge as records: terms, code lists, licences, laws, queries, plain words for others' terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain

import pyoxigraph as ox

from graph import executables
from graph.errors import ConfigurationError
from graph.log.sources import OWN
from graph.records.record import Record
from graph.records.split import Refusal, split
from graph.terms import Statement
from ontology import loader


def records(base: str) -> list[Record]:
    """Give the records of the source `civigraph`, in the order of their IRIs; the same bytes for the same files."""
    told = chain(_statements(loader.turtle(*loader.TERMS)), executables.statements())
    return _recorded(told, base=base, source=OWN)


def mark(base: str) -> str:
    """Give a mark of all that `records` are made of, code and texts: as long as it is the same, so are they.

    Making the records takes longer than most commands do.
    """
    told = sha256(base.encode())
    for name, text in chain(loader.texts(), _code()):
        told.update(f"\0{name}\0{len(text)}\0".encode())
        told.update(text)
    return told.hexdigest()


def _code() -> Iterator[tuple[str, bytes]]:
    """Yield the modules that make records of texts."""
    graph = files("graph")
    some = [graph / f"{name}.py" for name in ("bundled", "executables", "terms")]
    folders: list[Traversable] = [files("ontology"), files("graph.records"), files("graph.derivations")]
    for folder in folders:
        some += sorted((each for each in folder.iterdir() if each.name.endswith(".py")), key=lambda each: each.name)
    for file in some:
        yield str(file.name), file.read_bytes()


def read(texts: Iterable[tuple[str, bytes]], *, base: str, source: str) -> list[Record]:
    """Read shipped Turtle texts, (name, text) each, as one run of a source; records in the order of their IRIs.

    The text is our own, so it is parsed here and not in a cage. Raises ConfigurationError where a file is broken.
    """
    return _recorded(_statements(texts), base=base, source=source)


def _recorded(statements: Iterable[Statement], *, base: str, source: str) -> list[Record]:
    found = []
    for record in split(statements, base=base, source=source):
        if isinstance(record, Refusal):
            raise ConfigurationError(f"a shipped record cannot be named: {record.reason}", where=record.iri)
        found.append(record)
    return sorted(found, key=lambda record: record.iri)


def _statements(texts: Iterable[tuple[str, bytes]]) -> Iterator[Statement]:
    """Parse the files; blank nodes get labels of their own in each, in the order in which the file writes them."""
    for number, (name, text) in enumerate(texts):
        labels: dict[str, str] = {}
        try:
            for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
                subject, value = (_term(term, labels, number) for term in (triple.subject, triple.object))
                yield subject, str(triple.predicate), value
        except SyntaxError as error:
            raise ConfigurationError(
                f"a shipped file cannot be parsed: {error}", where=name, remedy="install the package again"
            ) from error


def _term(term: object, labels: dict[str, str], number: int) -> str:
    text = str(term)
    return labels.setdefault(text, f"_:f{number}n{len(labels)}") if text.startswith("_:") else text
