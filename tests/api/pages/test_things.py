"""The pages of things, each by its kind: chain, panels, routes, duties, times, files; nothing lost or invented."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import sample
from graph.instance import Instance
from tests.api.serving import BASE, Server, follow, serving, settings, tell

ILLUSTRATION = "https://w3id.org/civigraph/illustration/"


@pytest.fixture(scope="module")
def valclair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample."""
    folder = tmp_path_factory.mktemp("sample") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        sample.load(instance)
    with serving(settings(folder)) as running:
        follow(running)
        yield running


def page_of(server: Server, name: str, language: str = "en") -> str:
    """The page of a thing of the illustration."""
    led = server.get(f"/entity?iri={ILLUSTRATION}{name}")
    assert led.status_code == 303
    answer = server.get(led.headers["location"], accept_language=language)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def section(page: str, title: str) -> str:
    """The text of a section or panel, without tags."""
    found = re.search(rf"<h[23][^>]*>{re.escape(title)}.*?</h[23]>(.*?)(?:</section>|<h2)", page, re.DOTALL)
    assert found, title
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_a_dataset_stands_between_who_holds_it_and_what_it_feeds(valclair: Server) -> None:
    page = page_of(valclair, "bike-trips")
    assert "Vélo-Commun" in section(page, "Held by")
    assert "Public" in section(page, "Held by")
    assert "Citizen" in section(page, "Held by")
    assert "Shared bicycles" in section(page, "Feeds")
    assert "rung rung-shared plate" in page
    assert "One legal route alone" in section(page, "By what right it is used")
    assert "Lifted" in section(page, "What holds it back")
    assert "Trips by bicycle, anonymised" in section(page, "What is derived from it") or "anonymised" in page


def test_how_open_it_was_is_told_in_order(valclair: Server) -> None:
    told = section(page_of(valclair, "bus-timetables"), "How open it was, over time")
    assert told.index("Closed") < told.index("Shared") < told.index("since January 1, 2020")


def test_a_service_tells_by_what_right_it_uses_each_dataset(valclair: Server) -> None:
    told = section(page_of(valclair, "flood-warning"), "By what right it uses data")
    assert "Open to all, under" in told
    assert "until November 30, 2029" in told
    without = section(page_of(valclair, "cycle-safety"), "By what right it uses data")
    assert "No legal route is on record." in without
    assert "What comes nearest:" in without


@pytest.mark.parametrize(("kind", "titles"), [
    ("actor", ("Holds", "Runs", "Has a seat in")),
    ("service", ("Uses", "Run by")),
    ("agreement", ("Covers", "Its terms were made by")),
    ("body", ("Who sits in it", "What it decided")),
    ("barrier", ("Said by", "Holds back")),
    ("law", ("Applies to",)),
    ("licence", ("Data under it", "What is under it may be published under")),
    ("place", ("Data on it",)),
])  # fmt: skip
def test_each_kind_has_its_panels(valclair: Server, kind: str, titles: tuple[str, ...]) -> None:
    hits = re.findall(rf'<h2><a href="(/{kind}/[^"]+)"', valclair.get(f"/search?q=valclair&kind={kind}").text)
    hits = hits or re.findall(rf'<h2><a href="(/{kind}/[^"]+)"', valclair.get(f"/search?kind={kind}").text)
    assert hits
    shown = {title for href in hits for title in titles if f">{title}" in valclair.get(href, accept_language="en").text}
    assert shown == set(titles)


def test_headings_of_illustrations_are_marked_by_the_band_alone(valclair: Server) -> None:
    page = page_of(valclair, "bike-trips", "fr")
    assert "<h1>Trajets à vélo partagé</h1>" in page
    assert "band-illustration" in page
    fact = valclair.get("/actor/rennes-metropole").text
    assert "band-illustration" not in fact


def test_home_shows_how_open_each_domain_is_with_links_that_find_as_many(valclair: Server) -> None:
    page = html.unescape(valclair.get("/", accept_language="en").text)
    rows = re.findall(r'<a class="rung rung-([a-z-]+)" href="([^"]+)">.*?</span>([\d,]+)</a>', page)
    assert {sign for sign, _, _ in rows} == {"open", "public-not-open", "shared", "closed"}
    for _, href, number in rows[:6]:
        found = valclair.get(href, accept_language="en").text
        assert f'role="status">{number} result' in found


def test_what_changed_last_does_not_tell_of_what_is_not_public(valclair: Server) -> None:
    page = valclair.get("/", accept_language="en").text
    assert page.count('<time datetime="') == 6


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("flood-model", "Open: anyone may have it, under Open Database License (ODbL) 1.0."),
        ("bike-trips", "Shared: its access right is “restricted access”."),
        ("metropole", "Pole: public (public control)."),
        ("metropole", "By these agreements it both gives and receives."),
        ("sewer-company", "By no agreement on record does it receive data."),
    ],
)
def test_why_a_thing_has_its_sign_is_said(valclair: Server, name: str, told: str) -> None:
    assert told in " ".join(re.sub(r"<[^>]+>", "", section_said(page_of(valclair, name))).split())


def section_said(page: str) -> str:
    """The sentences of a page."""
    return " ".join(re.findall(r'<p class="said">(.*?)</p>', page, re.DOTALL))


def test_what_changed_is_told_with_each_version_as_it_stood(tmp_path: Path) -> None:
    folder, described = tmp_path / "data", "<http://example.org/counts> a <http://www.w3.org/ns/dcat#Dataset> ;"
    described += ' <http://purl.org/dc/terms/title> "Counts"@en ; <http://purl.org/dc/terms/description>'
    with Instance.open(folder, create=True, base=BASE) as instance:
        for words in ("Of cars", "Of bicycles"):
            tell(instance, f'{described} "{words}"@en .', "city")
    with serving(settings(folder)) as server:
        page = server.get("/dataset/counts", "text/html", accept_language="en").text
        history = section(html.unescape(page), "History")
        assert history.startswith("Changed")
        assert "1 statement added, 1 taken away" in history
        assert "Described" in history
        addresses = re.findall(r'<a href="([^"]+)">as it stood', page)
        stood = [server.client.get(each, headers={"accept": "text/turtle"}).text for each in addresses]
        assert ["Of cars" in each for each in stood] == [False, True]


def test_a_law_tells_where_what_it_applies_to_breaks_a_rule(tmp_path: Path) -> None:
    """As findings are: what is found on a dataset that the law applies to."""
    folder = tmp_path / "data"
    described = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        <http://example.org/d> a dcat:Dataset ; dct:title "Counts"@en ; dct:publisher <http://example.org/city> ;
            <http://data.europa.eu/r5r/applicableLegislation> <http://data.europa.eu/eli/reg/2016/679/oj> .
        <http://example.org/city> a <http://xmlns.com/foaf/0.1/Agent> ; <http://xmlns.com/foaf/0.1/name> "City"@en ."""
    with Instance.open(folder, create=True, base=BASE) as instance:
        tell(instance, described, "city")
        with instance.hold(judging=True) as holder:
            assert holder.wait_for(instance.log.sequence(), 120)
    with serving(settings(folder, findings=True)) as server:
        led = server.get("/entity?iri=http://data.europa.eu/eli/reg/2016/679/oj").headers["location"]
        page = html.unescape(server.get(led, "text/html", accept_language="en").text)
        number = len(server.get("/findings.json?focus=http://example.org/d&limit=500").json()["findings"])
        assert number > 0
        assert f"Counts {number} open findings" in section(page, "Where what it applies to breaks a rule")
        actor = server.get("/entity?iri=http://example.org/city").headers["location"]
        assert "that it can mend" in server.get(actor, "text/html", accept_language="en").text
