"""Findings over HTTP and on the command line: lists, filters, forms, feeds, notes, and the date that moves them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from graph.findings.evaluation import move
from graph.instance import Instance
from graph.log.rows import Entry
from graph.views import conditions
from tests.api.serving import Server, serving, settings
from tests.graph.findings.watching import BASE, TODAY, case_records


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a dataset that is called shared and is not, by whoever holds it."""
    folder = tmp_path_factory.mktemp("findings") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        move(instance.log, instance.base, TODAY)
        records = case_records("R10/bad-nothing")
        records += [each for name in ("bad-ended", "ok-in-force") for each in case_records(f"R10/{name}", name)]
        instance.log.append([Entry(each) for each in records], agent="test", source="cases")
    with serving(settings(folder, findings=True)) as running:
        yield running


def address(path: str, parameters: dict[str, str]) -> str:
    return f"{path}?{urlencode(parameters)}"


def found(server: Server, **parameters: str) -> list[dict[str, object]]:
    answer = server.get(address("/findings.json", parameters))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = json.loads(answer.text)["findings"]
    return found


def test_a_finding_is_listed_with_its_rule_and_filtered(server: Server) -> None:
    finding = found(server, rule="R10")[-1]
    assert finding["status"] == "open"
    assert finding["class"] == "MissingKnowledge"
    assert found(server, rule="r10", severity="violation", family="B", **{"class": "missing-knowledge"})[-1] == finding
    assert found(server, rule="R10", severity="info") == []
    assert found(server, rule="R10", status="cleared") == []
    assert found(server, focus=str(finding["focus"]), rule="R10") == [finding]
    assert found(server, rule="R10", since="2999-01-01") == []


def test_every_form_tells_the_same_findings(server: Server) -> None:
    known = {each["finding"] for each in found(server, limit="500")}
    assert len(known) > 1
    rows = list(csv.DictReader(io.StringIO(server.get(address("/findings.csv", {"limit": "500"})).text)))
    assert {row["finding"] for row in rows} == known
    turtle = server.get(address("/findings", {"limit": "500"}), "text/turtle").text
    results = ox.NamedNode("http://www.w3.org/ns/shacl#ValidationResult")
    quads = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    assert {str(quad.subject) for quad in quads if quad.object == results} == {f"<{iri}>" for iri in known}
    feed = server.get(address("/findings.atom", {"limit": "500"})).text
    assert feed.count("<entry>") == len(known)
    page = server.get("/findings", "text/html", accept_language="fr").text
    assert "Semaine par semaine" in page
    assert "R10" in page


def test_pages_follow_each_other_without_loss(server: Server) -> None:
    known = [each["finding"] for each in found(server, limit="500")]
    seen: list[object] = []
    after: dict[str, str] = {}
    while True:
        told = json.loads(server.get(address("/findings.json", {"limit": "2", **after})).text)
        seen += [each["finding"] for each in told["findings"]]
        if told["after"] is None:
            break
        after = {"after": told["after"]}
    assert seen == known


def test_findings_are_linked_data(server: Server) -> None:
    finding = found(server, rule="R10")[0]
    sequence = server.get("/findings.json").headers["civigraph-sequence"]
    query = f"SELECT ?rule {{ <{finding['finding']}> <https://w3id.org/civigraph#foundBy> ?rule }}"
    answer = server.get(
        address("/sparql", {"query": query}), "application/sparql-results+json", civigraph_sequence=sequence
    )
    assert "rule/R10" in answer.text


@pytest.mark.parametrize(
    "query", ["actor=nothing", "since=yesterday", "severity=bad", "status=lost", "rule=R99", "family=Z"]
)
def test_what_makes_no_sense_is_refused(server: Server, query: str) -> None:
    assert server.get(f"/findings?{query}").status_code in {400, 422}


def test_what_a_day_is_written_as_makes_no_difference(server: Server) -> None:
    everything = server.get("/findings.json?since=2020-01-01&status=any").json()
    assert everything["total"]
    assert server.get("/findings.json?since=20200101&status=any").json() == everything
    assert server.get("/findings.json?since=2020-01-01T02:00:00%2B02:00&status=any").json() == everything


def test_another_date_is_supposed_and_nothing_stored(server: Server) -> None:
    present = server.get("/findings.json?limit=500").json()
    same = server.get(f"/findings.json?limit=500&at={TODAY}").json()
    assert same.pop("at") == str(TODAY)
    assert same == present
    supposed = server.get("/findings.json?limit=500&at=2046-01-01").json()
    assert {each["finding"] for each in supposed["findings"]} != {each["finding"] for each in present["findings"]}
    assert supposed["total"] == len(supposed["findings"])
    assert None in {each["opened"] for each in supposed["findings"]}
    page = server.get("/findings?at=2046-01-01&lang=en", "text/html").text
    assert "As they would be on" in page
    assert "Week by week" not in page
    for suffix in ("csv", "atom", "ttl"):
        assert server.get(f"/findings.{suffix}?at=2046-01-01").status_code == 200
    assert server.get("/findings.json?limit=500").json() == present


@pytest.mark.parametrize(
    "query", ["at=soon", "at=2046-13-01", "at=2046-01-01&status=any", "at=2046-01-01&since=2026-01-01"]
)
def test_a_date_goes_with_what_is_open(server: Server, query: str) -> None:
    assert server.get(f"/findings?{query}").status_code == 400


def test_findings_stand_in_words_where_a_thing_is_shown_and_are_no_links_or_news(server: Server) -> None:
    focus = str(found(server, rule="R10")[-1]["focus"])
    page = server.get(server.get(f"/entity?iri={focus}", "text/html").headers["location"], "text/html").text
    assert 'id="findings"' in page
    around = server.get(f"/neighbours?iri={focus}", "text/html").text
    for text in (page.split('id="statements"')[1], around):
        assert "/id/report/" not in text
    home = server.get("/", "text/html", accept_language="en").text
    assert "What changed last" in home
    assert "/report/" not in home


def test_search_narrows_by_open_findings(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    concerned = {str(each["focus"]) for each in found(server, severity="violation", limit="500")}
    page = server.get("/search?kind=dataset", accept_language="en").text
    link = re.search(r'href="(/search[^"]*finding=violation)".*?Violation</a> <span class="soft">(\d+)<', page)
    assert link
    rows = csv.DictReader(io.StringIO(server.get(link[1].replace("&amp;", "&").replace("search?", "search.csv?")).text))
    listed = {row["IRI"] for row in rows}
    assert len(listed) == int(link[2]) > 0
    assert listed <= concerned
    # Of too many things the filter stays, without a number.
    monkeypatch.setattr(conditions, "_CHEAP", 0)
    page = server.get("/search?kind=dataset", accept_language="en").text
    assert re.search(r'finding=violation".*?Violation</a> </li>', page)
    assert f'<span role="status">{link[2]} result' in server.get("/search?kind=dataset&finding=violation").text


def test_an_actor_is_shown_what_it_can_mend(server: Server) -> None:
    sequence = server.get("/findings.json").headers["civigraph-sequence"]
    query = "SELECT ?who { ?report <https://w3id.org/civigraph#mendableBy> ?who } ORDER BY ?who LIMIT 1"
    answer = server.get(address("/sparql", {"query": query}), "text/csv", civigraph_sequence=sequence)
    actor = answer.text.splitlines()[1]
    mendable = server.get(address("/findings.json", {"actor": actor})).json()["total"]
    assert mendable
    page = server.client.get(server.address + address("entity", {"iri": actor, "lang": "en"}), follow_redirects=True)
    assert f"{mendable} open finding" in page.text
    assert "findings.atom?actor=" in page.text


def page_text(server: Server, path: str) -> str:
    """What a page says, without its marks."""
    answer = server.get(path, "text/html")
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub("<[^>]*>", " ", answer.text[answer.text.index("<main") :]).split())


def test_the_page_says_the_day_that_is_judged_for(server: Server) -> None:
    assert "Judged for June 30, 2026." in page_text(server, "/findings?lang=en")
    assert "Jugés à la date du 30 juin 2026." in page_text(server, "/findings?lang=fr")
    supposed = page_text(server, "/findings?lang=en&at=2046-01-01")
    assert "Judged for" not in supposed
    assert "not open at the recorded date" in supposed


def test_a_report_is_called_by_what_it_is_on_and_its_statements_have_words(server: Server) -> None:
    report = str(found(server, rule="R10")[-1]["report"])
    path = f"/entity?iri={report}&lang=fr"
    answer = server.client.get(
        server.address + path.lstrip("/"), headers={"accept": "text/html"}, follow_redirects=True
    )
    title = re.search("<h1[^>]*>([^<]+)</h1>", answer.text)
    assert title is not None
    assert title[1].startswith("Constats sur ")
    text = " ".join(re.sub("<[^>]*>", " ", answer.text).split())
    for words in ("Conforme Non", "Gravité", "Ce qui est constaté", "Constats des règles de gouvernance"):
        assert words in text
    assert "http://www.w3.org/ns/shacl#" not in re.sub("<[^>]*>", " ", answer.text)


def test_crumbs_lead_from_a_finding_to_all(server: Server) -> None:
    finding = str(found(server, rule="R10")[-1]["finding"])
    page = server.get(address("/finding", {"iri": finding, "lang": "fr"}), "text/html").text
    crumbs = page[page.index('class="crumbs"') :]
    assert re.search(r'<a href="/findings[^"?]*(\?lang=fr)?">Constats</a>', crumbs)
