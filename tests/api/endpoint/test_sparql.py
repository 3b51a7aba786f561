"""The SPARQL endpoint over real HTTP, answered by caged workers."""

from __future__ import annotations

import csv
import html
import io
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph
import pytest
import rdflib

from graph import executables
from graph.instance import Instance
from tests.api.serving import Server, follow, many, serving, settings, tell

FORM = {"content-type": "application/x-www-form-urlencoded"}
FORM_WITH_CHARSET = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
QUERY = {"content-type": "application/sparql-query"}
SELECT = 'SELECT ?s WHERE { ?s <http://purl.org/dc/terms/title> "Street trees"@en }'
CONSTRUCT = "CONSTRUCT WHERE { <http://example.org/city> ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


def ask(server: Server, query: str, accept: str = "*/*", **parameters: str) -> httpx.Response:
    """Ask by GET."""
    asked = {"query": query, **parameters}
    return server.client.get(server.address + "sparql", params=asked, headers={"accept": accept})


def catch_up(server: Server) -> Server:
    """Wait until queries are answered from what the views hold by now."""
    end = time.monotonic() + 20
    known = server.get("/health").json()["sequence"]
    while int(ask(server, "ASK {}").headers["civigraph-sequence"]) < known:
        assert time.monotonic() < end
        time.sleep(0.05)
    return server


@pytest.mark.parametrize(("query", "accept", "media_type"), [
    (SELECT, "*/*", "application/sparql-results+json"),
    (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
    (SELECT, "application/json", "application/sparql-results+json"),
    (SELECT, "text/csv", "text/csv"),
    (SELECT, "text/tab-separated-values;q=0.9, application/xml;q=0.1", "text/tab-separated-values"),
    (SELECT, "text/turtle, application/sparql-results+json;q=0.1", "application/sparql-results+json"),
    (CONSTRUCT, "*/*", "text/turtle"),
    (CONSTRUCT, "application/n-triples", "application/n-triples"),
    (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
    (CONSTRUCT, "application/ld+json;q=0.9, text/csv", "application/ld+json"),
    ("ASK {}", "application/sparql-results+xml;q=0.9, text/turtle", "application/sparql-results+xml"),
])  # fmt: skip
def test_the_format_is_negotiated(server: Server, query: str, accept: str, media_type: str) -> None:
    answer = ask(server, query, accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize(("name", "query", "media_type"), [
    ("json", SELECT, "application/sparql-results+json"), ("xml", SELECT, "application/sparql-results+xml"),
    ("csv", SELECT, "text/csv"), ("tsv", SELECT, "text/tab-separated-values"), ("ttl", CONSTRUCT, "text/turtle"),
    ("nt", CONSTRUCT, "application/n-triples"), ("rdf", CONSTRUCT, "application/rdf+xml"),
    ("jsonld", CONSTRUCT, "application/ld+json"), ("json", CONSTRUCT, "application/ld+json"),
    ("xml", CONSTRUCT, "application/rdf+xml"),
    ("csv", CONSTRUCT, "text/turtle"), ("trig", CONSTRUCT, "application/trig"),
    ("nq", CONSTRUCT, "application/n-quads"), ("turtle", SELECT, "application/sparql-results+json"),
])  # fmt: skip
def test_the_format_may_be_named(server: Server, name: str, query: str, media_type: str) -> None:
    assert ask(server, query, "text/html", format=name).headers["content-type"] == f"{media_type}; charset=utf-8"


def test_all_ways_to_ask_give_one_answer(server: Server) -> None:
    address = server.address + "sparql"
    answers = [
        ask(server, SELECT),
        server.client.post(address, content=f"query={quote(SELECT)}", headers=FORM),
        server.client.post(address, content=f"query={quote(SELECT)}", headers=FORM_WITH_CHARSET),
        server.client.post(address, content=SELECT, headers=QUERY),
        server.client.post(address + "?query=ignored", content=SELECT, headers=QUERY),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    bindings = answers[0].json()["results"]["bindings"]
    assert [row["s"]["value"] for row in bindings] == ["http://example.org/trees"]


def test_tables_are_for_saving(server: Server) -> None:
    answer = ask(server, SELECT, "text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="results.csv"'
    assert list(csv.reader(io.StringIO(answer.text))) == [["s"], ["http://example.org/trees"]]


def test_graphs_parse_and_hold_what_was_asked(server: Server) -> None:
    graph = rdflib.Graph().parse(data=ask(server, CONSTRUCT).content, format="turtle")
    assert len(graph) == 4


def test_graphs_that_the_request_names_are_seen_only_if_they_are_public(server: Server) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        answer = ask(
            server, "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", **{name: "http://example.org/g"}
        )
        assert answer.json()["results"]["bindings"] == []
    private = "http://127.0.0.1:8000/audience/members"
    answer = ask(server, f"SELECT * FROM <{private}> {{ ?s ?p ?o }}")
    assert answer.json()["results"]["bindings"] == []
    assert "Plan confidentiel" not in ask(server, "SELECT * { ?s ?p ?o }").text


def test_a_slip_is_told_with_its_place(server: Server) -> None:
    problem = ask(server, "SELECT *\nWHERE { ?s ?p }").json()
    assert problem["status"] == 400
    assert problem["line"] == 2
    assert problem["column"] > 1
    assert problem["title"] == "The query cannot be run"


def test_what_would_leave_the_house_is_refused(server: Server) -> None:
    problem = ask(server, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }").json()
    assert problem["status"] == 400
    assert "SERVICE" in problem["detail"]


def test_an_endless_query_is_stopped_and_said_to_be(server: Server) -> None:
    start = time.monotonic()
    answer = ask(server, ENDLESS)
    assert time.monotonic() - start < 15
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["title"] == "The query was stopped: it took too long"
    assert "3 s" in answer.json()["detail"]
    assert ask(server, SELECT).status_code == 200


def test_nested_groups_hurt_nobody(server: Server) -> None:
    assert ask(server, "SELECT * " + "{" * 4000 + "}" * 4000).status_code == 400
    assert server.get("/health").status_code == 200


def test_pages_are_answered_while_queries_run(server: Server) -> None:
    with httpx.Client(timeout=30) as other:
        request = other.build_request("GET", server.address + "sparql", params={"query": ENDLESS})
        asking = threading.Thread(target=lambda: other.send(request))
        asking.start()
        start = time.monotonic()
        assert server.get("/dataset/arbres-d-alignement").status_code == 200
        assert time.monotonic() - start < 2.5
        asking.join()


def test_a_query_whose_client_has_gone_is_stopped(folder: Path) -> None:
    with serving(settings(folder.parent / "gone", query_deadline=30)) as server:
        catch_up(server)
        for _ in range(2):  # as many as there are workers
            with pytest.raises(httpx.ReadTimeout):
                server.client.get(server.address + "sparql", params={"query": ENDLESS}, timeout=0.5)
        start = time.monotonic()
        assert ask(server, "ASK {}").json()["boolean"] is True
        assert time.monotonic() - start < 10


def test_too_large_an_answer_is_refused_whole(folder: Path) -> None:
    with serving(settings(folder.parent / "small", query_bytes=2000)) as server:
        catch_up(server)
        answer = ask(server, "SELECT * { ?s ?p ?o }")
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_browser_gets_a_form_that_works(server: Server) -> None:
    page = server.get("/sparql", "text/html").text
    assert '<textarea id="query" name="query"' in page
    assert 'method="post"' in page
    posted = server.client.post(
        server.address + "sparql", data={"query": SELECT, "format": "csv"}, headers={"accept": "text/html,*/*;q=0.8"}
    )
    assert posted.headers["content-type"] == "text/csv; charset=utf-8"


def test_the_examples_run(server: Server) -> None:
    examples = re.findall(r'href="(/sparql\?query=[^"]+)"', server.get("/sparql", "text/html").text)
    assert len(examples) == len(executables.executables())
    for href in examples:
        # A question waits for its turn like any other, and a reader of the page asks one at a time.
        answer = server.get(html.unescape(href))
        assert answer.status_code == 200
        if answer.headers["content-type"].startswith("application/sparql-results+json"):
            assert {"results", "boolean"} & answer.json().keys()
        else:
            assert answer.headers["content-type"].startswith("text/turtle")


def test_an_example_goes_into_the_form_in_the_readers_language(server: Server) -> None:
    page = server.get("/sparql?lang=fr&example=closed", "text/html").text
    chosen = next(query for query in executables.executables() if query.name == "closed")
    form, _, examples = page.partition('<form id="ask"')[2].partition("</form>")
    assert chosen.text.strip() in html.unescape(form)
    for query in executables.executables():
        assert query.title["fr"] in html.unescape(examples)
        assert f"/sparql?example={query.name}&lang=fr" in html.unescape(examples)
    assert server.get("/sparql?example=unknown", "text/html").status_code == 200


def test_a_program_gets_a_description(server: Server) -> None:
    answer = server.get("/sparql", "text/turtle")
    described = pyoxigraph.Store()
    described.load(answer.content, pyoxigraph.RdfFormat.TURTLE)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    found = list(described.quads_for_pattern(None, pyoxigraph.NamedNode(sd + "endpoint"), None))
    assert [quad.object.value for quad in found] == [server.address + "sparql"]


@pytest.fixture
def appended(folder: Path, server: Server) -> Iterator[Server]:
    """A new statement is in the graph for the length of a test."""
    with Instance.open(folder) as instance:
        tell(instance, many(0).replace("http://example.org/many/000", "http://example.org/fresh"), "fresh")
        follow(server)
        yield server
        instance.log.retract("fresh", None, agent="test")
        follow(server)


def test_the_answer_tells_how_much_it_knows(server: Server, request: pytest.FixtureRequest) -> None:
    before = int(ask(catch_up(server), "ASK {}").headers["civigraph-sequence"])
    request.getfixturevalue("appended")
    end = time.monotonic() + 10
    while not ask(server, "ASK { <http://example.org/fresh> ?p ?o }").json()["boolean"]:
        assert time.monotonic() < end
    assert int(ask(server, "ASK {}").headers["civigraph-sequence"]) == before + 1
    assert server.get("/health").json()["sequence"] == before + 1
