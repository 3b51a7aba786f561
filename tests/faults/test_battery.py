"""Ten expensive queries at once, by one client and by ten: each ends truly told, and nobody else notices."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote, urlsplit

import httpx
import pytest

from benchmarks.family import family, memory, processor, used
from benchmarks.generator import write
from benchmarks.hostile import ENDLESS, Hostile, battery, endless
from benchmarks.lanes import BUSY, CHEAP, HOSTILE_CLIENTS, Asker
from tests.processes import Served, civigraph, served

DEADLINE = 2.0
TYPES = {
    400: {"query-refused"},
    413: {"result-too-large"},
    429: {"overloaded", "share-used-up"},
    503: {"deadline-reached", "memory-reached"},
}
CROSS_PRODUCT = endless("cross product", 0).query


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("battery")
    write(folder / "catalogue.nt", 300)
    assert civigraph(folder / "data", "import", folder / "catalogue.nt").returncode == 0
    return folder / "data"


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Served]:
    with served(data, query_deadline=DEADLINE, query_bytes=10**6, query_client_seconds=0, access_log="off") as running:
        yield running


def asker(server: Served, client: int) -> Asker:
    """An asker from a loopback address of its own."""
    return Asker(server.address, f"127.0.0.{client}", 60)


def told(hostile: Hostile, status: int, body: bytes) -> str:
    """What is wrong with how a query ended, '' where nothing is."""
    if status not in hostile.statuses | BUSY:
        return f"{hostile.kind}: {status} {body[:300]!r}"
    found = json.loads(body)  # whole, or this fails
    if status == 200:
        return "" if {"head"} < set(found) else f"{hostile.kind}: {body[:300]!r}"
    name = found["type"].rpartition("/")[2]
    return "" if name in TYPES[status] else f"{hostile.kind}: {status} {name}"


class Cheap:
    """Asks the cheap query again and again, and notes each answer that is not what it should be."""

    def __init__(self, server: Served) -> None:
        self.asked = 0
        self.failed: list[tuple[int, bytes]] = []
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        own = asker(self._server, 100)
        while not self._over.wait(0.05):
            self.asked += 1
            status, body, _ = own.ask(CHEAP.format(self.asked % 300))
            if status != 200 or len(json.loads(body)["results"]["bindings"]) != 2:
                self.failed.append((status, body))
        own.close()

    def __enter__(self) -> Cheap:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def attack(server: Served, queries: list[Hostile], clients: int) -> list[str]:
    """Ask ten at a time until all are asked; gives what went wrong."""
    waiting, wrong = iter(queries), []
    lock = threading.Lock()

    def be(number: int) -> None:
        own = asker(server, 2 + number % clients)
        while True:
            with lock:
                hostile = next(waiting, None)
            if hostile is None:
                break
            status, body, pause = own.ask(hostile.query)
            slip = told(hostile, status, body) or ("no Retry-After" if status in BUSY and not pause else "")
            if slip:
                wrong.append(slip)
        own.close()

    threads = [threading.Thread(target=be, args=(number,)) for number in range(HOSTILE_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def withstand(server: Served, queries: list[Hostile], clients: int) -> None:
    """Attack, and see that everything else is as before."""
    before = server.process.pid
    with Cheap(server) as cheap:
        assert attack(server, queries, clients) == []
    assert cheap.failed == []
    assert cheap.asked > 0
    assert (server.process.poll(), server.process.pid) == (None, before)
    assert memory(family(before)) < 1.5 * 2**30
    sleep(2)
    assert used(server.process.pid, 1) < 0.3


@pytest.mark.parametrize("clients", [1, 10])
def test_ten_at_once_harm_nobody(server: Served, clients: int) -> None:
    withstand(server, list(islice(battery(), 3 * clients, 3 * clients + 20)), clients)


@pytest.mark.slow
@pytest.mark.parametrize("clients", [1, 10])
def test_the_whole_battery_harms_nobody(server: Served, clients: int) -> None:
    """Every kind of endless query and every kind of nesting, three times with other parameters."""
    withstand(server, list(islice(battery(), 6 * len(ENDLESS))), clients)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDLESS)
def test_alone_each_kind_is_told_as_what_it_is(server: Served, kind: str) -> None:
    """Nobody is kept waiting by others here: never 429."""
    own = asker(server, 2)
    hostile = endless(kind, 7)
    status, body, _ = own.ask(hostile.query)
    own.close()
    assert status in hostile.statuses
    assert told(hostile, status, body) == ""


def test_memory_time_and_size_are_told_apart(server: Served) -> None:
    own = asker(server, 2)
    names = {
        kind: json.loads(own.ask(endless(kind, 1).query)[1])["type"].rpartition("/")[2]
        for kind in ("cross product", "endless rows")
    }
    own.close()
    assert names == {"cross product": "deadline-reached", "endless rows": "result-too-large"}


@contextmanager
def asked(server: Served, query: str, client: int) -> Iterator[socket.socket]:
    """Ask by a bare socket and do not wait for the answer; the end of the block closes it."""
    parts = urlsplit(server.address)
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port), 60, (f"127.0.0.{client}", 0)) as connection:
        connection.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        yield connection


def busy(server: Served) -> set[int]:
    """The workers that have used the processor for some time, as no cheap query does."""
    pids = family(server.process.pid)[1:]
    return {pid for pid in pids if processor([pid]) > 0.2 and family(pid) == [pid]}


def becomes(look: Callable[[], object], seconds: float = 120) -> bool:
    """Whether what is looked at becomes true, in however long a busy machine takes."""
    end = monotonic() + seconds
    while not look():
        if monotonic() > end:
            return False
        sleep(0.02)
    return True


@pytest.fixture(scope="module")
def patient(data: Path) -> Iterator[Served]:
    """A server with the longest deadline: what ends there early ends for another reason."""
    folder = data.parent / "patient"
    assert civigraph(folder, "import", data.parent / "catalogue.nt").returncode == 0
    with served(folder, query_deadline=30, query_client_seconds=1, query_slow_held=1, access_log="off") as running:
        yield running


def test_when_the_client_is_gone_the_query_is_gone(patient: Served) -> None:
    with asked(patient, CROSS_PRODUCT, 11):
        assert becomes(lambda: busy(patient))
        worker = busy(patient)
    assert becomes(lambda: not worker & set(family(patient.process.pid)), 10)
    assert used(patient.process.pid, 0.5) < 0.2


def spend(server: Served, client: int) -> None:
    """Have a client use up its share, which is a second there."""
    assert becomes(lambda: not busy(server))
    with asked(server, CROSS_PRODUCT, client):
        assert becomes(lambda: any(processor([pid]) > 1.2 for pid in busy(server)))


def test_who_has_used_his_share_waits_and_nobody_else(patient: Served) -> None:
    spend(patient, 12)
    spender, other = asker(patient, 12), asker(patient, 13)
    status, body, pause = spender.ask(CHEAP.format(7))
    assert (status, json.loads(body)["type"].rpartition("/")[2]) == (429, "share-used-up")
    assert pause > 1
    assert other.ask(CHEAP.format(7))[0] == 200
    for each in (spender, other):
        each.close()


def test_what_a_trusted_proxy_says_decides_who_asks(patient: Served) -> None:
    """The share is that of the client behind it; what anybody else says of himself changes nothing."""
    spend(patient, 16)
    asking = {"params": {"query": CHEAP.format(8)}, "headers": {"X-Forwarded-For": "127.0.0.16", "Accept": "*/*"}}
    assert patient.client.get("/sparql", **asking).status_code == 429
    stranger = httpx.HTTPTransport(local_address="127.0.0.17")
    with httpx.Client(transport=stranger, base_url=patient.address, timeout=60) as other:
        assert other.get("/sparql", **asking).status_code == 200


def test_one_slow_query_too_many_is_told_at_once(patient: Served) -> None:
    """One is held at most here: of two, one ends long before its deadline."""
    with ExitStack() as stack:
        first, second = (stack.enter_context(asked(patient, CROSS_PRODUCT, client)) for client in (14, 15))
        first.settimeout(0.01)
        second.settimeout(0.01)
        answers: list[bytes] = []

        def answered() -> bool:
            for each in (first, second):
                try:
                    answers.append(each.recv(65536))
                except TimeoutError:
                    continue
            return bool(answers)

        assert becomes(answered, 25)
    assert answers[0].startswith(b"HTTP/1.1 429 ")
    assert b"retry-after: " in answers[0].lower()
