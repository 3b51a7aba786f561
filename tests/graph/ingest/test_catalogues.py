"""Every file of the real catalogues: what rdflib reads of it is what is kept, but for what the report says was lost."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import rdflib

from graph.cages.zygote import Zygote
from graph.errors import UnknownFormat, UnreadableFile
from graph.ingest import run
from graph.ingest.formats import Format
from graph.ingest.report import FileReport, Report
from graph.ingest.run import run_import
from graph.terms import Statement, iri, is_iri, literal
from tests.graph.ingest.conftest import Directory, opened, said_by

CHECKOUT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("CIVIGRAPH_SHARED") or CHECKOUT.parent / "shared" / "data")
RDFLIB = {".ttl": "turtle", ".nt": "nt", ".trig": "trig", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld"}

# What each of the eight files with invalid IRIs loses: the statements that they stand in.
INVALID = {
    "de-ckanext-dcatde/catalog-endpoint.rdf": 1,
    "de-ckanext-dcatde/metadata_max.rdf": 1,
    "de-ckanext-dcatde/metadata_max_1_0.rdf": 1,
    "de-ckanext-dcatde/metadata_max_1_0_1.rdf": 1,
    "de-ckanext-dcatde/metadata_max_multi_namespaces.rdf": 1,
    "es-datos.gob.es/ttl/NTI-RISPv1_Dataset.ttl": 1,
    "fr-udata-harvest/dcat/geonetwork.xml": 35,
    "it-unibo/dataset_it_esempio_6.rdf": 11,
}
# Dates that are none, counted by hand.
DATES = {
    "ckanext-dcat/dcat/dataset.rdf": 1,
    "fr-ecospheres/rdf_dummy.xml": 2,
    "fr-udata-harvest/dcat/datara--5a26b0f6-0ccf-46ad-ac58-734054b91977.rdf.xml": 3,
    "fr-udata-harvest/dcat/datara--f40c3860-7236-4b30-a141-23b8ae33f7b2.rdf.xml": 4,
}

# pyoxigraph keeps the types of nodes under a key that no context explains, where JSON-LD drops the whole of it.
UNEXPLAINED = {"ckanext-dcat/dcat/catalog_pod.jsonld": 3}


def files_of(folder: str) -> list[str]:
    """Give the files of a folder of the reference data, by path; none where it is absent."""
    root = SHARED / folder
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


CATALOGUES, BROKEN = files_of("catalogues"), files_of("broken")


@pytest.fixture(scope="module")
def imported(
    tmp_path_factory: pytest.TempPathFactory, zygote: Zygote
) -> Iterator[tuple[Directory, dict[str, FileReport], Report]]:
    """The catalogues, imported file by file into one log."""
    root = SHARED / "catalogues"
    if not root.is_dir():
        pytest.skip(f"the reference data is not at {SHARED}; name its folder in CIVIGRAPH_SHARED")
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path_factory.mktemp("catalogues") / "data") as directory:
        patch.setattr(run, "Zygote", lambda _: zygote)
        patch.setattr(Zygote, "__exit__", lambda *_: None)
        report = run_import(directory, [root])
        yield directory, {Path(file.path).relative_to(root).as_posix(): file for file in report.files}, report


@cache
def reference(name: str, base: str) -> frozenset[Statement]:
    """Give what rdflib reads in a file, as N-Triples texts; an IRI that is none as it stands."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    rdflib.NORMALIZE_LITERALS = False
    path = SHARED / "catalogues" / name
    with warnings.catch_warnings():
        # rdflib warns of what it does itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=path.read_bytes(), format=RDFLIB[path.suffix], publicID=base)
        triples = list(dataset.triples((None, None, None)))
    return frozenset((text_of(s), text_of(p), text_of(o)) for s, p, o in triples)


def text_of(term: object) -> str:
    """Write an rdflib term."""
    if isinstance(term, rdflib.Literal):
        return literal(str(term), term.language, None if term.language else term.datatype and str(term.datatype))
    if isinstance(term, rdflib.BNode):
        return f"_:{term}"
    return iri(str(term)) if is_iri(str(term)) else f"<{term}>"


RDF_FILES = [name for name in CATALOGUES if Path(name).suffix in RDFLIB and "csw_dcat" not in name]


@pytest.mark.parametrize("name", RDF_FILES)
def test_nothing_is_lost_without_a_line(name: str, imported: tuple[Directory, dict[str, FileReport], Report]) -> None:
    directory, reports, _ = imported
    report = reports[name]
    source = next(each for each in directory.log.sources.all() if each.address == str(SHARED / "catalogues" / name))
    known = reference(name, f"{directory.base}id/{source.name}/")
    lost = [line for line in report.lines if line.kept == "nothing" and line.what.startswith(("<", "_:"))]
    assert report.refused_whole is None
    assert report.kept == len(known) - len(lost) + UNEXPLAINED.get(name, 0)
    assert len(lost) == INVALID.get(name, 0) + DATES.get(name, 0)
    said = said_by(directory, source.name)
    mapped = sum(report.mapped.values())
    if report.accepted == report.records:
        assert report.kept <= len(said) <= report.kept + mapped
    ground = {each for each in known if "_:" not in (each[0][:2], each[2][:2])}
    made_up = {each for each in said if "genid/" not in f"{each[0]}{each[2]}" and not is_node(each)} - known
    assert all("civigraph#stated" in p or "authority/" in o or "iana.org" in o or "://" in o for _, p, o in made_up)
    assert len(made_up) <= 2 * mapped
    if not lost and not mapped and report.accepted == report.records:
        assert ground <= said


def is_node(statement: Statement) -> bool:
    """Say whether a statement names what was a blank node, `{owner}#{property}-{n}`."""
    return any("#" in term and term[-2:-1].isdigit() for term in (statement[0], statement[2]) if term[0] == "<")


@pytest.mark.parametrize("name", sorted(INVALID))
def test_line_says_where_the_invalid_iri_stands(
    name: str, imported: tuple[Directory, dict[str, FileReport], Report]
) -> None:
    _, reports, _ = imported
    for line in reports[name].lines:
        assert "not an absolute IRI" in line.why
        file, _, number = line.where.partition(", line ")
        assert file == name
        text = (SHARED / "catalogues" / name).read_text("utf-8").split("\n")[int(number) - 1]
        culprit = re.split("[#/]", line.why.partition("IRI: ")[2].rpartition(" (")[0])[-1].strip("'\"")
        assert culprit.replace("&", "&amp;") in text


def test_paris_says_everything_twice(imported: tuple[Directory, dict[str, FileReport], Report]) -> None:
    directory, reports, _ = imported
    report = reports["fr-ods-paris/output.ttl"]
    assert (report.statements, report.kept, report.records) == (6147, 3084, report.accepted)
    assert len(said_by(directory, "output")) == 3084


def test_what_is_no_rdf_is_refused_with_a_reason(imported: tuple[Directory, dict[str, FileReport], Report]) -> None:
    _, reports, whole = imported
    refused = {name: report.refused_whole for name, report in reports.items() if report.refused_whole is not None}
    assert not set(refused) & set(RDF_FILES)
    assert all(isinstance(error, UnknownFormat) and error.what for error in refused.values())
    assert {name for name in refused if name.endswith(".xml")} == {name for name in CATALOGUES if "csw_dcat" in name}
    assert whole.failed
    accepted = {
        name
        for name, report in reports.items()
        if report.format in (Format.RUDI, Format.JSON_LD) and name.endswith(".json")
    }
    assert "fr-udata-harvest/dcat/evian.json" in accepted
    assert sum(name.startswith("us-datajson/") for name in accepted) == 9


def test_everything_again_appends_nothing(imported: tuple[Directory, dict[str, FileReport], Report]) -> None:
    directory, _, first = imported
    sequence, known = directory.log.sequence(), directory.log.sources.all()
    again = run_import(directory, [SHARED / "catalogues"])
    assert directory.log.sequence() == sequence
    assert again.total("unchanged") == first.total("created") > 3000
    # What is refused has no source; the name that one would have had is another's, or new.
    assert [each.name for each in directory.log.sources.all()] == [each.name for each in known]
    assert {each.name for each in known} <= again.runs.keys() & first.runs.keys()


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory, zygote: Zygote) -> dict[str, FileReport]:
    """What comes of the broken files."""
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path_factory.mktemp("broken") / "data") as directory:
        patch.setattr(run, "Zygote", lambda _: zygote)
        patch.setattr(Zygote, "__exit__", lambda *_: None)
        report = run_import(directory, [SHARED / "broken"])
        assert directory.log.sequence() == 0
    return {Path(file.path).relative_to(SHARED / "broken").as_posix(): file for file in report.files}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_refused_with_line_and_column(name: str, refusals: dict[str, FileReport]) -> None:
    report = refusals[name]
    error = report.refused_whole
    assert isinstance(error, UnreadableFile)
    assert error.line is not None
    assert error.column is not None
    lines = (SHARED / "broken" / name).read_text("utf-8").split("\n")
    assert 1 <= error.line <= len(lines) + 1
    assert (report.records, report.created, report.lines) == (0, 0, [])
