"""DCAT-AP 3.0.1 and HVD 3.0.0 as shapes of our own: the findings of the official ones, in words of ours."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import shacl
from rdflib.namespace import RDF, SH

from shapes import loader
from tests.shapes.case import of

OFFICIAL = {
    "dcat-ap": "vocab/dcat-ap/3.0.1/shacl/dcat-ap-SHACL.ttl",
    "hvd": "vocab/dcat-ap-hvd/3.0.0-hvd/shacl/hvd-SHACL.ttl",
}
OBLIGATIONS = {"dcat-ap": 131, "hvd": 29}
KINDS = {"minCount", "maxCount", "nodeKind", "datatype", "class"}


@cache
def ours(name: str) -> shacl.Shapes:
    """Compile a profile of ours."""
    return shacl.Shapes.from_turtle(loader.profile(name).decode())


@cache
def graph(name: str) -> rdflib.Graph:
    """Read a profile of ours."""
    return rdflib.Graph().parse(data=loader.profile(name), format="turtle")


def findings(shapes: shacl.Shapes, data: str) -> Counter[tuple[str | None, ...]]:
    """Validate N-Triples: what each result says, but for the shape and its words, which may differ."""
    report = shapes.validate_text(data, format="ntriples")
    return Counter((each.focus_node, each.path, each.value, each.component, each.severity) for each in report.results)


@pytest.mark.parametrize("name", OFFICIAL)
def test_a_profile_has_its_obligations_each_with_words_and_a_severity(name: str) -> None:
    properties = set(graph(name).subjects(RDF.type, SH.PropertyShape))
    assert len(properties) == OBLIGATIONS[name]
    assert set(graph(name).objects(None, SH.property)) == properties
    for shape in properties:
        assert {text.language for text in graph(name).objects(shape, SH.message)} == {"fr", "en"}, shape  # type: ignore[union-attr]
        assert list(graph(name).objects(shape, SH.severity)) == [SH.Violation]
        used = {str(p).removeprefix(str(SH)) for p in graph(name).predicates(shape) if str(p).startswith(str(SH))}
        assert used - {"path", "severity", "message"} <= KINDS, shape
        assert used & KINDS, shape


FLOORS = [
    ("dcat-ap", "Dataset", "title", "MinCount"),
    ("dcat-ap", "Dataset", "description", "MinCount"),
    ("dcat-ap", "Distribution", "accessURL", "MinCount"),
    ("dcat-ap", "Catalog", "publisher", "MinCount"),
    ("dcat-ap", "CatalogRecord", "modified", "MinCount"),
    ("dcat-ap", "CatalogRecord", "primaryTopic", "MinCount"),
    ("dcat-ap", "DataService", "endpointURL", "MinCount"),
    ("hvd", "Dataset", "applicableLegislation", "MinCount"),
    ("hvd", "Dataset", "hvdCategory", "MinCount"),
    ("hvd", "DataService", "contactPoint", "MinCount"),
    ("hvd", "DataService", "page", "MinCount"),
]


@pytest.mark.parametrize(("name", "kind", "term", "component"), FLOORS)
def test_what_must_be_there_is_missed(name: str, kind: str, term: str, component: str) -> None:
    data = f"<https://example.org/x> <{RDF.type}> <http://www.w3.org/ns/dcat#{kind}> .\n"
    found = {
        (str(path).strip("<>").replace("#", "/").rpartition("/")[2], what)
        for _, path, _, what, _ in findings(ours(name), data)
    }
    assert (term, f"{component}ConstraintComponent") in found


def test_one_access_right_and_one_licence_at_most() -> None:
    data = "".join(
        f"<https://example.org/x> <{name}> <https://example.org/{value}> .\n"
        for name in ("http://purl.org/dc/terms/accessRights", "http://purl.org/dc/terms/license")
        for value in "ab"
    )
    for kind, term in (("Dataset", "accessRights"), ("Distribution", "license")):
        typed = data + f"<https://example.org/x> <{RDF.type}> <http://www.w3.org/ns/dcat#{kind}> .\n"
        many = {path for _, path, _, what, _ in findings(ours("dcat-ap"), typed) if what.startswith("MaxCount")}  # type: ignore[union-attr]
        assert f"<http://purl.org/dc/terms/{term}>" in many


# --- the official files, read in place


def _official(folder: Path, name: str) -> shacl.Shapes:
    return shacl.Shapes.from_turtle((folder / OFFICIAL[name]).read_text(encoding="utf-8"))


def _catalogues(folder: Path) -> list[Path]:
    found = [
        path
        for path in sorted((folder / "catalogues").rglob("*"))
        if path.suffix in {".ttl", ".rdf", ".jsonld", ".nt"} and path.stat().st_size < 2_000_000
    ]
    return found


@pytest.mark.parametrize("name", OFFICIAL)
def test_real_catalogues_draw_the_same_findings(name: str, shared_data: Path) -> None:
    official, compared = _official(shared_data, name), 0
    for path in _catalogues(shared_data):
        if (data := _read(path)) is not None:
            expected = findings(official, data)
            assert findings(ours(name), data) == expected, path.name
            compared += bool(expected)
    assert compared >= 5


def _read(path: Path) -> str | None:
    """Read a catalogue as N-Triples; what is no strict RDF is left out."""
    formats = {
        ".ttl": ox.RdfFormat.TURTLE,
        ".rdf": ox.RdfFormat.RDF_XML,
        ".jsonld": ox.RdfFormat.JSON_LD,
        ".nt": ox.RdfFormat.N_TRIPLES,
    }
    try:
        quads = list(ox.parse(path.read_bytes(), format=formats[path.suffix], base_iri="https://example.org/"))
    except SyntaxError:
        return None
    return "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads)  # named graphs as one


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_cases_of_the_rules_draw_the_same_findings(name: str, shared_data: Path) -> None:
    """Small graphs in which much is missing, and many sorts of value where others are expected."""
    data = b"".join(case.copied(case.address).data for case in of("bad")).decode()
    swapped = data.replace('"@fr', '"^^<http://www.w3.org/2001/XMLSchema#gYear>').replace(
        "dcat#accessURL", "dcat#title"
    )
    for text in (data, swapped):
        expected = findings(_official(shared_data, name), text)
        assert len(expected) >= 100
        assert findings(ours(name), text) == expected


@pytest.mark.parametrize("name", OFFICIAL)
def test_every_obligation_of_the_official_file_is_ours_and_no_other(name: str, shared_data: Path) -> None:
    theirs = rdflib.Graph().parse(shared_data / OFFICIAL[name])
    assert _obligations(graph(name)) == _obligations(theirs)


def _obligations(read: rdflib.Graph) -> set[tuple[str, str, str, str]]:
    return {
        (str(target), str(path), kind, str(value))
        for shape, target in read.subject_objects(SH.targetClass)
        for part in read.objects(shape, SH.property)
        for path in read.objects(part, SH.path)
        for kind in KINDS
        for value in read.objects(part, SH[kind])
    }
