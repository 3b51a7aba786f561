"""A store that tests read, workers that answer over it, and a canary that nobody may reach."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from graph.cages.zygote import Zygote
from graph.store import answering
from graph.store.query_text import QueryText
from graph.store.workers import PRELOAD, QueryPool
from tests.graph.store.written import Written


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote([*PRELOAD, "tests.graph.store.entries"]) as zygote:
        yield zygote


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Written:
    """A store that the tests of this module only read."""
    return Written(tmp_path_factory.mktemp("read"))


@pytest.fixture(scope="module")
def pool(zygote, written) -> Iterator[QueryPool]:
    with QueryPool(zygote, written.snapshots, size=4) as pool:
        pool.wait_ready()
        yield pool


@pytest.fixture
def unchecked(monkeypatch):
    """Let every query reach a worker: the cage must hold without the look before it."""
    monkeypatch.setattr(answering, "check", lambda query: QueryText())


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A SPARQL endpoint on loopback that answers anything and notes who came."""
    visits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            body = b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", visits
        server.shutdown()
        thread.join()
