"""A block says the same in three syntaxes, alone and beside others."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.rendering import blocks
from graph.rendering.blocks import Block
from graph.rendering.syntaxes import JSON_LD, RDF_XML, TURTLE
from graph.terms import DCT, TIME, Statement, iri, literal
from tests.graph.rendering.test_rendering import IRIS, KNOWN, LITERALS, PROPERTIES, XML_TEXTS, A, read


def documents(made: list[Block]) -> tuple[bytes, bytes, bytes]:
    """Put blocks together in the three syntaxes."""
    used = 0
    for each in made:
        used |= each.used
    return (
        blocks.turtle_document([each.turtle for each in made], used),
        blocks.rdfxml_document([each.rdfxml for each in made], used),
        blocks.jsonld_document([each.jsonld for each in made], used),
    )


def is_whole(made: list[Block]) -> bool:
    """Say whether no prefix of the document changes the meaning of an IRI in it."""
    used = forbidden = 0
    for each in made:
        used, forbidden = used | each.used, forbidden | each.forbidden
    return not used & forbidden


def test_blocks_say_what_they_were_given() -> None:
    known = [each for each in KNOWN if each[2] != iri("time:abc")]
    made = [blocks.render(known[:4]), blocks.EMPTY, blocks.render(known[4:])]
    for document, syntax in zip(documents(made), (TURTLE, RDF_XML, JSON_LD), strict=True):
        assert read(document, syntax) == set(known)


def test_an_iri_that_a_prefix_would_change_is_told() -> None:
    month = (A, iri(DCT + "relation"), iri(TIME + "month"))
    clash = [blocks.render([month, (A, iri(TIME + "month"), A)]), blocks.render([(A, iri(DCT + "x"), iri("time:abc"))])]
    assert not is_whole(clash)
    assert is_whole(clash[:1])
    assert is_whole(clash[1:])
    assert not is_whole([blocks.render([(A, iri(TIME + "month"), A), (iri("time:abc"), iri(DCT + "x"), A)])])
    assert not is_whole([blocks.render([(A, iri(TIME + "month"), literal("x", datatype="time:abc"))])])


@settings(deadline=None)
@given(st.lists(st.tuples(IRIS, PROPERTIES, IRIS | LITERALS)), st.integers(0, 30))
def test_any_statements_survive(statements: list[Statement], cut: int) -> None:
    made = [blocks.render(statements[:cut]), blocks.render(statements[cut:])]
    turtle, _, jsonld = documents(made)
    assert read(turtle, TURTLE) == set(statements)
    if is_whole(made):
        assert read(jsonld, JSON_LD) == set(statements)


@settings(deadline=None)
@given(
    st.lists(st.tuples(IRIS, PROPERTIES.filter(lambda each: "x-" not in each), IRIS | st.builds(literal, XML_TEXTS)))
)
def test_what_xml_can_say_survives(statements: list[Statement]) -> None:
    _, xml, _ = documents([blocks.render(statements), blocks.render(KNOWN[:1])])
    assert read(xml, RDF_XML) == {*statements, KNOWN[0]}
