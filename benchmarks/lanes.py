"""What a cheap query waits while ten clients ask expensive ones without pause, over HTTP with a real server process.

The cheap query is asked twenty times a second from an address of its own; its latency counts from when it was due, so
that queueing is in it. The expensive ones (`benchmarks.hostile`) come from one address or from ten, each with other
parameters. What the project promises is asserted. `--set` tries a setting.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from benchmarks.family import family, memory, processor, used
from benchmarks.generator import write
from benchmarks.hostile import ANSWERED, Hostile, battery, endless
from benchmarks.settled import write_blocks

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event

PERIOD = 0.05
LATE = 2.0
MOST_MEMORY = 1.5 * 2**30
MOST_P99 = 0.1
MOST_IDLE = 0.05
MOST_GONE = 1.0
# No worker that only answered cheap queries has used so much.
BUSY_SECONDS = 0.3
BUSY = frozenset({429})
CHEAP = "SELECT ?title WHERE {{ <https://catalogue.example/dataset/{0}> <http://purl.org/dc/terms/title> ?title }}"
HOSTILE_CLIENTS = 10


@dataclass
class Ended:
    """How one expensive query ended."""

    kind: str
    status: int
    seconds: float
    expected: bool


@dataclass
class Result:
    """One run: latencies of the cheap query in seconds, those that failed, the expensive ones, what the server took."""

    latencies: list[float] = field(default_factory=list)
    failed: int = 0
    ended: list[Ended] = field(default_factory=list)
    memory: int = 0
    idle: float = 0.0
    gone: float = 0.0
    same: bool = False

    def percentile(self, share: float) -> float:
        """Give a percentile of the latencies."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Asker:
    """One connection from a loopback address of its own, opened again where the server closed it."""

    def __init__(self, address: str, source: str, timeout: float) -> None:
        parts = urlsplit(address)
        assert parts.hostname
        self._connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=timeout, source_address=(source, 0)
        )

    def ask(self, query: str) -> tuple[int, bytes, float]:
        """Ask by POST; gives the status, the body and the seconds to wait that the answer names."""
        try:
            return self._ask(query)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            return self._ask(query)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, query: str) -> tuple[int, bytes, float]:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/sparql-results+json, text/turtle;q=0.5, application/problem+json;q=0.1",
        }
        if self._connection.sock is None:
            self._connection.connect()
        self._connection.request("POST", "/sparql", urlencode({"query": query}), headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read(), float(answer.getheader("Retry-After", "0"))


def attack(address: str, clients: int, pause: float, stop: Event, told: Queue[list[Ended]]) -> None:
    """Be the hostile ones, in a process of their own: ten askers without pause, from one address or from ten."""
    queries = battery()
    lock = threading.Lock()
    ended: list[Ended] = []

    def be(number: int) -> None:
        asker = Asker(address, f"127.0.0.{2 + number % clients}", 60)
        while not stop.is_set():
            with lock:
                hostile = next(queries)
            began = perf_counter()
            status, _, _ = asker.ask(hostile.query)
            ended.append(_ended(hostile, status, perf_counter() - began))
            if status in BUSY:
                stop.wait(pause)
        asker.close()

    threads = [threading.Thread(target=be, args=(number,)) for number in range(HOSTILE_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(ended)


def _ended(hostile: Hostile, status: int, seconds: float) -> Ended:
    return Ended(hostile.kind, status, seconds, status in hostile.statuses | BUSY)


def probe(address: str, seconds: float, result: Result, datasets: int) -> None:
    """Ask the cheap query at its due times, whatever became of the last one."""
    local = threading.local()
    askers = []

    def ask(number: int, due: float) -> None:
        if not hasattr(local, "asker"):
            local.asker = Asker(address, "127.0.0.100", 60)
            askers.append(local.asker)
        status, body, _ = local.asker.ask(CHEAP.format(number * 7 % datasets))
        result.latencies.append(perf_counter() - due)
        if status not in ANSWERED or len(json.loads(body)["results"]["bindings"]) != 2:
            result.failed += 1

    begin = perf_counter()
    with ThreadPoolExecutor(16) as pool:
        asked = []
        for number in range(int(seconds / PERIOD)):
            due = begin + number * PERIOD
            sleep(max(0.0, due - perf_counter()))
            asked.append(pool.submit(ask, number, due))
        for each in asked:
            each.result()
    for asker in askers:
        asker.close()


def run(data: Path, given: dict[str, str], *, seconds: float, clients: int, pause: float, datasets: int) -> Result:
    """Serve, attack from so many addresses (0: nobody), measure."""
    result = Result()
    with served(data, given) as (process, address):
        probe(address, 1.0, Result(), datasets)
        context = multiprocessing.get_context("spawn")
        stop = context.Event()
        told: Queue[list[Ended]] = context.Queue()
        attacker = context.Process(target=attack, args=(address, clients, pause, stop, told))
        if clients:
            attacker.start()
            sleep(1.5)
        over = threading.Event()
        watch = threading.Thread(target=_watch_memory, args=(process.pid, result, over))
        watch.start()
        probe(address, seconds, result, datasets)
        over.set()
        watch.join()
        if clients:
            stop.set()
            result.ended = told.get()
            attacker.join()
        sleep(LATE)
        result.idle = used(process.pid, 1.0)
        result.gone = leave(process.pid, address)
        result.same = process.poll() is None
    return result


def leave(pid: int, address: str) -> float:
    """Ask an endless query, close the connection while it runs, and give the seconds until its worker is gone."""
    parts = urlsplit(address)
    assert parts.hostname
    with socket.create_connection((parts.hostname, parts.port or 80), 60, ("127.0.0.101", 0)) as connection:
        query = quote(endless("cross product", 0).query)
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        worker = None
        while worker is None:
            sleep(0.02)
            pids = family(pid)[1:]
            worker = next((each for each in pids if processor([each]) > BUSY_SECONDS and family(each) == [each]), None)
    closed = perf_counter()
    while worker in family(pid):
        sleep(0.005)
    return perf_counter() - closed


def _watch_memory(pid: int, result: Result, over: threading.Event) -> None:
    while not over.wait(1.0):
        result.memory = max(result.memory, memory(family(pid)))


@contextmanager
def served(data: Path, given: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve a data folder with settings until the end of the block."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIGRAPH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "civigraph", "serve", "--port", "0"],
        env={
            **kept,
            "CIVIGRAPH_DATA": str(data),
            **{f"CIVIGRAPH_{name.upper()}": value for name, value in given.items()},
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    try:
        for line in process.stderr:
            if "http://" in line:
                yield process, line[line.index("http://") :].split()[0]
                break
        else:
            raise AssertionError("the server did not start")
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stderr.close()


def show(name: str, result: Result) -> None:
    """Print one line of the table."""
    statuses = Counter(each.status for each in result.ended)
    p50, p90, p99, most = (1000 * result.percentile(share) for share in (0.5, 0.9, 0.99, 1.0))
    longest = max((each.seconds for each in result.ended), default=0.0)
    print(
        f"{name:15} {p50:7.1f} {p90:7.1f} {p99:7.1f} {most:7.1f}  {result.failed:3} of {len(result.latencies):4}"
        f"  {result.memory / 2**20:6.0f} {100 * result.idle:5.1f} {result.gone:6.2f} {longest:6.1f}  "
        + " ".join(f"{status}:{count}" for status, count in sorted(statuses.items())),
        flush=True,
    )


HEAD = (
    f"{'hostile clients':15} {'p50 ms':>7} {'p90':>7} {'p99':>7} {'max':>7}  {'failed':>11}  "
    f"{'MiB':>6} {'idle%':>5} {'gone s':>6} {'last s':>6}  how the expensive ones ended"
)


def check(result: Result, deadline: float) -> list[str]:
    """Say which promise a run broke."""
    broken = []
    if result.failed:
        broken.append(f"{result.failed} cheap queries failed")
    if result.percentile(0.99) > MOST_P99:
        broken.append(f"the cheap query's p99 is {1000 * result.percentile(0.99):.0f} ms")
    if result.memory > MOST_MEMORY:
        broken.append(f"the processes held {result.memory / 2**20:.0f} MiB")
    if result.idle > MOST_IDLE:
        broken.append(f"{LATE:g} s later they still used {100 * result.idle:.0f} % of a processor")
    if result.gone > MOST_GONE:
        broken.append(f"a query ran for {result.gone:.2f} s after its client had gone")
    if not result.same:
        broken.append("the server process ended")
    broken += [
        f"{each.kind} ended after {each.seconds:.1f} s with {each.status}"
        for each in result.ended
        if not each.expected or each.seconds > deadline + LATE
    ]
    return broken


def main() -> None:
    """Print the table and assert the bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--deadline", type=float, default=5)
    parser.add_argument("--pause", type=float, default=0.2, help="seconds that a refused hostile client waits")
    parser.add_argument("--clients", type=int, nargs="*", default=[0, 1, 10])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting to try")
    asked = parser.parse_args()
    given = dict(each.split("=", 1) for each in asked.set)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        write(Path(folder) / "catalogue.nt", asked.datasets)
        command = [sys.executable, "-m", "civigraph", "import", str(Path(folder) / "catalogue.nt")]
        subprocess.run(command, env={**os.environ, "CIVIGRAPH_DATA": str(data)}, check=True, stdout=subprocess.DEVNULL)
        write_blocks(data)
        print(
            f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}; {os.cpu_count()} processors; {given or ''}"
        )
        print(HEAD)
        broken = []
        for clients in asked.clients:
            # No answer is kept: a cheap query is evaluated each time.
            settings = {"query_deadline": str(asked.deadline), "answer_cache_bytes": "0", **given}
            result = run(
                data,
                settings,
                seconds=asked.seconds,
                clients=clients,
                pause=asked.pause,
                datasets=asked.datasets,
            )
            show(str(clients), result)
            broken += [f"{clients} hostile clients: {each}" for each in check(result, asked.deadline)]
    for each in islice(broken, 20):
        print(each)
    if broken:
        sys.exit(1)


if __name__ == "__main__":
    main()
