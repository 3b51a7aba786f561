"""A query written anew for an engine: the same query, with nothing in it that an engine could read otherwise."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.errors import QueryRefused
from graph.store.remote.text import EngineText, write

P = "http://example.org/p"


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("PREFIX e: <http://e/> # said\nSELECT ?x { ?x e:a\\,b $y }", "SELECT ?x { ?x <http://e/a,b> ?y }"),
        ("BASE <http://b/c/> SELECT * { <d> <../e> <#f> }", "SELECT * { <http://b/c/d> <http://b/e> <http://b/c/#f> }"),
        ("ASK FROM <urn:g> FROM NAMED <urn:h> WHERE { }", "ASK WHERE { }"),
        ("PREFIX g: <urn:> ASK FROM g:g FROM NAMED g:h { }", "ASK { }"),
        ("SELECT * { ?s ?p .5, -1., 1e3 }", "SELECT * { ?s ?p .5, -1., 1e3 }"),
        ("SELECT * { ?s ?p '''a'b\n''', \"\\u00e9\\n\" , 'x'@fr }", 'SELECT * { ?s ?p "a\'b\\n", "é\\n" , "x"@fr }'),
        ("SELECT * { ?s ?p '\\\\u0041' }", 'SELECT * { ?s ?p "\\\\u0041" }'),
        ("SELECT(1 AS ?x){}#end", "SELECT(1 AS ?x){}"),
        ("SELECT * { GRAPH <urn:here> { ?s ?p '<urn:here>' } }", 'SELECT * { GRAPH <urn:there> { ?s ?p "<urn:here>" } }'),  # noqa: E501
        ("SELECT * { _:b ?p [] ; a ?t }", "SELECT * { _:b ?p [] ; a ?t }"),
        ("SELECT * { <urn:s> (<urn:p>|^<urn:q>)* ?o }", "SELECT * { <urn:s> (<urn:p>|^<urn:q>)* ?o }"),
    ],
)  # fmt: skip
def test_written(query: str, written: str) -> None:
    assert write(query, {"urn:here": "urn:there"}).text == written


@pytest.mark.parametrize(
    ("query", "text", "counted", "resources"),
    [
        ("CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p ?o } LIMIT 5", None, "{ ?s ?p ?o } LIMIT 5", None),
        ("CONSTRUCT WHERE { ?s ?p ?o }", None, "{ ?s ?p ?o }", None),
        ("CONSTRUCT { ?s ?p ?o } FROM <urn:g> { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "{ ?s ?p ?o }", None),  # noqa: E501
        ("DESCRIBE <urn:a> <urn:b>", "", None, ("urn:a", "urn:b")),
        ("DESCRIBE ?x <urn:a> { ?x a ?t } LIMIT 2", "SELECT ?x { ?x a ?t } LIMIT 2", None, ("urn:a",)),
        ("DESCRIBE * WHERE { ?x a ?t }", "SELECT * WHERE { ?x a ?t }", None, ()),
    ],
)  # fmt: skip
def test_graphs(query: str, text: str | None, counted: str | None, resources: tuple[str, ...] | None) -> None:
    count = None if counted is None else f"SELECT (1 AS ?civigraph_n) WHERE {counted}"
    assert write(query, {}) == EngineText(query if text is None else text, count, resources)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<bif:now>() AS ?x) {}",
        "PREFIX b: <bif:> SELECT (b:now() AS ?x) {}",
        "SELECT (<b\\u0069f:now>() AS ?x) {}",
        "SELECT * { ?s <http://www.openlinksw.com/schemas/virtrdf#x> ?o }",
        "SELECT * { ?s ?p <sql:x> }",
        "SELECT (<urn:f>(1) AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER <urn:f>(?o) }",
        "SELECT * { ?s ?p ?o } ORDER BY ?s <urn:f>(?o)",
        "SELECT * { { SELECT ?s { ?s ?p ?o } GROUP BY ?s <urn:f>(?s) } }",
        "SELECT * { ?s ?p ?o } HAVING (?s) <urn:f>(?o)",
        "SELECT * { <relative> ?p ?o }",
        "BASE <urn:x:> SELECT * { <relative> ?p ?o }",
        "SELECT * { ?s ?p <urn:a\\u003Eb> }",
        "SELECT * { ?s ?p '\\ud800' }",
        "PREFIX a: <urn:> SELECT * { ?s b:c ?o }",
        "DROP ALL",
        "",
    ],
)
def test_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        write(query, {})


@pytest.mark.parametrize("text", ["a\\u0041", 'q"uo\\"te', "line\nbreak\ttab", "é\U0001f6b2", "{ # ' ''' <urn:x> }"])
def test_every_string_stays_what_it_is(text: str) -> None:
    """Written by its author in any of four ways, read by a real parser after it was written anew."""
    store = pyoxigraph.Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode(P), Literal(text)))
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
    for quotes in ('"""', "'''", '"', "'"):
        inner = escaped if len(quotes) == 3 else escaped.replace("\n", "\\n")
        assert bool(store.query(write(f"ASK {{ ?s <{P}> {quotes}{inner}{quotes} }}", {}).text))
