"""Servers on loopback that lay traps; one address stands for the internet, another for what must not be reached."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socketserver import TCPServer
from typing import Any

from graph.fetch import Address, Caps, Fetcher

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
