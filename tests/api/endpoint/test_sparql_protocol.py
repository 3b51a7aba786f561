"""The SPARQL 1.1 Protocol: how a query is sent, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

import httpx
import pytest

from tests.api.endpoint.asking import (
    FORM,
    QUERY,
    SELECT,
    TITLE,
    UPDATE,
    WAYS,
    ask,
    get,
    post,
    problem,
)
from tests.api.serving import Server
from tests.api.wire import exchange


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("query", "media_type"), [
    (SELECT, "application/sparql-results+json"),
    (f'ASK {{ ?s <{TITLE}> "Street trees"@en }}', "application/sparql-results+json"),
    ("CONSTRUCT { <http://e/é> ?p ?o } WHERE { <http://example.org/trees> ?p ?o }", "text/turtle"),
    ("DESCRIBE <http://example.org/trees>", "text/turtle"),
])  # fmt: skip
def test_each_form_can_be_asked_in_each_way(server: Server, way: str, query: str, media_type: str) -> None:
    answer = WAYS[way](server, query, [])
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.content == ask(server, query).content
    assert len(answer.content) > 15


def test_a_query_that_is_not_escaped_is_no_http(server: Server) -> None:
    for letter in ("\u00e9".encode(), b"\xff"):
        request = b"GET /sparql?query=ASK%7B%7D%23" + letter + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        assert exchange(server.address, request).problem["status"] == 400
    answer = get(server, "query=" + quote('SELECT ("\u00e9\u6570" AS ?x) {}'), accept="text/csv")
    assert answer.text == "x\r\n\u00e9\u6570\r\n"


@pytest.mark.parametrize(("fields", "detail"), [
    ("query=ASK%7B%7D&query=ASK%7B%7D", "more than one query"),
    ("query=ASK%20%7B%7D%23%FF", "not UTF-8"),
    ("query=ASK%7B%7D&default-graph-uri=%C3%28", "not UTF-8"),
    ("query=ASK%7B%7D&default-graph-uri=relative/graph", "default-graph-uri"),
    ("query=ASK%7B%7D&named-graph-uri=http://a%20b/", "named-graph-uri"),
    ("query=ASK%7B%7D&format=docx", "format"),
    ("query=ASK%7B%7D&timeout=soon", "timeout"),
    ("query=ASK%7B%7D&timeout=0", "timeout"),
    ("query=ASK%7B%7D&timeout=-1", "timeout"),
    ("query=ASK%7B%7D&timeout=inf", "timeout"),
    ("query=ASK%7B%7D&timeout=nan", "timeout"),
    ("query=ASK%7B%7D" + "&x=1" * 200, "parameters"),
])  # fmt: skip
def test_ill_formed_requests_are_told(server: Server, fields: str, detail: str) -> None:
    assert detail in problem(get(server, fields), 400, "bad-request")["detail"]
    assert detail in problem(post(server, fields, FORM), 400, "bad-request")["detail"]


def test_a_query_is_asked_once(server: Server) -> None:
    body = urlencode({"query": "ASK {}"})
    problem(post(server, body, FORM, fields=body), 400, "bad-request")
    problem(post(server, "default-graph-uri=", FORM), 400, "bad-request")
    # Of what is sent directly, the body alone is the query.
    assert post(server, "ASK {}", QUERY, fields="query=nonsense").json()["boolean"] is True


@pytest.mark.parametrize(("query", "line", "column"), [
    ("", 1, 1), ("SELECT *\nWHERE { ?s ?p }", 2, 15), ("SELECT nonsense { ?s ?p ?o }", 1, 8),
    ("ASK { ?s dcat:theme ?o }", 1, 10), ('ASK {\n ?s ?p "open }', 2, 8), ("ASK { } LIMIT x", 1, 15),
])  # fmt: skip
def test_a_slip_is_told_with_its_place(server: Server, query: str, line: int, column: int) -> None:
    for answer in (ask(server, query), post(server, query, QUERY), post(server, urlencode({"query": query}), FORM)):
        told = problem(answer, 400, "query-refused")
        assert (told["line"], told["column"]) == (line, column), told
        assert told["detail"]


@pytest.mark.parametrize("media_type", [
    None, "text/plain", "application/json", "multipart/form-data; boundary=x", "application/sparql",
    f"{QUERY}; charset=utf-16", f"{FORM}; charset=ISO-8859-1",
])  # fmt: skip
def test_other_bodies_are_not_taken(server: Server, media_type: str | None) -> None:
    for body in ("ASK {}", "query=ASK%20%7B%7D"):
        told = problem(post(server, body, media_type), 415, "unsupported-media-type")
        assert told["taken"] == [FORM, QUERY]


@pytest.mark.parametrize("media_type", [f"{QUERY}; charset=UTF-8", f'{QUERY};charset="utf-8"', QUERY.upper()])
def test_media_types_may_say_that_they_are_utf_8(server: Server, media_type: str) -> None:
    assert post(server, "ASK {}", media_type).status_code == 200


def test_bodies_that_are_not_utf_8_are_told(server: Server) -> None:
    assert "byte 8" in problem(post(server, b"ASK {} #\xe9".replace(b" #", b"#"), QUERY), 400, "bad-request")["detail"]
    problem(post(server, "ASK {}".encode("utf-16"), QUERY), 400, "bad-request")
    problem(post(server, b"query=ASK%20%7B%7D%23\xff", FORM), 400, "bad-request")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(server: Server, method: str) -> None:
    answer = server.client.request(method, f"{server.address}sparql?query=ASK%7B%7D")
    problem(answer, 405, "method-not-allowed")
    assert {each.strip() for each in answer.headers["allow"].split(",")} == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("send", [
    lambda server: get(server, "update=CLEAR%20ALL"),
    lambda server: get(server, "query=ASK%7B%7D&update=CLEAR%20ALL"),
    lambda server: post(server, "update=CLEAR%20ALL", FORM),
    lambda server: post(server, "CLEAR ALL", UPDATE),
    lambda server: post(server, "CLEAR ALL", f"{UPDATE}; charset=utf-8"),
], ids=["get", "get with a query", "form", "direct", "direct with charset"])  # fmt: skip
def test_updates_are_refused_with_the_way_that_writes_go(
    server: Server, send: Callable[[Server], httpx.Response]
) -> None:
    told = problem(send(server), 403, "update-refused")
    assert "import" in told["detail"]
    assert told["writes"].startswith("civigraph import ")


def test_an_update_that_comes_as_a_query_is_refused_at_its_word(server: Server) -> None:
    told = problem(ask(server, "PREFIX : <http://e/>\n INSERT DATA { :a :b :c }"), 400, "query-refused")
    assert (told["line"], told["column"]) == (2, 2)
    assert "INSERT changes data" in told["detail"]
    assert "import" in told["remedy"]
