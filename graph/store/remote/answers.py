"""Answers of an engine, read: SPARQL 1.1 Query Results JSON and N-Triples, the two that every engine writes."""

from __future__ import annotations

from importlib.resources import files

import pyoxigraph
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from graph.errors import StoreUnavailable

# Virtuoso 7.2 answers ASK by a table of this name, which has a row or none.
_ASKED = "__ASK_RETVAL"
_SAID = {answer: f'{{"head": {{}}, "boolean": {str(answer).lower()}}}'.encode() for answer in (True, False)}
_EVERYTHING = files("graph.store.remote").joinpath("everything.rq").read_text(encoding="utf-8")


def read_table(body: bytes) -> QuerySolutions | QueryBoolean:
    """Read the answer of a SELECT or ASK, solution by solution. Raises SyntaxError, perhaps not before its end."""
    found = pyoxigraph.parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(found, QuerySolutions) and [each.value for each in found.variables] == [_ASKED]:
        return pyoxigraph.parse_query_results(_SAID[bool(list(found))], QueryResultsFormat.JSON)
    return found


def read_solutions(body: bytes) -> QuerySolutions:
    """Read the answer of a SELECT. Raises StoreUnavailable where it is none."""
    found = read_own(body)
    if not isinstance(found, QuerySolutions):
        raise StoreUnavailable("the remote store answered a SELECT by yes or no")
    return found


def read_own(body: bytes) -> QuerySolutions | QueryBoolean:
    """Read the answer of one of the project's own queries. Raises StoreUnavailable where it begins like none."""
    try:
        return read_table(body)
    except (SyntaxError, ValueError) as error:
        raise StoreUnavailable(f"the answer of the remote store cannot be read: {str(error)[:200]}") from error


def read_triples(body: bytes) -> QueryTriples:
    """Read the answer of a CONSTRUCT of our own. Raises StoreUnavailable where it is cut."""
    store = Store()
    try:
        store.bulk_load(body, RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise StoreUnavailable(f"the answer of the remote store cannot be read: {str(error)[:200]}") from error
    answer = store.query(_EVERYTHING)
    assert isinstance(answer, QueryTriples)
    return answer
