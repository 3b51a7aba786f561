"""Code tables: what sources write, and the IRI that is meant."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, SKOS

from graph.ingest.codes import tables
from graph.terms import CG, DCAT, DCT, is_iri, literal

EU = "http://publications.europa.eu/resource/authority/"
SCHEMES = ("licences", "frequencies", "themes", "formats", "languages", "access-rights")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_tables_are_sound(scheme: str) -> None:
    meant = defaultdict(set)
    for row in tables.rows(scheme):
        assert is_iri(row["iri"])
        assert None not in row.values()
        for column in ("iri", "code", "labels", "addresses", "media_types"):
            for written in filter(None, (row.get(column) or "").split("|")):
                assert written == written.strip()
                meant[tables.fold(written)].add(row["iri"])
    assert {written: iris for written, iris in meant.items() if len(iris) > 1} == {}


@pytest.mark.parametrize(
    ("scheme", "file"),
    [
        ("themes", "eu/data-theme-skos.rdf"),
        ("languages", "eu-filtered-it/languages-filtered.rdf"),
        ("formats", "eu-filtered-it/filetypes-filtered.rdf"),
    ],
)
def test_members_of_the_authority_tables_exist(shared_data: Path, scheme: str, file: str) -> None:
    graph = rdflib.Graph().parse(shared_data / "authority" / file, format="xml")
    known = {str(concept) for concept in graph.subjects(RDF.type, SKOS.Concept)}
    assert {row["iri"] for row in tables.rows(scheme)} - known == set()


ODBL = "http://opendatacommons.org/licenses/odbl/1.0/"
LO1 = "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf"
LO2 = "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("odbl-1.0", ODBL),
        ("ODbL", ODBL),
        ("Open Data Commons Open Database License (ODbL)", ODBL),
        ("https://opendatacommons.org/licenses/odbl/1-0", ODBL),
        ("etalab-1.0", LO1),
        ("Licence Ouverte Version 2.0", LO2),
        ("  LICENCE OUVERTE / Open Licence — version 2.0", LO2),
        ("Licence Ouverte", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
        ("http://www.etalab.gouv.fr/licence-ouverte-open-licence", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
        ("cc-by-nd-4.0", "https://creativecommons.org/licenses/by-nd/4.0/"),
        ("http://creativecommons.org/licenses/by/4.0/legalcode", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY", None),
        ("Nutzungsbedingungen", None),
        ("", None),
    ],
)  # fmt: skip
def test_licences(text: str, expected: str | None) -> None:
    assert tables.licence(text) == expected


@pytest.mark.parametrize(
    ("find", "text", "expected"),
    [
        (tables.frequency, "Annual", f"{EU}frequency/ANNUAL"),
        (tables.frequency, "R/P1Y", f"{EU}frequency/ANNUAL"),
        (tables.frequency, "Temps réel", f"{EU}frequency/UPDATE_CONT"),
        (tables.frequency, "http://purl.org/cld/freq/irregular", f"{EU}frequency/IRREG"),
        (tables.frequency, "now and then", None),
        (tables.theme, "mobilite transport", f"{EU}data-theme/TRAN"),
        (tables.theme, "Énergie", f"{EU}data-theme/ENER"),
        (tables.theme, "Theme 1", None),
        (tables.language, "fr", f"{EU}language/FRA"),
        (tables.language, "fr-FR", f"{EU}language/FRA"),
        (tables.language, "fre", f"{EU}language/FRA"),
        (tables.language, f"{EU}language/DEU", f"{EU}language/DEU"),
        (tables.language, "xx", None),
        (tables.access_right, "non-public", f"{EU}access-right/NON_PUBLIC"),
        (tables.file_type, ".CSV", f"{EU}file-type/CSV"),
        (tables.file_type, "application/json; charset=utf-8", f"{EU}file-type/JSON"),
        (tables.file_type, "ESRI Shapefile", f"{EU}file-type/SHP"),
        (tables.file_type, "API", None),
        (tables.media_type, "Text/CSV;charset=utf-8", f"{tables.IANA}text/csv"),
        (tables.media_type, "GeoJSON", f"{tables.IANA}application/geo+json"),
        (tables.media_type, "plain/text", None),
    ],
)  # fmt: skip
def test_other_tables(find: object, text: str, expected: str | None) -> None:
    assert callable(find)
    assert find(text) == expected


def test_original_moves_to_a_property_of_its_own() -> None:
    stated = literal("ODbL", "en")
    assert tables.map_literal("<http://d/>", f"<{DCT}license>", stated) == (
        ("<http://d/>", f"<{DCT}license>", f"<{ODBL}>"),
        ("<http://d/>", f"<{CG}statedLicence>", stated),
    )


def test_address_written_as_text_is_that_address() -> None:
    pair = tables.map_literal("<http://d/>", f"<{DCT}license>", literal("https://terms.example/x"))
    assert pair is not None
    assert pair[0][2] == "<https://terms.example/x>"


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (f"<{DCT}license>", literal("some words")),
        (f"<{DCT}license>", "<http://opendatacommons.org/licenses/odbl/>"),
        (f"<{DCT}license>", literal("http://no iri/")),
        (f"<{DCT}title>", literal("ODbL")),
        (f"<{DCAT}theme>", "_:b"),
    ],
)
def test_what_is_left_as_it_is(predicate: str, value: str) -> None:
    assert tables.map_literal("<http://d/>", predicate, value) is None


def test_domains_are_those_of_the_ontology() -> None:
    assert {row["domain"] for row in tables.rows("themes")} == {
        "",
        f"{CG}Energy",
        f"{CG}Mobility",
        f"{CG}Sociodemographic",
    }
    assert tables.domain(f"{EU}data-theme/ENER") == f"{CG}Energy"
    assert tables.domain(f"{EU}data-theme/ECON") is None
