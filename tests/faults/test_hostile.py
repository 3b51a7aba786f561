"""Queries that would end or hang a server: each gets its status, and the server is the same process as before."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from benchmarks.generator import write
from tests.processes import Served, civigraph, served

DEADLINE = 2.0
CHEAP = "SELECT ?title WHERE { <https://catalogue.example/dataset/7> <http://purl.org/dc/terms/title> ?title }"

NESTED = {
    "groups": "SELECT * WHERE " + "{" * 4000 + "}" * 4000,
    "parentheses": "SELECT * WHERE { ?s ?p ?o FILTER " + "(" * 4000 + "1" + ")" * 4000 + " }",
    "negations": "SELECT * WHERE { ?s ?p ?o FILTER(" + "!" * 7800 + "true) }",
    "sums": "SELECT (" + "1+" * 4000 + "1 AS ?x) WHERE {}",
    "not exists": "SELECT * WHERE { " + "FILTER NOT EXISTS { " * 400 + "} " * 401,
    "paths": "SELECT * WHERE { ?s " + "(" * 4000 + "<http://a/>" + ")" * 4000 + " ?o }",
}
ENDLESS = {
    "cross product": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "sorted cross product": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c LIMIT 1",
}


class Canary:
    """A port that nobody should ever reach."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.visits = 0
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def _watch(self) -> None:
        while True:
            try:
                visitor, _ = self.listener.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    write(folder / "catalogue.nt", 300)
    assert civigraph(folder / "data", "import", folder / "catalogue.nt").returncode == 0
    with served(folder / "data", query_deadline=DEADLINE) as running:
        yield running


@pytest.fixture
def canary() -> Iterator[Canary]:
    watched = Canary()
    yield watched
    watched.close()


def ask(server: Served, query: str) -> tuple[int, str]:
    answer = server.client.post(
        "/sparql",
        data={"query": query},
        headers={"Accept": "application/sparql-results+json, application/problem+json"},
    )
    return answer.status_code, answer.headers["content-type"]


@pytest.fixture(autouse=True)
def _unharmed(server: Served) -> Iterator[None]:
    """Whatever a test asked, the same process answers a cheap query at once afterwards."""
    before = server.process.pid
    yield
    began = monotonic()
    status, _ = ask(server, CHEAP)
    assert (status, server.process.poll(), server.process.pid) == (200, None, before)
    assert monotonic() - began < 1.5


def test_a_cheap_query_has_an_answer(server: Served) -> None:
    answer = server.client.get(
        "/sparql", params={"query": CHEAP}, headers={"Accept": "application/sparql-results+json"}
    )
    assert len(answer.json()["results"]["bindings"]) == 2


@pytest.mark.parametrize("name", NESTED)
def test_nesting_is_refused(server: Served, name: str) -> None:
    assert ask(server, NESTED[name]) == (400, "application/problem+json")


def test_many_unions_harm_nobody(server: Served) -> None:
    """Wide is not deep: an answer is as good as a refusal."""
    assert ask(server, "SELECT * WHERE { {} " + "UNION {} " * 900 + "}")[0] in {200, 400}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_query_is_stopped_at_the_deadline_or_before(server: Served, name: str) -> None:
    began = monotonic()
    assert ask(server, ENDLESS[name]) == (503, "application/problem+json")
    assert monotonic() - began < DEADLINE + 3


def test_endless_queries_leave_room_for_others(server: Served) -> None:
    threads = [threading.Thread(target=ask, args=(server, ENDLESS["cross product"])) for _ in range(3)]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        began = monotonic()
        assert ask(server, CHEAP)[0] == 200
        waits.append(monotonic() - began)
    assert max(waits) < 2


@pytest.mark.parametrize(
    "form",
    [
        "SELECT * WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * WHERE {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * WHERE {{ BIND(<{0}> AS ?where) SERVICE ?where {{ ?s ?p ?o }} }}",
        "ASK {{ FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
        "PREFIX c: <{0}> SELECT * WHERE {{ SER\\u0056ICE c: {{ ?s ?p ?o }} }}",
    ],
)
def test_service_reaches_nobody(server: Served, canary: Canary, form: str) -> None:
    status, kind = ask(server, form.format(canary.address))
    assert (status, kind) == (400, "application/problem+json")
    assert canary.visits == 0


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
def test_named_graphs_are_not_fetched(server: Served, canary: Canary, clause: str) -> None:
    status, _ = ask(
        server, f"SELECT * {clause} <{canary.address}> WHERE {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    )
    assert status in {200, 400}
    assert canary.visits == 0


@pytest.mark.parametrize("update", ["LOAD <{0}>", "INSERT DATA {{ <{0}> <{0}> <{0}> }}", "CLEAR ALL"])
def test_there_is_no_update(server: Served, canary: Canary, update: str) -> None:
    text = update.format(canary.address)
    assert ask(server, text)[0] == 400
    assert server.client.post("/sparql", data={"update": text}).status_code in {400, 403}
    posted = server.client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-update"})
    assert posted.status_code in {400, 403, 415}
    assert canary.visits == 0


def test_the_canary_can_be_reached_from_here(canary: Canary) -> None:
    """Without this the tests above could pass for the wrong reason."""
    with socket.create_connection(canary.listener.getsockname()) as visitor:
        visitor.recv(1)
    assert canary.visits == 1


def test_an_empty_folder_is_served_too(tmp_path: Path) -> None:
    with served(tmp_path / "data") as running:
        assert running.client.get("/health").status_code == 200
