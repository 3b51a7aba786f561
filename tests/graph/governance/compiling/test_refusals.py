"""What cannot be compiled is refused by name when shapes are read: nothing is passed over."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from graph.errors import ShapesRefused
from graph.governance.compiling.compiler import compile_shapes
from graph.terms import SH

HEAD = """
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""


def shapes_of(text: str) -> list[ox.Triple]:
    """Read shapes that are written without the usual prefixes."""
    return [quad.triple for quad in ox.parse(HEAD + text, format=ox.RdfFormat.TURTLE)]


def test_what_is_nested_without_measure_is_refused() -> None:
    nested = [
        ox.Triple(ox.BlankNode(f"b{n}"), ox.NamedNode(f"{SH}not"), ox.BlankNode(f"b{n + 1}")) for n in range(20_000)
    ]
    target = ox.Triple(ox.BlankNode("b0"), ox.NamedNode(f"{SH}targetClass"), ox.NamedNode(f"{SH}Shape"))
    with pytest.raises(ShapesRefused, match="too deep"):
        compile_shapes([target, *nested])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ex:S a sh:NodeShape ; sh:js [ sh:jsFunctionName 'f' ] .", "sh:js cannot be compiled"),
        ("ex:S a sh:NodeShape ; sh:rule [ a sh:TripleRule ] .", "sh:rule cannot be compiled"),
        ("ex:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] .", "sh:target cannot be compiled"),
        ("ex:S a sh:NodeShape ; sh:expression [ sh:path ex:p ] .", "sh:expression cannot be compiled"),
        ("ex:f a sh:SPARQLFunction .", "sh:SPARQLFunction cannot be compiled"),
        ("ex:S a sh:NodeShape ; sh:node ex:S .", "refers to itself"),
        ("ex:S a sh:NodeShape ; sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .", "refers to itself"),
        ("ex:S a sh:NodeShape ; sh:or ( ex:T ) . ex:T sh:not ex:S .", "refers to itself"),
        ("ex:S a sh:NodeShape ; sh:targetNode [] .", "blank node cannot be named"),
        ("ex:S a sh:NodeShape ; sh:minCount 1 .", "sh:minCount stands on a node shape"),
        ("ex:S a sh:NodeShape ; sh:property [ sh:class ex:C ] .", "no sh:path"),
        ("ex:S a sh:NodeShape ; sh:property ex:P . ex:P sh:class ex:C .", "no sh:path"),
        ("ex:S a sh:NodeShape ; sh:node [ sh:path ex:p ] .", "sh:node names a property shape"),
        ("ex:S a sh:PropertyShape ; sh:path ex:p ; sh:minCount 1 , 2 .", "sh:minCount has more than one value"),
        ("ex:S a sh:PropertyShape ; sh:path ex:p ; sh:minCount 'one' .", "sh:minCount has a value"),
        ("ex:S a sh:PropertyShape ; sh:path ex:p ; sh:minCount -1 .", "sh:minCount has a value"),
        ("ex:S a sh:PropertyShape ; sh:path ex:p , ex:q .", "more than one value"),
        ("ex:S a sh:PropertyShape ; sh:path [ ex:any ex:p ] .", "not a property path"),
        ("ex:S a sh:PropertyShape ; sh:path ( ex:p ) .", "two members"),
        ("ex:S a sh:PropertyShape ; sh:path _:p . _:p sh:inversePath _:p .", "not a property path"),
        ("ex:S a sh:NodeShape ; sh:in 'no list' .", "not a list"),
        ("ex:S a sh:NodeShape ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", "not a list"),
        ("ex:S a sh:NodeShape ; sh:nodeKind ex:Any .", "sh:nodeKind has a value"),
        ("ex:S a sh:NodeShape ; sh:class 'class' .", "sh:class has a value"),
        ("ex:S a sh:NodeShape ; sh:severity 'grave' .", "not an IRI"),
    ],
)
def test_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(ShapesRefused) as caught:
        compile_shapes(shapes_of(text))
    assert words in str(caught.value)
    assert caught.value.where


def test_a_name_of_which_nothing_is_said_asks_nothing() -> None:
    """DCAT-AP 3.0.1 names two property shapes that it never defines."""
    (shape,) = compile_shapes(shapes_of("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P .")).shapes
    assert shape.constraints == ()
