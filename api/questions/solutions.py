"""The answer of one of our own queries as rows of terms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import anyio.to_thread

from api.endpoint.querying import solve
from api.visit import Visit
from graph.terms import XSD, Term

_STRING = f"{XSD}string"

Row = Mapping[str, Term]
"""The terms of one solution by the name of their column; what is unbound is absent."""


@dataclass(frozen=True, slots=True)
class Solutions:
    """Columns and rows of an answer, in its order, and how many changes of public knowledge it knows of."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sequence: int = 0

    def values(self, column: str) -> Iterator[str]:
        """Give what stands in a column, IRIs and lexical forms, where something does."""
        return (row[column].value for row in self.rows if column in row)

    def iris(self, rows: Iterable[Row] | None = None) -> set[str]:
        """Give every IRI of some rows, of all where none are named."""
        found = self.rows if rows is None else rows
        return {term.value for row in found for term in row.values() if term.kind == "iri"}

    def only(self, rows: Sequence[Row]) -> Solutions:
        """The same with these rows."""
        return Solutions(self.columns, tuple(rows), self.sequence)


async def solutions(visit: Visit, query: str) -> Solutions:
    """Ask a SELECT of ours of the public graph, within the limits of its reader. Raises Problem, CivigraphError."""
    kept = await solve(visit, query)
    return await anyio.to_thread.run_sync(read_solutions, kept.body, kept.sequence)


def read_solutions(body: bytes, sequence: int = 0) -> Solutions:
    """Read SPARQL 1.1 Query Results JSON: https://www.w3.org/TR/sparql11-results-json/."""
    told = json.loads(body)
    rows = tuple({name: _term(each) for name, each in row.items()} for row in told["results"]["bindings"])
    return Solutions(tuple(told["head"]["vars"]), rows, sequence)


def _term(told: Mapping[str, str]) -> Term:
    if told["type"] == "uri":
        return Term("iri", told["value"])
    datatype = told.get("datatype")
    return Term("literal", told["value"], told.get("xml:lang"), None if datatype == _STRING else datatype)


def number_of(row: Row, column: str) -> float:
    """Give the number in a cell, 0 where there is none."""
    try:
        return float(row[column].value) if column in row else 0.0
    except ValueError:
        return 0.0
