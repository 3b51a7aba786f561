"""The structure shapes held to what the gate relies on: SHACL Core on the focus node, messages in two languages."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
import pytest

from graph.records.kinds import KINDS
from shapes import loader

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# All that a shape may be made of. What is not here could look beyond the statements that the gate hands over: sh:class
# and sh:node follow links, sh:closed and sh:sparql read everything.
ALLOWED = {
    f"{SH}{name}"
    for name in (
        *("targetClass", "targetSubjectsOf", "property", "path", "alternativePath", "or", "severity", "message"),
        *("minCount", "maxCount", "qualifiedValueShape", "qualifiedMinCount", "nodeKind", "pattern", "hasValue"),
    )
} | {f"{RDF}type", f"{RDF}first", f"{RDF}rest", "http://purl.org/dc/terms/source"}

# Actors that need no name: the party of a policy is often an address and nothing more.
NAMELESS = {"http://www.w3.org/ns/odrl/2/Party", "http://www.w3.org/ns/odrl/2/PartyCollection"}


@cache
def statements() -> list[ox.Triple]:
    """Give all statements of the structure shapes, blank nodes told apart by file."""
    return [triple for _, text in loader.structure() for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def objects(subject: str, name: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    """Give the objects of a shape under a term of SHACL."""
    return [t.object for t in statements() if str(t.subject) == subject and t.predicate.value == SH + name]


def test_shapes_use_core_components_that_stay_on_the_focus_node() -> None:
    assert {triple.predicate.value for triple in statements()} <= ALLOWED


def test_paths_are_properties_or_a_choice_of_properties() -> None:
    choices = {str(t.subject) for t in statements() if t.predicate.value == f"{SH}alternativePath"}
    for triple in statements():
        if triple.predicate.value == f"{SH}path":
            assert isinstance(triple.object, ox.NamedNode) or str(triple.object) in choices


def test_what_can_be_violated_has_an_address_a_severity_and_a_message_in_each_language() -> None:
    reported = {
        str(triple.object)
        for triple in statements()
        if triple.predicate.value == f"{SH}property" and _is_targeted(str(triple.subject))
    } | {str(t.subject) for t in statements() if t.predicate.value == f"{SH}or"}
    assert len(reported) >= 10
    for shape in reported:
        assert shape.startswith("<https://w3id.org/civigraph/shapes#"), shape
        languages = {literal.language for literal in objects(shape, "message") if isinstance(literal, ox.Literal)}
        assert languages == {"fr", "en"}, shape
        assert [str(severity) for severity in objects(shape, "severity")] == [f"<{SH}Violation>"], shape


def _is_targeted(shape: str) -> bool:
    return any(
        str(t.subject) == shape and t.predicate.value in {f"{SH}targetClass", f"{SH}targetSubjectsOf"}
        for t in statements()
    )


@pytest.mark.parametrize(
    ("kind", "but"),
    [
        ("dataset", {"http://purl.org/dc/dcmitype/Dataset", "http://schema.org/Dataset"}),
        ("series", set()),
        ("catalog", set()),
        ("data-service", set()),
        ("service", {"http://purl.org/vocab/cpsv#PublicService", "http://schema.org/Service"}),
        ("actor", NAMELESS),
        ("body", set()),
        ("barrier", set()),
    ],
)
def test_every_class_of_a_kind_is_looked_at(kind: str, but: set[str]) -> None:
    targets = {triple.object.value for triple in statements() if triple.predicate.value == f"{SH}targetClass"}
    (classes,) = (set(each.classes) for each in KINDS if each.name == kind)
    assert classes - targets == but


def test_files_come_in_one_order_and_parse() -> None:
    names = [name for name, _ in loader.structure()]
    assert names == sorted(names)
    assert len(names) >= 4
