"""Hundreds of malformed requests: each is a problem of the client's, none of the server's, and nothing is kept.

They are made from the table of routes, so that a new one is tried without being named here.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args, get_origin
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from api.app import create_app
from api.settings import Settings
from tests.api import parameters
from tests.api.wire import Answer, exchange
from tests.conftest import CHECKOUT
from tests.processes import Served, served

ROUTES = [route for route in create_app(Settings()).routes if isinstance(route, APIRoute)]
READERS = [route for route in ROUTES if "GET" in route.methods]
WRITERS = [route for route in ROUTES if route.methods - {"GET", "HEAD"}]


@dataclass(frozen=True)
class Attempt:
    """One malformed request, byte by byte; `told` says whether it must be refused or may be overlooked."""

    name: str
    sent: bytes
    refused: bool = True


def path_of(route: APIRoute) -> str:
    """Give an address of a route; what stands in braces is there or not, a malformed request ends before that."""
    return re.sub(r"\{suffix\}", "ttl", re.sub(r"\{(?!suffix)[^}]*\}", "x", route.path))


def request(method: str, address: str, *headers: str, body: bytes | None = None) -> bytes:
    """Write a request."""
    lines = [f"{method} {address} HTTP/1.1", "Host: localhost", "Accept: */*", *headers]
    if body is not None and not any(each.lower().startswith(("content-length", "transfer-enc")) for each in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + (body or b"")


BAD_QUERIES = {
    "bytes that are no UTF-8": "a=%ff",
    "overlong encoding": "a=%c0%af",
    "half of a surrogate pair": "a=%ed%a0%80",
    "percent and no digits": "a=%zz",
    "percent at the end": "a=1%",
    "NUL": "a=%00",
    "no UTF-8 in a name": "%fe=1",
    "hundreds of parameters": "&".join(["a=1"] * 300),
    "an address without end": "a=" + "b" * 70_000,
}
BAD_PATHS = {"no UTF-8 in the path": "%ff", "NUL in the path": "%00", "percent junk in the path": "%x"}
BAD_METHODS = ["BREW", "PROPFIND", "TRACE", "get", "PATCH", "X" * 300, "CONNECT"]
BODIES = {
    "JSON that ends early": ("application/json", b'{"a": [1, 2'),
    "JSON as deep as the sea": ("application/json", b"[" * 100_000),
    "a number of a million digits": ("application/json", b"9" * 900_000),
    "no text at all": ("application/sparql-query", b"\xff\xfe\x00\x00"),
    "NUL in a query": ("application/sparql-query", b"ASK {}\0"),
    "half a form": ("application/x-www-form-urlencoded", b"query=%f"),
    "a form that is no UTF-8": ("application/x-www-form-urlencoded", b"query=%ff%fe"),
    "a form of thousands of fields": ("application/x-www-form-urlencoded", b"query=ASK{}&" * 5000),
    "parts without a boundary": ("multipart/form-data", b"--x\r\n"),
    "parts that never end": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    "a media type that is none": ("////", b"x"),
    "a media type of NULs": ("text/%00", b"x"),
    "half an RDF/XML document": ("application/rdf+xml", b"<rdf:RDF"),
    "half a Turtle document": ("text/turtle", b"<a> <b> "),
    "JSON-LD that loads another document": ("application/ld+json", b'{"@context": "http://127.0.0.1:9/x"}'),
    "nothing": ("application/x-www-form-urlencoded", b""),
}
PACKED = gzip.compress(b"query=ASK{}" * 50)
FRAMINGS = {
    "length and chunks": (("Content-Length: 3", "Transfer-Encoding: chunked"), b"3\r\nASK\r\n0\r\n\r\n"),
    "two lengths": (("Content-Length: 3", "Content-Length: 5"), b"ASK{}"),
    "a length below nought": (("Content-Length: -5",), b""),
    "a length of letters": (("Content-Length: ten",), b""),
    "a length beyond all bounds": (("Content-Length: 99999999999999999999",), b""),
    "a length of three hundred megabytes": (("Content-Length: 300000000",), b""),
    "chunks of no size": (("Transfer-Encoding: chunked",), b"zz\r\nASK\r\n0\r\n\r\n"),
    "chunks longer than told": (("Transfer-Encoding: chunked",), b"2\r\nASK{}\r\n0\r\n\r\n"),
    "chunks within chunks": (("Transfer-Encoding: chunked, chunked",), b"0\r\n\r\n"),
    "an unknown transfer coding": (("Transfer-Encoding: brotli",), b""),
    "cut gzip": (("Content-Encoding: gzip", f"Content-Length: {len(PACKED) // 2}"), PACKED[: len(PACKED) // 2]),
    "an unknown content coding": (("Content-Encoding: zip", "Content-Length: 1"), b"x"),
    "a header without a name": ((": x",), b""),
    "a header with a space in its name": (("Bad Name: x",), b""),
    "a header of control characters": (("X: a\x01b",), b""),
    "a header that is folded": (("X: a\r\n \x00b",), b""),
    "a thousand headers": (tuple(f"X-{number}: y" for number in range(1000)), b""),
    "a header without end": ((f"X: {'y' * 70_000}",), b""),
    "two hosts": (("Host: other",), b""),
}
# What a server overlooks by the standards, or takes as it likes; a 5xx it may never be.
OVERLOOKED = {
    "ranges that make no sense": ("Range: bytes=9-1,-,x", "If-Range: W/nonsense"),
    "tags that are none": ("If-None-Match: nonsense, \"\", W/", "If-Match: ,,,"),
    "dates that are none": ("If-Modified-Since: yesterday", "If-Unmodified-Since: 99999999999"),
    "an Accept of junk": ("Accept: ;;;q=,/,*/x;q=9;q=nan",),
    "an Accept without end": ("Accept: " + "a/b;q=0.1, " * 4000,),
    "languages of junk": ("Accept-Language: ;q=, *;q=inf, fr;q=-1, \xe9",),
    "an id of junk": ("X-Request-Id: a b\tc",),
    "addresses of junk": ("X-Forwarded-For: ,,;, ::::, " + "9" * 300, "X-Forwarded-Proto: gopher"),
    "a cookie of junk": ("Cookie: ;;=;\xff",),
    "an Expect of junk": ("Expect: the-unexpected",),
    "an Upgrade of junk": ("Connection: upgrade, close", "Upgrade: telepathy/9"),
    "an Origin of junk": ("Origin: null null", "Access-Control-Request-Method: \xe9"),
    "a Host of junk": ("X-Forwarded-Host: a/b?c",),
}  # fmt: skip


def in_address() -> Iterator[Attempt]:
    """Try every route that is read with an address that is no text."""
    for route in READERS:
        for name, query in BAD_QUERIES.items():
            yield Attempt(f"{route.path}: {name}", request("GET", f"{path_of(route)}?{query}"))
        for name, junk in BAD_PATHS.items():
            yield Attempt(f"{route.path}: {name}", request("GET", path_of(route) + junk))


def in_parameters() -> Iterator[Attempt]:
    """Try every parameter of every route with values that it cannot have."""
    for route in READERS:
        for field in parameters.in_query(route):
            for name, values in wrong_values(field.field_info.annotation):
                query = "&".join(f"{quote(field.alias)}={value}" for value in values)
                yield Attempt(f"{route.path} {field.alias}: {name}", request("GET", f"{path_of(route)}?{query}"))


def wrong_values(kind: object) -> Iterator[tuple[str, list[str]]]:
    """Give values that a parameter of this type cannot have."""
    kinds = {kind, *get_args(kind)}
    if get_origin(kind) is not list:
        yield "twice", ["1", "1"]
    if int in kinds:
        for value in ("-1", "0x10", "1e9", "9" * 40, "9" * 5000, "NaN", "1.5", "", "%D9%A3%20", "null"):
            yield f"the number {value[:12]}", [value]
    elif any(get_origin(each) is Literal for each in kinds) or Literal in kinds:
        yield "another word", ["sideways"]
    elif get_origin(kind) is not list:
        yield "far too long", ["a" * 20_000]
    else:
        yield "far too many", ["a"] * 60


def in_methods() -> Iterator[Attempt]:
    """Try every route with methods that it has not."""
    for route in READERS:
        for method in BAD_METHODS:
            yield Attempt(f"{route.path}: {method[:12]}", request(method, path_of(route)))


# What does not refuse a body by a problem, with the reason.
OWN_WAY = {
    "/oai": "tells what is wrong in its own XML, with 200 (OAI-PMH 2.0, section 3.6)",
    "/theme": "has all it needs in its address and reads no body",
}


def in_bodies() -> Iterator[Attempt]:
    """Try every route with bodies that cannot be read, by every method that has one."""
    for route in ROUTES:
        for method in sorted({"POST", "PUT"} | (route.methods - {"GET", "HEAD"})):
            for name, (media_type, body) in BODIES.items():
                sent = request(method, path_of(route), f"Content-Type: {media_type}", body=body)
                refused = route.path not in OWN_WAY or method != "POST"
                yield Attempt(f"{method} {route.path}: {name}", sent, refused=refused)


def in_framing() -> Iterator[Attempt]:
    """Try every route with heads that contradict themselves and bodies that do not keep what these say."""
    for route in ROUTES:
        method = "GET" if "GET" in route.methods else sorted(route.methods)[0]
        for name, (headers, body) in FRAMINGS.items():
            yield Attempt(f"{route.path}: {name}", request(method, path_of(route), *headers, body=body))


def overlooked() -> Iterator[Attempt]:
    """Try every route with headers that mean nothing."""
    for route in READERS:
        for name, headers in OVERLOOKED.items():
            lines = request("GET", path_of(route), *headers)
            yield Attempt(f"{route.path}: {name}", lines.decode().encode("latin-1"), refused=False)


ATTEMPTS = [*in_address(), *in_parameters(), *in_methods(), *in_bodies(), *in_framing(), *overlooked()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over an empty folder, which must be as it was, and have no unexpected error, when all is over."""
    folder = tmp_path_factory.mktemp("malformed") / "data"
    with served(folder, access_log=folder.parent / "access.jsonl", idle_deadline=5) as running:
        before = kept(folder)
        yield running
        assert running.client.get("/health").json()["status"] == "ok"
        assert kept(folder) == before
    assert [line for line in running.heard if "Traceback" in line or "Error" in line] == []
    lines = [json.loads(line) for line in (folder.parent / "access.jsonl").read_text().splitlines()]
    assert [line for line in lines if "error" in line] == []
    assert len(lines) >= len(ATTEMPTS) // 2


def kept(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read every table of the log's database."""
    database = sqlite3.connect(f"file:{folder}/civigraph.sqlite?mode=ro", uri=True)
    try:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    finally:
        database.close()


def test_there_are_hundreds_of_them() -> None:
    assert len([attempt for attempt in ATTEMPTS if attempt.refused]) >= 500
    assert len({attempt.sent for attempt in ATTEMPTS}) > 0.9 * len(ATTEMPTS)


# Together rather than each a test of its own: thousands of tests in the report would hide the others.
@pytest.mark.parametrize("kind", [in_address, in_parameters, in_methods, in_bodies, in_framing, overlooked])
def test_a_malformed_request_is_a_problem_of_the_client(server: Served, kind: object) -> None:
    wrong = []
    for attempt in kind():
        try:
            check(exchange(server.address, attempt.sent), attempt)
        except (AssertionError, OSError, ValueError, KeyError) as error:
            wrong.append(f"{attempt.name}: {type(error).__name__} {str(error)[:300]}")
    assert wrong == []


def check(answer: Answer, attempt: Attempt) -> None:
    """See that an answer is a problem document (or, where it may be overlooked, no failure) and tells no secrets."""
    assert answer.status < 500, answer.status
    if attempt.refused:
        assert answer.status >= 400, answer.status
    if answer.status >= 400:
        assert answer.problem["title"]
        text = answer.body.decode()
        assert not re.search(r"\.py\b|Traceback|line \d+, in|site-packages|0x[0-9a-f]{8}", text), text
        assert str(CHECKOUT) not in text
        assert "/data" not in text, text
