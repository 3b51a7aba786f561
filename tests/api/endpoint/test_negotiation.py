"""Answers come in the format that is asked for, within the time that is asked for."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from tests.api.endpoint.asking import (
    ALL,
    ENDLESS,
    SELECT,
    ask,
    get,
    problem,
)
from tests.api.serving import Server, settings

# Formats


@pytest.mark.parametrize(("accept", "query", "media_type"), [
    ("text/csv, */*", SELECT, "text/csv"),
    ("*/*, text/csv;q=0.9", SELECT, "application/sparql-results+json"),
    ("application/*", SELECT, "application/sparql-results+json"),
    ("application/sparql-results+json;q=0, */*", SELECT, "application/sparql-results+xml"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", SELECT, "application/sparql-results+xml"),
    ("text/turtle;q=0.5, application/n-quads", SELECT.replace("SELECT ?s", "DESCRIBE ?s"), "application/n-quads"),
    ("application/trig", "DESCRIBE <http://example.org/city>", "application/trig"),
    ("application/json", "DESCRIBE <http://example.org/city>", "application/ld+json"),
    ("text/plain", "DESCRIBE <http://example.org/city>", "application/n-triples"),
])  # fmt: skip
def test_negotiation(server: Server, accept: str, query: str, media_type: str) -> None:
    assert ask(server, query, accept=accept).headers["content-type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(("accept", "query", "offered"), [
    ("image/png", SELECT, "text/csv"), ("text/turtle", SELECT, "application/sparql-results+json"),
    ("text/csv", "DESCRIBE <http://example.org/city>", "application/n-quads"), ("text/turtle", "ASK {}", "text/csv"),
])  # fmt: skip
def test_what_is_not_offered_is_told_with_what_is(server: Server, accept: str, query: str, offered: str) -> None:
    told = problem(ask(server, query, accept=accept), 406, "not-acceptable")
    assert offered in told["offered"]
    assert accept not in told["offered"]


def test_all_graph_formats_say_the_same(server: Server) -> None:
    said = {}
    for name in ("ttl", "jsonld", "rdf", "nt", "trig", "nq"):
        answer = get(server, urlencode({"query": "DESCRIBE <http://example.org/trees>", "format": name}))
        syntax = RdfFormat.from_media_type(answer.headers["content-type"])
        assert syntax is not None
        said[name] = sorted(str(quad) for quad in pyoxigraph.parse(answer.content, syntax))
    assert len(said["nt"]) > 5
    assert all(each == said["nt"] for each in said.values())


@pytest.mark.parametrize(("query", "name", "kind", "file"), [
    (SELECT, "csv", "attachment", "results.csv"), (SELECT, "tsv", "attachment", "results.tsv"),
    (SELECT, "json", "inline", "results.json"), ("ASK {}", "xml", "inline", "results.xml"),
    ("DESCRIBE <http://e/x>", "ttl", "inline", "graph.ttl"), ("DESCRIBE <http://e/x>", "nq", "inline", "graph.nq"),
])  # fmt: skip
def test_answers_have_a_name_to_be_saved_under(server: Server, query: str, name: str, kind: str, file: str) -> None:
    answer = get(server, urlencode({"query": query, "format": name}))
    assert answer.headers["content-disposition"] == f'{kind}; filename="{file}"'


def test_a_description_holds_the_parts_that_were_blank(server: Server) -> None:
    answer = ask(server, "DESCRIBE <http://example.org/trees>", accept="application/n-triples")
    assert b"Service des arbres" in answer.content  # of the contact point, which is a blank node in its file
    assert b"<http://example.org/trees#contactPoint-1>" in answer.content
    assert b'"City of Example"' not in answer.content  # the publisher is described elsewhere
    assert b"confidentiel" not in answer.content


# Limits


def test_a_timeout_may_only_be_shorter(server: Server) -> None:
    start = time.monotonic()
    short = get(server, urlencode({"query": ENDLESS, "timeout": "0.5"}))
    assert "0.5 s" in problem(short, 503, "deadline-reached")["detail"]
    assert time.monotonic() - start < 3
    assert (
        "3 s" in problem(get(server, urlencode({"query": ENDLESS, "timeout": "60"})), 503, "deadline-reached")["detail"]
    )
    assert get(server, urlencode({"query": SELECT, "timeout": "0.5"})).status_code == 200


def test_the_deadline_is_at_most_half_a_minute(folder: Path) -> None:
    assert settings(folder).query_deadline <= 30
    with pytest.raises(ValueError, match="query_deadline"):
        settings(folder, query_deadline=31)


# HEAD, compression, origins


def test_head_says_what_get_does(server: Server) -> None:
    address = f"{server.address}sparql?{urlencode({'query': ALL})}"
    for coding in ("identity", "gzip"):
        headers = {"accept": "text/csv", "accept-encoding": coding}
        head, whole = server.client.head(address, headers=headers), server.client.get(address, headers=headers)
        assert head.status_code == whole.status_code == 200
        assert head.content == b""
        for name in ("content-type", "content-length", "content-encoding", "etag", "vary", "civigraph-sequence"):
            assert head.headers.get(name) == whole.headers.get(name), name
    assert server.client.head(f"{server.address}sparql?query=nonsense").status_code == 400
