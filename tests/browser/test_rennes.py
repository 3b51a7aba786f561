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
