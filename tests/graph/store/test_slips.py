"""A query that cannot be parsed is told with the place of the slip, whatever the engine's parser tried around it."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.store.query_text import tokens
from graph.store.slips import explain


def told(query: str) -> tuple[int, int, str]:
    """Give line, column and words of what is wrong with a query."""
    with pytest.raises(SyntaxError) as refused:
        pyoxigraph.Store().query(query)
    found = explain(query, str(refused.value))
    return found["line"], found["column"], found["what"]


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("SELECT * { <a> ?p ?o }", 1, 12, "the IRI <a> is relative, and the query has no BASE"),
        ("SELECT *\n{ ?s ?p <dataset/1> . }", 2, 9, "the IRI <dataset/1> is relative"),
        ("ASK FROM <g> {}", 1, 10, "the IRI <g> is relative"),
        ("BASE <http://x/> ASK { <a> <b> <c> <d> }", 1, 36, "<d> cannot stand here"),
        ("ASK { <http://[x> ?p ?o }", 1, 7, "<http://[x> is no well-formed IRI"),
        ("SELECT *\nWHERE { ?s ?p }", 2, 15, "} cannot stand here"),
        ("ASK{?s ?p}", 1, 10, "} cannot stand here"),
        ("SELECT * { ?s ?p ?o ", 1, 10, "the { that opens here is never closed"),
        ("ASK { FILTER(?x > (1 + 2) }", 1, 27, "} cannot stand here"),
        ("ASK { ?s ?p ?o FILTER(?o > (1 + 2", 1, 28, "the ( that opens here is never closed"),
        ("ASK {} }", 1, 8, "the } closes nothing"),
        ("SELECT ?s WHERE ?s ?p ?o", 1, 17, "?s cannot stand here: expected {"),
        ("ASK { ?s ?p ?o FILTR(?o > 1) }", 1, 16, "FILTR cannot stand here; is FILTER meant?"),
        ("ASK { ?s ?p ?o . OPTIONL { ?s ?q ?r } }", 1, 18, "is OPTIONAL meant?"),
        ("SELECT nonsense { ?s ?p ?o }", 1, 8, "nonsense cannot stand here"),
        ("SELECT ?s, ?o { ?s ?p ?o }", 1, 10, ", cannot stand here"),
        ("SELECT ?s { ?s ?p ?o } LIMIT ten", 1, 30, "ten cannot stand here"),
        ("SELECT (COUNT(*) ?n) { ?s ?p ?o }", 1, 18, "?n cannot stand here"),
        ("PREFIX dct <http://x/>\nASK {}", 1, 8, "dct cannot stand here"),
        ("ASK { ?s ?p ?o ?q }", 1, 16, "?q cannot stand here"),
        ("ASK { FILTER(STRLEN(?x, 2) > 1) }", 1, 23, ", cannot stand here"),
        ('ASK { ?s ?p """x\ny\n""" ?z }', 3, 5, "?z cannot stand here"),
        ("ASK { # a } comment {\n ?s ?p }", 2, 8, "} cannot stand here"),
        ("ASK { ?s ?p '\u6570\U0001f333' ?z }", 1, 18, "?z cannot stand here"),
        ("ASK { VALUES (?x ?y) { (1) } }", 1, 28, "The VALUES clause rows should have exactly the same number"),
        ("SELECT ?x { } GROUP BY ?y", 1, 26, "The SELECT contains a variable that is unbound"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "Duplicated variable name in SELECT"),
        ("", 1, 1, "the query ends too early"),
        ("SELECT * \n\n", 1, 9, "the query ends too early"),
        ("hello", 1, 1, "hello cannot stand here"),
    ],
)
def test_the_slip_is_told_with_its_place(query, line, column, words):
    found = told(query)
    assert found[:2] == (line, column), found
    assert words in found[2]


def test_what_is_shown_of_a_long_token_is_short():
    assert len(told(f"ASK {{ ?s ?p ?o <http://x/{'a' * 9000}> }}")[2]) < 100


VALID = [
    "PREFIX dct: <http://purl.org/dc/terms/> SELECT DISTINCT ?s (COUNT(*) AS ?n) WHERE { ?s dct:title ?t ; a ?c }"
    " GROUP BY ?s HAVING (COUNT(*) > 1) ORDER BY DESC(?n) LIMIT 10 OFFSET 5",
    "BASE <http://x> CONSTRUCT { ?s <p> [ <q> 'a'@fr , 1.5 ] } FROM <g> WHERE { ?s <p>/<q>* ?o OPTIONAL { ?o <r> ?z }}",
    "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(REGEX(STR(?o), 'x\"y', 'i') && ?o != 3 || !BOUND(?z)) }",
    "DESCRIBE ?s <http://x/y> { ?s ?p ?o MINUS { ?s <http://x/q> true } BIND(IF(?o > 1, 'a', 'b') AS ?k) }",
    "SELECT * { VALUES (?x ?y) { (1 UNDEF) ('\u00e9' <http://x/y>) } FILTER NOT EXISTS { ?x ?p ?y } }",
]


@given(query=st.sampled_from(VALID), data=st.data())
def test_what_can_stand_nowhere_is_found_wherever_it_stands(query, data):
    pyoxigraph.Store().query(query)
    places = [token.start for token in tokens(query)]
    place = data.draw(st.sampled_from(places))
    sign = data.draw(st.sampled_from(["\u00a7", "\u00a7 ", "`", "% "]))
    assert told(query[:place] + sign + query[place:])[:2] == (1, place + 1)


@given(query=st.sampled_from(VALID), data=st.data())
def test_any_damage_is_told_at_a_place_in_the_query(query, data):
    start = data.draw(st.integers(0, len(query)))
    damaged = (
        query[:start]
        + query[start + data.draw(st.integers(1, 12)) :]
        + data.draw(st.text("{}()<>?'\"\\ab:.", max_size=3))
    )
    try:
        pyoxigraph.Store().query(damaged)
    except SyntaxError as error:
        found = explain(damaged, str(error))
        assert found["line"] == 1
        assert 1 <= found["column"] <= len(damaged) + 1
        assert found["what"]
    except (ValueError, RuntimeError):
        pass
