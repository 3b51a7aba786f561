"""Each derivation by worked cases, on both engines; and what the files promise."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
import rdflib

from graph.derivations import derivation as derivation_module
from graph.derivations.derivation import Derivation, derivations, read
from graph.errors import ConfigurationError
from graph.terms import DCAT, ORG, PREFIXES, RDFS
from ontology import loader
from tests.ontology.turtle import ALL, CG, RDF, SKOS, triples

BY_NAME = {each.name: each for each in derivations()}
NAMESPACE = "https://example.org/"
PREFIXED = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()) + (
    f"@prefix : <{NAMESPACE}> .\n@prefix ar: <http://publications.europa.eu/resource/authority/access-right/> .\n"
    "@prefix adms: <http://purl.org/adms/publishertype/> .\n"
)
OPEN = ":open cc:permits cc:Distribution , cc:DerivativeWorks . "
PUBLIC = ":x a dcat:Dataset ; dct:accessRights ar:PUBLIC . "
PAID = (
    ":x dct:license :open . :o odrl:permission :r . :r odrl:target :x ; odrl:duty :du . :du odrl:action :ac . "
    ":ac rdf:value odrl:compensate ; odrl:refinement :c . :c odrl:leftOperand odrl:payAmount ; odrl:operator odrl:eq . "
)
POLICY = ":x odrl:permission :r . :r odrl:constraint :c . :c odrl:leftOperand "
NC = ":nc cc:permits cc:Distribution , cc:DerivativeWorks ; cc:prohibits cc:CommercialUse . "

CASES = [
    # Control says most, then form, then class; a stated pole stands; nothing says nothing.
    ("pole", ":x a foaf:Agent .", ""),
    ("pole", ":x a org:Organization , dpv:AcademicScientificOrganisation .", ""),
    ("pole", ":x a org:Organization ; org:classification cg:PrivateLaw .", ""),
    ("pole", ":x a org:Organization ; org:classification cg:NoLegalPersonality .", ""),
    ("pole", ":x cg:controlledBy cg:MixedControl .", ""),
    ("pole", ":x a foaf:Person .", ""),
    ("pole", ":x a dpv:ForProfitOrganisation ; cg:controlledBy cg:PublicControl .", "cg:Public"),
    ("pole", ":x cg:controlledBy cg:PrivateControl , cg:MemberControl , cg:MixedControl .", "cg:Private cg:Citizen"),
    ("pole", ":x a dpv:ForProfitOrganisation ; org:classification cg:LocalPublicCompany .", "cg:Public"),
    (
        "pole",
        ":x org:classification cg:MixedEconomyCompany ; cg:controlledBy cg:MixedControl .",
        "cg:Public cg:Private",
    ),
    ("pole", ":x a cv:PublicOrganisation , foaf:Agent ; org:classification cg:PrivateLaw .", "cg:Public"),
    ("pole", ":x a cg:CitizenCollective .", "cg:Citizen"),
    ("pole", ":x a foaf:Agent ; dct:type adms:LocalAuthority .", "cg:Public"),
    ("pole", ":x a cg:CommonsCommunity ; cg:controlledBy cg:PublicControl ; cg:pole cg:Private .", ""),
    # Four rungs; nothing without an access right, nothing for what is no dataset.
    ("openness", f":x a dcat:Dataset ; dct:license :open . {OPEN}", ""),
    ("openness", ":x a dcat:Catalog , dcat:DatasetSeries ; dct:accessRights ar:PUBLIC .", ""),
    ("openness", ":x a dcat:Dataset ; dct:accessRights ar:RESTRICTED .", "cg:Shared"),
    ("openness", ":x a dcat:Dataset ; dct:accessRights ar:NON_PUBLIC .", "cg:Closed"),
    ("openness", ":x a dcat:Dataset ; dct:accessRights ar:CONFIDENTIAL .", "cg:Closed"),
    ("openness", ":x a dcat:Dataset ; dct:accessRights ar:NON_PUBLIC , ar:RESTRICTED .", "cg:Closed cg:Shared"),
    ("openness", PUBLIC, "cg:PublicNotOpen"),
    ("openness", f"{PUBLIC}:x dcat:distribution :f . {OPEN}", "cg:PublicNotOpen"),
    ("openness", f"{PUBLIC}:x dct:license :open . {OPEN}", "cg:Open"),
    ("openness", f"{PUBLIC}:x dct:license :open ; dcat:distribution :f , :g . {OPEN}", "cg:Open"),
    ("openness", f"{PUBLIC}:x dcat:distribution :f . :f dct:license :open . {OPEN}", "cg:Open"),
    ("openness", f"{PUBLIC}:x dcat:distribution :f , :g . :f dct:license :open . {OPEN}", "cg:PublicNotOpen"),
    (
        "openness",
        f"{PUBLIC}:x dcat:distribution :f , :g . :f dct:license :open . :g dct:license :nc . {OPEN}{NC}",
        "cg:PublicNotOpen",
    ),
    ("openness", f"{PUBLIC}:x dct:license :nc . {NC}", "cg:PublicNotOpen"),
    ("openness", f"{PUBLIC}:x dct:license :nd . :nd cc:permits cc:Distribution .", "cg:PublicNotOpen"),
    ("openness", f"{PUBLIC}:x dct:license :there . :open skos:exactMatch :there . {OPEN}", "cg:Open"),
    ("openness", f"{PUBLIC}:x dct:license :there . :open foaf:page :there . {OPEN}", "cg:Open"),
    ("openness", f"{PUBLIC}{PAID}{OPEN}:o a odrl:Offer . :c odrl:rightOperand 12.5 .", "cg:PublicNotOpen"),
    ("openness", f"{PUBLIC}{PAID}{OPEN}:o a odrl:Offer . :c odrl:rightOperand 0.0 .", "cg:Open"),
    ("openness", f"{PUBLIC}{PAID}{OPEN}:o a odrl:Agreement . :c odrl:rightOperand 12.5 .", "cg:Open"),
    ("openness", f"{PUBLIC}{PAID}{OPEN}:o a odrl:Offer . :du odrl:action odrl:inform .", "cg:PublicNotOpen"),
    ("openness", f"{PUBLIC}{PAID}{OPEN}:o a odrl:Offer . :du odrl:action odrl:attribute .", "cg:Open"),
    ("openness", f"{PUBLIC}:x dct:license :open ; schema:isAccessibleForFree false . {OPEN}", "cg:PublicNotOpen"),
    ("feeds", ":s cg:consumesDataset :x .", ":s"),
    (
        "covers",
        ":x a odrl:Offer ; odrl:permission :r ; odrl:prohibition :p . :r odrl:target :d . :p odrl:target :e .",
        ":d",
    ),
    ("covers", ":x a odrl:Set ; odrl:permission :r . :r odrl:target :d .", ""),
    (
        "authorises",
        f":x a cg:SharingAgreement . {POLICY}odrl:product ; odrl:operator odrl:eq ; odrl:rightOperand :s .",
        ":s",
    ),
    ("authorises", f":x a odrl:Agreement . {POLICY}odrl:product ; odrl:operator odrl:neq ; odrl:rightOperand :s .", ""),
    ("authorises", f":x a odrl:Agreement . {POLICY}odrl:purpose ; odrl:operator odrl:eq ; odrl:rightOperand :s .", ""),
    (
        "purpose",
        f":x a odrl:Agreement . {POLICY}odrl:purpose ; odrl:operator odrl:isAnyOf ; odrl:rightOperand :s , :t .",
        ":s :t",
    ),
    ("fee", f":x a odrl:Agreement ; odrl:permission :r . {PAID}:c odrl:rightOperand 0.0 .", '"0.0"^^xsd:decimal'),
    ("fee", f":x a odrl:Agreement ; odrl:permission :r . {PAID}:c odrl:rightOperand 'free' .", ""),
    ("types", ":x a cg:SharingAgreement .", "odrl:Agreement"),
    ("types", ":x a cg:GovernanceBody .", "org:Organization foaf:Agent"),
    ("types", ":x a dcat:Catalog , dcat:DatasetSeries , dcat:DataService .", ""),
    ("themes", ":x cg:domain cg:Water .", "cg:Water"),
]  # fmt: skip


def stated(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXED + turtle, ox.RdfFormat.TURTLE)]


def values(text: str) -> set[str]:
    """The terms of a case, in N-Triples as the stores write them."""
    listed = " , ".join(text.split())
    return {str(triple.object) for triple in stated(f":x :p {listed} .")} if text else set()


def oxigraph(derivation: Derivation, facts: Iterable[ox.Triple]) -> set[ox.Triple]:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in facts)
    return set(store.query(derivation.query))


@pytest.mark.parametrize(("name", "turtle", "expected"), CASES)
def test_worked_cases(name: str, turtle: str, expected: str) -> None:
    made = oxigraph(BY_NAME[name], stated(turtle))
    about = {triple for triple in made if triple.subject.value == f"{NAMESPACE}x"}
    assert {str(triple.object) for triple in about} == {
        str(next(iter(oxigraph_terms(value)))) for value in values(expected)
    }
    graph = rdflib.Graph().parse(data=PREFIXED + turtle, format="turtle")
    assert len(list(graph.query(BY_NAME[name].query))) == len(made)


def oxigraph_terms(value: str) -> list[str]:
    """A term as the store gives it back."""
    store = ox.Store()
    store.load(f"<x:s> <x:p> {value} .".encode(), ox.RdfFormat.N_TRIPLES)
    return [str(quad.object) for quad in store]


def test_every_derivation_has_a_worked_case_that_derives_and_one_that_does_not() -> None:
    assert {name for name, _, expected in CASES if expected} == set(BY_NAME)
    assert {name for name, _, expected in CASES if not expected} >= {
        "pole",
        "openness",
        "covers",
        "authorises",
        "fee",
        "types",
    }


def test_every_derivation_says_what_it_derives_in_both_languages_and_why() -> None:
    for each in derivations():
        assert each.en.endswith(".")
        assert each.fr.endswith(".")
        assert each.en != each.fr
        assert re.fullmatch(r"https?://\S+", each.source)
        comment = [line for line in each.query.splitlines() if line.startswith("#")]
        assert len(comment) > 5, f"{each.name} does not say why"


def test_what_is_derived_is_defined_by_the_ontology_or_by_a_standard() -> None:
    defined = {triple.subject.value for _, triple in triples(*ALL)}
    assert {each.makes[1:-1] for each in derivations()} <= defined | {f"{RDF}type", f"{DCAT}theme"}


def test_broader_classes_are_those_that_the_ontology_declares() -> None:
    """Each pair of the table is in the closure of what our own files and the standards declare."""
    declared = {
        (triple.subject.value, triple.object.value)
        for _, triple in triples("modules", "alignments", "stubs")
        if triple.predicate.value == f"{RDFS}subClassOf" and isinstance(triple.object, ox.NamedNode)
    }
    # CPSV-AP 3.2.0, of which the ontology carries no stub.
    closure = declared | {("http://data.europa.eu/m8g/PublicOrganisation", f"{ORG}Organization")}
    while wider := {(a, d) for a, b in closure for c, d in closure if b == c} - closure:
        closure |= wider
    pairs = re.findall(r"\((\w+):(\w+) (\w+):(\w+)\)", BY_NAME["types"].query)
    table = {(PREFIXES[a] + b, PREFIXES[c] + d) for a, b, c, d in pairs}
    assert len(table) == len(pairs) > 0
    assert table <= closure
    # Nothing has to be followed: what is broader than something broader is there too.
    assert {(a, d) for a, b in table for c, d in table if b == c} <= table


def test_nothing_is_made_a_dataset() -> None:
    assert f"<{DCAT}Dataset>" not in {
        value for trigger in BY_NAME["types"].heads for value in trigger.values or [f"<{DCAT}Dataset>"]
    }


def test_values_of_the_tables_are_concepts_of_the_ontology() -> None:
    """A control, a form or a pole that was renamed would silently derive nothing."""
    concepts = {
        triple.subject.value.removeprefix(CG)
        for _, triple in triples("vocabularies")
        if triple.predicate.value == f"{SKOS}inScheme"
    }
    classes = {triple.subject.value.removeprefix(CG) for _, triple in triples("modules")}
    for name in ("pole", "openness", "types"):
        body = BY_NAME[name].query.partition("WHERE")[2]
        assert set(re.findall(r"\bcg:(\w+)", body)) <= concepts | classes


def test_the_sample_shows_every_rung_and_every_pole() -> None:
    facts = {triple for _, triple in triples(*loader.TERMS, "sample")}
    for name, scheme in (("openness", "OpennessScheme"), ("pole", "PoleScheme")):
        made = {triple.object for triple in oxigraph(BY_NAME[name], facts)}
        assert made == {
            triple.subject
            for triple in facts
            if triple.predicate.value == f"{SKOS}inScheme" and triple.object.value == CG + scheme
        }


HEADER = "# en: A.\n# fr: B.\n# source: https://example.org/\n# focus: x\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CONSTRUCT { ?x <x:p> ?y } WHERE { ?x <x:q> ?y }", "header"),
        (HEADER + "SELECT ?x WHERE { ?x <x:q> ?y }", "CONSTRUCT"),
        (HEADER + "CONSTRUCT { ?y <x:p> ?x } WHERE { ?x <x:q> ?y }", "about"),
        (HEADER + "CONSTRUCT { ?x <x:p> ?y } WHERE { ?x <x:q> ?z . ?a <x:r> ?y }", "joins"),
        (HEADER + "CONSTRUCT { ?x <x:p> ?y } WHERE { ?x <x:q>/<x:r> ?y }", "paths"),
        (HEADER + "CONSTRUCT { ?x <x:p> ?y } WHERE { ?x ?p ?y }", "paths"),
        (HEADER + "CONSTRUCT { ?x <x:p> ?y } WHERE { { SELECT ?x ?y WHERE { ?x <x:q> ?y } LIMIT 1 } }", "cannot hold"),
    ],
)  # fmt: skip
def test_a_query_that_could_not_be_kept_up_is_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        read("test", text)


def test_two_derivations_of_one_property_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + "CONSTRUCT { ?x <x:p> ?y } WHERE { ?x <x:q> ?y }"
    monkeypatch.setattr(derivation_module.loader, "queries", lambda _: [("a", text), ("b", text)])
    with pytest.raises(ConfigurationError, match="two derivations"):
        derivations.__wrapped__()
