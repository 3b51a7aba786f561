"""What every triple store promises, as tests: a subclass gives the fixture `store`, an empty one."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Triple

from graph.store.store import Graph, TripleStore

A, B, P, R = (NamedNode(f"http://example.org/{name}") for name in "abpr")
G, H = NamedNode("http://example.org/g"), NamedNode("http://example.org/h")
XSD = "http://www.w3.org/2001/XMLSchema#"
EVERYTHING = "SELECT ?s ?o WHERE { ?s ?p ?o }"
NAMED = "SELECT ?g ?s ?o WHERE { GRAPH ?g { ?s ?p ?o } }"

# Values that engines are known to keep, to change, or to refuse.
VALUES = [
    f'"{text}"^^<{XSD}{datatype}>'
    for text, datatype in (
        ("007", "integer"), ("-5", "integer"), ("abc", "integer"), ("1", "nonNegativeInteger"), ("5", "int"),
        ("123456789012345678901234567890", "integer"), ("1.50", "decimal"), ("3", "decimal"), ("1.0E0", "double"),
        ("INF", "double"), ("3.5", "float"), ("true", "boolean"), ("0", "boolean"), ("2024-01-02", "date"),
        ("2024-01-02Z", "date"), ("32/13/2024", "date"), ("2024-01-02T03:04:05", "dateTime"),
        ("2024-01-02T03:04:05.000Z", "dateTime"), ("2024-01-02T03:04:05+02:00", "dateTime"), ("2024", "gYear"),
        ("2024-05", "gYearMonth"), ("P1Y", "duration"), ("PT15M", "duration"), ("03:04:05", "time"),
        ("http://a.example/", "anyURI"), ("a b", "normalizedString"), ("aGk=", "base64Binary"),
    )
] + [
    '"plain"', '""', '"été"@fr', '"colour"@en-gb', '"x"^^<http://example.org/datatype>',
    '"POINT(1 2)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
    '"<a>b</a>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral>',
]  # fmt: skip


def quad(value: str, graph: NamedNode | DefaultGraph | None = None, subject: NamedNode = A) -> Quad:
    return Quad(subject, P, Literal(value), graph or DefaultGraph())


def rows(answer: object, *names: str) -> set[tuple[str, ...]]:
    assert isinstance(answer, QuerySolutions)
    return {tuple(getattr(row[name], "value", "") for name in names) for row in answer}


def lines(*statements: str) -> bytes:
    return "".join(f"{each} .\n" for each in statements).encode()


class TripleStoreContract:
    """Tests that any store passes. `unsure` are values that an engine does not treat as a value, with the reason."""

    unsure: ClassVar[dict[str, str]] = {}

    def test_empty(self, store: TripleStore) -> None:
        assert store.sequence() == 0
        assert store.dump() == []
        assert store.graphs() == []
        assert not store.unfinished()

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
        store.change([], [], 2)
        assert (store.sequence(), store.dump()) == (2, [str(quad("x"))])

    def test_change_of_many(self, store: TripleStore) -> None:
        many = [quad(f"value {number}", G, NamedNode(f"http://example.org/s{number % 50}")) for number in range(3500)]
        store.change([], many, 1)
        assert store.dump() == sorted(map(str, many))
        store.change(many[:3000], [quad("x")], 2)
        assert store.dump() == sorted(map(str, [*many[3000:], quad("x")]))
        assert (store.sequence(), store.unfinished()) == (2, False)

    def test_change_keeps_every_character(self, store: TripleStore) -> None:
        text = "".join(map(chr, range(1, 0x180))) + '"\\u0041 \\\\u0042 \U0001f6b2 \ufffd }'
        said = Quad(NamedNode("http://example.org/é'"), P, Literal(text, language="fr"), G)
        store.change([], [said], 1)
        assert store.about(said.subject.value, G) == {said}
        store.change([said], [], 2)
        assert store.dump() == []

    def test_load_keeps_every_character(self, store: TripleStore) -> None:
        text = "".join(map(chr, range(1, 0x180))) + '"\\u0041 \\\\u0042 \U0001f6b2 \ufffd }'
        store.load(lines(f"{A} {P} {Literal(text)}"), G)
        assert store.about(A.value, G) == {quad(text, G)}

    def test_what_is_begun_is_unfinished_until_the_change(self, store: TripleStore) -> None:
        store.change([], [quad("x")], 4)
        store.begin([quad("x")], [quad("y")])
        assert (store.unfinished(), store.sequence()) == (True, 4)
        store.begin([], [quad("z", H)])
        assert store.unfinished()
        store.change([], [], 5)
        assert (store.unfinished(), store.sequence()) == (False, 5)
        assert store.dump() == sorted([str(quad("y")), str(quad("z", H))])

    def test_about_gives_one_subject_of_one_graph(self, store: TripleStore) -> None:
        store.change([], [quad("x"), quad("y", G), quad("z", G, B)], 1)
        assert store.about(A.value, DefaultGraph()) == {quad("x")}
        assert store.about(A.value, G) == {quad("y", G)}
        assert store.about(B.value, DefaultGraph()) == set()

    def test_what_is_expected_is_what_is_there(self, store: TripleStore) -> None:
        store.change([], [quad("x"), quad("y", G), quad("z", G, B)], 1)
        store.expect([A.value, B.value, R.value], G)
        assert [store.about(each.value, G) for each in (A, B, R)] == [{quad("y", G)}, {quad("z", G, B)}, set()]
        store.change([quad("y", G)], [quad("w", G, R)], 2)
        assert [store.about(each.value, G) for each in (A, B, R)] == [set(), {quad("z", G, B)}, {quad("w", G, R)}]

    def test_values_towards_of_and_holds(self, store: TripleStore) -> None:
        points, other = Quad(A, R, B, G), Quad(B, P, B, G)
        store.change([], [points, other, quad("x", G), quad("y")], 1)
        assert set(store.values(A.value, R, G)) == {points}
        assert set(store.towards(B.value, G)) == {points, other}
        assert len(list(store.towards(B.value, G, 1))) == 1
        assert list(store.towards(B.value, DefaultGraph())) == []
        assert set(store.of(P, G)) == {other, quad("x", G)}
        assert store.holds(points)
        assert not store.holds(Quad(A, R, B, DefaultGraph()))
        assert store.graphs() == [G]

    def test_load_adds_lines_to_a_graph(self, store: TripleStore) -> None:
        many = lines(*(f'{A} {P} "{number}"' for number in range(500)))
        store.load(many, G)
        store.load(many, G)
        assert len(store.about(A.value, G)) == 500
        assert store.sequence() == 0

    @pytest.mark.parametrize("graph", [DefaultGraph(), G])
    def test_load_brings_more_to_another_graph(self, store: TripleStore, graph: Graph) -> None:
        store.load(lines(f'{A} {P} "one . "', f"{A} {R} {B}"), graph, lines(f'{A} {P} "two .\\n"', f"{B} {R} {A}"), H)
        assert store.about(A.value, graph) == {quad("one . ", graph), Quad(A, R, B, graph)}
        assert store.about(A.value, H) == {quad("two .\n", H)}
        assert store.about(B.value, H) == {Quad(B, R, A, H)}
        assert len(store.dump()) == 4
        store.load(b"", graph, lines(f'{B} {P} "three"'), H)
        assert store.about(B.value, graph) == set()
        assert len(store.dump()) == 5

    def test_what_is_read_twice_was_not_kept_from_before(self, store: TripleStore) -> None:
        store.change([], [quad("x", G)], 1)
        assert store.about(A.value, G) == {quad("x", G)}
        store.load(lines(f'{A} {P} "y"'), G)
        assert store.about(A.value, G) == {quad("x", G), quad("y", G)}
        store.change([quad("x", G)], [], 2)
        assert store.about(A.value, G) == {quad("y", G)}

    def test_terms_are_the_same_whichever_way_they_come(self, store: TripleStore) -> None:
        store.load(lines(f'{A} {P} "007"^^<{XSD}integer>'), DefaultGraph())
        present = store.about(A.value, DefaultGraph())
        store.change(present, [], 1)
        assert store.about(A.value, DefaultGraph()) == set()

    def test_as_stored_tells_what_will_be_there(self, store: TripleStore) -> None:
        told = lines(
            *(
                f"<http://example.org/v{number}> {P} {value}"
                for number, value in enumerate(VALUES)
                if value not in self.unsure
            )
        )
        wanted = store.as_stored(told, G)
        assert len(wanted) >= len(VALUES) - 6
        store.load(told, G)
        assert set(store.dump()) == set(map(str, wanted))
        assert all(store.holds(each) for each in wanted)
        # Written as they are read, they are the same; taken away as they are read, they are gone.
        store.change([], wanted, 1)
        assert set(store.dump()) == set(map(str, wanted))
        store.change(wanted, [], 2)
        assert store.dump() == []

    def test_query_sees_given_graphs_only(self, store: TripleStore) -> None:
        store.change([], [quad("x"), quad("y", G), quad("z", H)], 5)
        assert rows(store.query(EVERYTHING, graphs=[DefaultGraph()]), "o") == {("x",)}
        assert rows(store.query(EVERYTHING, graphs=[DefaultGraph(), G]), "o") == {("x",), ("y",)}
        assert rows(store.query(NAMED, graphs=[DefaultGraph()]), "o") == set()
        assert rows(store.query(NAMED, graphs=[], named=[H]), "o") == {("z",)}
        assert rows(store.query(EVERYTHING, graphs=[]), "o") == set()

    def test_query_of_each_form(self, store: TripleStore) -> None:
        store.change([], [quad("x")], 5)
        made = store.query("# a comment\nCONSTRUCT { ?s ?p 'y' } WHERE { ?s ?p ?o }", graphs=[DefaultGraph()])
        assert isinstance(made, QueryTriples)
        assert list(made) == [Triple(A, P, Literal("y"))]
        for text, is_so in (("x", True), ("y", False)):
            said = store.query(f"ASK {{ ?s ?p '{text}' }}", graphs=[DefaultGraph()])
            assert isinstance(said, QueryBoolean)
            assert bool(said) is is_so
