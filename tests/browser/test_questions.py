"""The thirty questions walked by clicks from the front page: both languages, desktop and phone, without script too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ontology.competency import questions
from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, Opening


@pytest.mark.parametrize(
    ("language", "given"),
    [
        ("fr", {}),
        pytest.param("en", {"viewport": PHONE, "java_script_enabled": False}, marks=pytest.mark.slow),
    ],
    ids=["French on a desktop", "English on a phone without script"],
)
def test_every_question_is_answered_within_four_clicks_from_home(
    window: Opening, language: str, given: dict[str, object]
) -> None:
    page = window(locale=language, **given)
    for question in questions():
        page.goto("/")
        page.locator(".head nav a[href*='questions']").first.click()
        # The second click of the four that it may take.
        page.get_by_role("link", name=question.words[language], exact=True).click()
        expect(page.locator("h1")).to_have_text(question.words[language])
        expect(page.locator(".told .first")).to_be_visible()


def test_values_are_chosen_by_keyboard(window: Opening) -> None:
    page = window()
    page.goto("/questions/13")
    page.get_by_label("Up to").focus()
    page.get_by_label("Up to").fill("2026-08-31")
    page.keyboard.press("Enter")
    expect(page.locator(".told .first")).to_have_text("1 agreement ends between these two days.")
    assert "horizon=2026-08-31" in page.url


def test_the_query_goes_into_the_editor_by_one_click(window: Opening) -> None:
    page = window()
    page.goto("/questions/13?today=2026-01-01&horizon=2026-12-31")
    page.get_by_role("link", name="Open in the editor").click()
    expect(page.locator("#editor")).to_contain_text('VALUES ?horizon { "2026-12-31"')
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer table").first).to_be_visible()


def test_an_answer_stands_within_another_page(window: Opening) -> None:
    page = window()
    page.goto("/questions/09?embed=1")
    expect(page.locator("svg.drawn")).to_be_visible()
    assert page.locator("header, form, script").count() == 0


PAGES = [
    *("/questions", "/questions?q=zeppelin", "/questions/02", "/questions/07", "/questions/09", "/questions/13"),
    *("/questions/20", "/questions/09?embed=1", "/pictures", "/pictures/flows", "/pictures/opening"),
    *("/pictures/timeline", "/pictures/territories"),
]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_no_page_breaks_a_rule_of_accessibility(window: Opening, scheme: str) -> None:
    page = window(color_scheme=scheme, reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for address in PAGES:
        page.goto(address)
        found[address] = violations(page)
    assert {address: some for address, some in found.items() if some} == {}


def test_no_page_is_wider_than_a_phone(window: Opening) -> None:
    page = window(viewport=PHONE)
    for address in ("/questions", "/questions/09", "/questions/22", "/pictures", "/pictures/flows", "/sparql"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def test_pictures_are_saved(window: Opening) -> None:
    page = window()
    page.goto("/pictures/flows")
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("Save the picture")).click()
    assert saved.value.suggested_filename.endswith(".svg")
