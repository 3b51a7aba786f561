"""The ontology under a reasoner: consistent, nothing impossible, what follows is written; planted faults are found."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.errors import DeadlineReached
from graph.terminology import check, hierarchy, reasoner
from graph.terminology.contradictions import contradictions
from graph.terminology.reasoner import Reasoned
from ontology import loader
from tests.ontology.turtle import CG, subjects, triples

PREFIXES = b"""
@prefix cg: <https://w3id.org/civigraph#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix ex: <https://example.org/id/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
ODRL = "http://www.w3.org/ns/odrl/2/"

needs_reasoner = pytest.mark.skipif(bool(reasoner.missing()), reason=f"no reasoner: {reasoner.missing()}")


def schema() -> list[tuple[str, bytes]]:
    """The classes and properties, with what others state of theirs."""
    return list(loader.turtle(*loader.SCHEMA))


def planted(turtle: bytes) -> list[tuple[str, bytes]]:
    """The schema with more."""
    return [*schema(), ("planted.ttl", PREFIXES + turtle)]


@cache
def reasoning() -> check.Reasoning:
    """What the reasoner makes of all that is shipped, asked once."""
    return check.check_reasoning()


@needs_reasoner
def test_the_ontology_and_all_that_is_described_with_it_are_consistent() -> None:
    assert reasoning().contradictions == ()
    assert reasoning().reasoned.consistent


@needs_reasoner
def test_every_class_can_have_an_instance() -> None:
    assert reasoning().reasoned.unsatisfiable == ()
    classes = subjects(triples("modules"), of="http://www.w3.org/2002/07/owl#Class")
    assert classes.keys() <= reasoning().reasoned.ancestors.keys()


@needs_reasoner
def test_what_follows_is_what_is_written() -> None:
    """`scripts/format-ontology --inferred` writes the table anew; a commit that changes it says why."""
    assert reasoning().changes == ()
    assert reasoning().sound


def test_the_written_table_says_what_the_model_relies_on() -> None:
    broader = hierarchy.read(loader.inferred())
    assert "http://xmlns.com/foaf/0.1/Agent" in broader[f"{CG}CitizenCollective"]
    assert "http://www.w3.org/ns/org#Organization" in broader[f"{CG}GovernanceBody"]
    assert f"{ODRL}Policy" in broader[f"{CG}SharingAgreement"]
    assert "http://purl.org/dc/terms/relation" in broader[f"{CG}consumesDataset"]
    assert "http://www.w3.org/ns/prov#wasInfluencedBy" in broader[f"{CG}agreedBy"]


@needs_reasoner
def test_a_class_that_can_have_no_instance_is_found() -> None:
    found = reasoner.reason(planted(b"ex:Impossible a owl:Class ; rdfs:subClassOf cg:SharingAgreement , odrl:Offer ."))
    assert found.consistent
    assert found.unsatisfiable == ("https://example.org/id/Impossible",)


@needs_reasoner
def test_a_definition_is_used_to_classify() -> None:
    """Inference, not only the chain of stated super-classes: the parent below is stated nowhere."""
    found = reasoner.reason(
        planted(
            b"""
            ex:Joint a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( odrl:Policy
                [ a owl:Restriction ;
                owl:onProperty cg:conditionsDefinedBy ; owl:someValuesFrom cg:GovernanceBody ] ) ] .
            ex:CouncilAgreement a owl:Class ; rdfs:subClassOf cg:SharingAgreement ,
                [ a owl:Restriction ; owl:onProperty cg:conditionsDefinedBy ; owl:someValuesFrom cg:GovernanceBody ] .
            """
        )
    )
    assert "https://example.org/id/Joint" in found.ancestors["https://example.org/id/CouncilAgreement"]


@needs_reasoner
@pytest.mark.parametrize(
    ("turtle", "thing", "classes"),
    [
        (b"ex:both a cg:UrbanDataService , dcat:DataService .", "both", {"UrbanDataService", "DataService"}),
        (b"ex:seat a org:Membership . ex:m org:organization ex:seat .", "seat", {"Membership", "Organization"}),
        (b"ex:a a prov:Entity ; cg:agreedBy ex:b .", "a", {"Activity", "Entity"}),
    ],
)  # fmt: skip
def test_a_contradiction_is_found_and_its_thing_is_named(turtle: bytes, thing: str, classes: set[str]) -> None:
    found = check.check_reasoning(schema=schema(), described=[("planted.ttl", PREFIXES + turtle)])
    assert not found.reasoned.consistent
    assert not found.sound
    named = {(each.iri, frozenset(iri.rsplit("#", 1)[1] for iri in each.classes)) for each in found.contradictions}
    assert (f"https://example.org/id/{thing}", frozenset(classes)) in named


@needs_reasoner
def test_one_actor_cannot_agree_and_dissent() -> None:
    found = reasoner.reason(planted(b"ex:d a cg:GovernanceDecision ; cg:agreedBy ex:b ; cg:dissentedBy ex:b ."))
    assert not found.consistent


@needs_reasoner
def test_a_change_of_inference_is_told_line_by_line() -> None:
    more = [*schema(), ("planted.ttl", PREFIXES + b"cg:Barrier rdfs:subClassOf prov:Entity .")]
    found = check.check_reasoning(schema=more, described=[])
    assert found.changes == (f"+ {CG}Barrier\thttp://www.w3.org/ns/prov#Entity",)


@needs_reasoner
def test_a_reasoner_that_takes_too_long_is_ended() -> None:
    with pytest.raises(DeadlineReached):
        reasoner.reason(schema(), seconds=0.05)


def test_causes_are_named_without_a_reasoner() -> None:
    text = PREFIXES + b"ex:a a cg:A ; cg:p ex:b . cg:p rdfs:range cg:C . ex:b a cg:B . cg:B owl:disjointWith cg:D ."
    (found,) = contradictions([("x.ttl", text)], {f"{CG}C": (f"{CG}D",)})
    assert found.iri == "https://example.org/id/b"
    assert found.classes == (f"{CG}B", f"{CG}D")
    assert found.reasons == ("stated", f"is {CG}p of https://example.org/id/a")


def test_where_there_is_no_java_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "java" in reasoner.missing()


def test_a_result_is_plain_data() -> None:
    assert Reasoned(True, (), {}) == Reasoned(True, (), {})


# Axioms of the stubs that their source does not state in its own file, with the reason.
NOT_STATED: dict[tuple[str, str, str], str] = {}

_AXIOMS = {
    "subClassOf",
    "subPropertyOf",
    "domain",
    "range",
    "disjointWith",
    "equivalentClass",
    "equivalentProperty",
    "inverseOf",
}
_SOURCES = (
    *("vocab/dcat/dcat3.ttl", "odrl/w3c-poe/vocab/ODRL22.ttl", "vocab/dpv/2.2/dpv/dpv.ttl"),
    *(f"vocab/general/{name}.nq" for name in ("org", "foaf", "prov", "skos", "dcterms", "cc")),
)


def test_stubs_state_only_what_their_sources_state(shared_data: Path) -> None:
    formats = {".ttl": ox.RdfFormat.TURTLE, ".nq": ox.RdfFormat.N_QUADS}
    stated: set[tuple[str, str, str]] = set()
    for name in _SOURCES:
        path = shared_data / name
        for quad in ox.parse(path.read_bytes(), format=formats[path.suffix], lenient=True):
            stated.add((str(quad.subject), str(quad.predicate), str(quad.object)))
    ours = {
        (str(triple.subject), str(triple.predicate), str(triple.object))
        for _, triple in triples("stubs")
        if triple.predicate.value.rsplit("#", 1)[1] in _AXIOMS
    }
    assert len(ours) >= 100
    assert ours - stated == NOT_STATED.keys()


def test_stubs_speak_of_no_term_of_ours_and_of_none_without_words() -> None:
    described = subjects(triples("words"))
    assert not {iri for iri in subjects(triples("stubs")) if iri.startswith(CG) or iri not in described}
