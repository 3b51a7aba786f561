"""Half-open clients, endless bodies, many results, readers who take nothing: cheap queries are answered meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep
from urllib.parse import urlsplit

import httpx
import pytest

from benchmarks.generator import write
from tests.conftest import CHECKOUT
from tests.faults import flooding
from tests.processes import Served, civigraph, served

SECONDS = 15.0
GROWTH = 50_000_000
# How long a cheap query may take before it counts as having noticed: many times what it takes on a busy machine.
PATIENCE = 3.0
CHEAP = "SELECT ?title WHERE { <https://catalogue.example/dataset/%d> <http://purl.org/dc/terms/title> ?title }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("flood")
    write(folder / "catalogue.nt", 500)
    assert civigraph(folder / "data", "import", folder / "catalogue.nt").returncode == 0
    limits = {"head_deadline": 3, "body_deadline": 3, "write_deadline": 3, "connections_per_client": 300}
    with served(folder / "data", proxies="", access_log=folder / "access.jsonl", **limits) as running:
        yield running


class Memory:
    """The memory of a process and of all below it in bytes, looked at four times a second."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def now(self) -> int:
        """Give the sum of all, shared pages counted once."""
        return sum(map(proportional, family(self.pid)))

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            self.most = max(self.most, self.now())


def family(pid: int) -> list[int]:
    """Give a process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [each for child in task.read_text().split() for each in family(int(child))]
        except OSError:
            continue  # it has just ended
    return found


def proportional(pid: int) -> int:
    """Give the proportional set size of one process, 0 where it has just ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def ask(client: httpx.Client, number: int) -> float:
    """Ask a cheap query, another each time; give how long it took."""
    began = monotonic()
    answer = client.get("/sparql", params={"query": CHEAP % number, "format": "json"}, timeout=PATIENCE)
    assert answer.status_code == 200
    assert answer.json()["results"]["bindings"]
    return monotonic() - began


def settle(server: Served) -> int:
    """Use everything once, so that what is only loaded late counts as there; give the memory then."""
    for number in range(60):
        ask(server.client, number)
    for offset in range(6):
        many = server.client.get("/sparql", params={"query": flooding.MANY % offset, "format": "json"})
        assert len(many.json()["results"]["bindings"]) == 10_000
    assert server.client.post("/sparql", content=b" " * 2_000_000).status_code == 413
    sleep(1)
    return Memory(server.process.pid).now()


@pytest.mark.slow
def test_a_flood_is_not_noticed(server: Served, capsys: pytest.CaptureFixture[str]) -> None:
    before, pid = settle(server), server.process.pid
    parts = urlsplit(server.address)
    command = [sys.executable, "-m", "tests.faults.flooding", str(parts.hostname), str(parts.port), str(SECONDS)]
    waits = []
    with Memory(pid) as memory, subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as flood:
        while flood.poll() is None:
            waits.append(ask(server.client, 60 + len(waits) % 400))
            sleep(0.05)
        done = json.loads(flood.stdout.read())
    p99 = quantiles(waits, n=100)[98]
    with capsys.disabled():
        print(
            f"\n{done}; {len(waits)} cheap queries, p50 {sorted(waits)[len(waits) // 2] * 1000:.0f} ms,"
            f" p99 {p99 * 1000:.0f} ms; memory {before / 1e6:.0f} MB, most {memory.most / 1e6:.0f} MB"
        )
    assert server.process.poll() is None
    assert done["half open"] >= flooding.HALF_OPEN
    assert done["declared"] + done["chunked"] > flooding.DECLARED + flooding.CHUNKED
    assert done["results"] >= 10_000
    assert len(waits) > SECONDS
    assert memory.most - before < GROWTH
    assert server.client.get("/health").json()["status"] == "ok"


@pytest.mark.slow
def test_connections_are_let_go_afterwards(server: Served) -> None:
    """What the flood left behind ends by the deadlines: one server socket listens, few are connected."""
    end = monotonic() + 20
    while (left := connected(server.process.pid)) > 8 and monotonic() < end:
        sleep(0.5)
    assert left <= 8


def connected(pid: int) -> int:
    """Count the TCP connections that a process holds."""
    inodes = {each.readlink().name for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(f"socket:[{row[9]}]" in inodes for row in rows)
