"""The ontology held to its own rules: every term labelled, defined, sourced, used; no term used that is not defined."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import bundled, executables
from ontology import loader
from shapes import loader as shapes_loader
from tests.ontology.turtle import ALL, CG, RDF, RDFS, SKOS, languages, subjects, triples

CHECKOUT = Path(__file__).resolve().parents[2]
FRENCH_AND_ENGLISH = {"fr", "en"}

# Names under the namespace that are no terms: nobody ever sees them in a graph.
NO_TERMS = {
    "evaluation": "a context for a graph that has none; nothing is said of it",
    "log": "the seed of the log's hash chain",
    "viewState": "the graph in which a store keeps its own state; no query is given it",
    "logSequence": "the one statement in that graph",
}

# What classes and properties are made of.
TERM_TYPES = {f"http://www.w3.org/2002/07/owl#{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty")} | {
    f"{RDFS}Datatype"
}

# `cg:` followed by a name, in prose, queries and code; and the whole address.
_PREFIXED = re.compile(r"\bcg:([A-Za-z][A-Za-z0-9]*)")
_WHOLE = re.compile(re.escape(CG) + r"([A-Za-z][A-Za-z0-9]*)")
_IN_CODE = re.compile(r"\{CG\}([A-Za-z][A-Za-z0-9]*)|[\"'](stated[A-Z][A-Za-z]*)[\"']")


def minted() -> set[str]:
    """Give the local names of the terms that the ontology defines."""
    return {
        iri.removeprefix(CG)
        for iri in {
            triple.subject.value
            for _, triple in triples("modules", "vocabularies")
            if triple.predicate.value == f"{RDFS}isDefinedBy"
        }
    }


@pytest.mark.parametrize("name", [name for name, _ in loader.turtle(*ALL)])
def test_every_file_parses_strictly(name: str) -> None:
    text = dict(loader.turtle(*ALL))[name]
    assert list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    assert text.endswith(b"\n")
    assert not text.startswith(b"\xef\xbb\xbf")


def test_the_loader_gives_files_in_one_order() -> None:
    names = [name for name, _ in loader.turtle(*loader.TERMS)]
    assert names == [name for name, _ in loader.turtle(*loader.TERMS)]
    assert [name.split("/")[0] for name in names] == sorted(
        (name.split("/")[0] for name in names), key=loader.TERMS.index
    )


def test_the_header_names_a_version() -> None:
    header = {
        triple.predicate.value: triple.object.value
        for _, triple in triples("modules")
        if str(triple.subject) == "<https://w3id.org/civigraph>"
    }
    version = header["http://www.w3.org/2002/07/owl#versionInfo"]
    assert header["http://www.w3.org/2002/07/owl#versionIRI"] == f"https://w3id.org/civigraph/{version}"
    assert f'version = "{version}"' in (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")


def test_every_class_and_property_has_an_example_in_french_and_english() -> None:
    texts = languages(triples("modules"), f"{SKOS}example")
    terms = {iri for kind in TERM_TYPES for iri in subjects(triples("modules"), of=kind)}
    assert len(terms) >= 80
    assert not {iri for iri in terms if texts.get(iri) != FRENCH_AND_ENGLISH}


@pytest.mark.parametrize("predicate", [f"{RDFS}label", f"{SKOS}definition"])
def test_every_minted_term_is_labelled_and_defined_in_french_and_english(predicate: str) -> None:
    texts = languages(triples("modules", "vocabularies"), predicate)
    lacking = {name: texts.get(CG + name, set()) for name in minted() if texts.get(CG + name) != FRENCH_AND_ENGLISH}
    assert not lacking


def test_every_minted_term_has_a_source_that_is_described() -> None:
    statements = triples(*loader.TERMS, "sample")
    described = subjects(statements)
    sources: dict[str, set[str]] = {}
    for _, triple in statements:
        if triple.predicate.value == "http://purl.org/dc/terms/source":
            sources.setdefault(triple.subject.value, set()).add(triple.object.value)
    assert not {name for name in minted() if CG + name not in sources}
    assert not {source for found in sources.values() for source in found} - described.keys()


def test_no_label_is_used_for_two_terms_of_one_sort() -> None:
    """Two properties, or two classes, of one name could not be told apart on a page."""
    statements = triples("modules", "vocabularies")
    sort = {
        triple.subject.value: triple.object.value[-8:] == "Property"
        for _, triple in statements
        if triple.predicate.value == f"{RDF}type" and triple.object.value in TERM_TYPES
    }
    for language in ("fr", "en"):
        counted = Counter(
            (sort[triple.subject.value], triple.object.value)
            for _, triple in statements
            if triple.predicate.value == f"{RDFS}label"
            and triple.object.language == language
            and triple.subject.value in sort
        )
        assert not [key for key, count in counted.items() if count > 1]


def test_no_property_or_concept_ends_in_service() -> None:
    """SHACL engines that look for the keyword SERVICE by text would take `cg:…Service ` for it."""
    statements = triples("modules", "vocabularies")
    classes = subjects(statements, of="http://www.w3.org/2002/07/owl#Class")
    assert not [name for name in minted() if name.endswith("Service") and CG + name not in classes]


def test_no_term_is_used_without_being_defined() -> None:
    """Everywhere in the project: ontology, shapes, sample, queries, code, documents."""
    known = minted()
    unknown: dict[str, set[str]] = {}
    for path in _texts():
        text = path.read_text(encoding="utf-8")
        for name in names_in(text) - known - NO_TERMS.keys():
            unknown.setdefault(name, set()).add(str(path.relative_to(CHECKOUT)))
    assert not unknown


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("?s cg:consumesDatasets ?d ; cg:pole ?p", "consumesDatasets"),
        (f"<{CG}Poles> <{CG}pole>", "Poles"),
        ('f"{CG}Barriers"', "Barriers"),
        ('_text("statedLicences")', "statedLicences"),
    ],
)
def test_the_scan_finds_what_is_not_defined(text: str, name: str) -> None:
    assert names_in(text) - minted() == {name}


def names_in(text: str) -> set[str]:
    """Give the local names of our namespace that a text uses, prefixed, whole or as code writes them."""
    found = {*_PREFIXED.findall(text), *_WHOLE.findall(text)}
    return found.union(*_IN_CODE.findall(text)) - {""}


def _texts() -> list[Path]:
    """Give the files that may name a term: the four packages, benchmarks, documents and scripts."""
    endings = {".py", ".rq", ".ttl", ".html", ".md", ".tsv", ".json", ".jsonld"}
    folders = ("ontology", "shapes", "graph", "api", "benchmarks", "docs", "scripts")
    return sorted(
        path
        for folder in folders
        for path in (CHECKOUT / folder).rglob("*")
        if path.suffix in endings and path.is_file()
    )


def test_shapes_target_only_defined_terms() -> None:
    used = {
        term.value.removeprefix(CG)
        for _, text in shapes_loader.structure()
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)
        for term in (triple.predicate, triple.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(CG)
    }
    assert used
    assert used <= minted()


def test_every_term_is_described_in_one_file_and_aligned_elsewhere() -> None:
    """A term described in two files would be one record that nobody edits whole; alignments alone may add to it."""
    places: dict[str, set[str]] = {}
    for name, triple in triples("modules", "vocabularies", "words"):
        if isinstance(triple.subject, ox.NamedNode):
            places.setdefault(triple.subject.value, set()).add(name)
    assert not {iri: files for iri, files in places.items() if len(files) > 1}
    assert subjects(triples("alignments")).keys() <= places.keys()


def test_alignments_only_relate_our_terms_to_those_of_others() -> None:
    relations = {f"{RDFS}subClassOf", f"{RDFS}subPropertyOf", "http://www.w3.org/2002/07/owl#disjointWith"} | {
        f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
    }
    described = subjects(triples("words"))
    for name, triple in triples("alignments"):
        assert triple.subject.value.startswith(CG), (name, triple)
        assert triple.predicate.value in relations, (name, triple)
        assert triple.object.value in described, f"{triple.object} has no words of ours"


def test_modules_name_no_super_term_of_another_vocabulary() -> None:
    bridges = {f"{RDFS}subClassOf", f"{RDFS}subPropertyOf"}
    assert not [
        str(triple)
        for _, triple in triples("modules")
        if triple.predicate.value in bridges and not triple.object.value.startswith(CG)
    ]


def test_the_ontology_is_as_many_records_as_it_describes_things() -> None:
    records = {record.iri for record in bundled.records("https://civigraph.example/")}
    queries = (executables.SPACE, executables.DERIVATIONS, executables.PREFIX_NODE)
    assert {iri for iri in records if not iri.startswith(queries)} == set(subjects(triples(*loader.TERMS)))
