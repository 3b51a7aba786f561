"""Fetching what others name: traps made by servers on loopback, of which one address stands for the internet."""

from __future__ import annotations

import gzip
import resource
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socketserver import TCPServer
from typing import Any

import pytest

from graph.errors import AddressRefused, CivigraphError, DeadlineReached, FetchFailed, InputTooLarge
from graph.fetch import Address, Caps, Fetched, Fetcher, checked, is_public

OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.1"
"""Two addresses of this machine: one stands for the internet at large, the other for what must not be reached."""

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A server whose answers are given by path; it counts who comes."""

    def __init__(self, host: str) -> None:
        self.answers: dict[str, Answer] = {}
        self.visits: list[str] = []
        self.stopped = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.visits.append(self.path)
                site.answers[self.path.partition("?")[0]](self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def server_bind(self) -> None:
                """Bind without asking what the address is called, which takes long where nobody knows."""
                TCPServer.server_bind(self)
                self.server_name, self.server_port = self.server_address[:2]

            def handle_error(self, *_: object) -> None:
                """Clients that end in the middle are what these tests are about."""

        self._server = Server((host, 0), Handler)
        self.address = f"http://{host}:{self._server.server_port}"
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running(host: str) -> Iterator[Site]:
    site = Site(host)
    try:
        yield site
    finally:
        site.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server at the address that may be reached."""
    with running(OUTSIDE) as made:
        yield made


@pytest.fixture
def canary() -> Iterator[Site]:
    """A server at the address that may not."""
    with running(INSIDE) as made:
        made.answers["/"] = text("the canary sang")
        yield made


def may(address: Address) -> bool:
    return address == ip_address(OUTSIDE)


def fetcher(**caps: Any) -> Fetcher:
    return Fetcher(caps=Caps(**caps), allowed=may)


def text(body: str | bytes, media_type: str = "text/turtle", **headers: str) -> Answer:
    """Answer with a body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        content = body.encode() if isinstance(body, str) else body
        handler.send_response(200)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def redirect(to: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def stream(pieces: Callable[[], Iterator[bytes]], **headers: str) -> Answer:
    """Answer with pieces until nobody takes them."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in {"Content-Type": "text/turtle", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        for piece in pieces():
            handler.wfile.write(piece)

    return answer


def test_what_is_there_is_fetched(site: Site) -> None:
    site.answers["/a"] = text("<http://e/a> a <http://e/b> .")
    found = fetcher().get(f"{site.address}/a#part")
    assert found == Fetched(f"{site.address}/a", "text/turtle", b"<http://e/a> a <http://e/b> .")


def test_compressed_bodies_are_unpacked(site: Site) -> None:
    site.answers["/a"] = text(gzip.compress(b"x" * 1000), Content_Encoding="gzip")
    assert fetcher().get(f"{site.address}/a").content == b"x" * 1000


def test_redirects_are_followed_and_told(site: Site) -> None:
    site.answers |= {"/a": redirect("b"), "/b": redirect(f"{site.address}/c"), "/c": text("there")}
    found = fetcher().get(f"{site.address}/a")
    assert (found.content, found.address) == (b"there", f"{site.address}/c")
    assert found.redirects == (f"{site.address}/a", f"{site.address}/b")


@pytest.mark.parametrize("address", [
    "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "http://", "//example.org/", "example.org",
    "http://user:word@example.org/", "http://[::1", "http://example.org:99999/", "data:text/turtle,x", "",
    "http://" + "a" * 3000, "http://a..b/", "unix:///var/run/docker.sock",
])  # fmt: skip
def test_what_is_no_address_to_fetch(address: str) -> None:
    with pytest.raises(AddressRefused):
        Fetcher().get(address)


@pytest.mark.parametrize(("address", "written"), [
    ("http://Bücher.example/é?q=é", "http://xn--bcher-kva.example/%C3%A9?q=%C3%A9"),
    ("HTTPS://example.org", "https://example.org/"),
    ("http://[2606:4700::1111]:8080/x#y", "http://[2606:4700::1111]:8080/x"),
])  # fmt: skip
def test_addresses_as_they_are_asked(address: str, written: str) -> None:
    assert checked(address) == written


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
])  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_reached_by_any_of_its_names(canary: Site, host: str) -> None:
    with pytest.raises((AddressRefused, FetchFailed)):
        Fetcher().get(f"http://{host}:{canary.port}/")
    assert canary.visits == []


def test_a_redirect_to_this_machine_is_not_followed(site: Site, canary: Site) -> None:
    site.answers["/a"] = redirect(f"{canary.address}/")
    with pytest.raises(AddressRefused, match="no address of the public internet"):
        fetcher().get(f"{site.address}/a")
    assert canary.visits == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@127.0.0.2/"])
def test_a_redirect_to_another_scheme_is_not_followed(site: Site, to: str) -> None:
    site.answers["/a"] = redirect(to)
    with pytest.raises(AddressRefused):
        fetcher().get(f"{site.address}/a")


def test_redirects_in_a_circle(site: Site) -> None:
    site.answers |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(FetchFailed, match="circle"):
        fetcher().get(f"{site.address}/a")


def test_redirects_without_end(site: Site) -> None:
    for number in range(20):
        site.answers[f"/{number}"] = redirect(f"/{number + 1}")
    with pytest.raises(FetchFailed, match="more than 5 times"):
        fetcher().get(f"{site.address}/0")
    assert len(site.visits) == 6


def test_a_name_that_stands_for_another_address_the_second_time(site: Site, canary: Site) -> None:
    """What was looked at is what is connected to; a further connection looks again."""
    site.answers["/a"] = redirect(f"http://moving.example:{canary.port}/")
    told = iter([[OUTSIDE], [INSIDE]])
    with pytest.raises(AddressRefused):
        Fetcher(allowed=may, resolved=lambda _host, _port: next(told)).get(f"http://moving.example:{site.port}/a")
    assert (site.visits, canary.visits) == (["/a"], [])


def test_a_name_that_stands_for_both(site: Site, canary: Site) -> None:
    with pytest.raises(AddressRefused):
        Fetcher(allowed=may, resolved=lambda _host, _port: [OUTSIDE, INSIDE]).get(f"http://both.example:{site.port}/")
    assert (site.visits, canary.visits) == ([], [])


def test_nobody_is_asked_by_way_of_a_proxy(site: Site, canary: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, canary.address)
    site.answers["/a"] = text("x")
    fetcher().get(f"{site.address}/a")
    assert canary.visits == []


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
    with pytest.raises(FetchFailed):
        fetcher().get(f"http://{OUTSIDE}:{port}/")


# Chains of pages


def following(page: Fetched) -> str | None:
    """The next page, as the tests write it."""
    return page.content.decode().partition("next ")[2] or None


def test_pages_are_followed_to_the_end(site: Site) -> None:
    site.answers |= {"/1": text("one next 2"), "/2": text("two next /3"), "/3": text("three")}
    found = [page.content for page in fetcher().pages(f"{site.address}/1", following)]
    assert found == [b"one next 2", b"two next /3", b"three"]


@pytest.mark.parametrize("last", ["/1", "/2", "2"])
def test_a_chain_that_bites_its_tail(site: Site, last: str) -> None:
    site.answers |= {"/1": text("one next 2"), "/2": text(f"two next {last}")}
    with pytest.raises(FetchFailed, match="leads back"):
        list(fetcher().pages(f"{site.address}/1", following))


def test_a_page_that_is_the_first_one_under_another_address(site: Site) -> None:
    site.answers["/1"] = text("one next /1?again")
    with pytest.raises(FetchFailed, match="first one again"):
        list(fetcher().pages(f"{site.address}/1", following))


def test_an_endless_chain(site: Site) -> None:
    count = iter(range(10**6))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        number = next(count)
        text(f"page {number} next /1?{number}")(handler)

    site.answers["/1"] = answer
    with pytest.raises(InputTooLarge, match="more than 7 pages"):
        list(fetcher(pages=7).pages(f"{site.address}/1", following))
    assert len(site.visits) == 7


def test_a_chain_that_leads_to_this_machine(site: Site, canary: Site) -> None:
    site.answers["/1"] = text(f"one next {canary.address}/")
    with pytest.raises(AddressRefused):
        list(fetcher().pages(f"{site.address}/1", following))
    assert canary.visits == []


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
