"""The project's own knowledge as records: terms, code lists, licences, laws, queries, plain words for others' terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def read(files: Iterable[tuple[str, bytes]], *, base: str, source: str) -> list[Record]:
    """Read shipped Turtle files, (name, text) each, as one run of a source; records in the order of their IRIs.

    The text is our own, so it is parsed here and not in a cage. Raises ConfigurationError where a file is broken.
    """
    return _recorded(_statements(files), base=base, source=source)


def _recorded(statements: Iterable[Statement], *, base: str, source: str) -> list[Record]:
    found = []
    for record in split(statements, base=base, source=source):
        if isinstance(record, Refusal):
            raise ConfigurationError(f"a shipped record cannot be named: {record.reason}", where=record.iri)
        found.append(record)
    return sorted(found, key=lambda record: record.iri)


def _statements(files: Iterable[tuple[str, bytes]]) -> Iterator[Statement]:
    """Parse the files; blank nodes get labels of their own in each, in the order in which the file writes them."""
    for number, (name, text) in enumerate(files):
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
