"""The headers of every kind of answer: a page may show style and pictures, anything else nothing, whoever made it."""

from __future__ import annotations

import json
import re

import pytest

from api.routes import health
from api.server.security import DATA_POLICY, EDITOR_POLICY, EMBEDDED_POLICY, PAGE_POLICY
from tests.api.serving import Server
from tests.api.test_http import ADDRESSES, HTML
from tests.api.wire import Answer, exchange

EXPECTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "x-frame-options": "DENY",
    "access-control-allow-origin": "*",
}


def directives(policy: str) -> dict[str, list[str]]:
    """Take a Content-Security-Policy apart."""
    parts = [part.split() for part in policy.split(";")]
    return {name: values for name, *values in parts}


def check(headers: dict[str, str]) -> None:
    """See that an answer has every header, and the policy of its kind."""
    for name, value in EXPECTED.items():
        assert headers[name] == value, name
    assert headers["x-request-id"]
    assert "camera=()" in headers["permissions-policy"]
    shown = headers.get("content-type", "").startswith("text/html")
    policy = headers["content-security-policy"]
    assert policy == (PAGE_POLICY if shown else DATA_POLICY)
    assert directives(policy)["default-src"] == ["'none'"]
    assert directives(policy)["frame-ancestors"] == ["'none'"]
    assert ("sandbox" in directives(policy)) is not shown
    assert "unsafe" not in policy
    assert "set-cookie" not in headers


@pytest.mark.parametrize("accept", ["*/*", HTML])
@pytest.mark.parametrize("address", [*ADDRESSES.values(), "/openapi.json", "/nothing/here", "/search?page=x", "/x?%zz"])
def test_answers_and_problems(server: Server, address: str, accept: str) -> None:
    check(dict(server.get(address, accept).headers))


@pytest.mark.parametrize(("address", "accept"), [("/catalog.ttl", "*/*"), ("/rules", HTML), ("/search", HTML)])
def test_an_answer_without_a_body_leaves_the_policy_of_what_is_kept(server: Server, address: str, accept: str) -> None:
    """A browser puts the headers of a 304 in the place of those it keeps: a page seen again would lose its style."""
    before = server.get(address, accept)
    again = server.get(address, accept, if_none_match=before.headers["etag"])
    assert again.status_code == 304
    assert not {"content-security-policy", "x-frame-options"} & set(again.headers)
    check({**before.headers, **again.headers})


@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_an_unexpected_error(server: Server, monkeypatch: pytest.MonkeyPatch, accept: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(health, "version", fail)
    answer = server.get("/health", accept)
    assert answer.status_code == 500
    check(dict(answer.headers))


@pytest.mark.parametrize(
    "sent", [b"NONSENSE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"]
)
def test_what_never_reaches_a_route(server: Server, sent: bytes) -> None:
    answer: Answer = exchange(server.address, sent)
    assert answer.status in {400, 413}
    check(answer.headers)


def test_pages_hold_nothing_that_their_policy_forbids(server: Server) -> None:
    addresses = ("/", "/search?q=arbres", "/catalog", "/sparql", "/ns", "/dataset/arbres-d-alignement", "/x/y/z")
    questions = ("/questions", "/questions/09", "/questions/09?embed=1", "/pictures", "/pictures/timeline")
    for address in (*addresses, *questions, "/neighbours?iri=http://example.org/trees"):
        page = server.get(address, HTML).text
        assert "tokens.css" in page
        for forbidden in ("<style", " style=", "javascript:", "<iframe", "<object", "<embed", "<base"):
            assert forbidden not in page, (address, forbidden)
        # Scripts come from files alone, and none holds back what is read. A block of data is no script.
        data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert all("<" not in each and json.loads(each)["@type"] == "Dataset" for each in data)
        assert len(data) == ("/dataset/" in address)
        for script in re.findall(r"<script(?! type=.application/ld\+json.>)[^>]*>[^<]*", page):
            assert re.fullmatch(r'<script defer src="/static/[a-z/]+\.js\?v=[0-9a-f]+">', script), (address, script)


def test_the_editor_alone_may_show_the_style_that_its_table_writes(server: Server) -> None:
    headers = server.get("/sparql", HTML).headers
    assert headers["content-security-policy"] == EDITOR_POLICY
    assert "unsafe" not in EDITOR_POLICY
    assert directives(EDITOR_POLICY)["script-src"] == ["'self'"]
    assert headers["x-frame-options"] == "DENY"


def test_an_answer_may_stand_in_a_page_elsewhere_and_then_runs_nothing(server: Server) -> None:
    headers = server.get("/questions/09?embed=1", HTML).headers
    assert headers["content-security-policy"] == EMBEDDED_POLICY
    assert directives(EMBEDDED_POLICY)["frame-ancestors"] == ["*"]
    assert "script-src" not in directives(EMBEDDED_POLICY)
    assert directives(EMBEDDED_POLICY)["default-src"] == ["'none'"]
    assert "x-frame-options" not in headers
