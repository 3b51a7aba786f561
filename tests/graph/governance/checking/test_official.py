"""Real catalogues by official shapes, and the sample by ours: the checker and pySHACL agree result by result."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from graph.governance.checking.checker import Checked, Checker
from graph.governance.checking.loose import check_loose, derive, knowledge
from graph.governance.checking.report import Report
from graph.governance.checking.texts import StatementTexts
from graph.governance.rules.shapesets import PROFILES, named, read_shape_set
from graph.terms import Statement
from ontology import loader
from shapes import loader as shapes_loader
from tests.graph.governance.compiling import oracle
from tests.graph.governance.compiling.w3c import plain

Row = tuple[str, ...]

CATALOGUES = (
    pytest.param("de-govdata/brandenburg-catalog-original-input.ttl", marks=pytest.mark.slow),
    pytest.param("fr-ods-paris/output.ttl", marks=pytest.mark.slow),
    "de-govdata/destatis-catalog-original-input.rdf",
    "fr-ods-paris/catalog.ttl",
    "it-unibo/catalog_dati_unibo.rdf",
)
SHAPES = {
    "dcat-ap": ("dcat-ap/3.0.1/shacl/dcat-ap-SHACL.ttl",),
    "hvd": ("dcat-ap-hvd/3.0.0-hvd/shacl/hvd-SHACL.ttl",),
    "dcat-ap-de": ("dcat-ap-de/v3.0/shapes/dcat-ap-SHACL-DE.ttl",),
    "dcat-ap-de additions": ("dcat-ap-de/v3.0/shapes/dcat-ap-spec-german-additions.ttl",),
}
_FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML}


@pytest.fixture
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have rdflib keep literals as they are written."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def read(path: Path) -> list[ox.Triple]:
    """Read a file strictly; blank nodes become addresses, so that results about them can be compared."""
    quads = ox.parse(path.read_bytes(), format=_FORMATS[path.suffix], base_iri="https://example.org/")
    return [ox.Triple(_named(quad.subject), quad.predicate, _named(quad.object)) for quad in quads]


def _named(term: ox.Term) -> ox.Term:
    return ox.NamedNode(f"urn:x-blank:{term.value}") if isinstance(term, ox.BlankNode) else term


def rows(report: Report) -> Counter[Row]:
    """Write the findings of a report as the oracle does, without the shape, which may have no name."""
    return Counter(
        (plain(each.focus), each.path or "", plain(each.value), f"<{each.component}>", f"<{each.severity}>")
        for each in report.findings
    )


def told(data: str, shapes: rdflib.Graph) -> Counter[Row]:
    """Ask pySHACL, on N-Triples."""
    found: Counter[Row] = Counter()
    for (focus, path, value, component, severity, _), count in oracle.by_pyshacl(
        rdflib.Graph().parse(data=data, format="nt"), shapes
    ).items():
        found[plain(focus), path, plain(value), component, severity] += count
    return found


def lines(statements: list[Statement]) -> str:
    """Write statements as N-Triples."""
    return "".join(f"{subject} {name} {value} .\n" for subject, name, value in statements)


@pytest.mark.usefixtures("literals_as_written")
@pytest.mark.parametrize("catalogue", CATALOGUES)
@pytest.mark.parametrize("name", SHAPES)
def test_real_catalogues_by_official_shapes(shared_data: Path, name: str, catalogue: str) -> None:
    triples = read(shared_data / "catalogues" / catalogue)
    statements = [(str(each.subject), str(each.predicate), str(each.object)) for each in triples]
    official = [shared_data / "vocab" / part for part in SHAPES[name]]
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    shapes = rdflib.Graph()
    own = []
    for path in official:
        shapes.parse(path)
        own += [quad.triple for quad in ox.parse(path=str(path), rename_blank_nodes=True)]
    found = rows(Checker(read_shape_set(name, own)).check(Checked(store.query, StatementTexts(statements))))
    assert found == told(lines(statements), shapes)
    assert found or name != "dcat-ap"


def sample() -> list[Statement]:
    """Read the bundled sample, facts and illustration."""
    return [
        (str(triple.subject), str(triple.predicate), str(triple.object))
        for _, text in loader.turtle("sample")
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    ]


@pytest.mark.usefixtures("literals_as_written")
@pytest.mark.parametrize("name", PROFILES)
def test_the_sample_by_profiles(name: str) -> None:
    found = rows(Checker(named(name)).check(check_loose(sample(), knows=False)))
    shapes = rdflib.Graph().parse(data=shapes_loader.profile(name), format="turtle")
    assert found == told(lines(sample()), shapes)
    assert found


@pytest.mark.slow
@pytest.mark.usefixtures("literals_as_written")
def test_the_sample_by_all_rules() -> None:
    found = rows(Checker(named("governance")).check(check_loose(sample(), knows=True)))
    statements = [*knowledge(), *sample()]
    store = ox.Store()
    store.extend(ox.parse(lines(statements).encode(), format=ox.RdfFormat.N_TRIPLES))
    before = set(store)
    derive(store)
    follows = [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in set(store) - before]
    shapes = rdflib.Graph()
    for _, text in shapes_loader.governance():
        shapes.parse(data=text, format="turtle")
    assert found == told(lines([*statements, *follows]), shapes)
    assert found.total() > 400
