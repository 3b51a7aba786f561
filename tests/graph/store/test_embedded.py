"""What every triple store promises, held for the embedded one; what only that one has, below."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions

from graph.errors import DataError
from graph.store.embedded import EmbeddedStore
from graph.store.store import STATE, TripleStore

A, B, P = (NamedNode(f"http://example.org/{name}") for name in "abp")
G, H = NamedNode("http://example.org/g"), NamedNode("http://example.org/h")
EVERYTHING = "SELECT ?s ?o WHERE { ?s ?p ?o }"
NAMED = "SELECT ?g ?s ?o WHERE { GRAPH ?g { ?s ?p ?o } }"


def quad(value: str, graph: NamedNode | DefaultGraph | None = None, subject: NamedNode = A) -> Quad:
    return Quad(subject, P, Literal(value), graph or DefaultGraph())


def rows(answer: object, *names: str) -> set[tuple[str, ...]]:
    assert isinstance(answer, QuerySolutions)
    return {tuple(row[name].value for name in names) for row in answer}


class TripleStoreContract:
    """Tests that any store passes: a subclass gives the fixture `store`."""

    def test_empty(self, store: TripleStore) -> None:
        assert store.sequence() == 0
        assert store.dump() == []

    def test_change_writes_data_and_sequence(self, store: TripleStore) -> None:
        store.change([], [quad("x"), quad("y", G)], 3)
        store.change([quad("x")], [quad("z")], 7)
        assert store.sequence() == 7
        assert store.dump() == sorted([str(quad("z")), str(quad("y", G))])

    def test_change_is_idempotent(self, store: TripleStore) -> None:
        for _ in range(2):
            store.change([quad("x")], [quad("y")], 1)
        assert store.dump() == [str(quad("y"))]

    def test_change_without_data_moves_the_sequence(self, store: TripleStore) -> None:
        store.change([], [quad("x")], 1)
        store.change([], [], 2)
        assert (store.sequence(), store.dump()) == (2, [str(quad("x"))])

    def test_change_keeps_every_character(self, store: TripleStore) -> None:
        text = "".join(map(chr, range(1, 0x180))) + '"\\u0041 \U0001f6b2 \ufffd }'
        said = Quad(NamedNode("http://example.org/é'{}".replace("{}", "")), P, Literal(text, language="fr"), G)
        store.change([], [said], 1)
        assert store.about(said.subject.value, G) == {said}

    def test_about_gives_one_subject_of_one_graph(self, store: TripleStore) -> None:
        store.change([], [quad("x"), quad("y", G), quad("z", G, B)], 1)
        assert store.about(A.value, DefaultGraph()) == {quad("x")}
        assert store.about(A.value, G) == {quad("y", G)}
        assert store.about(B.value, DefaultGraph()) == set()

    def test_load_adds_lines_to_a_graph(self, store: TripleStore) -> None:
        lines = "".join(f'{A} {P} "{number}" .\n' for number in range(500)).encode()
        store.load(lines, G)
        store.load(lines, G)
        assert len(store.about(A.value, G)) == 500
        assert store.sequence() == 0

    def test_terms_are_the_same_whichever_way_they_come(self, store: TripleStore) -> None:
        line = f'{A} {P} "007"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        store.load(line.encode(), DefaultGraph())
        present = store.about(A.value, DefaultGraph())
        store.change(present, [], 1)
        assert store.about(A.value, DefaultGraph()) == set()

    def test_query_sees_given_graphs_only(self, store: TripleStore) -> None:
        store.change([], [quad("x"), quad("y", G), quad("z", H)], 5)
        assert rows(store.query(EVERYTHING, graphs=[DefaultGraph()]), "o") == {("x",)}
        assert rows(store.query(EVERYTHING, graphs=[DefaultGraph(), G]), "o") == {("x",), ("y",)}
        assert rows(store.query(NAMED, graphs=[DefaultGraph()]), "o") == set()
        assert rows(store.query(NAMED, graphs=[], named=[H]), "o") == {("z",)}
        assert rows(store.query(EVERYTHING, graphs=[]), "o") == set()


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
