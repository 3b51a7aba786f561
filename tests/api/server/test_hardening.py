"""Limits in size, time and number on a real server: what is too large, too slow, too many, or no HTTP at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from tests.api.serving import Server, serving, settings
from tests.api.wire import connected, exchange, is_closed, is_reset, read_answer

SLOW = 0.6
PER_CLIENT = 6
ASK = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over an empty folder that is short of patience and trusts no proxy."""
    given = settings(
        tmp_path_factory.mktemp("strict") / "data",
        body_bytes=20_000,
        head_bytes=8192,
        head_deadline=SLOW,
        body_deadline=SLOW,
        idle_deadline=5 * SLOW,  # the fixture's own client must not run into it on a busy machine
        write_deadline=SLOW,
        connections=10,
        connections_per_client=PER_CLIENT,
        proxies="",
    )
    with serving(given) as running:
        running.client.close()  # its connection would be one of the few
        yield running


def unharmed(server: Server) -> None:
    """See that a request as any other is answered."""
    assert exchange(server.address, ASK).status == 200


# Size


def test_a_declared_body_over_the_cap_is_refused_before_it_is_sent(strict: Server) -> None:
    answer = exchange(strict.address, POST + b"Content-Length: 300000000\r\nExpect: 100-continue\r\n\r\n")
    assert answer.status == 413
    assert answer.problem["limit"] == 20_000


def test_a_chunked_body_over_the_cap_is_refused_while_it_streams(strict: Server) -> None:
    chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
    answer = exchange(strict.address, POST + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 20)
    assert answer.status == 413
    assert answer.problem["limit"] == 20_000


@pytest.mark.parametrize("method", [b"GET", b"PUT", b"DELETE", b"OPTIONS"])
def test_the_cap_holds_where_no_route_reads_a_body(strict: Server, method: bytes) -> None:
    head = method + b" /search HTTP/1.1\r\nHost: x\r\nContent-Length: 20001\r\n\r\n"
    assert exchange(strict.address, head).status == 413


def test_what_is_still_sent_after_a_refusal_is_thrown_away_and_the_refusal_arrives(strict: Server) -> None:
    """Closed at once, the connection would be reset and the client would see an error in place of the answer."""
    with connected(strict.address) as line:
        line.sendall(POST + b"Content-Length: 900000\r\n\r\n")
        sent = 0
        while sent < 900_000:
            sent += line.send(b" " * min(30_000, 900_000 - sent))
        assert read_answer(line).status == 413
        assert is_closed(line)
    unharmed(strict)


def test_a_client_is_told_that_its_connection_ends(strict: Server) -> None:
    """Not told, it would put its next request on a connection that closes under its feet."""
    with connected(strict.address) as line:
        line.sendall(POST + b"Content-Length: 900000\r\n\r\n")
        assert read_answer(line).headers["connection"] == "close"


def test_a_refusal_does_not_end_a_connection_whose_body_comes_a_moment_later(strict: Server) -> None:
    """Many clients send head and body one after the other, and the refusal needs the head alone."""
    head = b"POST /catalog HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    with connected(strict.address) as line:
        line.sendall(head)
        sleep(SLOW / 10)
        line.sendall(b"CLEAR ALL")
        answer = read_answer(line)
        assert answer.status == 405
        assert "connection" not in answer.headers
        line.sendall(ASK)
        assert read_answer(line).status == 200


def test_a_refusal_of_a_short_body_that_never_comes_arrives(strict: Server) -> None:
    answer = exchange(strict.address, b"POST /catalog HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
    assert answer.status == 405
    assert answer.headers["connection"] == "close"


def test_nobody_is_given_leave_to_send_what_nobody_reads(strict: Server) -> None:
    head = b"POST /catalog HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    answer = exchange(strict.address, head)
    assert answer.status == 405
    assert answer.headers["connection"] == "close"


def test_an_endless_body_ends_with_the_connection(strict: Server) -> None:
    with connected(strict.address) as line:
        line.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"8000\r\n" + b" " * 32768 + b"\r\n"
        with pytest.raises(ConnectionError):
            line.sendall(chunk * 10_000)
    unharmed(strict)


@pytest.mark.parametrize("head", [
    b"GET /search?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 9000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(101)) + b"\r\n",
])  # fmt: skip
def test_a_large_head_is_refused(strict: Server, head: bytes) -> None:
    answer = exchange(strict.address, head)
    assert answer.status == 431
    assert answer.problem["limit"] == 8192


def test_a_head_that_never_ends_is_refused_at_the_cap(strict: Server) -> None:
    assert exchange(strict.address, b"GET / HTTP/1.1\r\n", b"X: " + b"a" * 400_000).status == 431


# Time


def test_a_slow_body_is_refused(strict: Server) -> None:
    answer = exchange(strict.address, POST + b"Content-Length: 6\r\n\r\nASK")
    assert answer.status == 408
    assert answer.problem["title"] == "The request did not come in time"


def test_a_body_that_trickles_is_refused(strict: Server) -> None:
    with connected(strict.address) as line:
        line.sendall(POST + b"Content-Length: 1000\r\n\r\n")
        for _ in range(20):
            sleep(SLOW / 10)
            line.send(b" ")
        assert read_answer(line).status == 408


def test_a_slow_head_is_refused(strict: Server) -> None:
    answer = exchange(strict.address, b"GET / HTTP/1.1\r\nHost:")
    assert answer.status == 408
    assert answer.headers["connection"] == "close"
    assert answer.problem


def test_a_head_that_trickles_is_refused(strict: Server) -> None:
    with connected(strict.address) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(20):
            sleep(SLOW / 10)
            line.send(b"X: y\r\n")
        assert read_answer(line).status == 408


def test_a_second_head_has_its_deadline_too(strict: Server) -> None:
    with connected(strict.address) as line:
        line.sendall(ASK)
        assert read_answer(line).status == 200
        line.sendall(b"GET / HT")
        assert read_answer(line).status == 408


def test_a_silent_connection_is_closed(strict: Server) -> None:
    with connected(strict.address) as line:
        assert is_closed(line)
    with connected(strict.address) as line:
        line.sendall(ASK)
        assert read_answer(line).status == 200
        assert is_closed(line)


def test_a_connection_is_kept_between_requests(strict: Server) -> None:
    with connected(strict.address) as line:
        for _ in range(3):
            line.sendall(ASK)
            assert read_answer(line).status == 200
            sleep(SLOW / 3)


def test_requests_sent_ahead_are_answered_in_turn(strict: Server) -> None:
    with connected(strict.address) as line:
        line.sendall(ASK * 3)
        text = b""
        while text.count(b"HTTP/1.1 200 OK") < 3:
            text += line.recv(65536)


def test_a_flood_sent_ahead_of_an_answer_ends_the_connection(server: Server) -> None:
    query = b"SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with connected(server.address, wait=10) as line:
        line.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(query) + query)
        with pytest.raises(ConnectionError):
            line.sendall(ASK * 1_000_000)
    unharmed(server)


def test_a_reader_who_takes_nothing_is_let_go(strict: Server) -> None:
    """The answer of several megabytes fits no buffer on the way."""
    with connected(strict.address) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        query = b"SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 40000"
        line.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(query) + query)
        assert line.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"
        assert is_reset(line)


# Number


def test_one_client_has_so_many_connections_and_no_more(strict: Server) -> None:
    lines = [socket.create_connection(_place(strict)) for _ in range(PER_CLIENT)]
    try:
        answer = exchange(strict.address)
        assert answer.status == 429
        assert answer.headers["retry-after"] == "5"
        assert answer.problem["type"] == "https://w3id.org/civigraph/problem/too-many-connections"
    finally:
        for line in lines:
            line.close()
    sleep(0.2)
    unharmed(strict)


def test_of_all_connections_the_one_silent_longest_makes_room(tmp_path: Path) -> None:
    with serving(settings(tmp_path / "data", connections=8)) as server:
        server.client.close()
        lines = [socket.create_connection(_place(server), timeout=30) for _ in range(8)]
        try:
            unharmed(server)
            assert is_closed(lines[0])
            lines[-1].sendall(ASK)
            assert read_answer(lines[-1]).status == 200
        finally:
            for line in lines:
                line.close()


def _place(server: Server) -> tuple[str, int]:
    host, port = server.address.removeprefix("http://").rstrip("/").split(":")
    return host, int(port)


# No HTTP


@pytest.mark.parametrize("sent", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    b"HELO example.org\r\n\r\n",
    b"GET /\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    POST + b"Content-Length: -1\r\n\r\n",
    POST + b"Content-Length: 3, 4\r\n\r\nASK",
    POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nASK",
    POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    POST + b"Transfer-Encoding: gzip\r\n\r\n",
    POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK{}",
    POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\n",
])  # fmt: skip
def test_what_is_no_http_is_refused_as_a_problem(strict: Server, sent: bytes) -> None:
    answer = exchange(strict.address, sent)
    assert answer.status == 400
    assert answer.problem["title"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    unharmed(strict)


@pytest.mark.parametrize("wish", [b"websocket", b"h2c"])
def test_another_protocol_is_not_spoken(strict: Server, wish: bytes) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + wish + b"\r\n\r\n"
    assert exchange(strict.address, head).status == 200


def test_a_client_that_goes_in_the_middle_harms_nobody(strict: Server) -> None:
    for sent in (b"GET / HT", POST + b"Content-Length: 100\r\n\r\nASK"):
        with connected(strict.address) as line:
            line.sendall(sent)
    unharmed(strict)


# Addresses and codings


@pytest.mark.parametrize("address", [
    "/search?q=%ff", "/search?q=%zz", "/search?q=100%", "/search?q=%00", "/search?%ff=1", "/dataset/%ff",
    "/dataset/%c3%28", "/dataset/a%00", "/ns/%", "/sparql?query=ASK%7B%7D%00", "/search?" + "&".join(["q=a"] * 101),
])  # fmt: skip
def test_an_address_that_is_no_text_is_refused(server: Server, address: str) -> None:
    answer = exchange(server.address, f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.status == 400
    assert answer.problem["detail"]


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip", "nonsense"])
def test_a_compressed_body_is_refused(server: Server, coding: str) -> None:
    head = POST + f"Content-Encoding: {coding}\r\nContent-Length: 3\r\n\r\nASK".encode()
    answer = exchange(server.address, head)
    assert answer.status == 415
    assert answer.headers["accept-encoding"] == "identity"
    assert answer.problem["taken"] == ["identity"]
