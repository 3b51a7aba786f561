"""The W3C's SPARQL 1.1 query and result format suites, over HTTP through the endpoint.

What the engine itself does otherwise is listed in `sparql11.json` by test and reason; what the endpoint adds to it too.
A query that has relative IRIs gets the base that its file has, by BASE: the protocol knows no other way to tell it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, NamedNode, QueryResultsFormat, RdfFormat, Store

from graph.store.formats import GRAPH_FORMATS, QueryFormat
from tests.api.serving import Server
from tests.conformance.endpoint import endpoint
from tests.conformance.manifests import (
    EVALUATION,
    NEGATIVE_SYNTAX,
    POSITIVE_SYNTAX,
    TABLE,
    Case,
    Suite,
    file_of,
)
from tests.conformance.results import of_evaluation, read_cells, read_result, same

# The query suites and the result formats; SPARQL 1.1 Federated Query's syntax, of which the endpoint offers nothing.
SUITES = {
    "aggregates": 47, "bind": 10, "bindings": 11, "cast": 6, "construct": 7, "csv-tsv-res": 6, "exists": 6,
    "functions": 75, "grouping": 6, "json-res": 4, "negation": 12, "project-expression": 7, "property-path": 33,
    "subquery": 14, "syntax-fed": 3, "syntax-query": 94,
}  # fmt: skip
KNOWN = json.loads((Path(__file__).parent / "sparql11.json").read_text())
MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
}
# CSV loses the kinds of terms, so it is compared in its own tests only.
TABLES = (QueryFormat.JSON, QueryFormat.XML, QueryFormat.TSV)
NOTHING = "https://tests.example/nothing"

_RELATIVE = re.compile(r"<[^:<>\s]*>")
_FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
_BASE = re.compile(r"\bBASE\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def root(shared_data: Path) -> Path:
    return shared_data / "tests" / "sparql" / "sparql11"


@pytest.fixture(scope="module")
def suites(root: Path) -> dict[str, list[Case]]:
    return {folder: list(Suite(root, folder).cases()) for folder in SUITES}


@pytest.fixture(scope="module")
def server(root: Path, suites: dict[str, list[Case]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with every document of the suites as a graph; each test chooses its own dataset."""
    cases = [case for suite in suites.values() for case in suite]
    documents = {name for case in cases for name in (*case.data, *case.graph_data)}
    graphs = {name: lambda name=name: document(root, name) for name in sorted(documents)}
    with endpoint(tmp_path_factory.mktemp("sparql11"), graphs) as server:
        yield server


def document(root: Path, name: str) -> tuple[bytes, RdfFormat]:
    """Give text and syntax of a document."""
    path = file_of(root, name)
    syntax = RdfFormat.from_extension(path.suffix.removeprefix("."))
    assert syntax is not None
    return path.read_bytes(), syntax


def query_of(root: Path, case: Case) -> str:
    """Give the query, with its base where it counts on one."""
    text = file_of(root, case.query).read_text()
    counts = case.kind != NEGATIVE_SYNTAX and _RELATIVE.search(text) and not _BASE.search(text)
    return f"BASE <{case.query}>\n{text}" if counts else text


# Over HTTP


def passes(server: Server, root: Path, case: Case) -> bool:
    """Say whether the endpoint does what the test expects, in every format."""
    query = query_of(root, case)
    if case.kind == POSITIVE_SYNTAX:
        return ask(server, "GET", case, query, "*/*").status_code == httpx.codes.OK
    if case.kind == NEGATIVE_SYNTAX:
        answer = ask(server, "GET", case, query, "*/*")
        return answer.status_code == httpx.codes.BAD_REQUEST and answer.json()["type"].endswith("query-refused")
    assert case.result is not None
    path = file_of(root, case.result)
    if case.kind == TABLE:
        return same(read_cells(path.read_bytes()), read_cells(ask(server, "GET", case, query, "text/csv").content))
    expected = read_result(path.read_bytes(), MEDIA_TYPES[path.suffix], base=case.result)
    formats = TABLES if expected.triples is None else GRAPH_FORMATS
    for number, chosen in enumerate(formats):
        way = ("GET", "FORM", "DIRECT")[number % 3]
        answer = ask(server, way, case, query, chosen.media_type)
        if answer.status_code != httpx.codes.OK:
            return False
        assert answer.headers["content-type"] == f"{chosen.media_type}; charset=utf-8"
        if not same(expected, read_result(answer.content, chosen.media_type)):
            return False
    return True


def ask(server: Server, way: str, case: Case, query: str, accept: str) -> httpx.Response:
    """Ask in one of the protocol's three ways for the case's dataset."""
    dataset = [("default-graph-uri", name) for name in case.data or (NOTHING,)]
    dataset += [("named-graph-uri", name) for name in case.graph_data]
    if _FROM.search(query):
        # What a request names would go before it.
        dataset = []
    address, headers = f"{server.address}sparql", {"accept": accept}
    if way == "GET":
        return server.client.get(f"{address}?{urlencode([('query', query), *dataset])}", headers=headers)
    if way == "FORM":
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode([*dataset, ("query", query)], quote_via=quote)
        return server.client.post(address, content=body, headers=headers)
    headers["content-type"] = "application/sparql-query"
    return server.client.post(f"{address}?{urlencode(dataset)}", content=query.encode(), headers=headers)


# By the engine alone


def engine_passes(root: Path, case: Case) -> bool:
    """Say whether pyoxigraph itself, in this process and by its own API, does what the test expects."""
    query, store = file_of(root, case.query).read_text(), Store()
    for name in case.data:
        store.load(*document(root, name), base_iri=name, to_graph=DefaultGraph())
    for name in case.graph_data:
        store.load(*document(root, name), base_iri=name, to_graph=NamedNode(name))
    try:
        found = store.query(query, base_iri=case.query)
    except SyntaxError:
        return case.kind == NEGATIVE_SYNTAX
    except RuntimeError:
        return False
    if case.kind in {POSITIVE_SYNTAX, NEGATIVE_SYNTAX}:
        return case.kind == POSITIVE_SYNTAX
    assert case.result is not None
    path = file_of(root, case.result)
    if case.kind == TABLE:
        assert isinstance(found, pyoxigraph.QuerySolutions)
        return same(read_cells(path.read_bytes()), read_cells(found.serialize(format=QueryResultsFormat.CSV)))
    return same(read_result(path.read_bytes(), MEDIA_TYPES[path.suffix], base=case.result), of_evaluation(found))


@pytest.mark.parametrize("folder", SUITES)
def test_the_suite_passes_but_for_what_is_known(
    server: Server, root: Path, suites: dict[str, list[Case]], folder: str
) -> None:
    cases = suites[folder]
    assert len(cases) == SUITES[folder]
    assert {case.kind for case in cases} <= {EVALUATION, TABLE, POSITIVE_SYNTAX, NEGATIVE_SYNTAX}
    failed = {case.iri for case in cases if not passes(server, root, case)}
    known = {iri for iri in (*KNOWN["engine"], *KNOWN["endpoint"]) if iri in {case.iri for case in cases}}
    assert failed == known


def test_the_endpoint_passes_what_the_engine_passes(root: Path, suites: dict[str, list[Case]]) -> None:
    cases = [case for suite in suites.values() for case in suite]
    assert {case.iri for case in cases if not engine_passes(root, case)} == set(KNOWN["engine"])
    # What the endpoint refuses on purpose is one thing only.
    assert all("SERVICE" in reason for reason in KNOWN["endpoint"].values())
    assert set(KNOWN["endpoint"]) | set(KNOWN["engine"]) <= {case.iri for case in cases}
