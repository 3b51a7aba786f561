"""What every triple store promises (`contract.py`), held for the embedded one; what only that one has, below."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph

from graph.errors import DataError
from graph.store.embedded import EmbeddedStore
from graph.store.store import STATE

pytest.register_assert_rewrite("tests.graph.store.contract")

from tests.graph.store.contract import NAMED, A, G, P, TripleStoreContract, quad, rows  # noqa: E402 (rewritten first)


class TestEmbedded(TripleStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[EmbeddedStore]:
        opened = EmbeddedStore(tmp_path / "triples")
        yield opened
        opened.close()

    def test_opened_again_it_is_the_same(self, store: EmbeddedStore) -> None:
        store.change([], [quad("x")], 9)
        store.close()
        again = EmbeddedStore(store.path)
        assert (again.sequence(), again.dump()) == (9, [str(quad("x"))])
        again.close()

    def test_closed_it_says_so(self, store: EmbeddedStore) -> None:
        store.close()
        with pytest.raises(DataError, match="closed"):
            store.sequence()

    def test_only_one_opens_it(self, store: EmbeddedStore) -> None:
        with pytest.raises(DataError, match="cannot be opened"):
            EmbeddedStore(store.path)

    def test_sequence_is_in_no_graph_of_a_query(self, store: EmbeddedStore) -> None:
        store.change([], [quad("x")], 9)
        found = store.query(NAMED, graphs=[DefaultGraph()])
        assert rows(found, "g") == set()
        # It is a named graph, which is why a query without both lists is never asked.
        whole = pyoxigraph.Store.query(store._store, NAMED)
        assert rows(whole, "g") == {(STATE.value,)}

    def test_backup_is_a_store_of_its_own(self, store: EmbeddedStore, tmp_path: Path) -> None:
        store.change([], [quad("x")], 1)
        store.backup(tmp_path / "copy")
        store.change([quad("x")], [], 2)
        copy = EmbeddedStore(tmp_path / "copy")
        assert (copy.sequence(), copy.dump()) == (1, [str(quad("x"))])
        copy.close()

    def test_load_in_pieces_loses_no_line(self, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("graph.store.embedded._BYTES_A_PIECE", 200)
        store.load("".join(f'{A} {P} "{number}" .\n' for number in range(30)).encode(), G)
        assert len(store.about(A.value, G)) == 30

    def test_failed_change_changes_nothing(self, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
        store.change([], [quad("x")], 1)
        monkeypatch.setattr("graph.store.embedded.SEQUENCE", "<not an IRI>")
        with pytest.raises(SyntaxError):
            store.change([quad("x")], [quad("y")], 2)
        monkeypatch.undo()
        assert (store.sequence(), store.dump()) == (1, [str(quad("x"))])
