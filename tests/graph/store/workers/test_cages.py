"""No query reaches the network or a file, nor changes the store."""

from __future__ import annotations

import pytest

from graph.cages.zygote import Zygote
from graph.errors import (
    QueryRefused,
)
from graph.store.workers import PRELOAD, QueryPool
from tests.graph.store.written import EX

# No network


def _service_queries(address: str) -> list[str]:
    service = f"SERVICE <{address}> {{ ?s ?p ?o }}"
    silent = f"SERVICE SILENT <{address}> {{ ?s ?p ?o }}"
    return [
        f"SELECT * {{ {service} }}",
        f"SELECT * {{ {silent} }}",
        f"SELECT * {{ {{ SELECT * {{ {silent} }} }} }}",
        f"ASK {{ ?a ?b ?c FILTER EXISTS {{ {silent} }} }}",
        f"ASK {{ ?a ?b ?c FILTER NOT EXISTS {{ {service} }} }}",
        f"SELECT * {{ BIND(<{address}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        f"PREFIX c: <{address}> SELECT * {{ SERVICE SILENT c: {{ ?s ?p ?o }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {silent} }}",
    ]


def test_without_a_cage_the_canary_is_reached(written, canary, unchecked):
    """The test of the tests: an uncaged worker does go out."""
    address, visits = canary
    with (
        Zygote([*PRELOAD, "tests.graph.store.no_cage"]) as zygote,
        QueryPool(zygote, written.snapshots, size=1, allow_network=True) as open_pool,
    ):
        open_pool.run(_service_queries(address)[0]).close()
    assert visits


def test_no_service_reaches_the_canary(pool, canary, unchecked):
    address, visits = canary
    for query in _service_queries(address):
        try:
            pool.run(query).close()
        except QueryRefused:
            continue
    assert visits == []


def test_a_service_is_refused_before_a_worker_sees_it(pool, canary):
    for query in _service_queries(canary[0]):
        with pytest.raises(QueryRefused, match="SERVICE is not offered"):
            pool.run(query)


def test_what_needs_the_network_is_told_as_such(pool, canary, unchecked):
    with pytest.raises(QueryRefused, match="another server"):
        pool.run(_service_queries(canary[0])[0])


@pytest.mark.parametrize("words", ["LOAD", "LOAD SILENT"])
def test_no_load_reaches_the_canary(zygote, canary, words):
    address, visits = canary
    with zygote.spawn("tests.graph.store.entries:update") as worker:
        worker.send({}, f"{words} <{address}>".encode())
        worker.receive(10)
    assert visits == []


def test_an_update_is_refused_by_the_engine_too(pool, written, unchecked):
    with pytest.raises(QueryRefused):
        pool.run(f"INSERT DATA {{ <{EX}x> <{EX}y> 1 }}")
