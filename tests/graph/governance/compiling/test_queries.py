"""Constraints in SPARQL: what is bound beforehand is bound in every scope, in bulk as for one focus node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from graph.errors import DataError, ShapesRefused
from graph.governance.compiling.compiler import Compiled, compile_shapes
from graph.governance.compiling.model import Result
from tests.graph.governance.compiling.test_refusals import shapes_of

EX = "https://example.org/"
DATA = """
@prefix ex: <https://example.org/> .
ex:a a ex:C ; ex:p 1 , 2 ; ex:q ex:b .
ex:b a ex:C ; ex:p 2 .
ex:c a ex:C .
ex:other ex:p 1 ; ex:q ex:c .
"""


def compiled(select: str, *, more: str = "", kind: str = "a sh:NodeShape") -> Compiled:
    """Compile a shape of all ex:C with one query."""
    text = f"""
    ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}" ] .
    ex:S {kind} ; sh:targetClass ex:C ; {more} sh:sparql [ sh:prefixes ex: ; sh:select '''{select}''' ] ."""
    return compile_shapes(shapes_of(text))


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    return store


def short(results: Iterator[Result]) -> Counter[tuple[str, str]]:
    """Write results as (local name of the focus, value)."""
    return Counter((each.focus[1:-1].removeprefix(EX), (each.value or "").split("^")[0]) for each in results)


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("SELECT $this WHERE { FILTER NOT EXISTS { $this ex:p ?any } }", {"c": 1}),
        ("SELECT $this WHERE { FILTER($this = ex:b) }", {"b": 1}),
        ("SELECT $this WHERE { { FILTER($this = ex:b) } UNION { FILTER($this = ex:c) } }", {"b": 1, "c": 1}),
        ("SELECT $this WHERE { { { FILTER($this = ex:b) } } }", {"b": 1}),
        ("SELECT $this WHERE { { SELECT $this WHERE { FILTER($this = ex:a) } } }", {"a": 1}),
        (
            "SELECT $this WHERE { OPTIONAL { BIND(STR($this) AS ?name) } FILTER(BOUND(?name)) }",
            {"a": 1, "b": 1, "c": 1},
        ),
        ("SELECT $this WHERE { OPTIONAL { ?x ex:q ?y FILTER(?y = $this) } FILTER(!BOUND(?x)) }", {"a": 1}),
        ("SELECT $this WHERE { FILTER EXISTS { { FILTER($this = ex:b) } UNION { ?x ex:none ?y } } }", {"b": 1}),
        ("SELECT $this WHERE { FILTER EXISTS { SELECT $this WHERE { ?x ex:q $this } } }", {"b": 1, "c": 1}),
        ("SELECT $this (COUNT(?v) AS ?n) WHERE { $this ex:p ?v } GROUP BY $this HAVING(COUNT(?v) > 1)", {"a": 1}),
        ("SELECT $this WHERE { $this ex:p ?v } ORDER BY ?v LIMIT 1", {"a": 1, "b": 1}),
        ("SELECT $this WHERE { $this ex:p ?v }", {"a": 2, "b": 1}),
        ("SELECT $this WHERE { $this ex:none* ?v }", {"a": 1, "b": 1, "c": 1}),
        ("SELECT $this WHERE { $this ex:p 1 } # $this { in a comment", {"a": 1}),
        ("SELECT $this WHERE { $this ex:p 1 . BIND('{ $this' AS ?text) }", {"a": 1}),
        ("SELECT $this WHERE { FILTER($currentShape = ex:S && $this = ex:a) }", {"a": 1}),
        ("SELECT $this WHERE { $this a ex:C . { FILTER(BOUND($currentShape)) } }", {"a": 1, "b": 1, "c": 1}),
    ],
)
def test_bound_everywhere(store: ox.Store, select: str, expected: dict[str, int]) -> None:
    shape = compiled(select)
    found = Counter(each.focus[1:-1].removeprefix(EX) for each in shape.check(store.query))
    assert found == expected
    apart: Counter[str] = Counter()
    for name in ("a", "b", "c", "other"):
        apart.update(each.focus[1:-1].removeprefix(EX) for each in shape.check_nodes(store.query, [EX + name]))
    assert apart == expected


def test_value_path_and_messages(store: ox.Store) -> None:
    shape = compiled(
        "SELECT $this ?value ?path WHERE { $this ?path ?value . FILTER(?path = ex:q) }",
        more='sh:message "{?value} of {$this}, {?none}"@en , "sans"@fr ; sh:severity sh:Warning ;',
    )
    (result,) = shape.check(store.query)
    assert (result.focus, result.path, result.value) == (f"<{EX}a>", f"<{EX}q>", f"<{EX}b>")
    assert result.severity.endswith("#Warning")
    assert set(result.messages) == {f'"{EX}b of {EX}a, {{?none}}"@en', '"sans"@fr'}


def test_path_is_put_in(store: ox.Store) -> None:
    select = "SELECT $this ?value WHERE { $this $PATH ?value . FILTER(?value = 2) }"
    shape = compiled(select, kind="a sh:PropertyShape ; sh:path [ sh:alternativePath ( ex:p ex:q ) ]")
    assert short(shape.check(store.query)) == {("a", '"2"'): 1, ("b", '"2"'): 1}


def test_switched_off(store: ox.Store) -> None:
    text = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:deactivated true ; sh:select 'nothing' ] ."
    assert list(compile_shapes(shapes_of(text)).check(store.query)) == []


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }", "MINUS"),
        ("SELECT $this WHERE { VALUES ?x { 1 } }", "VALUES"),
        ("SELECT $this WHERE { SERVICE ex:s { ?s ?p ?o } }", "SERVICE"),
        ("SELECT $this WHERE { GRAPH ?g { ?s ?p ?o } }", "GRAPH"),
        ("SELECT $this FROM ex:g WHERE { ?s ?p ?o }", "FROM"),
        ("SELECT $this WHERE { BIND(1 AS $this) }", "AS $this"),
        ("SELECT $this WHERE { { SELECT ?x WHERE { ?x ?p ?o } } }", "does not give $this"),
        ("SELECT $this WHERE { { SELECT * WHERE { ?x ?p ?o } } }", "gives *"),
        ("SELECT ?x WHERE { ?x ?p ?o }", "does not give $this"),
        ("SELECT $this WHERE { $this $PATH ?o }", "$PATH"),
        ("SELECT $this WHERE { GRAPH $shapesGraph { ?s ?p ?o } }", "GRAPH"),
        ("SELECT $this WHERE { FILTER(BOUND($shapesGraph)) }", "$shapesGraph"),
        ("ASK { $this ?p ?o }", "of that form"),
        ("SELECT $this WHERE { $this ?p }", "no SPARQL 1.1"),
        ("SELECT $this WHERE { $this ?p ?o", "braces"),
        ("SELECT $this WHERE { $this nowhere:p ?o }", "prefix"),
        ("DELETE WHERE { ?s ?p ?o }", "refused"),
        ("SELECT $this WHERE { ( } FILTER", "no SPARQL 1.1"),
        ("SELECT $this WHERE { $this", "braces"),
    ],
)
def test_refused(select: str, words: str) -> None:
    with pytest.raises(ShapesRefused) as caught:
        compiled(select)
    assert words in str(caught.value)


COMPONENT = """
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/" ] .
ex:Least a sh:ConstraintComponent ; sh:parameter [ sh:path ex:least ] , [ sh:path ex:most ; sh:optional true ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:prefixes ex: ; sh:message "under {$least}" ;
    sh:ask "ASK { FILTER($value >= $least && (!BOUND($most) || $value <= $most)) }" ] .
ex:P a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; ex:least 2 .
"""


def test_component(store: ox.Store) -> None:
    (result,) = compile_shapes(shapes_of(COMPONENT)).check(store.query)
    assert (result.focus, result.component, result.messages) == (f"<{EX}a>", f"{EX}Least", ('"under 2"',))
    bounded = compile_shapes(shapes_of(COMPONENT + "ex:P ex:most 1 ."))
    assert len(list(bounded.check(store.query))) == 3


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("ex:P ex:least 3 .", "more than one value"),
        ("ex:P ex:most _:b .", "blank node"),
        ("ex:Least sh:parameter [ sh:path ex:value ] . ex:P ex:value 1 .", "no parameter can be called"),
        ("ex:Least sh:parameter [ sh:path ( ex:p ex:q ) ] .", "not a property"),
        ("ex:Most a sh:ConstraintComponent ; sh:parameter [ sh:path ex:r ; sh:optional true ] .", "must give"),
        ("ex:Least sh:propertyValidator [ a sh:JSValidator ] .", "not in SPARQL"),
    ],
)
def test_component_refused(more: str, words: str) -> None:
    with pytest.raises(ShapesRefused) as caught:
        compile_shapes(shapes_of(COMPONENT + more))
    assert words in str(caught.value)


def test_an_engine_that_fails_is_an_error() -> None:
    def failing(query: str) -> ox.QuerySolutions:
        raise RuntimeError("no more memory")

    with pytest.raises(DataError, match="no more memory"):
        list(compiled("SELECT $this WHERE { $this ?p ?o }").check(failing))


def test_a_query_that_says_it_failed_is_an_error(store: ox.Store) -> None:
    shape = compiled("SELECT $this ?failure WHERE { BIND(true AS ?failure) }")
    with pytest.raises(DataError, match="says that it failed"):
        list(shape.check(store.query))


def test_one_at_a_time_cannot_be_done_for_blank_nodes(store: ox.Store) -> None:
    store.load("[] a <https://example.org/C> .", format=ox.RdfFormat.TURTLE)
    with pytest.raises(DataError, match="blank node"):
        list(compiled("SELECT $this WHERE { $this ?p ?o } LIMIT 1").check(store.query))
