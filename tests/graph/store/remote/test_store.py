"""The remote store on real engines: the contract of every store, and what only a remote one has to stand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from graph.errors import DataError, ResultTooLarge, StoreUnavailable
from graph.store.remote.engine import Engine
from graph.store.remote.generations import RemoteStores
from graph.store.remote.store import RemoteStore
from graph.store.store import SEQUENCE
from graph.views.views import is_passing
from tests.graph.store.remote.engines import oxigraph, virtuoso

pytest.register_assert_rewrite("tests.graph.store.contract")

from tests.graph.store.contract import XSD, A, G, P, TripleStoreContract, quad  # noqa: E402 (rewritten first)

ROOT = "http://example.org/store/"


@pytest.fixture(scope="module")
def oxigraph_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        yield engine


@pytest.fixture(scope="module")
def virtuoso_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), rows=1000) as engine:
        yield engine


class TestOxigraph(TripleStoreContract):
    @pytest.fixture
    def store(self, oxigraph_engine: Engine, tmp_path: Path) -> Iterator[RemoteStore]:
        opened = RemoteStores(oxigraph_engine, ROOT).open("public", tmp_path)
        yield opened
        opened.close()


@pytest.mark.slow
class TestVirtuoso(TripleStoreContract):
    unsure: ClassVar[dict[str, str]] = {
        f'"INF"^^<{XSD}double>': "7.2 keeps it twice when it comes by both protocols, and each removal takes one away",
    }

    @pytest.fixture
    def store(self, virtuoso_engine: Engine, tmp_path: Path) -> Iterator[RemoteStore]:
        opened = RemoteStores(virtuoso_engine, ROOT).open("public", tmp_path)
        yield opened
        opened.close()


class Broken(Exception):
    """The connection that a test cuts."""


@pytest.fixture(params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


def cut_after(requests: int, patch: pytest.MonkeyPatch) -> None:
    """Let so many writes pass, and break the next: before it is sent, or after it was done."""
    left = [requests]

    def counted(write):  # type: ignore[no-untyped-def]
        def broken(self: Engine, *given: object) -> None:
            left[0] -= 1
            if left[0] < 0 and left[0] % 2:
                raise Broken
            write(self, *given)
            if left[0] < 0:
                raise Broken

        return broken

    patch.setattr(Engine, "change", counted(Engine.change))
    patch.setattr(Engine, "load", counted(Engine.load))


class TestInterruption:
    @pytest.mark.slow
    def test_change_that_is_stopped_anywhere_is_found_and_made_again(self, engine: Engine, tmp_path: Path) -> None:
        """Cut before each request of a change, and after each that did its work without saying so."""
        stores = RemoteStores(engine, ROOT)
        before = [quad(f"old {number}", G) for number in range(30)]
        after = [quad(f"new {number}", G, NamedNode(f"http://example.org/n{number}")) for number in range(1500)]
        for requests in range(8):
            folder = tmp_path / str(requests)
            store = stores.open("public", folder)
            store.change([], before, 4)
            with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Broken):
                cut_after(requests, patch)
                store.begin(before[:10], [])
                store.change(before, after, 5)
            store.close()
            again = stores.open("public", folder)
            # All or nothing is not promised; a change that may be half done tells so, and has the old sequence.
            dump = again.dump()
            if again.sequence() == 4 and not again.unfinished():
                assert dump == sorted(map(str, before))
            elif again.sequence() == 5 and not again.unfinished():
                assert dump == sorted(map(str, after))
            else:
                assert (again.sequence(), again.unfinished()) == (4, True)
            again.change(before, after, 5)
            assert (again.sequence(), again.unfinished()) == (5, False)
            assert again.dump() == sorted(map(str, after))
            again.close()

    def test_small_change_is_one_request(self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = RemoteStores(engine, ROOT).open("public", tmp_path)
        store.change([], [quad("x")], 1)
        sent = []
        monkeypatch.setattr(Engine, "change", lambda self, text: sent.append(text))
        store.change([quad("x")], [quad("y", G)], 2)
        assert len(sent) == 1
        # In this order: the mark, what changes, the sequence, and only then the mark is taken away.
        words = ["unfinished", '"x"', '"y"', '"2"', "unfinished"]
        places = [sent[0].find(words[0])]
        for word in words[1:]:
            places.append(sent[0].find(word, places[-1] + 1))
        assert -1 not in places

    def test_two_sequences_mean_the_older(self, engine: Engine, tmp_path: Path) -> None:
        """A stop between writing the new sequence and removing the old one leaves both."""
        stores = RemoteStores(engine, ROOT)
        store = stores.open("public", tmp_path)
        store.change([], [quad("x")], 4)
        state = store.names.state
        engine.change(f'INSERT DATA {{ GRAPH <{state}> {{ <{state}> <{SEQUENCE.value}> "9" }} }}')
        store.close()
        assert stores.open("public", tmp_path).sequence() == 4


class TestSomebodyElse:
    def test_another_sequence_than_ours_is_noticed(
        self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A request that the engine does after it was given up, say."""
        store = RemoteStores(engine, ROOT).open("public", tmp_path)
        store.change([], [quad("x")], 5)
        state = store.names.state
        engine.change(f'INSERT DATA {{ GRAPH <{state}> {{ <{state}> <{SEQUENCE.value}> "3" }} }}')
        assert store.sequence() == 5
        monkeypatch.setattr("graph.store.remote.store._TRUST_SECONDS", 0)
        with pytest.raises(DataError, match="somebody else"):
            store.sequence()

    def test_engine_that_lost_all_says_so(
        self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stores = RemoteStores(engine, ROOT)
        store = stores.open("public", tmp_path)
        store.change([], [quad("x")], 5)
        engine.change(f"DROP SILENT GRAPH <{store.names.state}>")
        monkeypatch.setattr("graph.store.remote.store._TRUST_SECONDS", 0)
        with pytest.raises(DataError, match="lost"):
            store.sequence()
        with pytest.raises(DataError, match="lost"):
            stores.open("public", tmp_path)

    def test_engine_that_does_not_answer_is_no_damage(self, engine: Engine, tmp_path: Path) -> None:
        RemoteStores(engine, ROOT).open("public", tmp_path).close()
        away = replace(engine, query="http://127.0.0.1:9/", update="http://127.0.0.1:9/")
        with pytest.raises(StoreUnavailable) as caught:
            RemoteStores(away, ROOT).open("public", tmp_path)
        assert is_passing(caught.value)

    @pytest.mark.slow
    def test_wrong_password_is_no_damage_either(self, virtuoso_engine: Engine, tmp_path: Path) -> None:
        with pytest.raises(StoreUnavailable, match="user"):
            RemoteStores(replace(virtuoso_engine, password="wrong"), ROOT).open("public", tmp_path)


class TestGenerations:
    def test_worlds_and_instances_do_not_touch(self, engine: Engine, tmp_path: Path) -> None:
        stores, others = RemoteStores(engine, ROOT), RemoteStores(engine, "http://example.org/other/")
        opened = [stores.open("public", tmp_path / "a"), stores.open("full", tmp_path / "b")]
        opened += [others.open("public", tmp_path / "c")]
        for number, store in enumerate(opened):
            store.change([], [quad(str(number), G)], number + 1)
        for number, store in enumerate(opened):
            assert store.dump() == [str(quad(str(number), G))]
            assert store.sequence() == number + 1

    def test_what_no_folder_names_is_removed_when_the_next_is_opened_again(
        self, engine: Engine, tmp_path: Path
    ) -> None:
        stores = RemoteStores(engine, f"{ROOT}generations-{tmp_path.name}/")
        old = stores.open("public", tmp_path)
        old.change([], [quad("x", G)], 1)
        beside = stores.open("public", tmp_path / "building")
        beside.change([], [quad("y", G)], 2)
        full = stores.open("full", tmp_path / "full")
        old.close()
        # While both are open nothing goes; the folder of the old one is then replaced, as a rebuilt view is.
        assert stores.open("public", tmp_path).dump() == [str(quad("x", G))]
        assert beside.dump() == [str(quad("y", G))]
        beside.close()
        again = RemoteStores(engine, stores.root)
        taken = again.open("public", tmp_path / "building")
        assert taken.dump() == [str(quad("y", G))]
        with pytest.raises(DataError, match="lost"):
            RemoteStores(engine, stores.root).look(tmp_path)
        assert full.sequence() == 0

    def test_look_reads_and_removes_nothing(self, engine: Engine, tmp_path: Path) -> None:
        stores = RemoteStores(engine, ROOT)
        with pytest.raises(DataError, match="nothing"):
            stores.look(tmp_path)
        store = stores.open("public", tmp_path)
        store.change([], [quad("x")], 1)
        assert stores.look(tmp_path).dump() == [str(quad("x"))]


@pytest.mark.slow
class TestCaps:
    def test_more_rows_than_the_engine_gives_are_paged(self, virtuoso_engine: Engine, tmp_path: Path) -> None:
        """This one gives a thousand."""
        store = RemoteStores(virtuoso_engine, ROOT).open("public", tmp_path)
        many = [quad(f"value {number}") for number in range(2500)]
        store.change([], many, 1)
        assert store.about(A.value, DefaultGraph()) == set(many)
        spread = [quad("x", G, NamedNode(f"http://example.org/s{number}")) for number in range(2500)]
        store.change([], spread, 2)
        assert set(store.of(P, G)) == set(spread)
        with pytest.raises(ResultTooLarge, match="belong together"):
            # All of one subject, more than it gives: told, not cut.
            list(store.of(P, DefaultGraph()))
