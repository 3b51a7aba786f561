"""A machine that cannot take the network from workers: the next means is taken, else nobody is served."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from graph.cages.zygote import Zygote
from graph.errors import CageUnavailable
from tests.graph.cages.conftest import ENTRIES
from tests.processes import Served, served, started

QUERY = "SELECT * WHERE { ?s ?p ?o } LIMIT 1"


def uncaged(what: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.faults.uncaged", what)


def status(server: Served, query: str) -> int:
    return server.client.get("/sparql", params={"query": query}, headers={"Accept": "*/*"}).status_code


def namespaces_are_allowed() -> bool:
    with Zygote([ENTRIES]) as zygote, zygote.spawn(f"{ENTRIES}:deny_by_namespace", allow_network=True) as worker:
        try:
            return worker.receive(20)[0] == {"means": "namespace"}
        except CageUnavailable:
            return False


def test_without_any_cage_nobody_is_served(tmp_path: Path) -> None:
    with started(tmp_path / "data", "serve", "--port", "0", command=uncaged("both")) as process:
        try:
            _, heard = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode not in {0, None}
    assert "cannot be taken away" in heard or "could not be caged" in heard
    assert "http://" not in heard
    assert "Traceback" not in heard


def test_the_operator_may_order_otherwise_by_name(tmp_path: Path) -> None:
    with served(tmp_path / "data", command=uncaged("both"), query_network="true") as server:
        assert status(server, QUERY) == 200
        service = "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
        assert status(server, service) == 400
    assert any("keep the network" in line for line in server.heard_before)


def test_without_filters_the_namespace_serves(tmp_path: Path) -> None:
    if not namespaces_are_allowed():
        pytest.skip("this machine allows no user namespaces")
    with served(tmp_path / "data", command=uncaged("filter")) as server:
        assert status(server, QUERY) == 200
    assert not any("keep the network" in line for line in server.heard_before)
