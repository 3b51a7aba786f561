"""The three sides of a comparison: the engine in this process, its own server, and ours, each with its own store."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic, process_time, sleep
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, QueryResultsFormat, QueryTriples, RdfFormat, Store

from benchmarks.family import family

Ask = Callable[[str], bytes]
"""Asks a query and gives the body of the answer, results as JSON and graphs as N-Triples."""


@dataclass(frozen=True)
class Side:
    """One side: how it is asked, and how many processor seconds it has used so far, all its processes together."""

    ask: Ask
    used: Callable[[], float]


_TICKS = os.sysconf("SC_CLK_TCK")

ACCEPT = "application/sparql-results+json, application/n-triples"
_START_SECONDS = 120


def raw(folder: Path) -> Side:
    """Ask the engine in this process, answer written out included."""
    store = Store.read_only(str(folder))

    def ask(query: str) -> bytes:
        result = store.query(query, default_graph=[DefaultGraph()], named_graphs=[])
        if isinstance(result, QueryTriples):
            return result.serialize(format=RdfFormat.N_TRIPLES) or b""
        return result.serialize(format=QueryResultsFormat.JSON) or b""

    used = 0.0

    def watched(query: str) -> bytes:
        # This process compares the answers too, which is no part of asking.
        nonlocal used
        began = process_time()
        try:
            return ask(query)
        finally:
            used += process_time() - began

    return Side(watched, lambda: used)


@contextmanager
def oxigraph(folder: Path) -> Iterator[Side]:
    """Serve a folder by the engine's own server on loopback."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve-read-only"]
    given = ["--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _running([*command, *given], os.environ.copy()) as process:
        _drain(process)
        _wait_for(port, process)
        with _client(f"http://127.0.0.1:{port}/query") as ask:
            yield Side(ask, partial(_processor, process.pid))


@contextmanager
def site(data: Path, **settings: object) -> Iterator[tuple[str, Callable[[], float]]]:
    """Serve a data folder by the real command on loopback, with these settings and no others.

    Gives its address, and what tells the processor seconds that it and its workers have used.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIGRAPH_")}
    given = {f"CIVIGRAPH_{name.upper()}": str(value) for name, value in {"data": data, **settings}.items()}
    with _running([sys.executable, "-m", "civigraph", "serve", "--port", "0"], {**kept, **given}) as process:
        address = _told_address(process)
        _drain(process)
        yield address, partial(_processor, process.pid)


@contextmanager
def civigraph(data: Path, **settings: object) -> Iterator[Side]:
    """Serve a data folder as `site` does, and ask its endpoint."""
    with site(data, **settings) as (address, processor), _client(f"{address}sparql") as ask:
        yield Side(ask, processor)


def same(left: bytes, right: bytes) -> bool:
    """Say whether two answers are the same: solutions in any order of rows that the query leaves open, or a graph."""
    return _normal(left) == _normal(right)


def _normal(body: bytes) -> list[str]:
    if not body.startswith(b"{"):
        return sorted(body.decode().splitlines())
    rows = json.loads(body)["results"]["bindings"]
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def _processor(pid: int) -> float:
    """Give the processor seconds of a process and its descendants, those that have ended included (proc(5), stat)."""
    total = 0
    for each in family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / _TICKS


@contextmanager
def _client(address: str) -> Iterator[Ask]:
    """Ask an endpoint over one connection that stays open, as long as nothing slow comes between two questions."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
    headers = {"Content-Type": "application/sparql-query", "Accept": ACCEPT}

    def ask(query: str) -> bytes:
        try:
            connection.request("POST", parts.path, query.encode(), headers)
            answer = connection.getresponse()
        except ConnectionError:
            # The server has closed it meanwhile.
            connection.close()
            connection.request("POST", parts.path, query.encode(), headers)
            answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{address} answered {answer.status}: {body[:500]!r}")
        return body

    try:
        yield ask
    finally:
        connection.close()


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _drain(process: subprocess.Popen[str]) -> None:
    """Take what a server says, so that it never waits for a reader."""
    threading.Thread(target=lambda: [None for _ in process.stderr or ()], daemon=True).start()


def _told_address(process: subprocess.Popen[str]) -> str:
    alarm = threading.Timer(_START_SECONDS, process.kill)
    alarm.start()
    heard = []
    try:
        for line in process.stderr or ():
            heard.append(line)
            if found := re.search(r"http://\S+/", line):
                return found[0]
    finally:
        alarm.cancel()
    raise RuntimeError(f"the server told no address: {''.join(heard)}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port: int = trial.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    end = monotonic() + _START_SECONDS
    while process.poll() is None and monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            sleep(0.05)
    raise RuntimeError("the engine's own server did not start")
