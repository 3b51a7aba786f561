"""The dataset of a query is what the request names (SPARQL 1.1 Protocol 2.1.4)."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from tests.api.endpoint.asking import (
    WAYS,
    G,
    numbers,
)
from tests.api.serving import Server

DEFAULT = "SELECT ?o { ?s ?p ?o }"
NAMED = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
ONE, TWO, THREE = (("default-graph-uri", f"{G}{number}") for number in (1, 2, 3))
NAMED_ONE, NAMED_TWO = (("named-graph-uri", f"{G}{number}") for number in (1, 2))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("query", "dataset", "expected"), [
    (DEFAULT, [ONE], {"1", "all"}),
    (DEFAULT, [ONE, TWO], {"1", "2", "all"}),
    (DEFAULT, [NAMED_ONE], set()),
    (DEFAULT, [TWO, NAMED_ONE], {"2", "all"}),
    (NAMED, [ONE], set()),
    (NAMED, [NAMED_ONE], {"1", "all"}),
    (NAMED, [NAMED_ONE, NAMED_TWO], {"1", "2", "all"}),
    (NAMED, [ONE, NAMED_TWO], {"2", "all"}),
    (f"SELECT ?o {{ GRAPH <{G}3> {{ ?s ?p ?o }} }}", [ONE, NAMED_TWO], set()),
    (f"SELECT ?o FROM <{G}3> {{ ?s ?p ?o }}", [], {"3", "all"}),
    # What the request names goes before what the query names (section 2.1.4).
    (f"SELECT ?o FROM <{G}3> {{ ?s ?p ?o }}", [ONE], {"1", "all"}),
    (f"SELECT ?o FROM <{G}3> {{ ?s ?p ?o }}", [NAMED_ONE], set()),
    (f"SELECT ?o FROM NAMED <{G}3> {{ GRAPH ?g {{ ?s ?p ?o }} }}", [NAMED_ONE], {"1", "all"}),
    # An IRI that names nothing is an empty graph; a parameter without a value names none.
    (DEFAULT, [("default-graph-uri", "http://nothing.example/")], set()),
    (DEFAULT, [ONE, ("default-graph-uri", "http://nothing.example/")], {"1", "all"}),
    (NAMED, [("named-graph-uri", "http://nothing.example/")], set()),
    (f"SELECT ?o FROM <{G}3> {{ ?s ?p ?o }}", [("default-graph-uri", "")], {"3", "all"}),
])  # fmt: skip
def test_the_dataset_is_what_the_request_names(
    graphs: Server, way: str, query: str, dataset: list[tuple[str, str]], expected: set[str]
) -> None:
    assert numbers(WAYS[way](graphs, query, dataset)) == expected


@pytest.mark.xfail(
    strict=True,
    reason="SPARQL 1.1 Query 13.1 asks for the merge of the graphs; Oxigraph counts what two of them state twice, and"
    " to make its rows distinct ourselves would change every other answer",
)
def test_statements_of_two_graphs_are_one_in_their_union(graphs: Server) -> None:
    answer = WAYS["get"](graphs, "SELECT (COUNT(*) AS ?o) { ?s ?p ?o }", [ONE, TWO, THREE])
    assert numbers(answer) == {"4"}


def test_a_description_is_drawn_from_the_dataset(graphs: Server) -> None:
    answer = WAYS["get"](graphs, "DESCRIBE <http://e/1> <http://e/2>", [ONE, NAMED_TWO])
    assert {str(quad.subject) for quad in pyoxigraph.parse(answer.content, RdfFormat.TURTLE)} == {"<http://e/1>"}
