"""A second process imports while the first serves and is queried: nobody sees an error, both see the outcome."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path

import httpx

from benchmarks.generator import write
from tests.processes import Served, civigraph, served

RECORDS = 10_000
COUNT = "SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE { ?d a <http://www.w3.org/ns/dcat#Dataset> }"


def datasets(client: httpx.Client) -> int:
    """Ask how many datasets there are."""
    answer = client.get("/sparql", params={"query": COUNT}, headers={"Accept": "application/sparql-results+json"})
    answer.raise_for_status()
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


class Visitor:
    """Asks for this and that without pause, and keeps what went wrong."""

    def __init__(self, server: Served) -> None:
        self.client = httpx.Client(base_url=server.address, timeout=60, trust_env=False)
        self.wrong: list[str] = []
        self.answers: Counter[str] = Counter()
        self.counts: list[int] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._visit)
        self.thread.start()

    def _visit(self) -> None:
        while not self.stop.is_set():
            try:
                for path in ("/", "/search?q=stations", "/catalog.ttl", "/health"):
                    answer = self.client.get(path)
                    self.answers[path] += 1
                    if answer.status_code != 200:
                        self.wrong.append(f"{path}: {answer.status_code} {answer.text[:300]}")
                self.counts.append(datasets(self.client))
            except httpx.HTTPError as error:
                self.wrong.append(repr(error))

    def leave(self) -> None:
        self.stop.set()
        self.thread.join()
        self.client.close()


def test_import_while_serving(tmp_path: Path) -> None:
    # For 1,000 datasets the generator makes 50 actors, 100 services and 50 agreements.
    wanted = RECORDS * 1000 // 1200 + 10
    write(tmp_path / "catalogue.nt", wanted)
    with served(tmp_path / "data") as server:
        before = datasets(server.client)
        visitor = Visitor(server)
        try:
            ended = civigraph(tmp_path / "data", "import", tmp_path / "catalogue.nt", "--source", "generated")
        finally:
            visitor.leave()
        assert ended.returncode == 0, ended.stderr
        # The command waited for the views, so whoever asks now sees everything.
        assert datasets(server.client) == before + wanted
        assert visitor.wrong == []
        assert min(visitor.answers.values()) > 5
        # Nobody saw knowledge shrink while it grew.
        assert visitor.counts == sorted(visitor.counts)
        assert server.process.poll() is None
        status = civigraph(tmp_path / "data", "status", "--json")
        assert sum_of(status.stdout, "generated") >= RECORDS
    verified = civigraph(tmp_path / "data", "verify")
    assert verified.returncode == 0, verified.stderr


def sum_of(status: str, source: str) -> int:
    """Give the number of records of a source."""
    return int(json.loads(status)["sources"][source])


def test_query_command_beside_a_server(tmp_path: Path) -> None:
    """The query command works while another process holds the views, and sees what that process has applied."""
    write(tmp_path / "catalogue.nt", 50)
    with served(tmp_path / "data"):
        assert civigraph(tmp_path / "data", "import", tmp_path / "catalogue.nt").returncode == 0
        ended = civigraph(tmp_path / "data", "query", "-e", COUNT, "--format", "csv")
    assert ended.returncode == 0, ended.stderr
    alone = civigraph(tmp_path / "data", "query", "-e", COUNT, "--format", "csv")
    assert ended.stdout == alone.stdout
    assert int(ended.stdout.split()[1]) >= 50
