"""The model of the domain whole: each of its terms is described, and shown by an example that the gate lets through."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
import pytest

from graph import bundled, gate
from graph.records.kinds import OTHER
from graph.terms import expand
from ontology import loader
from tests.ontology import notions
from tests.ontology.test_terms import names_in
from tests.ontology.turtle import CG, RDF, subjects, triples

EVERY = sorted({iri for group in notions.REUSED.values() for iri in group} | set(notions.MINTED))

# What is derived from other statements and so is never written; the text of a derivation must make each.
DERIVED = {
    *expand("cg:feeds cg:opennessStatus cg:coversDataset cg:authorises cg:agreedPurpose cg:feeAmount"),
    *expand("cg:Open cg:PublicNotOpen cg:Shared cg:Closed"),
}

# A list of codes is shown by its codes; nothing points to it but they.
SCHEMES = set(notions.SCHEMES)


@cache
def used(*folders: str) -> frozenset[str]:
    """Give every IRI that the folders use as property, class, value or datatype."""
    found: set[str] = set()
    for _, triple in triples(*folders):
        found.add(triple.predicate.value)
        if isinstance(triple.object, ox.NamedNode):
            found.add(triple.object.value)
        elif isinstance(triple.object, ox.Literal):
            found.add(triple.object.datatype.value)
    return frozenset(found)


@cache
def described() -> frozenset[str]:
    """Give every IRI that the ontology describes."""
    return frozenset(subjects(triples(*loader.TERMS)))


def test_the_list_of_the_model_is_whole() -> None:
    """A guard on the list itself: its size, and what is ours and not in it is known."""
    assert len(EVERY) >= 320
    types = {f"http://www.w3.org/2002/07/owl#{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty")}
    ours = {iri for kind in types for iri in subjects(triples("modules"), of=kind)}
    additions = ours - set(notions.MINTED)
    assert additions == set(notions.ADDED)


@pytest.mark.parametrize("iri", EVERY)
def test_every_term_is_described(iri: str) -> None:
    assert iri in described()


@pytest.mark.parametrize("iri", sorted({*EVERY, *notions.ADDED} - DERIVED - SCHEMES))
def test_every_term_is_shown_by_an_example(iri: str) -> None:
    assert iri in used("examples")


def test_every_list_is_shown_by_its_codes() -> None:
    lists = {
        triple.object.value
        for _, triple in triples("vocabularies", "modules")
        if triple.predicate.value == "http://www.w3.org/2004/02/skos/core#inScheme"
        and triple.subject.value in used("examples") | DERIVED
    }
    assert lists >= SCHEMES


def test_no_example_writes_what_is_derived() -> None:
    assert not DERIVED & used("examples")


def test_every_derived_term_is_made_by_a_derivation() -> None:
    made = {
        name for file, text in loader.texts() if file.startswith("derivations/") for name in names_in(text.decode())
    }
    assert {iri.removeprefix(CG) for iri in DERIVED} <= made


def test_the_gate_lets_every_example_through() -> None:
    records = bundled.read(loader.turtle("examples"), base="https://civigraph.example/", source="examples")
    assert len(records) >= 90
    assert gate.check(records) == {}


def test_every_example_is_of_a_kind_that_has_pages() -> None:
    records = bundled.read(loader.turtle("examples"), base="https://civigraph.example/", source="examples")
    assert {record.iri.rsplit("/", 1)[1] for record in records if record.kind == OTHER} == set()


def test_examples_speak_only_of_what_is_described() -> None:
    properties = {t.predicate.value for _, t in triples("examples")}
    classes = {t.object.value for _, t in triples("examples") if t.predicate.value == f"{RDF}type"}
    ours = {iri for iri in used("examples") if iri.startswith(CG)}
    assert not (properties | classes | ours) - described()


def test_examples_describe_no_thing_twice_and_leave_no_link_of_their_own_dangling() -> None:
    places: dict[str, str] = {}
    for name, triple in triples("examples"):
        if isinstance(triple.subject, ox.NamedNode):
            assert places.setdefault(triple.subject.value, name) == name, triple.subject
    own = {iri for iri in used("examples") if iri.startswith("https://example.org/id/")}
    assert not own - places.keys()
