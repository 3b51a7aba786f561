"""Pre-flight over HTTP: datasets of ours, what is sent, catalogues elsewhere; as page and as data."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

from api.checks.examiner import Cancelled, Examiner
from api.checks.workers import Workers
from api.routes import entities
from graph.errors import (
    AddressRefused,
    CivigraphError,
    DataError,
    DeadlineReached,
    InputTooLarge,
    LimitReached,
    ResultTooLarge,
)
from graph.feeds import schema_org
from graph.feeds.tailoring import reader_of, tailored, tailored_statements
from graph.fetch import Fetcher
from graph.preflight import examination
from graph.preflight.delivery import Delivery, received
from graph.preflight.description import DATASET, Description
from graph.preflight.portals.table import PORTALS, examine
from graph.preflight.verdict import packed, unpacked
from graph.rendering.syntaxes import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Syntax
from graph.terms import DCAT, TYPE
from tests.api.serving import Server
from tests.clients.crafted import node_of, statements, turtle
from tests.graph.fetch.sites import Site, redirect, text

TREES = "http://example.org/trees"
JSON = "application/json"


def test_a_dataset_of_ours(server: Server) -> None:
    answer = server.client.get(f"{server.address}preflight", params={"dataset": TREES}, headers={"Accept": JSON})
    assert answer.status_code == 200
    verdicts = {each["portal"]: each for each in answer.json()["verdicts"]}
    assert list(verdicts) == list(PORTALS)
    assert {each["dataset"] for each in verdicts.values()} == {f"<{TREES}>"}
    assert verdicts["udata"]["taken"] is True
    assert verdicts["udata"]["shown"]["title"] == ["Arbres d'alignement"]
    assert "one-value" in {remark["rule"] for remark in verdicts["udata"]["remarks"]}


def test_only_one_portal_and_none_that_there_is_not(server: Server) -> None:
    answer = server.get(f"preflight?dataset={TREES}&portal=udata", JSON)
    assert {each["portal"] for each in answer.json()["verdicts"]} == {"udata"}
    assert server.get(f"preflight?dataset={TREES}&portal=none", JSON).status_code == 422
    assert server.get("preflight?dataset=http://example.org/unknown", JSON).status_code == 404
    assert server.get("preflight?dataset=nothing", JSON).status_code == 422


def test_what_is_not_public_is_unknown_and_changes_nothing(server: Server) -> None:
    assert server.get("preflight?dataset=http://example.org/secret", JSON).status_code == 404
    assert "confidentielle" not in server.get(f"preflight?dataset={TREES}", JSON).text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "takes it, not all of it"), ("fr", "le prend, mais pas en entier")]
)
def test_pages_tell_it_in_the_readers_language(server: Server, language: str, words: str) -> None:
    page = server.get(f"preflight?dataset={TREES}&lang={language}", "text/html").text
    assert words in page
    own = server.client.get(
        server.address + "dataset/arbres-d-alignement", params={"lang": language}, headers={"Accept": "text/html"}
    )
    assert own.status_code == 200
    assert words in own.text
    assert "preflight?dataset=" in own.text


@pytest.mark.parametrize("error", [DataError("the checker failed"), KeyError("it was not foreseen")])
def test_what_is_said_beside_a_dataset_never_takes_its_page_away(
    server: Server, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(entities, "judge", broken)
    page = server.get("dataset/arbres-d-alignement?lang=en", "text/html")
    assert page.status_code == 200
    assert "takes it" not in page.text
    assert "preflight?dataset=" in page.text
    assert "application/ld+json" in page.text


def test_a_dataset_of_very_many_files_is_judged_on_another_page(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entities, "_JUDGED_AT_ONCE", -1)
    page = server.get("dataset/arbres-d-alignement?lang=en", "text/html").text
    assert "takes it" not in page
    assert "preflight?dataset=" in page


def test_what_search_engines_read_is_made_once_a_page(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    made, real = [], schema_org.dataset

    def counted(*given: Any) -> Any:
        made.append(given)
        return real(*given)

    monkeypatch.setattr(schema_org, "dataset", counted)
    page = server.get("dataset/arbres-d-alignement?lang=en", "text/html").text
    assert "Google Dataset Search" in page
    assert len(made) == 1


def test_the_rules_are_told_as_data(server: Server) -> None:
    told = server.get("preflight", JSON).json()
    assert [each["name"] for each in told] == list(PORTALS)
    for portal in told:
        for rule in portal["rules"].values():
            assert set(rule["says"]) == set(rule["mend"]) == {"en", "fr"}


def test_a_description_that_is_sent(server: Server) -> None:
    headers = {"Content-Type": "text/turtle", "Accept": JSON}
    answer = server.client.post(
        f"{server.address}preflight?portal=udata", content=turtle("no-identifier"), headers=headers
    )
    assert answer.status_code == 200
    (verdict,) = answer.json()["verdicts"]
    assert (verdict["dataset"], verdict["taken"]) == (node_of("no-identifier"), False)
    said = examine(Description(statements("no-identifier")), ["udata"])[0].as_data()
    assert verdict == said


def many(files: int) -> str:
    """Write a dataset with files that have no address."""
    me = node_of("sound")
    of = [f"{me} <http://www.w3.org/ns/dcat#distribution> <urn:file:{number}> ." for number in range(files)]
    return turtle("sound") + "\n" + "\n".join(of)


def test_the_page_shows_a_hundred_remarks_and_says_how_many_there_are_besides(server: Server) -> None:
    found = server.client.post(
        f"{server.address}preflight?portal=udata&lang=en",
        content=many(1250).encode(),
        headers={"Content-Type": "text/turtle", "Accept": "text/html"},
    ).text
    assert found.count("neither dcat:downloadURL nor dcat:accessURL") == 100
    assert "not shown: 1,150" in found


def test_remarks_without_end_are_counted(server: Server) -> None:
    headers = {"Content-Type": "text/turtle", "Accept": JSON}
    answer = server.client.post(f"{server.address}preflight?portal=udata", content=many(1250), headers=headers)
    (verdict,) = answer.json()["verdicts"]
    assert (len(verdict["remarks"]), verdict["more"]) == (1000, 250)
    told = [*statements("address-file"), *[(f"<urn:{n}>", TYPE, DATASET) for n in range(50)]]
    told += [(f"<urn:{n}>", f"<{DCAT}distribution>", f"<urn:file:{file}>") for n in range(50) for file in range(9)]
    with Workers() as workers:
        examining = workers.ready().examining
        found = examining.examine(told, ["udata", "ckan"], caps=examination.Caps(remarks=100))
        whole = examining.examine(told, ["udata", "ckan"])
        assert [each.taken for each in found] == [each.taken for each in whole]
        assert [len(each.remarks) + each.more for each in found] == [len(each.remarks) for each in whole]
        assert sum(len(each.remarks) for each in found) < sum(len(each.remarks) for each in whole)
        assert all(each.remarks for each in found if not each.whole)
        with pytest.raises(ResultTooLarge, match="bytes"):
            examining.examine(told, caps=examination.Caps(bytes=1000))


@pytest.mark.parametrize("name", ["checksum-text", "no-description"])
def test_verdicts_are_sent_by_the_names_of_rules_and_come_back_as_they_were(name: str) -> None:
    rules = {portal.name: portal.rules for portal in PORTALS.values()}
    for verdict in examine(Description(statements(name))):
        sent = json.dumps(packed(verdict, rules[verdict.portal]), ensure_ascii=False)
        assert unpacked(json.loads(sent), rules) == verdict
        for remark in verdict.remarks:
            assert remark.rule in sent
            assert remark.mend["fr"] not in sent


def test_a_form_with_a_file_shows_what_came_of_it(server: Server) -> None:
    both = turtle("no-title") + "\n" + turtle("sound")
    answer = server.client.post(
        f"{server.address}preflight?lang=en",
        data={"portal": "ckan", "format": "html"},
        files={"file": ("two.ttl", io.BytesIO(both.encode()), "text/turtle")},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 200
    assert "takes nothing of the source" in answer.text
    assert "Give the dataset a title (dct:title)." in answer.text


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/catalog.ttl", "ftp://example.org/x", "http://[::1]/", "file:///etc/passwd"]
)
def test_addresses_within_are_not_fetched(server: Server, address: str) -> None:
    answer = server.client.post(
        f"{server.address}preflight", data={"address": address, "format": "json"}, headers={"Accept": JSON}
    )
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("address-refused")


def test_nothing_sent_is_told(server: Server) -> None:
    answer = server.client.post(
        f"{server.address}preflight?lang=en", data={"text": " "}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 422
    assert "There is nothing to examine" in answer.text
    assert (
        server.client.post(
            f"{server.address}preflight", content=b"<", headers={"Content-Type": "text/turtle"}
        ).status_code
        == 422
    )


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    """A site whose catalogue has two pages, and an address that leads to it."""
    site = Site("127.0.0.1")
    page = "<{here}> <http://www.w3.org/ns/hydra/core#next> <{site}/two> .\n"

    site.answers["/one"] = text(turtle("sound") + "\n" + page.format(here=f"{site.address}/one", site=site.address))
    site.answers["/two"] = text(turtle("access-rights-blank"))
    site.answers["/catalog"] = redirect("/one")
    yield site
    site.close()


def test_a_catalogue_elsewhere_with_its_pages(elsewhere: Site) -> None:
    with Workers() as workers:
        examiner = Examiner(seconds=120, workers=workers, fetcher=Fetcher(allowed=lambda _: True))
        found = examiner.examine_address(f"{elsewhere.address}/catalog", ["ckan", "udata"], client="a")
        assert found.pages == 2
        assert {verdict.dataset for verdict in found.datasets} == {node_of("sound"), node_of("access-rights-blank")}
        assert [(verdict.portal, verdict.remarks[0].rule) for verdict in found.source] == [("udata", "redirected")]
        assert found.source[0].remarks[0].value == f"{elsewhere.address}/one"
        shown = next(each.shown for each in found.datasets if each.portal == "ckan" and "blank" in each.dataset)
        assert shown["access rights"] == ("Sur demande",)
        refusing = Examiner(seconds=120, workers=workers, fetches=False)
        with pytest.raises(AddressRefused):
            refusing.examine_address(elsewhere.address, [], client="a")


def test_one_dataset_without_a_title_keeps_all_from_ckan_and_that_is_told_everywhere(server: Server) -> None:
    names = ("no-title", "sound", "keyword-slash")
    body = "\n".join(map(turtle, names)).encode()
    headers = {"Content-Type": "text/turtle", "Accept": JSON}
    found = server.client.post(f"{server.address}preflight", content=body, headers=headers).json()["verdicts"]
    assert len(found) == 3 * len(PORTALS)
    of_ckan = {each["dataset"]: each for each in found if each["portal"] == "ckan"}
    assert not any(each["taken"] for each in of_ckan.values())
    rules = {node: [remark["rule"] for remark in each["remarks"]] for node, each in of_ckan.items()}
    assert rules[node_of("no-title")][0] == "no-title"
    assert rules[node_of("sound")][0] == "stopped"
    assert rules[node_of("keyword-slash")][:2] == ["stopped", "keyword-letters"]
    assert of_ckan[node_of("sound")]["remarks"][0]["value"] == node_of("no-title").strip("<>")
    assert {each["dataset"]: each["taken"] for each in found if each["portal"] == "udata"} == {
        node_of("no-title"): False, node_of("sound"): True, node_of("keyword-slash"): True,
    }  # fmt: skip
    page = server.client.post(
        f"{server.address}preflight?lang=en", content=body, headers={**headers, "Accept": "text/html"}
    ).text
    assert re.search(r"CKAN</th><td[^>]*>3</td><td[^>]*>0</td><td[^>]*>0</td>", page)
    assert page.index(node_of("no-title")[1:-1] + "</") < page.index("over what is wrong there")


def test_what_is_wrong_with_the_source_is_told_of_each_dataset(elsewhere: Site) -> None:
    with Workers() as workers:
        examiner = Examiner(seconds=120, workers=workers, fetcher=Fetcher(allowed=lambda _: True))
        found = examiner.examine_address(f"{elsewhere.address}/catalog", ["ckan", "udata"], client="a")
    told = {(each.portal, each.taken, each.remarks[0].rule if each.remarks else "") for each in found.datasets}
    assert {taken for portal, taken, _ in told if portal == "udata"} == {False}
    assert {rule for portal, _, rule in told if portal == "udata"} == {"stopped"}
    assert {taken for portal, taken, _ in told if portal == "ckan"} == {True}


def test_pages_of_a_catalogue_end_where_they_are_too_many_too_late_or_not_wanted(
    elsewhere: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visited(error: type[CivigraphError], words: str, *, seconds: float = 120, cancelled: Cancelled = None) -> int:
        elsewhere.visits.clear()
        examiner = Examiner(seconds=seconds, workers=workers, fetcher=Fetcher(allowed=lambda _: True))
        with pytest.raises(error, match=words):
            examiner.examine_address(f"{elsewhere.address}/one", ["udata"], client="a", cancelled=cancelled)
        return len(elsewhere.visits)

    with Workers() as workers:
        assert visited(LimitReached, "cancelled", cancelled=lambda: bool(elsewhere.visits)) == 1
        assert visited(DeadlineReached, "not there", seconds=-1) == 0
        first = len("".join(map("".join, statements("sound"))))
        monkeypatch.setattr(examination, "DEFAULT_CAPS", examination.Caps(characters=first + 1000))
        assert visited(InputTooLarge, "characters together") == 2
        monkeypatch.setattr(examination, "DEFAULT_CAPS", examination.Caps(statements=10))
        assert visited(InputTooLarge, "statements together") == 1
        monkeypatch.undo()
        elsewhere.answers["/one"] = text('<x:a> <http://www.w3.org/ns/hydra/core#next> "http://[" .')
        assert visited(AddressRefused, "no address") == 1
        elsewhere.answers["/one"] = text("<x:a> <http://www.w3.org/ns/hydra/core#next> [ <x:b> 1 ] .")
        assert visited(AddressRefused, "no address") == 1
        ready = workers.ready()
        with pytest.raises(InputTooLarge, match="characters"):
            ready.examining.examine(statements("sound"), caps=examination.Caps(characters=100))


def test_a_text_and_an_address_are_not_examined_at_once(server: Server) -> None:
    answer = server.client.post(
        f"{server.address}preflight?lang=en",
        data={"text": turtle("sound"), "address": "http://127.0.0.1:1/", "format": "json"},
        headers={"Accept": JSON},
    )
    assert answer.status_code == 422
    assert "not both" in answer.text


def test_deliveries() -> None:
    def rules(address: str, media_type: str) -> set[tuple[str, str]]:
        verdicts = received(Delivery(address, media_type, address), ["ckan", "udata", "google"])
        return {(each.portal, remark.rule) for each in verdicts for remark in each.remarks}

    assert rules("https://x.example/catalog", "text/turtle; charset=utf-8") == set()
    assert rules("https://x.example/catalog.ttl", "application/octet-stream") == {("ckan", "media-type")}
    assert rules("https://x.example/catalog.ttl?page=1", "text/html") == {
        ("ckan", "media-type"),
        ("udata", "media-type"),
    }
    assert rules("https://x.example/catalog", "application/xml") == {("ckan", "media-type")}


def test_what_is_written_for_udata() -> None:
    stated = statements("checksum-binary")
    plain = tailored_statements(stated, "udata")
    assert not any(o.endswith("hexBinary>") for _, _, o in plain)
    assert [s for s in plain if s not in stated] == [
        (s, p, o.partition("^^")[0]) for s, p, o in stated if o.endswith("hexBinary>")
    ]
    assert tailored_statements(stated, "ckan") is stated
    (verdict,) = examine(Description(plain), ["udata"])
    assert verdict.taken
    for syntax in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES):
        body = syntax.write(stated)
        assert tailored(body, syntax, None) is body
        assert _read(tailored(body, syntax, "udata"), syntax) == _read(syntax.write(plain), syntax), syntax.name
    trick = [
        ("<http://x.example/a>", "<http://purl.org/dc/terms/title>", r'"\"AB\"^^xsd:hexBinary rdf:datatype=\"x\""')
    ]
    for syntax in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES):
        assert tailored(syntax.write(trick), syntax, "udata") == syntax.write(trick)


def _read(body: bytes, syntax: Syntax) -> set[str]:
    """Read a document, so that what it says can be compared."""
    quads = ox.parse(body, format=ox.RdfFormat.from_media_type(syntax.media_type))
    return {f"{quad.subject} {quad.predicate} {quad.object}" for quad in quads}


def test_who_says_that_it_is_udata_gets_its_pages(server: Server) -> None:
    assert reader_of("uData/0.1 dcat", None) == "udata"
    assert reader_of("Mozilla/5.0", None) is None
    plain = server.get("catalog.ttl")
    told = server.get("catalog.ttl", user_agent="uData/0.1 dcat")
    named = server.get("catalog.ttl?for=udata")
    assert "User-Agent" in plain.headers["vary"]
    assert len({plain.headers["etag"], told.headers["etag"], named.headers["etag"]}) == 3
    assert "for=udata" in named.text
    assert plain.text == told.text  # no checksum stands on it
    assert server.get("catalog.ttl?for=none").status_code == 422
