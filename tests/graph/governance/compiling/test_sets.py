"""Shapes in shapes: what is put together from sets of nodes."""

from __future__ import annotations

import pyoxigraph as ox

from graph.governance.compiling.compiler import compile_shapes
from tests.graph.governance.compiling.test_refusals import shapes_of


def test_a_value_with_two_parents_is_reported_for_each() -> None:
    """As pySHACL does: a property shape in a property shape is checked once for each focus node that leads to it."""
    store = ox.Store()
    store.load(
        """@prefix ex: <https://example.org/> .
        ex:a a ex:C ; ex:p ex:v . ex:b a ex:C ; ex:p ex:v , ex:w . ex:v ex:q ex:x . ex:w ex:q ex:x .""",
        format=ox.RdfFormat.TURTLE,
    )
    once = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:property ex:In ] ."
    found = compile_shapes(shapes_of(f"{once} ex:In sh:path ex:r ; sh:minCount 1 .")).check(store.query)
    assert sorted(each.focus for each in found) == [f"<https://example.org/{name}>" for name in "vvw"]
    deep = "ex:In sh:path ex:q ; sh:property [ sh:path ex:r ; sh:minCount 1 ] ."
    found = compile_shapes(shapes_of(f"{once} {deep}")).check(store.query)
    assert [each.focus for each in found] == ["<https://example.org/x>"] * 3
