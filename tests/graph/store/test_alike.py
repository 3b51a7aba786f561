"""Random queries over the sample answer alike on the embedded store and on remote engines.

`differences.toml` says which kinds of query do not, by reason; a difference without reason fails, and so does a reason
without difference. Literals are compared by what Oxigraph makes of them: each engine has its own form of one value.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from graph import sample
from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import CivigraphError
from graph.store import workers
from graph.store.answers import Answer
from graph.store.embedded import EmbeddedStore
from graph.store.remote import pool as remote_pool
from graph.store.remote.generations import RemoteStores
from graph.store.remote.pool import EnginePool
from graph.store.snapshots import Snapshots
from graph.store.workers import QueryPool
from tests.graph.store.queries import Queries
from tests.graph.store.remote.engines import oxigraph, virtuoso

NUMBER = 500
SEED = 20261123
BASE = "http://civigraph.example/"
LIMITS = Limits(memory_bytes=2 << 30)
DIFFERENCES = tomllib.loads(Path(__file__).with_name("differences.toml").read_text())

Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def lines() -> bytes:
    payloads = (record.payload for source in sample.ADDRESSES for record in sample.records(source, BASE))
    return b"".join(sorted(set(b"".join(payloads).splitlines(keepends=True))))


@pytest.fixture(scope="module")
def queries(lines: bytes) -> list[str]:
    """The queries, made from triples as the embedded store has them."""
    made = Store()
    made.bulk_load(lines, RdfFormat.N_TRIPLES)
    maker = Queries([quad.triple for quad in made], SEED)
    return [maker.make(number) for number in range(NUMBER)]


@pytest.fixture(scope="module")
def expected(lines: bytes, queries: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """What the embedded store answers."""
    folder = tmp_path_factory.mktemp("embedded")
    with ExitStack() as stack:
        store = EmbeddedStore(folder / "triples")
        stack.callback(store.close)
        store.load(lines, DefaultGraph())
        store.change([], [], 1)
        snapshots = Snapshots(store, folder / "snapshots", store.sequence)
        stack.callback(snapshots.close)
        zygote = stack.enter_context(Zygote(workers.PRELOAD))
        pool = stack.enter_context(QueryPool(zygote, snapshots, size=2, limits=LIMITS))
        pool.wait_ready()
        return [outcome(pool.run, query) for query in queries]


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(
    request: pytest.FixtureRequest, lines: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Ask]]:
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        engine = stack.enter_context({"oxigraph": oxigraph, "virtuoso": virtuoso}[request.param](folder / "engine"))
        store = RemoteStores(engine, f"{BASE}store/").open("public", folder)
        stack.callback(store.close)
        store.load(lines, DefaultGraph())
        # Whatever stands beside it must not show.
        secret = NamedNode(f"{BASE}audience/members")
        store.change([], [Quad(NamedNode("urn:x-secret"), NamedNode("urn:x-secret"), Literal("secret"), secret)], 1)
        zygote = stack.enter_context(Zygote(remote_pool.PRELOAD))
        pool = stack.enter_context(EnginePool(zygote, lambda: store, size=2, limits=LIMITS))
        pool.wait_ready()
        yield request.param, pool.run


@pytest.mark.slow
def test_answers_are_alike(remote: tuple[str, Ask], queries: list[str], expected: list[object]) -> None:
    name, run = remote
    reasons = DIFFERENCES.get(name, [])
    unlisted, seen = [], set()
    for number, query in enumerate(queries):
        got = outcome(run, query)
        if got == expected[number]:
            continue
        reason = next((each["reason"] for each in reasons if re.search(each["query"], query)), None)
        if reason is None:
            unlisted.append(f"{number}: {query}\n  embedded {told(expected[number])}\n  {name} {told(got)}")
        seen.add(reason)
    assert not unlisted, "\n".join([f"{len(unlisted)} differ without reason", *unlisted])
    assert seen == {each["reason"] for each in reasons}, "a reason is listed, and nothing differs by it"


@pytest.mark.slow
def test_queries_find_something(queries: list[str], expected: list[object]) -> None:
    """Answers that are all empty would be alike on any engine."""
    assert len(set(queries)) > NUMBER * 0.9
    assert sum(1 for each in expected if each) > NUMBER * 0.7
    assert not [each for each in expected if isinstance(each, str)]


def outcome(run: Ask, query: str) -> object:
    """What a query answers, in a form that can be compared; an error as its name and words."""
    try:
        answer = run(query, accept=["application/sparql-results+json", "application/n-triples"], deadline=60)
    except CivigraphError as error:
        return f"{type(error).__name__}: {error.what}"
    body = answer.read()
    if answer.kind == "graph":
        return frozenset(comparable(quad.object, quad) for quad in pyoxigraph.parse(body, RdfFormat.N_TRIPLES))
    if answer.kind == "boolean":
        return {"boolean": json.loads(body)["boolean"]}
    rows = pyoxigraph.parse_query_results(body, pyoxigraph.QueryResultsFormat.JSON)
    names = sorted(each.value for each in rows.variables)
    solutions = [tuple((name, comparable(row[name])) for name in names if row[name] is not None) for row in rows]
    is_ordered = "ORDER BY" in query.rpartition("}")[2]
    return solutions if is_ordered else dict(Counter(solutions))


def comparable(term: object, quad: Quad | None = None) -> str:
    """A term in Oxigraph's form, with the rest of its triple where it has one."""
    rest = f"{quad.subject} {quad.predicate} " if quad is not None else ""
    if not isinstance(term, Literal):
        return f"{rest}{term}"
    return rest + _form(term)


def _form(term: Literal, known: dict[Literal, str] = {}) -> str:  # noqa: B006 (what it makes of a literal never changes)
    if term not in known:
        store = Store()
        store.add(Quad(NamedNode("urn:x"), NamedNode("urn:x"), term))
        known[term] = str(next(iter(store)).object)
    return known[term]


def told(outcome: object) -> str:
    return str(outcome)[:400]
