"""A real server on a loopback port, over a small graph that came through the real split, log and views."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.server.connections import ServerConfig
from api.settings import Settings
from graph.instance import Instance
from graph.log.rows import PUBLIC, Entry
from graph.records.record import Record
from graph.records.split import split

DATA = Path(__file__).parent / "data"
BASE = "http://127.0.0.1:8000/"


@dataclass(frozen=True)
class Server:
    """A running server: its address with a closing slash, and a client for it that follows no redirects."""

    address: str
    client: httpx.Client

    def get(self, path: str, accept: str | None = None, **headers: str) -> httpx.Response:
        """GET a path below the address."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(
            self.address + path.lstrip("/"), headers={**({"accept": accept} if accept else {}), **given}
        )


def records(turtle: str, source: str) -> list[Record]:
    """Turn Turtle into the records of a source."""
    parsed = pyoxigraph.parse(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    statements = [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in parsed]
    made = list(split(statements, base=BASE, source=source))
    assert all(isinstance(each, Record) for each in made)
    return made  # type: ignore[return-value]


def tell(instance: Instance, turtle: str, source: str, audience: str = PUBLIC) -> int:
    """Append what a source says; gives the log's sequence after it."""
    entries = [Entry(record, audience) for record in records(turtle, source)]
    return instance.log.append(entries, agent="test", source=source).last


@contextmanager
def serving(
    settings: Settings, path: str = "/", prepare: Callable[[FastAPI], object] = lambda app: None
) -> Iterator[Server]:
    """Serve a data folder until the end of the block; `prepare` may change the application once it has started."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # As `civigraph serve` does: without it every answer takes 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        site = create_app(settings)
        server = uvicorn.Server(ServerConfig(site, settings, site.state.access_log))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        end = time.monotonic() + 300
        while not server.started and thread.is_alive() and time.monotonic() < end:
            time.sleep(0.02)
        assert server.started, "the server did not start"
        try:
            prepare(site)
            # A connection that has rested is not used again: the server may be about to close it. Bodies come as they
            # are: who tests how they are sent asks for it.
            kept, plain = httpx.Limits(keepalive_expiry=1), {"accept-encoding": "identity"}
            with httpx.Client(timeout=300, limits=kept, headers=plain) as client:
                running = Server(f"http://127.0.0.1:{listener.getsockname()[1]}{path}", client)
                follow(running)
                yield running
        finally:
            server.should_exit = True
            thread.join(30)


def follow(server: Server) -> None:
    """Wait until the views have followed the log."""
    end = time.monotonic() + 300
    while server.get("/health").json()["lag"] and time.monotonic() < end:
        time.sleep(0.05)
    assert not server.get("/health").json()["lag"]


def settings(folder: Path, **given: object) -> Settings:
    """Settings for a test: one query worker is enough."""
    # The one client lets go of what rests first, however long other work keeps the server from its clock.
    usual = {"query_workers": 2, "access_log": "off", "idle_deadline": 60}
    return Settings.model_validate({"data": folder, **usual, **given})


def many(number: int) -> str:
    """One of many datasets, in Turtle."""
    return f"""<http://example.org/many/{number:03}> a <http://www.w3.org/ns/dcat#Dataset> ;
        <http://purl.org/dc/terms/title> "Comptage {number}"@fr ;
        <http://purl.org/dc/terms/publisher> <http://example.org/city> ."""
