"""Real clients, unmodified, each in an environment of its own: each takes every dataset as the graph states it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import rdflib
from lxml import etree
from rdflib import DCAT, DCTERMS, FOAF, RDF, URIRef

from graph.terms import AS
from tests.clients.readers import asked
from tests.clients.stated import Stated
from tests.processes import Served

PATHS = {"catalog": "catalog", "illustration": "catalog/illustration"}
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
BOTH = pytest.mark.parametrize("catalogue", PATHS)

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@pytest.mark.parametrize("suffix", [*(pytest.param(each, marks=pytest.mark.slow) for each in ("jsonld", "rdf")), "ttl"])
@BOTH
def test_rdflib(site: Served, catalogues: dict[str, dict[str, Stated]], catalogue: str, suffix: str) -> None:
    found: set[str] = set()
    here: str | None = f"{site.address}{PATHS[catalogue]}.{suffix}"
    while here:
        answer = site.client.get(here, headers={"Accept": "*/*"})
        page = rdflib.Graph().parse(data=answer.content, format=answer.headers["content-type"].partition(";")[0])
        for dataset in set(page.subjects(RDF.type, DCAT.Dataset)):
            assert str(dataset) not in found
            found.add(str(dataset))
            _same(page, dataset, catalogues[catalogue][str(dataset)])
        view = page.value(None, RDF.type, HYDRA.PartialCollectionView)
        following = page.value(view, HYDRA.next)
        here = None if following is None else str(following)
    assert found == set(catalogues[catalogue])


def _same(page: rdflib.Graph, dataset: Any, stated: Stated) -> None:
    """Compare what a page says of a dataset with what is stated."""

    def texts(prop: URIRef, of: Any = dataset) -> set[str]:
        return {str(each) for each in page.objects(of, prop)}

    assert texts(DCTERMS.title) == stated.titles
    assert texts(DCTERMS.identifier) == stated.identifiers
    assert texts(DCTERMS.issued) == stated.issued
    assert texts(DCTERMS.modified) == stated.modified
    assert stated.publishers <= {
        str(name) for each in page.objects(dataset, DCTERMS.publisher) for name in page.objects(each, FOAF.name)
    }
    distributions = sorted(
        (min(texts(DCAT.downloadURL, each) or texts(DCAT.accessURL, each)), min(texts(DCTERMS.license, each) or {""}))
        for each in page.objects(dataset, DCAT.distribution)
    )
    assert distributions == stated.distributions


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["", ".rdf", ".jsonld"])
@BOTH
def test_ckan(
    clients: Path, site: Served, catalogues: dict[str, dict[str, Stated]], catalogue: str, suffix: str
) -> None:
    taken = asked(clients, "ckan", "read_ckan.py", f"{site.address}{PATHS[catalogue]}{suffix}")
    assert taken["twice"] == []
    assert set(taken["datasets"]) == set(catalogues[catalogue])
    for iri, dataset in taken["datasets"].items():
        stated = catalogues[catalogue][iri]
        assert dataset["title"] in stated.titles
        assert dataset["identifier"] in stated.identifiers
        assert (dataset["publisher"] in stated.publishers) if stated.publishers else not dataset["publisher"]
        assert {dataset["issued"]} - {None} == stated.issued
        assert {dataset["modified"]} - {None} == stated.modified
        assert [tuple(each) for each in dataset["distributions"]] == stated.distributions


@pytest.mark.slow
@pytest.mark.parametrize(
    ("catalogue", "suffix", "times"),
    [
        ("catalog", ".ttl", 1),
        ("illustration", "", 2),
        ("illustration", ".rdf", 1),
    ],
)
def test_udata(  # noqa: PLR0917
    clients: Path,
    site: Served,
    catalogues: dict[str, dict[str, Stated]],
    catalogue: str,
    suffix: str,
    times: int,
    tmp_path: Path,
) -> None:
    stated = _unlike(catalogues[catalogue])
    licences = sorted({licence for each in stated.values() for licence in each.licences})
    address = f"{site.address}{PATHS[catalogue]}{suffix}"
    taken = asked(clients, "udata", "read_udata.py", address, str(tmp_path / "files"), json.dumps(licences), str(times))
    for job in taken["jobs"]:
        others = [why for _, status, errors in job["items"] if status != "done" for why in errors]
        assert len(others) == len(catalogues[catalogue]) - len(stated)
        assert all("already exists" in why for why in others)
        assert (job["status"], job["errors"]) == ("done-errors" if others else "done", [])
    assert sorted(each["uri"] for each in taken["datasets"]) == sorted(stated)
    for dataset in taken["datasets"]:
        own = stated[dataset["uri"]]
        assert dataset["title"] in {title.strip() for title in own.titles}
        assert dataset["identifier"] in own.identifiers
        # It knows one language.
        assert bool(own.publishers) == bool(own.publishers & {name for _, name in dataset["contacts"]})
        # Of a licence that is invented, it goes by the name alone.
        if own.licences and not any("/illustration/" in licence for licence in own.licences):
            assert dataset["licence"] in own.licences
        # Datasets that are parts of this one become files of it, beside the distributions.
        assert {address for address, _ in own.distributions} <= set(dataset["distributions"])
        for name in ("issued", "modified"):
            # udata has midnight for a day.
            days = {date[:10] for date in getattr(own, name)}
            assert {(dataset[name] or "")[:10]} - {""} == days
    assert len(taken["services"]) == (4 if catalogue == "catalog" else 0)


def _unlike(stated: dict[str, Stated]) -> dict[str, Stated]:
    """Leave out what has an identifier that an earlier dataset has: both tell of one thing, and udata takes it once.

    The sample tells of sixty datasets of Rennes; whoever harvests the catalogue of Rennes alone gets all of it.
    """
    met: set[str] = set()
    kept = {}
    for iri in sorted(stated):
        if not met & stated[iri].identifiers:
            kept[iri] = stated[iri]
        met |= stated[iri].identifiers
    assert {iri for iri in stated if "/id/rudi/" in iri} <= kept.keys()
    return kept


@pytest.mark.slow
def test_oai_pmh(clients: Path, site: Served, catalogues: dict[str, dict[str, Stated]]) -> None:
    taken = asked(clients, "oai", "read_oai.py", f"{site.address}oai")
    stated = catalogues["catalog"]
    assert taken["formats"] == ["dcat_ap", "oai_dc"]
    assert "source-rennes" in taken["sets"]
    assert sorted(taken["identifiers"]) == sorted(stated)
    # Some clients send their requests as forms.
    form = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    posted, got = site.client.post("/oai", data=form), site.client.get("/oai", params=form)
    assert posted.text.partition("</responseDate>")[2] == got.text.partition("</responseDate>")[2]
    for way in ("dcat_ap", "oai_dc", "scythe"):
        assert set(taken[way]) == set(stated)
    for iri, own in stated.items():
        _same(rdflib.Graph().parse(data=taken["dcat_ap"][iri], format="xml"), URIRef(iri), own)
        assert own.titles <= set(taken["oai_dc"][iri]["title"])
        assert own.identifiers <= set(taken["oai_dc"][iri]["identifier"])
        assert own.publishers <= set(taken["oai_dc"][iri].get("publisher", ()))
        assert own.licences <= set(taken["oai_dc"][iri].get("rights", ()))


@pytest.mark.slow
def test_ldes(clients: Path, site: Served, catalogues: dict[str, dict[str, Stated]]) -> None:
    members = asked(clients, "node", "read_ldes.mjs", f"{site.address}feed")
    stated = catalogues["catalog"]
    seen = set()
    for member in members:
        told = [quad[:3] for quad in member["quads"] if quad[3] in {"", member["id"]}]
        (about,) = {quad[2] for quad in told if quad[0] == member["id"] and quad[1] == f"{AS}object"}
        assert about not in seen
        seen.add(about)
        titles = {quad[2] for quad in told if quad[0] == about and quad[1] == str(DCTERMS.title)}
        identifiers = {quad[2] for quad in told if quad[0] == about and quad[1] == str(DCTERMS.identifier)}
        assert (titles, identifiers) == (stated[about].titles, stated[about].identifiers)
    assert seen == set(stated)


@pytest.mark.slow
@BOTH
def test_comunica(clients: Path, site: Served, catalogues: dict[str, dict[str, Stated]], catalogue: str) -> None:
    rows = asked(clients, "node", "read_comunica.mjs", f"{site.address}{PATHS[catalogue]}.ttl")
    stated = catalogues[catalogue]
    assert {row["s"] for row in rows} == set(stated)
    for row in rows:
        own = stated[row["s"]]
        assert row["title"] in own.titles
        assert row["identifier"] in own.identifiers
        assert row.get("name") in {*own.publishers, *([] if own.publishers else [None])}


class _Schemas(etree.Resolver):
    """Finds schemas by the last part of their address."""

    def __init__(self, folder: Path, rdf: bytes) -> None:
        super().__init__()
        self.folder = folder
        self.rdf = rdf

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        name = system_url.rpartition("/")[2]
        if name == "rdf.xsd":
            return self.resolve_string(self.rdf, context)  # type: ignore[arg-type]
        return self.resolve_filename(str(self.folder / name), context)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def schema(clients: Path, site: Served) -> etree.XMLSchema:
    """The official schemas of the protocol and of Dublin Core, with the one we serve for RDF."""
    folder = clients / "xsd"
    if not (folder / "OAI-PMH.xsd").exists():
        pytest.skip(f"no schemas of OAI-PMH at {folder}: scripts/clients gets them")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Schemas(folder, site.client.get("/oai/rdf.xsd").content))
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="http://schemas/{name}"/>'
        for namespace, name in (
            ("http://www.openarchives.org/OAI/2.0/", "OAI-PMH.xsd"),
            ("http://www.openarchives.org/OAI/2.0/oai_dc/", "oai_dc.xsd"),
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf.xsd"),
        )
    )
    text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.parse(io.BytesIO(text.encode()), parser))


REQUESTS = (
    "verb=Identify",
    "verb=ListMetadataFormats",
    "verb=ListSets",
    "verb=ListIdentifiers&metadataPrefix=oai_dc",
    "verb=ListRecords&metadataPrefix=oai_dc",
    "verb=ListRecords&metadataPrefix=dcat_ap",
    "verb=ListRecords&metadataPrefix=dcat_ap&set=protected",
    "verb=ListRecords&metadataPrefix=dcat_ap&until=1999-01-01",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=http://example.org/none",
    "verb=GetRecord&metadataPrefix=x&identifier=http://example.org/none",
    "verb=ListRecords&resumptionToken=%3Cx%3E",
    "verb=Nothing",
    "metadataPrefix=oai_dc",
)


@pytest.mark.parametrize("request_", REQUESTS)
def test_answers_of_the_protocol_fit_its_schema(site: Served, schema: etree.XMLSchema, request_: str) -> None:
    answer = site.client.get(f"/oai?{request_}")
    assert answer.headers["content-type"].startswith("text/xml")
    schema.assertValid(etree.fromstring(answer.content))
