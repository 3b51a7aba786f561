"""The structure gate: what it turns away and what it lets through, with pySHACL as the second opinion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl import validate

from graph.bundled import read, records
from graph.errors import BadTerm, RecordRefused
from graph.gate import check, refusal
from graph.records.record import Record
from graph.records.split import split
from graph.terms import CG, DCAT, DCT, FOAF, ORG, PROV, RDFS, SKOS, TYPE, VCARD, iri, literal, parse_line
from ontology import loader
from shapes import loader as shapes_loader

BASE = "https://civigraph.example/"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def record(name: str, *said: tuple[str, str]) -> Record:
    """Make a record of pairs of predicate and object, as N-Triples texts."""
    subject = iri(BASE + name)
    lines = sorted({f"{subject} {predicate} {value} .\n" for predicate, value in said})
    return Record(subject[1:-1], "other", "", "".join(lines).encode())


def a(cls: str) -> tuple[str, str]:
    """Say that something is of a class."""
    return TYPE, iri(cls)


def text(predicate: str, value: str, language: str | None = None) -> tuple[str, str]:
    """Say a text."""
    return iri(predicate), literal(value, language)


REFUSED = {
    "a dataset without a title": record("d", a(f"{DCAT}Dataset")),
    "a dataset whose title is empty": record("d", a(f"{DCAT}Dataset"), text(f"{DCT}title", "")),
    "a dataset whose title is blank": record("d", a(f"{DCAT}Dataset"), text(f"{DCT}title", " \n\t")),
    "a dataset whose title is an address": record("d", a(f"{DCAT}Dataset"), (iri(f"{DCT}title"), iri(f"{BASE}t"))),
    "a dataset that has only a label": record("d", a(f"{DCAT}Dataset"), text(f"{RDFS}label", "Données", "fr")),
    "a series without a title": record("d", a(f"{DCAT}DatasetSeries")),
    "a catalogue without a title": record("d", a(f"{DCAT}Catalog")),
    "a data service without a title": record("d", a(f"{DCAT}DataService")),
    "an actor without a name": record("a", a(f"{FOAF}Agent")),
    "an organisation whose name is blank": record("a", a(f"{ORG}Organization"), text(f"{FOAF}name", "  ")),
    "a governance body without a name": record("a", a(f"{CG}GovernanceBody")),
    "an urban service without a name": record("s", a(f"{CG}UrbanDataService")),
    "an agreement without a label": record("s", a(f"{CG}SharingAgreement")),
    "a barrier without kind or description": record("b", a(f"{CG}Barrier")),
    "a concept without a label": record("c", a(f"{SKOS}Concept")),
    "a fact without a source": record("f", (iri(f"{CG}factStatus"), iri(f"{CG}Sourced"))),
    "a fact status that is none": record("f", (iri(f"{CG}factStatus"), iri(f"{CG}Perhaps"))),
    "an illustration that does not say so": record(
        "f", (iri(f"{CG}factStatus"), iri(f"{CG}Illustrative")), text(f"{DCT}title", "Vélos", "fr")
    ),
    "an illustration with a source": record(
        "f",
        (iri(f"{CG}factStatus"), iri(f"{CG}Illustrative")),
        (iri(f"{PROV}hadPrimarySource"), iri(f"{BASE}source")),
        text(f"{DCT}title", "[Illustration] Vélos", "fr"),
    ),
    "a fact that is an illustration too": record(
        "f",
        (iri(f"{CG}factStatus"), iri(f"{CG}Illustrative")),
        (iri(f"{CG}factStatus"), iri(f"{CG}Sourced")),
        (iri(f"{PROV}hadPrimarySource"), iri(f"{BASE}source")),
        text(f"{DCT}title", "[Illustration] Vélos", "fr"),
    ),
}

ACCEPTED = {
    "a dataset with a title": record("d", a(f"{DCAT}Dataset"), text(f"{DCT}title", "Vélos", "fr")),
    "a dataset with a title without language": record("d", a(f"{DCAT}Dataset"), text(f"{DCT}title", "0")),
    "a dataset with one blank title and one good": record(
        "d", a(f"{DCAT}Dataset"), text(f"{DCT}title", " ", "en"), text(f"{DCT}title", "Vélos", "fr")
    ),
    "a distribution without anything": record("d", a(f"{DCAT}Distribution")),
    "a contact point without a name": record("d", a(f"{VCARD}Kind")),
    "an actor with a label": record("a", a(f"{FOAF}Agent"), text(f"{SKOS}prefLabel", "Rennes")),
    "an organisation with its card's name": record(
        "a", a(f"{FOAF}Organization"), text(f"{VCARD}organization-name", "Rennes")
    ),
    "a barrier with a kind": record("b", a(f"{CG}Barrier"), (iri(f"{CG}barrierKind"), iri(f"{CG}TradeSecret"))),
    "a barrier with a description": record("b", a(f"{CG}Barrier"), text(f"{DCT}description", "Secret")),
    "a concept with a notation": record("c", a(f"{SKOS}Concept"), text(f"{SKOS}notation", "12")),
    "a fact with a source": record(
        "f", (iri(f"{CG}factStatus"), iri(f"{CG}Sourced")), (iri(f"{PROV}hadPrimarySource"), iri(f"{BASE}source"))
    ),
    "an illustration that says so": record(
        "f", (iri(f"{CG}factStatus"), iri(f"{CG}Illustrative")), text(f"{RDFS}label", "[Illustration] Vélos", "fr")
    ),
    "what no shape speaks of": record("x", text(f"{RDFS}label", "Vélos")),
    "nothing at all": Record(f"{BASE}x", "other", "", b""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    case = REFUSED[name]
    violations = check([case])[case.iri]
    assert violations
    assert all(violation.focus == case.iri for violation in violations)
    assert all(violation.message_en and violation.message_fr for violation in violations)
    assert all(violation.message_en != violation.message_fr for violation in violations)


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    assert check([ACCEPTED[name]]) == {}


def test_a_violation_says_what_where_and_in_two_languages() -> None:
    (violation,) = check([REFUSED["a dataset without a title"]])[f"{BASE}d"]
    assert violation.path == f"{DCT}title"
    assert violation.message_en == "A dataset must have a title (dct:title) that is not empty."
    assert violation.message_fr == "Un jeu de données doit avoir un titre (dct:title) qui ne soit pas vide."


def test_each_violation_of_a_record_is_listed() -> None:
    both = record("d", a(f"{DCAT}Dataset"), a(f"{FOAF}Agent"))
    assert len(check([both])[both.iri]) == 2


def test_one_bad_record_does_not_harm_its_neighbours() -> None:
    good, bad = (
        record("good", a(f"{DCAT}Dataset"), text(f"{DCT}title", "Vélos")),
        record("bad", a(f"{DCAT}Dataset")),
    )
    assert check([good, bad]).keys() == {bad.iri}


def test_what_two_sources_say_of_one_thing_is_judged_apart() -> None:
    """Else one source's title would let in the other's record without one."""
    with_title = record("d", a(f"{DCAT}Dataset"), text(f"{DCT}title", "Vélos"))
    without = record("d", a(f"{DCAT}Dataset"))
    assert check([with_title, without]).keys() == {with_title.iri}
    assert check([with_title]) == {}


def test_a_part_without_a_name_does_not_cost_the_whole_record() -> None:
    dataset = record("d", a(f"{DCAT}Dataset"), text(f"{DCT}title", "Vélos"))
    part = f"<{BASE}d#agent-1> {TYPE} <{FOAF}Agent> .\n".encode()
    assert check([Record(dataset.iri, "dataset", "", dataset.payload + part)]) == {}


def test_no_records_no_violations() -> None:
    assert check([]) == {}


def test_the_refusal_carries_the_violations() -> None:
    case = REFUSED["an actor without a name"]
    error = refusal(case.iri, check([case])[case.iri])
    assert isinstance(error, RecordRefused)
    assert error.violations
    assert case.iri in str(error)


# Few names and values, so that what is drawn meets the shapes at every corner.
_SUBJECTS = st.sampled_from([f"<{BASE}{name}>" for name in "abcde"])
_CLASSES = st.sampled_from(
    [
        *(f"<{DCAT}{name}>" for name in ("Dataset", "Catalog", "DataService", "DatasetSeries", "Distribution")),
        *(f"<{CG}{name}>" for name in ("UrbanDataService", "Barrier", "SharingAgreement", "GovernanceBody")),
        f"<{FOAF}Agent>",
        f"<{SKOS}Concept>",
        f"<{RDFS}Resource>",
    ]
)
_NAMES = st.sampled_from(
    [
        *(f"<{DCT}{name}>" for name in ("title", "description", "type")),
        f"<{RDFS}label>",
        f"<{FOAF}name>",
        f"<{SKOS}prefLabel>",
        f"<{CG}barrierKind>",
        f"<{PROV}hadPrimarySource>",
    ]
)
_VALUES = st.one_of(
    st.sampled_from(['""', '" "', '"\\n"', '"x"@fr', '""@en', '"[Illustration] x"@fr', '"x [Illustration]"', '"7"']),
    st.sampled_from([f"<{BASE}other>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>']),
)
_STATUSES = st.sampled_from([f"<{CG}{name}>" for name in ("Sourced", "Illustrative", "Other")])
_STATEMENTS = st.one_of(
    st.tuples(_SUBJECTS, st.just(TYPE), _CLASSES),
    st.tuples(_SUBJECTS, _NAMES, _VALUES),
    st.tuples(_SUBJECTS, st.just(f"<{CG}factStatus>"), _STATUSES),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(_STATEMENTS, max_size=25))
def test_pyshacl_says_the_same(statements: list[tuple[str, str, str]]) -> None:
    drawn = [part for part in split(statements, base=BASE, source="test") if isinstance(part, Record)]
    assert _found(drawn) == _second_opinion(drawn)


CATALOGUES = (
    "fr-ods-paris/output.ttl",
    "w3c-dcat-examples/spatial-properties.ttl",
    "de-testcases/v2.0_shapes/dcat-ap-foaf_agent.ttl",
    "semic-validator-samples/sample-xml.rdf",
    "it-unibo/dataset_it_esempio_6.rdf",
)


@pytest.mark.parametrize("path", CATALOGUES)
def test_pyshacl_says_the_same_of_real_catalogues(path: str, shared_data: Path) -> None:
    real = _catalogue(shared_data / "catalogues" / path)
    assert real
    assert _found(real) == _second_opinion(real)


def test_a_real_portal_passes_whole(shared_data: Path) -> None:
    assert check(_catalogue(shared_data / "catalogues" / "fr-ods-paris" / "output.ttl")) == {}


def test_real_catalogues_lose_only_what_has_no_name(shared_data: Path) -> None:
    """Whatever the gate turns away, it turns away for want of a title, a name or a label, and it is no large share."""
    total, refused = 0, {}
    for path in sorted((shared_data / "catalogues").rglob("*")):
        if path.suffix in {".ttl", ".rdf"} and "testcases" not in str(path) and "examples" not in str(path):
            found = _catalogue(path)
            total += len(found)
            refused.update(check(found))
    assert total > 1500
    assert len(refused) < total / 100
    assert {
        violation.message_en.split(" must ")[1].split(" (")[0] for found in refused.values() for violation in found
    } <= {"have a title", "have a name", "have a label"}


@pytest.mark.parametrize("folders", [loader.TERMS, ("examples",), ("sample",)])
def test_what_is_shipped_passes(folders: tuple[str, ...]) -> None:
    shipped = read(loader.turtle(*folders), base=BASE, source="test")
    assert shipped
    assert check(shipped) == {}


def test_pyshacl_lets_through_what_is_shipped() -> None:
    assert _second_opinion(records(BASE)) == set()


def _found(given_records: list[Record]) -> set[tuple[str, str, str]]:
    return {
        (violation.focus, violation.message_fr, violation.message_en)
        for violations in check(given_records).values()
        for violation in violations
    }


@cache
def _shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for _, turtle in shapes_loader.structure():
        graph.parse(data=turtle, format="turtle")
    return graph


def _second_opinion(given_records: Iterable[Record]) -> set[tuple[str, str, str]]:
    """Ask pySHACL the same, with every statement of the records in sight."""
    data, described = rdflib.Graph(), set()
    for part in given_records:
        data.parse(data=part.payload, format="nt")
        described.add(part.iri)
    _, report, _ = validate(data, shacl_graph=_shapes(), advanced=False, do_owl_imports=False)
    assert isinstance(report, rdflib.Graph)
    found = set()
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        focus = str(report.value(result, SH.focusNode))
        words = {message.language: str(message) for message in report.objects(result, SH.resultMessage)}
        if focus in described:
            found.add((focus, words["fr"], words["en"]))
    return found


def _catalogue(path: Path) -> list[Record]:
    """Read a catalogue's file as an import would at heart: what is no RDF is left out, the rest is cut into records."""
    formats = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML}
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    parsed = ox.parse(text, format=formats[path.suffix], base_iri="http://base.example/", lenient=True)
    parts = split(_sound(parsed), base=BASE, source="test")
    return [part for part in parts if isinstance(part, Record)]


def _sound(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, str, str]]:
    for quad in quads:
        statement = str(quad.subject), str(quad.predicate), str(quad.object)
        try:
            parse_line(" ".join(statement) + " .")
            list(ox.parse(" ".join(statement) + " .", format=ox.RdfFormat.N_TRIPLES))
        except (BadTerm, SyntaxError):
            continue
        yield statement
