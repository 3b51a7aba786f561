"""The imported catalogue of Rennes walked by clicks, as people of a city would: on a desktop, and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from graph.ingest.run import run_import
from graph.instance import Instance
from ontology.competency import questions
from tests.api.serving import BASE, Server, serving, settings
from tests.browser.accessibility import violations
from tests.browser.conftest import DESKTOP, PHONE, opened

WAYS = {
    "on a desktop": {"viewport": DESKTOP},
    "on a phone without script": {"viewport": PHONE, "java_script_enabled": False},
}
SCRIPTED = {"on a desktop": {"viewport": DESKTOP}, "on a phone": {"viewport": PHONE, "has_touch": True}}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rennes(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the 387 records, as they are imported."""
    folder = tmp_path_factory.mktemp("rennes") / "data"
    file = shared_data / "catalogues" / "fr-rennes-rudi" / "datarennes_meta.json"
    with Instance.open(folder, create=True, base=BASE) as instance, instance.following():
        run_import(instance, [file], source="rennes", agent="test")
        instance.settle(instance.log.sequence())
    with serving(settings(folder, query_client_seconds=0)) as running:
        yield running


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def walker(request: pytest.FixtureRequest, chromium: Browser, rennes: Server) -> Iterator[Page]:
    """A French reader's window on it, in which nothing goes wrong."""
    with opened(chromium, rennes, locale="fr", **request.param) as (page, wrong):
        yield page
        assert wrong == []


@pytest.fixture(params=SCRIPTED.values(), ids=SCRIPTED)
def scripted(request: pytest.FixtureRequest, chromium: Browser, rennes: Server) -> Iterator[Page]:
    """The same with scripts at both sizes; nothing on the last page sticks out."""
    with opened(chromium, rennes, locale="fr", **request.param) as (page, wrong):
        yield page
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert wrong == []


def choose(page: Page, name: str) -> None:
    """Go where the menu of every page leads."""
    page.get_by_role("navigation", name="Principal").get_by_role("link", name=name, exact=True).click()


def test_from_the_front_page_to_a_dataset_of_a_publisher(walker: Page) -> None:
    walker.goto("/")
    expect(walker.locator(".flow, .rungs").first).to_be_visible()
    walker.locator("main input[type=search]").fill("velo")
    walker.keyboard.press("Enter")
    expect(walker.locator(".hits h2").first).to_be_visible()
    total = int(re.sub(r"\D.*", "", walker.locator(".count [role=status]").inner_text()))
    walker.locator(".facets a", has_text="Rennes Métropole").first.click()
    expect(walker.locator(".chosen")).to_contain_text("Rennes Métropole")
    narrowed = int(re.sub(r"\D.*", "", walker.locator(".count [role=status]").inner_text()))
    assert 0 < narrowed < total
    name = walker.locator(".hits h2 a").first.inner_text()
    walker.locator(".hits h2 a").first.click()
    expect(walker.locator("h1")).to_have_text(name)
    expect(walker.get_by_role("heading", name="En clair")).to_be_visible()
    assert walker.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_every_question_has_an_answer_or_says_that_there_is_none(walker: Page) -> None:
    for question in questions():
        walker.goto("/questions")
        walker.get_by_role("link", name=question.words["fr"], exact=True).click()
        expect(walker.locator("h1")).to_have_text(question.words["fr"])
        expect(walker.locator(".told .first")).to_be_visible()


def test_what_is_typed_leads_to_a_dataset_and_filters_come_and_go(scripted: Page) -> None:
    scripted.goto("/")
    scripted.get_by_role("combobox").fill("comptages velo")
    suggestion = scripted.get_by_role("option").first
    expect(suggestion).to_contain_text("Comptages vélo et piétons")
    suggestion.click()
    expect(scripted.locator("h1")).to_have_text("Comptages vélo et piétons")
    choose(scripted, "Rechercher")
    everything = scripted.locator(".count [role=status]").inner_text()
    for facet, value in (
        ("kind", "Jeux de données"),
        ("rung", "Public, non ouvert"),
        ("publisher", "Rennes Métropole"),
    ):
        scripted.locator(".facets").get_by_role("link", name=value, exact=True).click()
        expect(scripted.locator(".chosen")).to_contain_text(value)
        expect(scripted).to_have_url(re.compile(f"[?&]{facet}="))
    found = int(scripted.locator(".count [role=status]").inner_text().split()[0])
    with scripted.expect_download() as saved:
        scripted.get_by_role("link", name="CSV", exact=True).click()
    assert len(saved.value.path().read_text().splitlines()) == found + 1
    for left in (2, 1, 0):
        scripted.locator(".chosen a").first.click()
        expect(scripted.locator(".chosen a")).to_have_count(left)
    expect(scripted.locator(".count [role=status]")).to_have_text(everything)


def test_links_are_drawn_and_listed_and_lead_on(scripted: Page) -> None:
    scripted.goto("/search?q=Comptages+velo+et+pietons&kind=dataset")
    scripted.get_by_role("link", name="Comptages vélo et piétons", exact=True).click()
    scripted.get_by_role("link", name="Voir à quoi il est lié").click()
    around = scripted.locator("#around")
    expect(around).to_have_attribute("data-arranged", re.compile(r"\d"))
    expect(around.locator("canvas").first).to_be_visible()
    drawn = scripted.evaluate(
        "document.getElementById('around').picture.nodes(':visible')"
        ".filter(node => !node.hasClass('start')).map(node => node.data('name'))"
    )
    listed = scripted.locator(".columns-of-links li > a:first-child").all_inner_texts()
    assert set(drawn) == {name.strip() for name in listed} > {"Ville de Rennes"}
    scripted.get_by_role("link", name="autour Ville de Rennes").first.click()
    expect(scripted.locator("h1")).to_have_text("Autour de Ville de Rennes")
    expect(around).to_have_attribute("data-arranged", re.compile(r"\d"))


def test_every_picture_has_its_table_or_says_that_it_is_empty(scripted: Page) -> None:
    scripted.goto("/")
    choose(scripted, "Images")
    for image in scripted.locator(".gallery img").all():
        image.scroll_into_view_if_needed()
    scripted.wait_for_function("[...document.querySelectorAll('.gallery img')].every(each => each.naturalWidth)")
    addresses = [link.get_attribute("href") or "" for link in scripted.locator(".gallery a").all()]
    assert len(addresses) == 8
    drawn = 0
    for address in addresses:
        choose(scripted, "Images")
        scripted.locator(f".gallery a[href='{address}']").click()
        expect(scripted.locator("svg.drawn, .empty").first).to_be_visible()
        if scripted.locator("svg.drawn").count():
            drawn += 1
            scripted.get_by_role("link", name="La même chose en tableau").click()
            expect(scripted.locator("#table tbody tr").first).to_be_in_viewport()
        else:
            expect(scripted.locator(".empty a").first).to_be_visible()
    assert 1 <= drawn < 8


def test_who_supposes_that_a_publisher_leaves_is_told_what_goes_with_it(scripted: Page) -> None:
    scripted.goto("/")
    choose(scripted, "Et si…")
    scripted.get_by_label("Trouver ce qui changerait").fill("keolis")
    scripted.keyboard.press("Enter")
    scripted.locator(".found-things").get_by_role("link", name="Keolis Rennes").click()
    offer = scripted.locator(".offers li", has_text="Il n’existe plus")
    offer.get_by_role("button").click()
    expect(scripted.locator("h1")).to_contain_text("Et si « Keolis Rennes » n’existait plus")
    expect(scripted.locator(".told .first")).to_be_visible()
    lost, gained, appeared, mended = (int(each) for each in scripted.locator(".figures strong").all_inner_texts())
    # Nothing of the catalogue names a service; what is said of Keolis itself goes with it.
    assert (lost, gained) == (0, 0)
    assert appeared + mended + scripted.locator(".supposed-findings li").count() > 0


def test_a_question_is_asked_in_the_editor_of_all_records(scripted: Page) -> None:
    scripted.goto("/")
    choose(scripted, "Questions")
    scripted.get_by_role("link", name=question("09"), exact=True).click()
    scripted.get_by_role("link", name="Ouvrir dans l’éditeur").click()
    expect(scripted.locator("#editor")).to_contain_text("SELECT")
    scripted.get_by_role("button", name="Interroger", exact=True).click()
    expect(scripted.locator("#answer tbody tr").first).to_be_visible()
    scripted.evaluate(
        "text => document.getElementById('ask').editor.setValue(text)",
        "SELECT (COUNT(?dataset) AS ?n) WHERE { ?dataset a <http://www.w3.org/ns/dcat#Dataset> }",
    )
    scripted.get_by_role("button", name="Interroger", exact=True).click()
    expect(scripted.locator("#answer tbody")).to_contain_text("387")


def test_the_language_changes_and_the_page_stays(scripted: Page) -> None:
    for address, french, english in (
        ("/search?q=velo&kind=dataset", "Jeux de données", "Datasets"),
        ("/questions/09", question("09"), question("09", "en")),
        ("/sparql", "Interroger le graphe en SPARQL", "Ask the graph in SPARQL"),
    ):
        scripted.goto(address)
        expect(scripted.locator("main")).to_contain_text(french)
        scripted.get_by_role("link", name="English", exact=True).click()
        expect(scripted.locator("html")).to_have_attribute("lang", "en")
        expect(scripted.locator("main")).to_contain_text(english)
        scripted.get_by_role("link", name="Français", exact=True).click()
        expect(scripted.locator("html")).to_have_attribute("lang", "fr")
        expect(scripted.locator("main")).to_contain_text(french)
    # What the source says in French is French on an English page too, and said to be.
    scripted.goto("/search?q=Comptages+velo+et+pietons&kind=dataset&lang=en")
    scripted.locator(".hits h2 a").first.click()
    expect(scripted.locator("html")).to_have_attribute("lang", "en")
    expect(scripted.locator("h1[lang=fr], h1 [lang=fr]").first).to_have_text("Comptages vélo et piétons")


def question(number: str, language: str = "fr") -> str:
    """Give the words of one of the thirty."""
    return next(each.words[language] for each in questions() if each.number == number)


def test_a_real_dataset_can_be_read_by_all(chromium: Browser, rennes: Server) -> None:
    for scheme in ("light", "dark"):
        with opened(chromium, rennes, locale="fr", color_scheme=scheme) as (page, wrong):
            page.goto("/search?q=arbres&kind=dataset")
            page.locator(".hits h2 a").first.click()
            expect(page.locator("h1")).to_be_visible()
            assert violations(page) == []
            page.get_by_role("link", name="Voir à quoi il est lié").click()
            expect(page.locator("#around")).to_have_attribute("data-arranged", re.compile(r"\d"))
            assert wrong == []
