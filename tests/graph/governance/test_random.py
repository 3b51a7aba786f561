"""Random shapes on random graphs: the compiler and pySHACL agree result by result, in bulk and focus by focus."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.governance.compiler import compile_shapes
from tests.graph.governance.oracle import Row, by_pyshacl, row
from tests.graph.governance.test_refusals import HEAD, shapes_of

NODES = [f"ex:n{number}" for number in range(4)]
NAMES = ["ex:p", "ex:q", "ex:r"]
CLASSES = ["ex:C", "ex:D"]
# No booleans: to pySHACL, true is less than 2; to SPARQL, the two cannot be compared.
LITERALS = ['"a"', '"bb"', '"a"@en', '"a"@fr', '"b"@en-gb', "1", "2", "7", '"2026-01-02"^^xsd:date']
VALUES = st.sampled_from(NODES + LITERALS)

name = st.sampled_from(NAMES)
paths = st.recursive(
    name,
    lambda inner: st.one_of(
        inner.map(lambda path: f"[ sh:inversePath {path} ]"),
        inner.map(lambda path: f"[ sh:zeroOrMorePath {path} ]"),
        inner.map(lambda path: f"[ sh:oneOrMorePath {path} ]"),
        inner.map(lambda path: f"[ sh:zeroOrOnePath {path} ]"),
        st.tuples(inner, inner).map(lambda two: f"( {two[0]} {two[1]} )"),
        st.tuples(inner, inner).map(lambda two: f"[ sh:alternativePath ( {two[0]} {two[1]} ) ]"),
    ),
    max_leaves=3,
)
literals = st.lists(VALUES, min_size=1, max_size=3)
anywhere = st.one_of(
    st.sampled_from(CLASSES).map(lambda each: f"sh:class {each}"),
    st.sampled_from(["xsd:integer", "xsd:string", "xsd:date", "rdf:langString"]).map("sh:datatype {}".format),
    st.sampled_from(["IRI", "Literal", "BlankNodeOrIRI", "IRIOrLiteral"]).map(lambda each: f"sh:nodeKind sh:{each}"),
    st.sampled_from(["minLength", "maxLength"]).map(lambda each: f"sh:{each} 2"),
    st.sampled_from(["^a", "b", "[0-9]"]).map(lambda each: f'sh:pattern "{each}"'),
    st.sampled_from(["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"]).map(lambda each: f"sh:{each} 2"),
    literals.map(lambda values: f"sh:in ( {' '.join(values)} )"),
    VALUES.map(lambda value: f"sh:hasValue {value}"),
    st.sampled_from(["en", "fr"]).map(lambda tag: f'sh:languageIn ( "{tag}" )'),
    st.tuples(st.sampled_from(["equals", "disjoint"]), name).map(lambda two: f"sh:{two[0]} {two[1]}"),
    name.map(lambda each: f"sh:closed true ; sh:ignoredProperties ( rdf:type {each} )"),
)
of_property = st.one_of(
    st.integers(0, 3).map(lambda number: f"sh:minCount {number}"),
    st.integers(0, 2).map(lambda number: f"sh:maxCount {number}"),
    st.just("sh:uniqueLang true"),
)


def shape_with(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw the inside of a node or property shape that may refer to other shapes."""
    logical = st.one_of(
        inner.map(lambda one: f"sh:node [ sh:and ( {one} ) ]"),
        inner.map(lambda one: f"sh:not {one}"),
        *(
            st.lists(inner, min_size=1, max_size=3).map(lambda all_of, kind=kind: f"sh:{kind} ( {' '.join(all_of)} )")
            for kind in ("and", "or", "xone")
        ),
    )
    qualified = st.tuples(inner, st.sampled_from(["Min", "Max"]), st.integers(0, 2)).map(
        lambda drawn: f"sh:qualifiedValueShape {drawn[0]} ; sh:qualified{drawn[1]}Count {drawn[2]}"
    )
    below = st.one_of(anywhere, logical)
    node = below.map(lambda one: f"[ {one} ]")
    return st.one_of(node, property_shape(st.one_of(below, of_property, qualified)))


def property_shape(constraint: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw a property shape of one or two constraints of different kinds."""
    several = st.lists(constraint, min_size=1, max_size=2, unique_by=lambda text: text.split()[0])
    return st.tuples(paths, several).map(lambda drawn: f"[ sh:path {drawn[0]} ; {' ; '.join(drawn[1])} ]")


leaf_shapes = st.one_of(anywhere.map(lambda one: f"[ {one} ]"), property_shape(st.one_of(anywhere, of_property)))
shapes = st.recursive(leaf_shapes, shape_with, max_leaves=4)
targets = st.one_of(
    st.sampled_from([*NODES, "ex:absent"]).map(lambda node: f"sh:targetNode {node}"),
    st.sampled_from(CLASSES).map(lambda each: f"sh:targetClass {each}"),
    name.map(lambda each: f"sh:targetSubjectsOf {each}"),
    name.map(lambda each: f"sh:targetObjectsOf {each}"),
)
statements = st.one_of(
    st.tuples(st.sampled_from(NODES), name, VALUES),
    st.tuples(st.sampled_from(NODES), st.just("a"), st.sampled_from(CLASSES)),
    st.just(("ex:D", "rdfs:subClassOf", "ex:C")),
)


@st.composite
def whole(draw: st.DrawFn) -> str:
    """Draw a shapes graph: named node shapes with property shapes and constraints."""
    lines = []
    for number in range(draw(st.integers(1, 2))):
        parts = [*draw(st.lists(targets, min_size=1, max_size=2)), f"sh:and ( {draw(shapes)} )"]
        if draw(st.booleans()):
            deeper = property_shape(of_property).map("sh:property {}".format)
            nested = property_shape(st.one_of(anywhere, of_property, deeper))
            parts.append(f"sh:property {draw(nested)}")
        lines.append(f"ex:S{number} a sh:NodeShape ; {' ; '.join(parts)} .")
    return "\n".join(lines)


def by_compiler(shapes_text: str, data: ox.Store, nodes: list[str] | None = None) -> Counter[Row]:
    """Judge by the compiler, for all focus nodes or for some."""
    compiled = compile_shapes(shapes_of(shapes_text))
    results = compiled.check(data.query) if nodes is None else compiled.check_nodes(data.query, nodes)
    return Counter(map(row, results))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(whole(), st.lists(statements, max_size=14))
def test_pyshacl_finds_the_same(shapes_text: str, drawn: list[tuple[str, str, str]]) -> None:
    head = f"{HEAD}@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    data = head + "".join(f"{' '.join(statement)} .\n" for statement in drawn)
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TURTLE)
    expected = by_pyshacl(rdflib.Graph().parse(data=data), rdflib.Graph().parse(data=HEAD + shapes_text))
    assert by_compiler(shapes_text, store) == expected
    asked = [f"https://example.org/{local}" for local in ("n0", "n1", "n2", "n3", "absent")]
    apart = sum((by_compiler(shapes_text, store, [node]) for node in asked), Counter[Row]())
    # Literals may be targets too, and cannot be asked for.
    assert apart <= expected if "targetObjectsOf" in shapes_text else apart == expected
