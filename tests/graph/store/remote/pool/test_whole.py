"""No part of a remote store's answer passes for the whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from graph.cages.zygote import Zygote
from graph.errors import (
    CivigraphError,
    DeadlineReached,
    LimitReached,
    Overloaded,
    QueryRefused,
    ResultTooLarge,
    ShareUsedUp,
    StoreUnavailable,
)
from graph.store.answers import Answer
from graph.store.fairness.rules import Fairness
from graph.store.remote.engine import Engine
from graph.store.remote.names import Names
from graph.store.remote.pool import EnginePool
from graph.store.remote.store import RemoteStore
from tests.graph.store.remote.pool.engine import (
    LIMITS,
    LINES,
    ROOT,
    ROWS,
    TABLE,
    Opened,
    Script,
    values,
)


class TestWholeOrNothing:
    def test_cap_of_the_engine_is_a_limit(self, opened: Opened) -> None:
        for query in (
            "SELECT * { ?s ?p ?o }",
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "CONSTRUCT WHERE { ?s ?p ?o }",
        ):
            if opened.name == "virtuoso":
                with pytest.raises(ResultTooLarge, match="at most 1000 rows"):
                    opened.ask_public(query)
            else:
                answer = opened.ask_public(query, accept=["text/csv", "application/n-triples"])
                assert answer.read().count(b"\n") == ROWS + (answer.kind == "solutions")

    def test_deadline_is_kept_whatever_the_engine_does(self, opened: Opened) -> None:
        with pytest.raises(DeadlineReached):
            opened.ask_public(
                "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a < ?d && ?d < ?g) }", deadline=1.5
            )
        assert values(opened.ask_public("SELECT ?o { <http://example.org/s1> ?p ?o }")) == [{"o": "x"}]

    def test_caps_of_our_own(self, opened: Opened) -> None:
        with pytest.raises(ResultTooLarge):
            opened.ask_public("SELECT * { ?s ?p ?o } LIMIT 500", max_bytes=2000)
        with pytest.raises(ResultTooLarge):
            opened.ask_public("SELECT * { ?s ?p ?o } LIMIT 500", max_rows=499)
        assert len(values(opened.ask_public("SELECT * { ?s ?p ?o } LIMIT 500", max_rows=500))) == 500

    def test_cancelled(self, opened: Opened) -> None:
        gone = threading.Event()
        threading.Timer(0.3, gone.set).start()
        with pytest.raises(LimitReached, match="cancelled"):
            opened.ask_public(
                "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a < ?d && ?d < ?g) }",
                deadline=30,
                cancelled=gone.is_set,
            )

    def test_answer_knows_the_sequence_and_its_format(self, opened: Opened) -> None:
        with opened.ask_public("ASK { <http://example.org/s1> ?p ?o }", accept=["text/turtle", "text/csv"]) as answer:
            assert (answer.sequence, answer.kind, answer.media_type) == (7, "boolean", "text/csv")


class TestPartsAreNoAnswers:
    @pytest.fixture
    def run(self, false_engine: tuple[Script, Engine], zygote: Zygote) -> Iterator[Callable[..., Answer]]:
        store = RemoteStore(false_engine[1], Names(f"{ROOT}public/0/"))
        with EnginePool(zygote, lambda: store, size=1, limits=LIMITS) as pool:
            yield pool.run

    @pytest.mark.parametrize(
        ("script", "error"),
        [
            (Script(headers={"X-SQL-State": "S1TAT", "X-SQL-Message": "incomplete"}, body=TABLE), DeadlineReached),
            (Script(headers={"X-SQL-State": "01W01"}, body=TABLE), ResultTooLarge),
            (Script(headers={"X-SPARQL-MaxRows": "1"}, body=TABLE), ResultTooLarge),
            (
                Script(500, body=b"Virtuoso S1T00 Error SR171: Transaction timed out\n\nSPARQL query:\nx"),
                DeadlineReached,
            ),
            (Script(500, body=b"Virtuoso 22023 Error SR353: Sorted TOP clause specifies more"), ResultTooLarge),
            (Script(500, body=b"Virtuoso 22012 Error SR084: Division by 0."), QueryRefused),
            (Script(500, body=b"no word\n\nSPARQL query:\nSELECT 'timed out'"), StoreUnavailable),
            (Script(400, body=b"Virtuoso 37000 Error SP030: SPARQL compiler: memory exhausted"), QueryRefused),
            (Script(503, body=b"busy"), Overloaded),
            (Script(504, body=b""), DeadlineReached),
            (Script(401, body=b""), StoreUnavailable),
            (Script(302, headers={"Location": "http://127.0.0.1:9/"}), StoreUnavailable),
            (Script(body=TABLE[:-10], length=len(TABLE)), StoreUnavailable),
            (Script(body=TABLE[:-10]), StoreUnavailable),
            (Script(body=TABLE[:-3] + b"The SPARQL operation has been cancelled"), DeadlineReached),
            (Script(body=b"<html>a page</html>"), StoreUnavailable),
            (Script(body=b'{"head": {}, "boolean": true}'), StoreUnavailable),
            (Script(silent=True), DeadlineReached),
        ],
    )
    def test_table(
        self, run: Callable[..., Answer], false_engine: tuple[Script, Engine], script: Script, error: type
    ) -> None:
        vars(false_engine[0]).update(vars(script))
        with pytest.raises(CivigraphError) as caught:
            run("SELECT ?x { ?x ?x ?x }", deadline=2)
        assert type(caught.value) is error
        assert ROOT not in str(caught.value)

    @pytest.mark.parametrize(
        ("script", "error"),
        [
            (Script(body=LINES + b"<urn:a> <urn:b"), StoreUnavailable),
            (Script(body=LINES + b"The SPARQL operation has been cancelled"), DeadlineReached),
            (Script(body=LINES, length=1000), StoreUnavailable),
            (Script(headers={"X-SPARQL-MaxRows": "1"}, body=LINES), ResultTooLarge),
        ],
    )
    def test_graph(
        self, run: Callable[..., Answer], false_engine: tuple[Script, Engine], script: Script, error: type
    ) -> None:
        vars(false_engine[0]).update(vars(script))
        with pytest.raises(error):
            run("CONSTRUCT WHERE { ?x ?y ?z }", deadline=2)

    def test_whole_answer_of_the_same_engine(
        self, run: Callable[..., Answer], false_engine: tuple[Script, Engine]
    ) -> None:
        vars(false_engine[0]).update(vars(Script(body=TABLE)))
        assert values(run("SELECT ?x { ?x ?x ?x }")) == [{"x": "1"}]

    def test_share_of_a_client(self, false_engine: tuple[Script, Engine], zygote: Zygote) -> None:
        """The engine's seconds are charged to who asks."""
        vars(false_engine[0]).update(vars(Script(silent=True)))
        store = RemoteStore(false_engine[1], Names(f"{ROOT}public/0/"))
        with EnginePool(zygote, lambda: store, size=1, limits=LIMITS, rules=Fairness(client_seconds=1)) as pool:
            with pool.admit("a") as place, pytest.raises(DeadlineReached):
                pool.run("SELECT ?x { ?x ?x ?x }", place=place, deadline=1.5)
            with pytest.raises(ShareUsedUp):
                pool.admit("a")
            pool.admit("b").leave()
