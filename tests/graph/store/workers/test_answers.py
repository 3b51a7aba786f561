"""Outside queries are answered whole, in each format, over their dataset."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from graph.errors import (
    QueryRefused,
    UnknownFormat,
)
from graph.store.formats import GRAPH_FORMATS, RESULT_FORMATS, QueryFormat
from tests.graph.store.workers.asking import POINT, rows
from tests.graph.store.written import EX

# Answers


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_solutions_come_in_each_format(pool, written, form):
    with pool.run("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s", accept=form) as answer:
        body = answer.body.read()
        assert (answer.kind, answer.format, answer.media_type, answer.length) == (
            "solutions",
            form,
            form.value,
            len(body),
        )
    assert body.count(b"value 1999") == 1


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_a_boolean_comes_in_each_format(pool, form):
    answer = pool.run(f"ASK {{ <{EX}s7> ?p ?o }}", accept=form)
    assert (answer.kind, answer.format) == ("boolean", form)
    assert b"true" in answer.read()


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_a_graph_comes_in_each_format(pool, form):
    query = (
        f"CONSTRUCT {{ ?s <http://purl.org/dc/terms/title> ?o ; <http://www.w3.org/ns/dcat#x> 1.5 ; <{EX}p> ?s }}"
        f" WHERE {{ ?s ?p ?o }}"
    )
    answers = [pool.run(query, accept=form) for _ in range(3)]
    assert {(answer.kind, answer.format) for answer in answers} == {("graph", form)}
    bodies = [answer.read() for answer in answers]
    # Three workers may have answered, and each process orders prefixes in its own way.
    assert len({body[:2000] for body in bodies}) == 1
    assert len(list(parse(bodies[0], RdfFormat.from_media_type(form.value)))) == 6000
    if form is QueryFormat.TURTLE:
        assert bodies[0].startswith(b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <")
    if form is QueryFormat.RDF_XML:
        assert b' xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="' in bodies[0]


def test_a_description_is_what_is_said_about_a_node(pool):
    answer = pool.run(f"DESCRIBE <{EX}s7>", accept=QueryFormat.N_TRIPLES)
    assert answer.read() == f'<{EX}s7> <{EX}p> "value 7" .\n'.encode()


def test_the_first_accepted_format_that_fits_is_taken(pool):
    accept = [QueryFormat.TURTLE, "text/csv", QueryFormat.JSON]
    assert pool.run(POINT, accept=accept).read() == b"o\r\nvalue 7\r\n"
    with pytest.raises(QueryRefused, match="none of the accepted formats"):
        pool.run(POINT, accept=QueryFormat.TURTLE)
    with pytest.raises(UnknownFormat, match="image/png"):
        pool.run(POINT, accept="image/png")


def test_a_large_answer_is_whole(pool):
    query = "SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y } LIMIT 300000"
    with pool.run(query, accept=QueryFormat.TSV, max_bytes=64 << 20) as answer:
        lines = sum(1 for _ in answer.body)
    assert lines == 300_001


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * {\n ?s ?p }", "line 2"),
        ("SELECT * { ?s ex:p ?o }", "ex: is not declared"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "line 1"),
        ("SELECT * { BIND(<http://example.org/f>(1) AS ?x) }", "custom function"),
    ],
)
def test_an_ill_formed_query_is_refused_with_its_place(pool, query, words):
    with pytest.raises(QueryRefused, match=words) as refused:
        pool.run(query)
    assert len(str(refused.value)) < 500


# The dataset


@pytest.mark.parametrize(
    ("options", "clause", "seen"),
    [
        ({}, "", {"default"}),
        ({"visible": [f"{EX}g"]}, "", {"default", "seen", "named seen"}),
        ({}, f"FROM <{EX}g> FROM NAMED <{EX}g>", set()),
        ({"visible": [f"{EX}g"]}, f"FROM <{EX}g> FROM <{EX}hidden>", {"seen"}),
        ({"visible": [f"{EX}g"]}, f"FROM NAMED <{EX}g> FROM NAMED <{EX}hidden>", {"named seen"}),
        ({"visible": [f"{EX}g"], "default_graphs": [f"{EX}g"]}, f"FROM <{EX}x>", {"seen"}),
        ({"visible": [f"{EX}g"], "named_graphs": [f"{EX}g", f"{EX}hidden"]}, "", {"named seen"}),
        ({"default_graphs": [f"{EX}g"], "named_graphs": [f"{EX}hidden"]}, "", set()),
        ({"default_graphs": ["no IRI"]}, "", set()),
    ],
)
def test_a_query_sees_its_dataset_and_nothing_else(pool, options, clause, seen):
    query = f"""SELECT DISTINCT ?x {clause} {{
        {{ <{EX}s7> <{EX}p> ?o BIND("default" AS ?x) }}
        UNION {{ <{EX}s> <{EX}p> ?x }}
        UNION {{ GRAPH ?g {{ <{EX}s> <{EX}p> ?o }} BIND(CONCAT("named ", ?o) AS ?x) }}
        UNION {{ GRAPH <{EX}hidden> {{ <{EX}s> <{EX}p> ?x }} }} }}"""
    assert {row["x"] for row in rows(pool.run(query, **options))} == seen
