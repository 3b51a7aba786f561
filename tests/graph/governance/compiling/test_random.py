"""Random shapes on random graphs: the compiler and pySHACL agree result by result, in bulk and focus by focus."""

from __future__ import annotations

import re
from collections import Counter

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.governance.checking.checker import Checked, Checker
from graph.governance.checking.texts import StatementTexts
from graph.governance.compiling import running
from graph.governance.compiling.compiler import compile_shapes
from graph.governance.rules.shapesets import read_shape_set
from tests.graph.governance.compiling.oracle import Row, by_pyshacl, row
from tests.graph.governance.compiling.test_refusals import HEAD, shapes_of

NODES = [f"ex:n{number}" for number in range(4)]
NAMES = ["ex:p", "ex:q", "ex:r"]
CLASSES = ["ex:C", "ex:D"]
# No booleans: to pySHACL, true is less than 2; to SPARQL, the two cannot be compared.
LITERALS = ['"a"', '"bb"', '"a"@en', '"a"@fr', '"b"@en-gb', "1", "2", "7", '"2026-01-02"^^xsd:date']
VALUES = st.sampled_from(NODES + LITERALS)

name = st.sampled_from(NAMES)
# Of an inverse sequence pySHACL turns each step, and not their order.
_SEQUENCE = re.compile(r"(?<!alternativePath )\(")
ONE = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")


# Written as functions that draw: strategies made of strategies have representations of many thousand characters.
@st.composite
def path(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw a property path."""
    kind = (
        draw(st.sampled_from(["predicate", "predicate", *ONE, "sequence", "alternativePath"])) if depth else "predicate"
    )
    if kind == "predicate":
        return draw(name)
    first = draw(path(depth - 1))
    if kind == "inversePath" and _SEQUENCE.search(first):
        return first
    if kind in ONE:
        return f"[ sh:{kind} {first} ]"
    both = f"( {first} {draw(path(depth - 1))} )"
    return both if kind == "sequence" else f"[ sh:{kind} {both} ]"


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


@st.composite
def shape(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw a shape without a name, which may refer to others."""
    if draw(st.booleans()):
        return draw(property_shape(depth))
    return f"[ {draw(logical(depth) if depth and draw(st.booleans()) else anywhere)} ]"


@st.composite
def logical(draw: st.DrawFn, depth: int) -> str:
    """Draw a constraint made of shapes."""
    kind = draw(st.sampled_from(["node", "not", "and", "or", "xone"]))
    inner = [draw(shape(depth - 1)) for _ in range(draw(st.integers(1, 3)) if kind in ("and", "or", "xone") else 1)]
    if kind == "node":
        return f"sh:node [ sh:and ( {inner[0]} ) ]"
    return f"sh:not {inner[0]}" if kind == "not" else f"sh:{kind} ( {' '.join(inner)} )"


@st.composite
def property_shape(draw: st.DrawFn, depth: int) -> str:
    """Draw a property shape of one or two constraints of different kinds."""
    parts: dict[str, str] = {}
    for _ in range(draw(st.integers(1, 2))):
        kind = draw(st.sampled_from(["any", "own", "logical", "qualified", "property"])) if depth else "own"
        if kind in ("any", "own"):
            text = draw(anywhere if kind == "any" else of_property)
        elif kind == "logical":
            text = draw(logical(depth))
        elif kind == "qualified":
            bound = f"sh:qualified{draw(st.sampled_from(['Min', 'Max']))}Count {draw(st.integers(0, 2))}"
            text = f"sh:qualifiedValueShape {draw(shape(depth - 1))} ; {bound}"
        else:
            text = f"sh:property {draw(property_shape(depth - 1))}"
        parts.setdefault(text.split()[0], text)
    return f"[ sh:path {draw(path())} ; {' ; '.join(parts.values())} ]"


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
        parts = [*draw(st.lists(targets, min_size=1, max_size=2)), f"sh:and ( {draw(shape())} )"]
        if draw(st.booleans()):
            parts.append(f"sh:property {draw(property_shape(2))}")
        lines.append(f"ex:S{number} a sh:NodeShape ; {' ; '.join(parts)} .")
    return "\n".join(lines)


def by_compiler(shapes_text: str, data: ox.Store, nodes: list[str] | None = None) -> Counter[Row]:
    """Judge by the compiler, for all focus nodes or for some."""
    compiled = compile_shapes(shapes_of(shapes_text))
    results = compiled.check(data.query) if nodes is None else compiled.check_nodes(data.query, nodes)
    return Counter(map(row, results))


def by_checker(shapes_text: str, data: ox.Store) -> Counter[Row]:
    """Judge by the checker, which reads texts where it can."""
    said = [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in data]
    report = Checker(read_shape_set("own", shapes_of(shapes_text))).check(Checked(data.query, StatementTexts(said)))
    return Counter(
        (
            each.focus,
            each.path or "",
            each.value or "",
            f"<{each.component}>",
            f"<{each.severity}>",
            "_:" if each.shape.startswith("_:") else each.shape,
        )
        for each in report.findings
    )


LIMITS = st.sampled_from([(1_000, 50_000), (1, 3), (0, 0)])
_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large]


_CLOSED = (
    "ex:S0 a sh:NodeShape ; sh:targetNode ex:n0 ; sh:and "
    "( [ sh:path ex:q ; sh:datatype xsd:integer ; sh:closed true ; sh:ignoredProperties ( rdf:type ex:q ) ] ) ."
)


@settings(max_examples=100, deadline=None, suppress_health_check=_CALM)
@given(whole(), st.lists(statements, max_size=14), LIMITS)
@example(_CLOSED, [("ex:n0", "ex:p", "ex:n0")], (1_000, 50_000))
@example(_CLOSED.replace("sh:datatype xsd:integer", 'sh:not [ sh:pattern "z" ]'),
         [("ex:n0", "ex:q", "ex:n1"), ("ex:n1", "ex:p", "1")], (1_000, 50_000))  # fmt: skip
def test_pyshacl_finds_the_same(shapes_text: str, drawn: list[tuple[str, str, str]], limits: tuple[int, int]) -> None:
    compare(shapes_text, drawn, limits)


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None, suppress_health_check=_CALM)
@given(whole(), st.lists(statements, max_size=14), LIMITS)
def test_pyshacl_finds_the_same_on_a_thousand(
    shapes_text: str, drawn: list[tuple[str, str, str]], limits: tuple[int, int]
) -> None:
    compare(shapes_text, drawn, limits)


def compare(shapes_text: str, drawn: list[tuple[str, str, str]], limits: tuple[int, int]) -> None:
    """Hold the compiler, for all focus nodes and one by one, and the checker with its texts to pySHACL.

    `limits` are how many nodes are written into one query by name, and into several.
    """
    if "clusive" in shapes_text or "lessThan" in shapes_text:
        # To pySHACL, a date is less than any number; to SPARQL, the two cannot be compared.
        drawn = [each for each in drawn if not each[2].endswith("xsd:date")]
    head = f"{HEAD}@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    data = head + "".join(f"{' '.join(statement)} .\n" for statement in drawn)
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TURTLE)
    expected = by_pyshacl(rdflib.Graph().parse(data=data), rdflib.Graph().parse(data=HEAD + shapes_text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "_FEW", limits[0])
        patch.setattr(running, "_MANY", limits[1])
        assert by_compiler(shapes_text, store) == expected
        assert by_checker(shapes_text, store) == expected
    asked = [f"https://example.org/{local}" for local in ("n0", "n1", "n2", "n3", "absent")]
    apart = sum((by_compiler(shapes_text, store, [node]) for node in asked), Counter[Row]())
    # Literals may be targets too, and cannot be asked for.
    assert apart <= expected if "targetObjectsOf" in shapes_text else apart == expected


def test_a_sequence_is_turned_whole() -> None:
    """The path that is left out above, by SHACL 2.3.1.4: `^(q/p)` leads from what `q/p` ends at."""
    path = "sh:path [ sh:inversePath ( ex:q ex:p ) ] ; sh:maxCount 0"
    shapes = f"ex:S a sh:PropertyShape ; sh:targetNode ex:n1 , ex:n3 ; {path} ."
    data = ox.Store()
    data.load(
        f"{HEAD} ex:n0 ex:q ex:n3 ; ex:p ex:n0 . ex:n2 ex:q ex:n0 . ex:n0 ex:p ex:n1 .", format=ox.RdfFormat.TURTLE
    )
    assert {each[0] for each in by_compiler(shapes, data)} == {"<https://example.org/n1>"}
    assert by_checker(shapes, data) == by_compiler(shapes, data)
