"""The feed of changes as its followers read it: the latest of each dataset, nothing that is not public."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from graph.instance import Instance
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import AS, DCAT, LDES, TREE
from tests.api.serving import BASE, Server, follow, many, serving, settings, tell

AS_OBJECT = ox.NamedNode(f"{AS}object")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
NODE, RELATION, MEMBER = (ox.NamedNode(TREE + name) for name in ("node", "relation", "member"))
HOSTILE = 'Eau ]]> <script>alert(1)</script> & "guillemets" \\\\ fin'


def dataset(name: str, title: str = "Titre") -> str:
    """A dataset in Turtle."""
    return (
        f"<http://example.org/{name}> a <{DCAT}Dataset> ; <http://purl.org/dc/terms/title> '''{title}'''@fr ;"
        f" <http://purl.org/dc/terms/publisher> <http://example.org/city> ."
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feed") / "data"


@pytest.fixture(scope="module")
def instance(folder: Path) -> Iterator[Instance]:
    with Instance.open(folder, create=True, base=BASE) as opened:
        tell(opened, "\n".join(map(many, range(250))), "many")
        tell(opened, "<http://example.org/city> a <http://xmlns.com/foaf/0.1/Agent> ;"
             " <http://xmlns.com/foaf/0.1/name> 'Ville' .", "actors")  # fmt: skip
        tell(opened, dataset("hidden", "Caché"), "hidden", MEMBERS)
        tell(opened, dataset("fiction") + " <http://example.org/fiction> <https://w3id.org/civigraph#factStatus>"
             " <https://w3id.org/civigraph#Illustrative> .", "fiction")  # fmt: skip
        yield opened


@pytest.fixture(scope="module")
def server(instance: Instance, folder: Path) -> Iterator[Server]:
    with serving(settings(folder)) as running:
        yield running


def quads(server: Server, address: str) -> list[ox.Quad]:
    answer = server.get(address.removeprefix(server.address))
    assert answer.status_code == 200
    kind = ox.RdfFormat.N_QUADS if "n-quads" in answer.headers["content-type"] else ox.RdfFormat.TRIG
    return list(ox.parse(answer.content, format=kind))


def walk(server: Server, address: str = "feed") -> dict[str, tuple[str, set[tuple[str, str, str]]]]:
    """Follow the stream to its end: dataset -> its activity and what is told of it; a later one replaces an earlier."""
    found: dict[str, tuple[str, set[tuple[str, str, str]]]] = {}
    here: str | None = server.address + address
    while here:
        page = quads(server, here)
        default = [quad for quad in page if quad.graph_name == ox.DefaultGraph()]
        types = {str(q.subject): q.object.value.removeprefix(AS) for q in default
                 if q.predicate == TYPE and q.object.value.startswith(AS)}  # fmt: skip
        for quad in default:
            if quad.predicate == AS_OBJECT and str(quad.subject) in types:
                told = {(str(q.subject), str(q.predicate), str(q.object)) for q in page if q.graph_name == quad.subject}
                found[quad.object.value] = (types[str(quad.subject)], told)
        following = [quad.object.value for quad in default if quad.predicate == NODE]
        assert len(following) == sum(quad.predicate == RELATION for quad in default) <= 1
        here = following[0] if following else None
    return found


def last_number(server: Server) -> int:
    """The number of the newest activity."""
    page = server.get("/feed.nq?after=0")
    while True:
        read = list(ox.parse(page.content, format=ox.RdfFormat.N_QUADS))
        following = [quad.object.value for quad in read if quad.predicate == NODE]
        if not following:
            return max(int(quad.subject.value.rpartition("-")[2]) for quad in read if quad.predicate == AS_OBJECT)
        page = server.client.get(following[0])


def present(instance: Instance) -> set[str]:
    """The public datasets that are not invented, as the log has them."""
    return {head.iri for head in instance.log.heads(kind="dataset", audiences=[PUBLIC]) if head.source != "fiction"}


def test_without_accept_it_is_trig_and_no_redirect(server: Server) -> None:
    answer = server.client.get(server.address + "feed", headers={"accept": "*/*"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/trig; charset=utf-8")
    assert server.get("/feed", "text/html").headers["content-type"].startswith("application/atom+xml")
    assert server.get("/feed", "image/png").status_code == 406


@pytest.mark.parametrize("suffix", ["", ".trig", ".nq"])
def test_a_follower_gets_each_public_dataset_with_what_it_names(
    server: Server, instance: Instance, suffix: str
) -> None:
    found = walk(server, f"feed{suffix}")
    assert {iri for iri, (activity, _) in found.items() if activity != "Delete"} == present(instance)
    assert len(found) >= 250
    for iri, (activity, told) in found.items():
        if activity == "Delete":
            assert told == set()
            continue
        assert (f"<{iri}>", str(TYPE), f"<{DCAT}Dataset>") in told
        assert any(s == "<http://example.org/city>" and p == "<http://xmlns.com/foaf/0.1/name>" for s, p, _ in told)


def test_the_stream_says_what_it_keeps(server: Server) -> None:
    page = quads(server, "feed")
    types = {quad.object.value for quad in page if quad.predicate == TYPE}
    assert {f"{LDES}EventStream", f"{LDES}LatestVersionSubset", f"{TREE}Node"} <= types
    assert sum(quad.predicate == MEMBER for quad in page) == 100
    first = server.get("/feed")
    assert "immutable" in first.headers["cache-control"]
    last = server.get(f"/feed?after={last_number(server) - 3}")
    assert "immutable" not in last.headers["cache-control"]


def test_each_change_is_told_once_more_and_moves_to_the_end(server: Server, instance: Instance) -> None:
    before = set(walk(server))
    last = last_number(server)
    tell(instance, dataset("fresh", HOSTILE), "new")
    tell(instance, many(3).replace("Comptage", "Décompte"), "many")
    instance.log.retract("many", ["http://example.org/many/004"], agent="test")
    tell(instance, many(5), "many", MEMBERS)
    tell(instance, dataset("hidden", "Encore caché"), "hidden", MEMBERS)
    follow(server)
    news = walk(server, f"feed?after={last}")
    assert {iri.rpartition("/")[2]: activity for iri, (activity, _) in news.items()} == {
        "fresh": "Create", "003": "Update", "004": "Delete", "005": "Delete",
    }  # fmt: skip
    assert news["http://example.org/many/005"][1] == set()
    title = '"Eau ]]> <script>alert(1)</script> & \\"guillemets\\" \\\\ fin"@fr'
    assert any(title == value for _, _, value in news["http://example.org/fresh"][1])
    assert set(walk(server)) == before | {"http://example.org/fresh"}


def test_a_new_name_of_an_actor_is_shown_and_moves_nothing(server: Server, instance: Instance) -> None:
    first, last = server.get("/catalog.ttl"), last_number(server)
    since = server.get("/catalog.ttl?modified_since=2030-01-01")
    tell(instance, "<http://example.org/city> a <http://xmlns.com/foaf/0.1/Agent> ;"
         " <http://xmlns.com/foaf/0.1/name> 'Ville nouvelle' .", "actors")  # fmt: skip
    follow(server)
    again = server.get("/catalog.ttl", if_none_match=first.headers["etag"])
    assert again.status_code == 200
    assert "Ville nouvelle" in again.text
    assert last_number(server) == last
    assert "hydra:totalItems 0" in since.text.replace('"0"^^xsd:integer', "0")
    assert "dcat#dataset> <http://example.org/" not in server.get("/catalog.nt?modified_since=2030-01-01").text


def test_who_has_a_page_is_told_so(server: Server, instance: Instance) -> None:
    for address in ("/catalog.rdf", "/catalog?page_size=7", "/feed", "/feed.atom"):
        first = server.get(address)
        assert first.headers["etag"].startswith('"')
        again = server.get(address, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    tell(instance, dataset("hidden", "Toujours caché"), "hidden", MEMBERS)
    follow(server)
    assert server.get("/feed", if_none_match=server.get("/feed").headers["etag"]).status_code == 304


def test_a_date_is_told_once_its_second_is_past(server: Server) -> None:
    def dated() -> str | None:
        return server.get("/catalog.ttl").headers.get("last-modified")

    end = time.monotonic() + 60
    while dated() is None and time.monotonic() < end:
        time.sleep(0.2)
    date = dated()
    assert date is not None
    assert server.get("/catalog.ttl", if_modified_since=date).status_code == 304
    assert server.get("/catalog.ttl", if_modified_since="Mon, 01 Jan 2024 00:00:00 GMT").status_code == 200
    assert server.get("/catalog.ttl", if_modified_since="nonsense").status_code == 200


def test_news_for_readers(server: Server, instance: Instance) -> None:
    tell(instance, dataset("new", HOSTILE), "new")
    instance.log.retract("many", ["http://example.org/many/014"], agent="test")
    follow(server)
    names = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
    root = ElementTree.fromstring(server.get("/feed.atom").content)
    gone = [each.get("ref") for each in root.findall("at:deleted-entry", names)]
    assert gone[0] == "http://example.org/many/014"
    titles = [each.text for each in root.findall("a:entry/a:title", names)]
    assert titles[0] == HOSTILE.replace("\\\\", "\\")
    seen: list[str | None] = []
    here: str | None = server.address + "feed.atom"
    while here:
        root = ElementTree.fromstring(server.client.get(here).content)
        seen += [each.text for each in root.findall("a:entry/a:id", names)]
        following = root.find("a:link[@rel='next']", names)
        here = None if following is None else following.get("href")
    assert len(seen) == len(set(seen))
    assert set(seen) == present(instance)
    assert root.find("a:author/a:name", names) is not None


def test_feeds_know_nothing_that_is_not_public(server: Server, instance: Instance) -> None:
    addresses = ("/feed", "/feed.nq?after=100", "/feed.atom", "/catalog.nt", "/catalog-protected.ttl")
    before = [(server.get(each).content, server.get(each).headers["etag"]) for each in addresses]
    tell(instance, dataset("hidden", "Autre") + dataset("second", "Autre"), "hidden", MEMBERS)
    tell(instance, "<http://example.org/city> <http://example.org/note> 'x' .", "hidden2", MEMBERS)
    follow(server)
    assert [(server.get(each).content, server.get(each).headers["etag"]) for each in addresses] == before
