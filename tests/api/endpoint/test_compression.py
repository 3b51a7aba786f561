"""What HTTP adds to answers: compression for who asks, reading from any origin."""

from __future__ import annotations

import gzip

import pytest

from tests.api.endpoint.asking import (
    ALL,
    ask,
    get,
    raw,
)
from tests.api.serving import Server


@pytest.mark.parametrize("coding", ["gzip", "br, gzip;q=0.5", "*", "GZIP", "x-gzip"])
def test_compression_is_for_who_asks(server: Server, coding: str) -> None:
    _, whole = raw(server, ALL, None)
    answer, body = raw(server, ALL, coding)
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(body) < len(whole) / 2
    assert gzip.decompress(body) == whole
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize("coding", [None, "identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0, *"])
def test_who_does_not_ask_for_compression_gets_none(server: Server, coding: str | None) -> None:
    answer, body = raw(server, ALL, coding)
    assert answer.headers["content-encoding"] is None
    assert int(answer.headers["content-length"]) == len(body)
    assert body.startswith(b"s,p,o\r\n")
    assert "Accept-Encoding" in answer.headers["vary"]


def test_small_answers_are_not_compressed(server: Server) -> None:
    answer, body = raw(server, "ASK {}", "gzip")
    assert answer.headers["content-encoding"] is None
    assert body == b"true"


def test_large_answers_are_compressed_as_they_go(server: Server) -> None:
    query = "SELECT ?s ?o2 { ?s ?p ?o . ?s2 ?p2 ?o2 } LIMIT 60000"
    _, whole = raw(server, query, None)
    answer, body = raw(server, query, "gzip")
    assert len(whole) > 2 << 20
    assert answer.headers["content-length"] is None
    assert gzip.decompress(body) == whole


def test_compressed_bytes_have_a_tag_of_their_own(server: Server) -> None:
    tags = {raw(server, ALL, coding)[0].headers["etag"] for coding in (None, "gzip", "identity")}
    assert len(tags) == 2
    assert not any(tag.startswith("W/") for tag in tags)


def test_any_origin_may_ask_and_read(server: Server) -> None:
    for method in ("GET", "POST"):
        asked = {
            "origin": "https://notebook.example",
            "access-control-request-method": method,
            "access-control-request-headers": "content-type, civigraph-sequence, cache-control, if-none-match",
        }
        preflight = server.client.options(f"{server.address}sparql", headers=asked)
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert method in preflight.headers["access-control-allow-methods"]
        allowed = {each.strip().lower() for each in preflight.headers["access-control-allow-headers"].split(",")}
        assert {"content-type", "civigraph-sequence", "cache-control", "if-none-match"} <= allowed
    for answer in (ask(server, "ASK {}"), ask(server, "nonsense"), get(server, "update=x")):
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = {each.strip() for each in answer.headers["access-control-expose-headers"].split(",")}
        assert {"Civigraph-Sequence", "ETag", "Cache-Status", "Retry-After", "Content-Disposition"} <= exposed
    assert "access-control-allow-credentials" not in answer.headers
