"""What is served at the addresses of others: DCAT-US, CKAN's API, sitemap, robots, schema.org, dumps."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from graph.instance import Instance
from graph.log.rows import MEMBERS
from tests.api.serving import BASE, Server, many, serving, settings, tell
from tests.processes import civigraph

HOSTILE = '</script><script>alert(1)</script> & \\\\\\"fin\\\\\\"'
TREES = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<http://example.org/trees> a dcat:Dataset ; dct:title "Arbres"@fr, "Trees"@en ;
  dct:description "{HOSTILE}"@fr ; dct:identifier "t-1" ; dct:issued "2024-01-02" ; dct:modified "2024-05-06" ;
  dcat:keyword "arbre"@fr, "tree"@en ; dct:publisher <http://example.org/city> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Guichet" ; vcard:hasEmail <mailto:a@example.org> ] ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ; dcat:distribution <http://example.org/trees.csv#d> .
<http://example.org/trees.csv#d> a dcat:Distribution ; dct:title "Table" ; dcat:byteSize 12 ;
  dcat:accessURL <http://example.org/trees> ; dcat:downloadURL <http://example.org/trees.csv> ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
  spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{"0" * 64}" ] .
<http://example.org/city> a foaf:Agent ; foaf:name "Ville d'Exemple" .
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("elsewhere") / "data"
    with Instance.open(path, create=True, base=BASE) as instance:
        tell(instance, TREES, "trees")
        tell(instance, "\n".join(map(many, range(3))), "many")
        tell(instance, many(9), "hidden", MEMBERS)
        tell(instance, many(8) + " <http://example.org/many/008> <https://w3id.org/civigraph#factStatus>"
             " <https://w3id.org/civigraph#Illustrative> .", "fiction")  # fmt: skip
        instance.settle(instance.log.sequence())
    ended = civigraph(path, "dump")
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == 3
    return path


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(settings(folder)) as running:
        yield running


ALL = {"http://example.org/trees", *(f"http://example.org/many/00{number}" for number in range(3))}


def test_data_json_is_the_whole_catalogue(server: Server) -> None:
    answer = server.client.get(server.address + "data.json", headers={"accept": "*/*"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    read = answer.json()
    assert read["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    found = {each["identifier"]: each for each in read["dataset"]}
    assert set(found) == (ALL - {"http://example.org/trees"}) | {"t-1"}
    trees = found["t-1"]
    assert (trees["title"], trees["keyword"], trees["accessLevel"]) == ("Arbres", ["arbre"], "public")
    assert trees["publisher"] == {"@type": "org:Organization", "name": "Ville d'Exemple"}
    assert trees["contactPoint"] == {"@type": "vcard:Contact", "fn": "Guichet", "hasEmail": "mailto:a@example.org"}
    assert trees["distribution"][0]["downloadURL"] == "http://example.org/trees.csv"
    assert trees["distribution"][0]["mediaType"] == "text/csv"
    assert "contactPoint" not in found["http://example.org/many/001"]


def test_data_json_is_kept_until_something_changes(server: Server) -> None:
    first, second = (server.get("data.json") for _ in range(2))
    assert first.content == second.content
    assert int(second.headers["content-length"]) == len(second.content)
    tag = second.headers["etag"]
    assert tag == first.headers["etag"]
    again = server.get("data.json", if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    other = server.get("data.json", host="elsewhere.example:8000")
    assert other.headers["etag"] != tag
    assert other.json()["@id"] == "http://elsewhere.example:8000/data.json"
    assert other.json()["dataset"] == second.json()["dataset"]


def ask(server: Server, action: str) -> dict[str, object]:
    answer = server.client.get(f"{server.address}api/3/action/{action}", headers={"accept": "*/*"})
    assert answer.headers["content-type"].startswith("application/json")
    found: dict[str, object] = answer.json()
    return found


def test_ckans_api_gives_each_dataset(server: Server) -> None:
    names = ask(server, "package_list")["result"]
    assert isinstance(names, list)
    assert len(names) == len(set(names)) == 4
    searched = ask(server, "package_search?rows=100")["result"]
    assert isinstance(searched, dict)
    assert searched["count"] == 4
    packages = {package["name"]: package for package in searched["results"]}
    assert set(packages) == set(names)
    assert {value["value"] for each in packages.values() for value in each["extras"] if value["key"] == "uri"} == ALL
    for name, package in packages.items():
        for key in (name, package["id"]):
            assert ask(server, f"package_show?id={key}")["result"] == package
    trees = ask(server, "package_show?id=http://example.org/trees")["result"]
    assert isinstance(trees, dict)
    assert trees["organization"]["title"] == "Ville d'Exemple"
    assert (trees["resources"][0]["url"], trees["resources"][0]["size"]) == ("http://example.org/trees.csv", 12)
    missing = ask(server, "package_show?id=none")
    assert (missing["success"], "error" in missing) == (False, True)


def test_ckans_search_leaves_out_what_is_invented(server: Server) -> None:
    found = ask(server, "package_search?q=comptage&rows=2&start=1")["result"]
    assert isinstance(found, dict)
    assert (found["count"], len(found["results"])) == (3, 2)
    assert ask(server, "organization_list")["result"] == ["ville-d-exemple"]
    assert ask(server, "status_show")["success"]


def test_search_engines_find_every_page(server: Server) -> None:
    robots = server.get("/robots.txt").text
    assert f"Sitemap: {server.address}sitemap.xml" in robots
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    maps = [each.text for each in ElementTree.fromstring(server.get("/sitemap.xml").content).findall(".//s:loc", space)]
    places = [
        each.text
        for address in maps
        for each in ElementTree.fromstring(server.client.get(str(address)).content).findall(".//s:loc", space)
    ]
    assert len(places) == 4
    for place in places:
        assert server.client.get(str(place), headers={"accept": "text/html"}).status_code == 200
    assert server.get("/sitemap-2.xml").status_code == 404


def test_a_page_tells_search_engines_what_the_dataset_is(server: Server) -> None:
    page = server.get("/dataset/arbres", "text/html").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(block)
    assert "<" not in block
    assert (told["@type"], told["name"], told["@id"]) == ("Dataset", "Arbres", "http://example.org/trees")
    assert told["description"] == 'Arbres: </script><script>alert(1)</script> & \\"fin\\"'
    assert told["creator"]["name"] == told["publisher"]["name"] == "Ville d'Exemple"
    assert told["isAccessibleForFree"] is True
    assert told["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    (table,) = told["distribution"]
    assert "cr:FileObject" in table["@type"]
    assert (table["contentUrl"], table["encodingFormat"], table["sha256"]) == (
        "http://example.org/trees.csv", "text/csv", "0" * 64,
    )  # fmt: skip
    assert '<script type="application/ld+json"' not in server.get("/actor/ville-d-exemple", "text/html").text


def test_dumps_are_whole_and_told_with_their_sums(server: Server, folder: Path) -> None:
    (version,) = server.get("/dumps").json()
    assert version["datasets"] == 4
    graphs = []
    for file in version["files"]:
        answer = server.client.get(file["url"])
        assert len(answer.content) == file["byteSize"]
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert server.client.get(file["url"], headers={"if-none-match": answer.headers["etag"]}).status_code == 304
        part = server.client.get(file["url"], headers={"range": "bytes=0-9"})
        assert (part.status_code, part.content) == (206, answer.content[:10])
        kind = ox.RdfFormat.from_media_type(file["mediaType"])
        graphs.append(
            {(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(answer.content, format=kind)}
        )
    assert graphs[0] == graphs[1] == graphs[2]
    datasets = {s for s, _, o in graphs[0] if o == "<http://www.w3.org/ns/dcat#Dataset>"}
    assert datasets == {f"<{iri}>" for iri in ALL}
    assert ("<http://example.org/city>", "<http://xmlns.com/foaf/0.1/name>", '"Ville d\'Exemple"') in graphs[0]
    for address in ("CITATION.cff", f"dumps/{version['date']}/CITATION.cff"):
        text = server.get(address).text
        assert f'version: "{version["date"]}"' in text
        assert version["files"][0]["sha256"] in text
    assert server.get("/dumps/dumps.json").status_code == 404
    again = civigraph(folder, "dump")
    assert (again.returncode, again.stdout) == (0, "")


def test_a_catalogue_is_a_container(server: Server) -> None:
    text = server.get("/catalog.nt").text
    contained = set(re.findall(r"<http://www.w3.org/ns/ldp#contains> <([^>]+)>", text))
    assert contained == ALL
    assert "ldp#DirectContainer" in text
