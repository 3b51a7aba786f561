"""What a query finds its focus nodes and values by: read from its tokens, and nothing lost by starting there."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.governance.checking.checker import Checked, Checker
from graph.governance.compiling.compiler import Compiled
from graph.governance.compiling.model import Asked, Text
from graph.governance.rules.shapesets import read_shape_set
from graph.terms import TYPE
from tests.graph.governance.compiling.test_queries import EX, compiled, short
from tests.graph.governance.compiling.test_refusals import shapes_of


def text_of(shape: Compiled) -> Text:
    """Give the query of a shape's one constraint."""
    ((constraint,),) = (each.constraints for each in shape.shapes)
    assert isinstance(constraint, Asked)
    return constraint.text


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("$this ex:p ?x", ["p"]),
        ("$this ex:p ?x , ?y ; ex:q ex:b . ?x ex:r ?z", ["p", "q"]),
        ("$this ex:p|ex:q/ex:r ?x", ["p q"]),
        ("$this <https://example.org/p>+ ?x", ["p"]),
        ("$this ex:p/ex:q* ?x", ["p"]),
        ("$this a ex:C ; ex:q ?y", ["type", "q"]),
        # Here a row may be without.
        ("$this ex:p* ?x", []),
        ("$this ex:p|ex:q? ?x", []),
        ("$this ex:p* ?x ; ex:q ?y", ["q"]),
        # Here it is not read on.
        ("$this ^ex:p ?x ; ex:q ?y", []),
        ("$this (ex:p|ex:q) ?x", []),
        ('$this ex:p "text" ; ex:q ?y', []),
        ("$this ex:p [] ; ex:q ?y", []),
        ("?x ex:p $this", []),
        ("{ $this ex:p ?x } UNION { $this ex:q ?x }", []),
        ("OPTIONAL { $this ex:p ?x }", []),
    ],
)
def test_entries(pattern: str, expected: list[str]) -> None:
    iris = [frozenset(TYPE if name == "type" else f"<{EX}{name}>" for name in some.split()) for some in expected]
    assert list(text_of(compiled(f"SELECT $this WHERE {{ {pattern} }}")).entries) == iris


@pytest.mark.parametrize(
    "select",
    [
        "SELECT $this WHERE { $this ex:p ?x } LIMIT 1",
        "SELECT $this WHERE { { SELECT $this WHERE { $this ex:p ?x } } $this ex:q ?y }",
    ],
)
def test_rows_of_other_groups_are_left_alone(select: str) -> None:
    assert text_of(compiled(select)).entries == ()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("$this ex:p ?value . FILTER(?value = 2)", (("ex:p",), ("FILTER(?value = 2)",))),
        (
            "$this ex:p|ex:q/ex:r ?value . FILTER NOT EXISTS { ?value ex:q ?any }",
            (("ex:p", "ex:q/ex:r"), ("FILTER NOT EXISTS { ?value ex:q ?any }",)),
        ),
        (
            "$this a ex:C . $this ^ex:p ?value . FILTER(?value = 2) FILTER(?value != $this)",
            (("^ex:p",), ("FILTER(?value = 2)",)),
        ),
        ("$this ex:p ?value FILTER(?value = 2)", (("ex:p",), ("FILTER(?value = 2)",))),
        ("$this ex:p+ ?value . FILTER(?value = 2)", None),
        ("$this ex:p ?value . FILTER NOT EXISTS { $this ex:q ?value }", None),
        ("$this ex:p ?value . ?value ex:q ?any . FILTER EXISTS { ?value ex:q ?any }", None),
        ("$this ex:p ?value . OPTIONAL { $this ex:q ?b } FILTER(?value = ?b)", None),
        ("$this ex:p ?value . OPTIONAL { $this ex:q ?b FILTER(?value = 2) }", None),
        ("$this ex:p ?value . BIND(1 AS ?one) FILTER(?value = ?one)", None),
        ("$this ex:p ?other . FILTER(?other = 2) $this ex:q ?value", None),
        ("OPTIONAL { $this ex:p ?value . } FILTER(!BOUND(?value))", None),
        # Here what stands before would know the value too early.
        ("OPTIONAL { ?value ex:q ?z } $this ex:p ?value . FILTER(?value != ex:a)", None),
        ("BIND(BOUND(?value) AS ?b) $this ex:p ?value . FILTER(?value != ex:a)", None),
        ("{ ?x ex:q ?value } $this ex:p ?value . FILTER(?value != ex:a)", None),
    ],
)
def test_first_values(pattern: str, expected: tuple[tuple[str, ...], tuple[str, ...]] | None) -> None:
    found = text_of(compiled(f"SELECT $this ?value WHERE {{ {pattern} }}")).first
    told = None if found is None else (tuple("".join(path.split()) for path in found.paths), found.filters)
    assert told == expected


SELECTS = [
    "$this ex:p ?value",
    "$this ex:p|ex:q ?value . FILTER(isIRI(?value))",
    "$this ex:p+ ?value . FILTER NOT EXISTS { ?value ex:q ?any }",
    "$this ex:p ?value ; ex:q ?other . FILTER(?value = 2)",
    "$this ex:q ?other . $this ex:p|ex:q/ex:p ?value . FILTER EXISTS { ?value ex:q ?any }",
    "$this ex:p* ?value . FILTER(?value != $this)",
    "$this a ex:C . $this ^ex:q ?value . FILTER NOT EXISTS { ?value a ex:D }",
    "{ $this ex:p ?value } UNION { $this ex:q ?value }",
    "OPTIONAL { $this ex:q ?value . } FILTER(!BOUND(?value))",
    "?value ex:q $this",
    "OPTIONAL { ?value ex:q ?z } $this ex:p ?value . FILTER(?value != ex:a)",
    "BIND(BOUND(?value) AS ?b) $this ex:p ?value . FILTER(?value != ex:a) FILTER(?b)",
    # Variables that the patterns of targets might have, too.
    "$this ex:q ?this_o . BIND(?this_o AS ?value)",
    "$this ex:q ?this_s ; ex:p ?value . FILTER(?this_s != $this)",
    "{ $this ex:p ?value . FILTER(?value = ex:b) } UNION { ?value ex:q $this }",
]
TARGETS = ["sh:targetClass ex:C", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q", "sh:targetNode ex:b"]
nodes = st.sampled_from(["ex:a", "ex:b", "ex:c", "ex:d"])
statements = st.one_of(
    st.tuples(nodes, st.just("ex:p"), st.one_of(nodes, st.sampled_from(["1", "2", '"a"@en']))),
    # A literal cannot be asked for as a focus node.
    st.tuples(nodes, st.just("ex:q"), nodes),
    st.tuples(nodes, st.just("a"), st.sampled_from(["ex:C", "ex:D"])),
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SELECTS),
    st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2),
    st.lists(statements, max_size=12),
)
def test_nothing_is_lost_by_starting_there(select: str, targets: list[str], data: list[tuple[str, str, str]]) -> None:
    """Focus by focus nothing starts anywhere else, so all at once has to give the same."""
    query = f"SELECT DISTINCT $this ?value WHERE {{ {select} }}"
    shape = compiled(query, more=" ; ".join(targets) + " ;")
    store = ox.Store()
    text = f"@prefix ex: <{EX}> .\n" + "".join(f"{' '.join(each)} .\n" for each in data)
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    apart = short(shape.check_nodes(store.query, [EX + name for name in "abcd"]))
    assert short(shape.check(store.query)) == apart
    shapes = f"""
    ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}" ] .
    ex:S a sh:NodeShape ; sh:targetClass ex:C ; {" ; ".join(targets)} ;
      sh:sparql [ sh:prefixes ex: ; sh:select '''{query}''' ] ."""
    report = Checker(read_shape_set("own", shapes_of(shapes))).check(Checked(store.query))
    told = sorted((each.focus, each.value) for each in report.findings)
    assert told == sorted((each.focus, each.value) for each in shape.check(store.query))


def test_a_path_in_a_filter_is_not_asked_of_values_alone() -> None:
    """Its place is filled in the query, and would be a variable in a filter by itself."""
    select = "SELECT $this ?value WHERE { $this ex:p ?value . FILTER NOT EXISTS { ?value $PATH ?x } }"
    shape = compiled(select, kind="a sh:PropertyShape ; sh:path ex:q")
    store = ox.Store()
    text = f"@prefix ex: <{EX}> . ex:a a ex:C ; ex:p ex:b . ex:b ex:r ex:a ."
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    assert text_of(shape).first is None
    assert (
        short(shape.check(store.query))
        == short(shape.check_nodes(store.query, [f"{EX}a"]))
        == {("a", "<https://example.org/b>"): 1}
    )
