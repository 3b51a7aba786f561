"""Code lists: every concept in two languages, in a list, and every code that the import tables map to is described."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology import loader
from tests.ontology.turtle import CG, SKOS, languages, subjects, triples

FRENCH_AND_ENGLISH = {"fr", "en"}
CODE_TABLES = sorted(
    entry.name for entry in (files("graph") / "ingest" / "codes").iterdir() if entry.name.endswith(".tsv")
)

# Terms of others that no reference file describes, with where they come from.
NOT_AT_HAND = {
    "https://w3id.org/dpv/loc#": "DPV's module of places is not among the reference data",
    "https://w3id.org/dpv/legal/eu/dga#": "DPV's module for the Data Governance Act; only that for the GDPR is at hand",
    "http://data.europa.eu/eli/ontology#": "the ELI ontology is not among the reference data",
    "http://schema.theodi.org/odrs#": "the Open Data Rights Statement vocabulary is not among the reference data",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "the WGS84 vocabulary is not among the reference data",
    "http://data.europa.eu/eli/": "laws, by their address at EUR-Lex",
    "https://www.legifrance.gouv.fr/": "laws, by their address at Légifrance",
    "https://w3id.org/civigraph": "our own",
    "http://publications.europa.eu/resource/authority/frequency/": "some entries are newer than the reference table",
    "http://publications.europa.eu/resource/authority/access-right/": "some entries are in no reference table",
    "http://publications.europa.eu/resource/authority/currency/": "the currency table is not among the reference data",
    "http://spdx.org/rdf/terms#checksumAlgorithm_": "individuals of SPDX; the reference data use some of them",
    "http://spdx.org/rdf/terms#licenseId": "the SPDX vocabulary itself is not among the reference data",
    "http://ldf.fi/void-ext#": "the extension of VoID is not among the reference data",
    "http://www.w3.org/ns/adms#": "ADMS itself is not among the reference data",
    "https://www.w3.org/TR/": "documents, by their address",
    "https://semiceu.github.io/": "documents, by their address",
}
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
LICENCE = "http://creativecommons.org/ns#License"


def test_every_concept_and_list_has_a_label_in_french_and_english() -> None:
    statements = triples(*loader.TERMS)
    labels = languages(statements, f"{SKOS}prefLabel")
    plain = languages(statements, "http://www.w3.org/2000/01/rdf-schema#label")
    for kind in ("Concept", "ConceptScheme"):
        described = subjects(statements, of=f"{SKOS}{kind}")
        assert described
        assert not {iri for iri in described if FRENCH_AND_ENGLISH not in (labels.get(iri), plain.get(iri))}


def test_every_label_of_a_reused_term_is_in_french_and_english() -> None:
    statements = triples("words")
    labels = languages(statements, "http://www.w3.org/2000/01/rdf-schema#label")
    assert not {iri for iri in subjects(statements) if labels.get(iri) != FRENCH_AND_ENGLISH}


def test_every_concept_of_a_vocabulary_is_in_a_list_that_is_described() -> None:
    statements = triples("vocabularies", "modules")
    schemes = subjects(statements, of=f"{SKOS}ConceptScheme")
    placed = {
        triple.subject.value: triple.object.value
        for _, triple in statements
        if triple.predicate.value == f"{SKOS}inScheme"
    }
    assert set(subjects(statements, of=f"{SKOS}Concept")) == placed.keys()
    assert set(placed.values()) == set(schemes)


def test_broader_concepts_make_no_cycle_and_stay_in_their_list() -> None:
    statements = triples("vocabularies")
    placed = {t.subject.value: t.object.value for _, t in statements if t.predicate.value == f"{SKOS}inScheme"}
    broader = {t.subject.value: t.object.value for _, t in statements if t.predicate.value == f"{SKOS}broader"}
    assert broader
    for narrow, wide in broader.items():
        assert placed[narrow] == placed[wide]
        assert wide not in broader, "two levels are enough; a third would need a look for cycles"


def test_the_lists_that_the_model_needs_are_there() -> None:
    concepts = subjects(triples("vocabularies", "modules"), of=f"{SKOS}Concept")
    for names in (
        ("Public", "Private", "Citizen"),
        ("Energy", "Water", "Mobility", "Sociodemographic"),
        ("Open", "PublicNotOpen", "Shared", "Closed"),
        ("Claimed", "Contested", "Upheld", "Lifted"),
        ("Sourced", "Illustrative"),
        ("Planned", "Pilot", "Operating", "Suspended", "Ended"),
        ("Contradiction", "MissingDuty", "MissingKnowledge"),
        ("Derivative", "Collective", "Produced"),
        ("TrustedThirdParty",),
    ):
        assert {CG + name for name in names} <= concepts.keys()


@pytest.mark.parametrize("table", CODE_TABLES)
def test_every_code_that_an_import_maps_to_is_described(table: str) -> None:
    text = (files("graph") / "ingest" / "codes" / table).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    codes = {row["iri"] for row in rows}
    assert codes
    assert not codes - subjects(triples("vocabularies")).keys()


# Lists of others whose codes real catalogues use, and codes under their addresses that the lists do not have.
EUROPEAN = re.compile(
    r"http://publications\.europa\.eu/resource/authority/"
    r"(?:access-right|frequency|data-theme|file-type|language|planned-availability|distribution-status)/[A-Za-z0-9_]+"
    r"|http://data\.europa\.eu/bna/[a-z0-9_]+|http://purl\.org/adms/publishertype/[A-Za-z0-9.()-]+"
)
AUTHORITY = "http://publications.europa.eu/resource/authority/"
NO_CODES = {
    f"{AUTHORITY}data-theme/Landwirtschaft": "a word of the catalogue under the address of the list",
    f"{AUTHORITY}file-type/WFS": "the list has WFS_SRVC",
    f"{AUTHORITY}file-type/WMS": "the list has WMS_SRVC",
    f"{AUTHORITY}language/FRE": "the list has FRA",
    f"{AUTHORITY}language/ZXX": "not in the reference table of languages",
}


def test_every_code_that_real_catalogues_use_is_described(shared_data: Path) -> None:
    used: set[str] = set()
    for path in sorted((shared_data / "catalogues").rglob("*")):
        if path.is_file():
            used.update(EUROPEAN.findall(path.read_bytes().decode("utf-8", "replace")))
    assert len(used) >= 50
    assert used - subjects(triples("vocabularies")).keys() == NO_CODES.keys()


EU_THEME = f"{AUTHORITY}data-theme/"
INSPIRE = "http://inspire.ec.europa.eu/theme/"
MATCHES = {f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
INSEE = "http://id.insee.fr/codes/cj/"


@pytest.mark.parametrize(
    ("scheme", "others"),
    [
        ("DomainScheme", (EU_THEME, "http://data.europa.eu/bna/", "http://data.europa.eu/ux2/nace2/", INSPIRE)),
        ("LegalFormScheme", (f"{INSEE}n1/", f"{INSEE}n2/", f"{INSEE}n3/")),
        ("MeshScheme", (INSPIRE,)),
        ("OpennessScheme", (f"{AUTHORITY}access-right/",)),
        ("PoleScheme", ("http://purl.org/adms/publishertype/",)),
        ("BarrierKindScheme", ("https://w3id.org/dpv#",)),
    ],
)
def test_our_lists_are_matched_with_those_of_others(scheme: str, others: tuple[str, ...]) -> None:
    members = {
        triple.subject.value
        for _, triple in triples("vocabularies")
        if triple.predicate.value == f"{SKOS}inScheme" and triple.object.value == CG + scheme
    }
    matched = {
        triple.object.value
        for _, triple in triples("vocabularies")
        if triple.subject.value in members and triple.predicate.value.removeprefix(SKOS) in MATCHES
    }
    for start in others:
        assert any(iri.startswith(start) for iri in matched), start


def test_water_has_no_theme_of_its_own_and_says_so_by_a_broader_one() -> None:
    water, wider = f"{CG}Water", f"{SKOS}broadMatch"
    broad = {
        triple.object.value
        for _, triple in triples("vocabularies")
        if (triple.subject.value, triple.predicate.value) == (water, wider)
    }
    assert f"{EU_THEME}ENVI" in broad


def test_every_licence_says_what_it_permits() -> None:
    statements = triples("vocabularies")
    licences = subjects(statements, of=LICENCE)
    permitting = {
        t.subject.value for _, t in statements if t.predicate.value == "http://creativecommons.org/ns#permits"
    }
    titles = languages(statements, "http://purl.org/dc/terms/title")
    assert len(licences) >= 10
    assert not licences.keys() - permitting
    assert not {iri for iri in licences if titles.get(iri) != FRENCH_AND_ENGLISH}


def test_no_derivatives_and_share_alike_are_told_apart() -> None:
    facts = {
        (t.subject.value, t.predicate.value.rsplit("#", 1)[1], t.object.value.rsplit("#", 1)[1])
        for _, t in triples("vocabularies")
        if t.predicate.value.startswith("http://creativecommons.org/ns#")
    }
    odbl = "http://opendatacommons.org/licenses/odbl/1.0/"
    no_derivatives = "https://creativecommons.org/licenses/by-nd/4.0/"
    assert (odbl, "requires", "ShareAlike") in facts
    assert (no_derivatives, "permits", "Distribution") in facts
    assert (no_derivatives, "permits", "DerivativeWorks") not in facts
    assert ("https://creativecommons.org/licenses/by-nc/4.0/", "prohibits", "CommercialUse") in facts


def test_reused_terms_exist_where_their_vocabularies_are_at_hand(shared_data: Path) -> None:
    known = _known(shared_data)
    statements = triples(*loader.TERMS)
    documents = subjects(statements, of=DOCUMENT).keys() | subjects(statements, of=LICENCE).keys()
    unknown = subjects(statements).keys() - known - documents
    assert not {iri for iri in unknown if not iri.startswith(tuple(NOT_AT_HAND))}


def test_every_exception_is_needed(shared_data: Path) -> None:
    unknown = subjects(triples(*loader.TERMS)).keys() - _known(shared_data)
    assert not {start for start in NOT_AT_HAND if not any(iri.startswith(start) for iri in unknown)}


@cache
def _known(shared_data: Path) -> frozenset[str]:
    """Collect the IRIs that the reference vocabularies and authority tables name, in any place of a statement."""
    formats = {
        ".ttl": ox.RdfFormat.TURTLE,
        ".rdf": ox.RdfFormat.RDF_XML,
        ".nq": ox.RdfFormat.N_QUADS,
    }
    found: set[str] = set()
    for folder in ("vocab", "odrl", "authority"):
        for path in sorted((shared_data / folder).rglob("*")):
            if path.suffix in formats:
                text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
                for quad in ox.parse(text, format=formats[path.suffix], base_iri="http://base.example/", lenient=True):
                    terms = (quad.subject, quad.predicate, quad.object)
                    found.update(term.value for term in terms if isinstance(term, ox.NamedNode))
            elif path.suffix in {".json", ".jsonld"}:
                found.update(re.findall(r'"(https?://[^"\s]+)"', path.read_text(encoding="utf-8")))
    return frozenset(found)
