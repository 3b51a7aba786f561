"""The 387 records of Rennes Métropole: imported, searched, opened, queried, harvested, exported; nothing is lost."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from graph.instance import Instance
from graph.log.rows import Head
from graph.terms import parse_payload, value_of
from tests.processes import Served, civigraph, served

HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
IRI = "http://127.0.0.1:8000/id/rudi/dataset/{}"
PRODUCERS = {"Ville de Rennes": 147, "Rennes Métropole": 115, "STAR": 34}
LICENCES = {
    "http://opendatacommons.org/licenses/odbl/1.0/": 323,
    "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf": 20,
    "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf": 11,
    "https://creativecommons.org/licenses/by-nd/4.0/": 5,
}
"""By IRI, as odbl-1.0, etalab-1.0, etalab-2.0 and cc-by-nd-4.0 are mapped; Licence Ouverte is 20 + 11 = 31."""
CUSTOM = 28


@pytest.fixture(scope="module")
def file(shared_data: Path) -> Path:
    return shared_data / "catalogues" / "fr-rennes-rudi" / "datarennes_meta.json"


@pytest.fixture(scope="module")
def stated(file: Path) -> dict[str, Any]:
    """What the source says, by identifier."""
    return {each["global_id"]: each for each in json.loads(file.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def data(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rennes") / "data"
    ended = civigraph(folder, "import", file, "--source", "rennes")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


@pytest.fixture(scope="module")
def records(data: Path) -> dict[str, tuple[Head, bytes]]:
    """What the log holds of the source, by IRI."""
    with Instance.open(data) as instance:
        heads = list(instance.log.heads(source="rennes"))
        payloads = instance.log.payloads([head.sequence for head in heads])
        return {head.iri: (head, payloads[head.sequence]) for head in heads}


@pytest.fixture(scope="module")
def site(data: Path) -> Iterator[Served]:
    with served(data) as running:
        yield running


def select(site: Served, pattern: str) -> list[list[str]]:
    """Ask over HTTP, and give the rows as texts."""
    text = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
    text += "PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX cg: <https://w3id.org/civigraph#> " + pattern
    answer = site.client.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    answer.raise_for_status()
    return list(csv.reader(StringIO(answer.text)))[1:]


def literals(payload: bytes) -> list[str]:
    """Give the texts of all literals of a record."""
    return [value_of(value).value for _, _, value in parse_payload(payload) if value.startswith('"')]


def without_address(label: str) -> str:
    """Leave out the address that stands on the last line of some labels of licences; it becomes a link."""
    return re.sub(r"\s*\n\s*https?://\S+\s*$", "", label)


def spaced(text: str) -> str:
    """Make all white space one blank, as a browser shows it."""
    return " ".join(text.split())


class Shown(HTMLParser):
    """All that a page says, in its text and in its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.feed(page)
        self.text = spaced(" ".join(self.pieces)) + " " + spaced("".join(self.pieces))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces += [value for _, value in attrs if value]
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


# What is in the log


def test_each_record_is_a_dataset_of_its_own(records: dict[str, tuple[Head, bytes]], stated: dict[str, Any]) -> None:
    datasets = {iri for iri, (head, _) in records.items() if head.kind == "dataset"}
    assert len(stated) == 387
    assert datasets == {IRI.format(identifier) for identifier in stated}


def test_every_literal_survives_import(records: dict[str, tuple[Head, bytes]], stated: dict[str, Any]) -> None:
    """Each text, number and date of the source stands in the log, letter for letter."""
    held = {text for _, payload in records.values() for text in literals(payload)}
    for identifier, record in stated.items():
        own = set(literals(records[IRI.format(identifier)][1]))
        wanted = {record["resource_title"], identifier, record["theme"], *record["keywords"]}
        wanted |= {each["text"] for name in ("summary", "synopsis") for each in record[name]}
        wanted |= set(record["dataset_dates"].values()) | ({record["local_id"]} if "local_id" in record else set())
        licence = record["access_condition"]["licence"]
        wanted |= {licence.get("licence_label")} if "licence_label" in licence else set()
        # A label's last line may be an address, which then stands as a link.
        wanted |= {
            re.sub(r"\s*\n\s*https?://\S+\s*$", "", each["text"]) for each in licence.get("custom_licence_label", [])
        }
        media = [each for each in record["available_formats"] if each]
        wanted |= {each[name] for each in media for name in ("media_name", "media_id", "file_size", "file_type")}
        wanted |= {each["checksum"]["hash"] for each in media}
        own_or_part = {text for text in wanted if text in own}
        assert wanted - own_or_part - held == set(), identifier
        assert {record["resource_title"], identifier} <= own
        producer, contact = record["producer"], record["contacts"][0]
        assert {producer["organization_name"], producer["organization_id"], contact["contact_name"]} <= held


def test_no_distribution_is_invented(records: dict[str, tuple[Head, bytes]], stated: dict[str, Any]) -> None:
    without = {identifier for identifier, record in stated.items() if not any(record["available_formats"])}
    assert len(without) == 56
    for identifier in stated:
        has = b"<http://www.w3.org/ns/dcat#distribution>" in records[IRI.format(identifier)][1]
        assert has == (identifier not in without), identifier


def test_second_import_appends_nothing(data: Path, file: Path, site: Served) -> None:
    """Beside a running server, too."""
    before = json.loads(civigraph(data, "status", "--json").stdout)["log_sequence"]
    assert civigraph(data, "import", file, "--source", "rennes").returncode == 0
    assert json.loads(civigraph(data, "status", "--json").stdout)["log_sequence"] == before


# SPARQL


def test_datasets_by_sparql(site: Served, stated: dict[str, Any]) -> None:
    rows = select(site, "SELECT DISTINCT ?d ?i WHERE { ?d a dcat:Dataset ; dct:identifier ?i }")
    assert sorted(rows) == sorted([IRI.format(identifier), identifier] for identifier in stated)


def test_producers_by_sparql(site: Served, stated: dict[str, Any]) -> None:
    rows = select(
        site, "SELECT ?n (COUNT(DISTINCT ?d) AS ?c) WHERE { ?d a dcat:Dataset ; dct:creator/foaf:name ?n } GROUP BY ?n"
    )
    counts = {name: int(count) for name, count in rows}
    assert {name: counts[name] for name in PRODUCERS} == PRODUCERS
    assert counts == Counter(record["producer"]["organization_name"] for record in stated.values())


def test_licences_by_sparql(site: Served) -> None:
    rows = select(site, "SELECT ?l (COUNT(DISTINCT ?d) AS ?c) WHERE { ?d a dcat:Dataset ; dct:license ?l } GROUP BY ?l")
    counts = {licence: int(count) for licence, count in rows}
    assert {licence: counts.get(licence) for licence in LICENCES} == LICENCES
    (custom,) = select(
        site, "SELECT (COUNT(DISTINCT ?d) AS ?c) WHERE { ?d a dcat:Dataset ; dct:license ?l . ?l a cg:CustomLicence }"
    )
    assert int(custom[0]) == CUSTOM
    assert sum(counts.values()) == 387


def test_distributions_by_sparql(site: Served) -> None:
    (row,) = select(
        site, "SELECT (COUNT(?d) AS ?c) WHERE { ?d a dcat:Dataset FILTER NOT EXISTS { ?d dcat:distribution ?x } }"
    )
    assert int(row[0]) == 56


# Pages and search


def test_every_dataset_has_a_page_that_says_all_of_it(
    site: Served, records: dict[str, tuple[Head, bytes]], stated: dict[str, Any]
) -> None:
    for identifier in stated:
        iri = IRI.format(identifier)
        answer = site.client.get("/entity", params={"iri": iri}, follow_redirects=True)
        assert answer.status_code == 200, iri
        assert answer.headers["content-type"].startswith("text/html")
        said = Shown(answer.text).text
        lost = [text for text in literals(records[iri][1]) if spaced(text) not in said]
        assert lost == [], iri


def test_local_addresses_lead_to_the_page(site: Served, stated: dict[str, Any]) -> None:
    identifier = next(iter(stated))
    answer = site.client.get(f"/id/rudi/dataset/{identifier}")
    assert answer.status_code == 303
    page = site.client.get("/entity", params={"iri": IRI.format(identifier)}, follow_redirects=True)
    assert page.url.path.startswith("/dataset/")
    assert site.client.get(answer.headers["location"], follow_redirects=True).url.path == page.url.path


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_pages_in_rdf_say_the_same(
    site: Served, records: dict[str, tuple[Head, bytes]], stated: dict[str, Any], suffix: str
) -> None:
    for identifier in list(stated)[::40]:
        iri = IRI.format(identifier)
        page = site.client.get("/entity", params={"iri": iri}, follow_redirects=True).url.path
        answer = site.client.get(f"{page}.{suffix}")
        assert answer.status_code == 200
        graph = rdflib.Graph().parse(
            data=answer.content, format={"jsonld": "json-ld", "rdf": "xml"}.get(suffix, suffix)
        )
        wanted = rdflib.Graph().parse(data=records[iri][1], format="nt")
        assert set(wanted) - set(graph) == set()


def test_every_dataset_is_found_by_its_title(site: Served, stated: dict[str, Any]) -> None:
    for identifier, record in stated.items():
        page = site.client.get("/entity", params={"iri": IRI.format(identifier)}, follow_redirects=True).url.path
        words = spaced(record["resource_title"])
        found = Shown(site.client.get("/search", params={"q": words, "kind": "dataset"}).text)
        assert any(re.sub(r"^https?://[^/]+", "", link).partition("?")[0] == page for link in found.links), words
        assert words in found.text


def test_search_counts_all(site: Served) -> None:
    page = site.client.get("/search", params={"kind": "dataset"}).text
    assert re.search(r"\b387\b", Shown(page).text)


# The catalogue


def harvest(site: Served) -> Iterator[tuple[rdflib.Graph, rdflib.URIRef]]:
    """Follow hydra:next from page to page, as a portal does, and give each dataset with the page it stands on."""
    address, seen = site.address + "catalog.ttl", set()
    while address:
        assert address not in seen, "the pages go round in circles"
        seen.add(address)
        answer = site.client.get(address)
        assert answer.status_code == 200
        graph = rdflib.Graph().parse(data=answer.content, format="turtle", publicID=address)
        for dataset in graph.subjects(RDF.type, DCAT.Dataset):
            yield graph, dataset
        following = set(graph.objects(None, HYDRA.next))
        assert len(following) <= 1
        address = str(following.pop()) if following else ""


def test_a_harvester_finds_each_dataset_once_and_whole(site: Served, stated: dict[str, Any]) -> None:
    found: Counter[str] = Counter()
    for graph, dataset in harvest(site):
        identifier = str(graph.value(dataset, DCTERMS.identifier))
        found[identifier] += 1
        record = stated[identifier]
        assert str(dataset) == IRI.format(identifier)
        assert str(graph.value(dataset, DCTERMS.title)) == record["resource_title"]
        publisher = graph.value(dataset, DCTERMS.publisher)
        assert str(graph.value(publisher, FOAF.name)) == record["producer"]["organization_name"]
        assert (None, DCAT.dataset, dataset) in graph
        licences = set(graph.objects(dataset, DCTERMS.license))
        assert len(licences) == 1, identifier
        for distribution in graph.objects(dataset, DCAT.distribution):
            assert set(graph.objects(distribution, DCTERMS.license)) == licences, identifier
    assert found == dict.fromkeys(stated, 1)


def test_every_literal_survives_the_catalogue(site: Served, records: dict[str, tuple[Head, bytes]]) -> None:
    """As text: a reader of RDF would hide what it normalises."""
    lines: set[str] = set()
    address = site.address + "catalog.nt"
    while address:
        text = site.client.get(address).text
        lines.update(text.splitlines())
        following = re.search(r"<http://www.w3.org/ns/hydra/core#next> <([^>]+)>", text)
        address = following[1] if following else ""
    for iri, (head, payload) in records.items():
        if head.kind == "dataset":
            assert set(payload.decode().splitlines()) - lines == set(), iri


def test_pages_by_number_hold_the_same(site: Served, stated: dict[str, Any]) -> None:
    found: list[str] = []
    for number in range(1, 1000):
        text = site.client.get("/catalog.nt", params={"page": number}).text
        some = re.findall(r"<http://www.w3.org/ns/dcat#dataset> <([^>]+)>", text)
        if not some:
            break
        found += some
    assert sorted(found) == sorted(IRI.format(identifier) for identifier in stated)


# Export


@pytest.mark.parametrize("syntax", ["nt", "ttl", "rdf", "jsonld", "nq", "trig"])
def test_exported_and_imported_again_it_is_the_same(
    data: Path, records: dict[str, tuple[Head, bytes]], tmp_path: Path, syntax: str
) -> None:
    """There are no blank nodes in an export, so isomorphic means equal, statement by statement, letter by letter."""
    file = tmp_path / f"rennes.{syntax}"
    assert civigraph(data, "export", "--source", "rennes", "--format", syntax, "-o", file).returncode == 0
    again = tmp_path / "again"
    ended = civigraph(again, "import", file, "--source", "rennes")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    with Instance.open(again) as instance:
        heads = list(instance.log.heads(source="rennes"))
        payloads = instance.log.payloads([head.sequence for head in heads])
        copy = {head.iri: payloads[head.sequence] for head in heads}
    assert copy == {iri: payload for iri, (_, payload) in records.items()}
