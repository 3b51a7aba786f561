"""The way of each constraint follows from its component and path."""

from __future__ import annotations

import pytest

from graph.governance.checking.ways import explain
from graph.governance.compiling.compiler import compile_shapes
from tests.graph.governance.compiling.test_refusals import shapes_of
from tests.graph.governance.rules.test_rules import rules
from tests.shapes import judging


@pytest.mark.parametrize(
    ("inside", "way"),
    [
        ("sh:path ex:p ; sh:minCount 1", "record"),
        ("sh:path ex:p ; sh:datatype xsd:integer", "record"),
        ("sh:path ex:p ; sh:class ex:C", "compiled"),
        ("sh:path [ sh:inversePath ex:p ] ; sh:minCount 1", "compiled"),
        ("sh:path ( ex:p ex:q ) ; sh:datatype xsd:string", "compiled"),
        ("sh:path ( ex:p ex:q ) ; sh:datatype xsd:byte", "texts"),
        ("sh:path ( ex:p ex:q ) ; sh:pattern '^0'", "texts"),
        ("sh:path ( ex:p ex:q ) ; sh:hasValue 1.50", "texts"),
        ("sh:path ( ex:p ex:q ) ; sh:hasValue ex:v", "compiled"),
        ("sh:path ex:p ; sh:node [ sh:nodeKind sh:IRI ]", "record"),
        ("sh:path ex:p ; sh:node [ sh:class ex:C ]", "compiled"),
        ("sh:path ex:p ; sh:not [ sh:path ex:q ; sh:minCount 1 ]", "compiled"),
        ("sh:path ex:p ; sh:or ( [ sh:path ex:q ; sh:pattern '1' ] )", "texts"),
        ("sh:path ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ]", "compiled"),
        ("sh:path ex:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1", "record"),
        ("sh:path ex:p ; sh:qualifiedValueShape [ sh:closed true ] ; sh:qualifiedMinCount 1", "compiled"),
    ],
)
def test_way(inside: str, way: str) -> None:
    text = f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ {inside} ] ."
    (step,) = explain(compile_shapes(shapes_of(text)).shapes)
    assert step.way == way
    assert step.why


def test_focus_nodes_that_others_name_are_not_in_a_record_alone() -> None:
    text = "ex:S a sh:PropertyShape ; sh:targetObjectsOf ex:p ; sh:path ex:q ; sh:maxCount 1 ."
    assert [step.way for step in explain(compile_shapes(shapes_of(text)).shapes)] == ["compiled"]


def test_every_constraint_of_the_rules_has_a_way() -> None:
    steps = list(explain(rules().shapes))
    queries = [step for step in steps if step.component.endswith("#SPARQLConstraintComponent")]
    assert len(queries) == len(judging.queries())
    assert {step.way for step in queries} == {"compiled"}
    assert {step.way for step in steps} >= {"record", "compiled"}
