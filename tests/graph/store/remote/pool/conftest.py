"""Engines that tests ask, true and false."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from graph.cages.zygote import Zygote
from graph.store.remote import pool as remote_pool
from graph.store.remote.engine import Engine
from graph.store.remote.generations import RemoteStores
from graph.store.remote.pool import EnginePool
from tests.graph.store.remote.engines import oxigraph, virtuoso
from tests.graph.store.remote.pool.engine import (
    AGREEMENT,
    LIMITS,
    MEMBERS,
    ROOT,
    ROWS,
    SECRET,
    SEQUENCE,
    Opened,
    Script,
    quad_in,
    said_of,
)


@pytest.fixture(scope="module", params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp(request.param)
    start = {"oxigraph": oxigraph, "virtuoso": lambda where: virtuoso(where, rows=1000)}[request.param]
    with ExitStack() as stack:
        engine = stack.enter_context(start(folder / "engine"))
        stores = RemoteStores(engine, ROOT)
        public, full = (stores.open(world, folder / world) for world in ("public", "full"))
        said = [said_of(number) for number in range(ROWS)]
        public.change([], said, 7)
        full.change([], [quad_in(MEMBERS, SECRET), quad_in(AGREEMENT, "for the parties")], 9)
        zygote = stack.enter_context(Zygote(remote_pool.PRELOAD))
        pools = [stack.enter_context(EnginePool(zygote, lambda s=s: s, size=3, limits=LIMITS)) for s in (public, full)]
        for pool in pools:
            pool.wait_ready()
        yield Opened(request.param, public, full, pools[0].run, pools[1].run, engine)


@pytest.fixture
def false_engine() -> Iterator[tuple[Script, Engine]]:
    """An engine that answers what the test says, but for the questions about the store's own marks."""
    script, ended = Script(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            text = given.get("query", [""])[0]
            if "logSequence" in text or ("?p ?o }" in text and "state" in text):
                row = {"p": {"type": "uri", "value": SEQUENCE}, "o": {"type": "literal", "value": "3"}}
                self.answer(
                    Script(body=json.dumps({"head": {"vars": ["p", "o"]}, "results": {"bindings": [row]}}).encode())
                )
            elif script.silent:
                ended.wait(20)
            else:
                self.answer(script)

        def answer(self, told: Script) -> None:
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body) if told.length is None else told.length))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(told.body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield script, Engine(address, address)
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote(remote_pool.PRELOAD) as made:
        yield made
