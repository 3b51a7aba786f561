"""The look at a query refuses what it should, where it should, and nothing else."""

from __future__ import annotations

from time import perf_counter

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import QueryRefused
from graph.store.query_text import MAX_BYTES, check, form_of


def graphs_of(query: str) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Give the graphs that a query names."""
    found = check(query)
    return found.default_graphs, found.named_graphs


KEYWORDS = [
    "SERVICE",
    "service",
    "INSERT",
    "DELETE",
    "LOAD",
    "CLEAR",
    "DROP",
    "WITH",
    "FROM",
    "SELECT",
    "{" * 300,
    "+" * 1100,
]

ACCEPTED = [
    "SELECT * { ?s ?p ?o }",
    "# SERVICE INSERT\nSELECT * { ?s ?p ?o } # DELETE",
    'SELECT * { ?s ?p "SERVICE <http://x> {}" , \'INSERT DATA\' , """SERVICE "" { """ , \'\'\'\' SERVICE \'\'\' }',
    r'SELECT * { ?s ?p "\" SERVICE" , "\\" , "\u0022 SERVICE" }',
    "SELECT * { <http://SERVICE> <http://x/INSERT> ?SERVICE . ?INSERT $LOAD _:SERVICE }",
    "PREFIX service: <http://s/> PREFIX insert: <http://i/> SELECT * { ?s service:SERVICE insert:service-x }",
    'PREFIX : <http://s/> SELECT * { ?s :SERVICE "x"@service-INSERT }',
    "PREFIX a: <http://a/> prefix a.b: <http://b/> ASK { _:x a:b a.b:c ; a a:c }",
    r"PREFIX e: <http://e/> SELECT * { ?s e:a.SERVICE e:SERVICE\,x . ?o e:p%20SERVICE e:b. }",
    "ASK { ?s ?p 1.5e3 . FILTER(?x<3 && ?y>4) }",
    "DESCRIBE <SERVICE>",
]


@pytest.mark.parametrize("query", ACCEPTED)
def test_what_is_harmless_passes(query):
    assert graphs_of(query) == (None, None)


@pytest.mark.parametrize(
    ("query", "words", "line", "column"),
    [
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "SERVICE", 1, 12),
        ("SELECT *\n{\n  service silent ?x { } }", "SERVICE", 3, 3),
        ("ASK { FILTER EXISTS { SERVICE<http://x/>{} } }", "SERVICE", 1, 23),
        ("ASK { { SELECT * { SERVICE <http://x/> {} } } }", "SERVICE", 1, 20),
        (r"ASK { SER\u0056ICE <http://x/> {} }", "SERVICE", 1, 7),
        (r"ASK { \U00000053ERVICE <http://x/> {} }", "SERVICE", 1, 7),
        ('ASK { "a" # "\nSERVICE <http://x/> {} }', "SERVICE", 2, 1),
        ("INSERT DATA { <a:b> <a:b> 1 }", "writes go through the log", 1, 1),
        ("PREFIX x: <http://x/>\nDELETE WHERE { ?s ?p ?o }", "writes go through the log", 2, 1),
        ("BASE <http://x/> WITH <g> DELETE { ?s ?p ?o } WHERE { }", "writes go through the log", 1, 18),
        ("load <http://127.0.0.1/>", "LOAD changes data", 1, 1),
        ("SELECT * { ?s ?p ?o } ; DROP ALL", "DROP changes data", 1, 25),
        ("SELECT * " + "{" * 201 + "}" * 201, "nested", 1, 210),
        ("SELECT (" + "[(" * 150, "nested", 1, 208),
        ("SELECT (1" + "+1" * 1001 + " AS ?x) {}", "operators", 1, 2010),
        ("SELECT * { " + "{} UNION " * 1001 + "{} }", "operators", 1, 9006),
        ("ASK { FILTER(" + "!" * 2000 + "true) }", "operators", None, None),
        ("ASK { ?s\n dcat:theme ?o }", "dcat: is not declared .*PREFIX dcat: <http://www.w3.org/ns/dcat#>", 2, 2),
        ("PREFIX b: <http://b/> ASK { ?s b:p c:o }", "c: is not declared", 1, 36),
        ('ASK { ?s ?p "never closed }', "does not end", 1, 13),
        ("SELECT * { ?s ?p ?o }" + " " * MAX_BYTES, "bytes", None, None),
        ("ASK { ?s ?p '\ud800' }", "Unicode", None, None),
    ],
)
def test_what_is_refused_is_told_with_its_place(query, words, line, column):
    with pytest.raises(QueryRefused, match=words) as refused:
        check(query)
    if line is not None:
        assert (refused.value.line, refused.value.column) == (line, column)


def test_long_lists_of_values_pass():
    check("SELECT * { VALUES ?x { " + "-1 " * 5000 + "} }")
    check("SELECT * { VALUES (?x ?y) { " + "(-1 +2) " * 3000 + "} FILTER(?x + 1 < 2) }")
    check("SELECT * { ?s ?p ?x FILTER(?x IN (" + ", ".join(str(n) for n in range(5000)) + ")) }")


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("SELECT * FROM <http://a/> FROM NAMED <http://b/> { }", ["http://a/"], ["http://b/"]),
        ("PREFIX g: <http://g/> ASK from g:a FROM named g:b { ?s ?p ?o }", ["http://g/a"], ["http://g/b"]),
        ("BASE <http://b/x/> ASK FROM <y> FROM <../z> {}", ["http://b/x/y", "http://b/z"], []),
        (r"PREFIX : <http://e/> ASK FROM :a\,b FROM <http://\u0061/> {}", ["http://e/a,b", "http://a/"], []),
        ("CONSTRUCT { ?s ?p ?o } FROM NAMED <http://b/> WHERE { GRAPH ?g { ?s ?p ?o } }", [], ["http://b/"]),
        ("BASE <http://x/> DESCRIBE <FROM> <y> FROM <http://a/>", ["http://a/"], []),
    ],
)
def test_the_graphs_that_a_query_names_are_found(query, default, named):
    assert graphs_of(query) == (tuple(default), tuple(named))
    assert pyoxigraph.Store().query(query) is not None


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK\nPREFIX select: <http://SELECT/> BASE <http://ASK/> describe <x>", "DESCRIBE"),
        (r"PREFIX : <http://x/> CON\u0053TRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("ask { { SELECT * {} } }", "ASK"),
        ("hello", ""),
        ("", ""),
        ("{", ""),
    ],
)
def test_the_form_is_found(query, form):
    assert check(query).form == form
    assert form_of(query) == form
    assert check(query).makes_graph == (form in {"CONSTRUCT", "DESCRIBE"})


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (now() AS ?t) {}",
        "SELECT * { ?s ?p ?o } ORDER BY RAND()",
        "SELECT * { { SELECT (UUID() AS ?u) {} } }",
        "ASK { FILTER(STRUUID() < 'a') }",
        "SELECT * { BIND(bnode('a') AS ?b) }",
        r"SELECT (N\u004fW() AS ?t) {}",
        "CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { _:x ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }",
        "CONSTRUCT FROM <http://a/> WHERE { [] ?p ?o }",
    ],
)
def test_what_may_be_answered_otherwise_each_time_is_known(query):
    assert check(query).varies


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?now { ?now ?p 'RAND()' ; <http://x/UUID> ?o } # NOW()",
        "PREFIX now: <http://now/> SELECT * { ?s now:now now:rand }",
        "SELECT * { [] ?p ?o . _:x ?q (1 2) }",
        "CONSTRUCT { ?s ?p ?o } WHERE { [] ?p ?o . _:x ?p ?s . FILTER(?o > 1) }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE ?s { ?s ?p [] }",
    ],
)
def test_what_depends_on_the_data_alone_is_known(query):
    assert not check(query).varies


# Text for a string, a comment or an IRI that is made of what would be refused elsewhere.
_hostile = st.lists(st.sampled_from([*KEYWORDS, " ", "(", ")", "[", ";", "<", "||", "a", "é"]), max_size=12)


@given(words=_hostile)
def test_strings_comments_and_iris_are_never_mistaken(words):
    text = " ".join(words)
    iri = "".join(words).translate({ord(character): "-" for character in '<>"{}[]|^`\\ '})
    quoted = text.replace('"', "'")
    query = (
        f'# {text}\nPREFIX e: <http://e/{iri}>\nSELECT * {{ ?s <http://x/{iri}> "{quoted}" ; # {text}\n'
        f' <http://y> """{quoted}\n"" {quoted}""" , "{quoted}"@en , e:SERVICE }}'
    )
    pyoxigraph.Store().query(query)
    assert graphs_of(query) == (None, None)


@given(words=_hostile, keyword=st.sampled_from(["SERVICE", "service", "SeRvIcE"]))
def test_a_service_is_found_behind_anything(words, keyword):
    text = " ".join(words).replace('"', "'")
    query = f'ASK {{ ?s <http://x/a#b> "{text}" . # {text}\n {keyword} <http://x/> {{ }} }}'
    with pytest.raises(QueryRefused, match="SERVICE"):
        check(query)


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "'''\\",
        '"\\',
        '""" \\"',
        "<",
        "<a",
        "a",
        "a.-",
        "a.",
        "_:.",
        "e:a.",
        "\\u0041",
        "\\",
        ".1",
        "1.",
        "@a-",
        "?",
        "#",
        "(",
        "\n",
        "{'",
    ],
)
def test_every_text_is_read_in_linear_time(piece):
    """The look runs in the server's process: no text may hold it."""
    query = (piece * MAX_BYTES)[:MAX_BYTES]
    start = perf_counter()
    try:
        check(query)
    except QueryRefused:
        assert perf_counter() - start < 2
    assert perf_counter() - start < 2
