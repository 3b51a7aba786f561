"""What is too large, too slow or not as it says ends in an error of ours."""

from __future__ import annotations

import gzip
import resource
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from graph.errors import CivigraphError, DeadlineReached, FetchFailed, InputTooLarge
from graph.fetch import Caps, Fetcher
from tests.graph.fetch.sites import OUTSIDE, Answer, Site, fetcher, may, stream, text


def test_a_stated_length_beyond_the_cap_is_not_read(site: Site) -> None:
    site.answers["/a"] = stream(lambda: iter(()), Content_Length=str(10 * 1024**3))
    with pytest.raises(InputTooLarge):
        fetcher().get(f"{site.address}/a")


def test_ten_gigabytes_end_at_the_cap(site: Site) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(10 * 1024):
            yield bytes(1 << 20)

    site.answers["/a"] = stream(pieces)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputTooLarge):
        fetcher(bytes=20 << 20, seconds=300).get(f"{site.address}/a")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_a_bomb_ends_at_the_decompressed_cap(site: Site) -> None:
    packer = gzip.compress(bytes(128 << 20), 9)
    assert len(packer) < 1 << 20
    site.answers["/a"] = text(packer, Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(InputTooLarge, match="decompressed"):
        fetcher(plain_bytes=20 << 20, seconds=300).get(f"{site.address}/a")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 << 20


def dripping(site: Site) -> Iterator[bytes]:
    while not site.stopped.is_set():
        yield b" "
        site.stopped.wait(0.2)


def test_a_body_that_drips_ends_at_the_deadline(site: Site) -> None:
    site.answers["/a"] = stream(lambda: dripping(site))
    with pytest.raises(DeadlineReached):
        fetcher(seconds=1.0).get(f"{site.address}/a")


def test_a_head_that_drips_ends_at_the_deadline(site: Site) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for piece in dripping(site):
            handler.wfile.write(piece)
            handler.wfile.flush()

    site.answers["/a"] = answer
    with pytest.raises(DeadlineReached):
        fetcher(seconds=1.0).get(f"{site.address}/a")


def test_a_site_that_says_nothing(site: Site) -> None:
    site.answers["/a"] = lambda _: site.stopped.wait(60) and None
    with pytest.raises(DeadlineReached):
        fetcher(seconds=0.5).get(f"{site.address}/a")


def test_a_name_server_that_says_nothing() -> None:
    over = threading.Event()

    def resolved(_host: str, _port: int) -> list[str]:
        over.wait(60)
        return [OUTSIDE]

    with pytest.raises((DeadlineReached, FetchFailed)):
        Fetcher(caps=Caps(seconds=0.5), allowed=may, resolved=resolved).get("http://slow.example/")
    over.set()


@pytest.mark.parametrize("answer", [
    text("x", Content_Encoding="br"), text("no gzip", Content_Encoding="gzip"),
    text(gzip.compress(b"x" * 99)[:-9], Content_Encoding="gzip"),
])  # fmt: skip
def test_a_body_that_is_not_as_it_says(site: Site, answer: Answer) -> None:
    site.answers["/a"] = answer
    with pytest.raises(FetchFailed):
        fetcher().get(f"{site.address}/a")


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 500, 503, 206])
def test_an_answer_that_is_no_success(site: Site, status: int) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.answers["/a"] = answer
    with pytest.raises(FetchFailed, match=str(status)):
        fetcher().get(f"{site.address}/a")


def test_nobody_listens() -> None:
    with socket.create_server((OUTSIDE, 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(FetchFailed, match=rf"^http://{OUTSIDE}:\d+/: it takes no connection$"):
        fetcher().get(f"http://{OUTSIDE}:{port}/")


def test_every_failure_is_an_error_of_ours(site: Site) -> None:
    for junk in (
        b"",
        b"no http\r\n\r\n",
        b"HTTP/1.1 999 \xff\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    ):

        def answer(handler: BaseHTTPRequestHandler, junk: bytes = junk) -> None:
            handler.wfile.write(junk)
            handler.close_connection = True

        site.answers["/a"] = answer
        with pytest.raises(CivigraphError):
            fetcher().get(f"{site.address}/a")
