"""The editor in a browser: run, complete, look at answers in several ways, share, and be told what went wrong."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Opening

BARS = """PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?publisher (COUNT(*) AS ?n) WHERE { ?dataset dct:publisher ?publisher } GROUP BY ?publisher"""
MAP = """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT ?name ?shape WHERE { VALUES (?name ?shape) {
  ("Rennes" "POINT(-1.68 48.11)"^^geo:wktLiteral)
  ("Square" "POLYGON((-1.7 48.1, -1.6 48.1, -1.6 48.2, -1.7 48.1))"^^geo:wktLiteral) } }"""


def write(page: Page, text: str) -> None:
    """Put a query into the editor."""
    expect(page.locator("#editor .CodeMirror")).to_be_visible()
    page.evaluate("text => document.getElementById('ask').editor.setValue(text)", text)


def test_an_example_runs_by_a_click(window: Opening) -> None:
    page = window()
    page.goto("/sparql")
    page.get_by_role("link", name="Which datasets feed which services?", exact=True).click()
    expect(page.locator("#answer table").first).to_be_visible()
    expect(page.locator("#state")).to_contain_text("Answered in")
    assert "example=services" in page.url


def test_answers_as_table_bars_map_and_as_they_came(window: Opening) -> None:
    page = window()
    page.goto("/sparql")
    write(page, BARS)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer table").first).to_be_visible()
    page.get_by_role("button", name="Bars").click()
    assert page.locator("#answer svg.drawn rect").count() > 2
    write(page, MAP)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("button", name="Map").click()
    expect(page.locator("#answer svg.drawn circle")).to_have_count(1)
    expect(page.locator("#answer svg.drawn path")).to_have_count(1)
    page.get_by_role("button", name="As it came").click()
    expect(page.locator("#answer .CodeMirror").first).to_be_visible()


def test_a_thing_in_an_answer_leads_to_its_page_here(window: Opening) -> None:
    page = window()
    page.goto("/sparql")
    write(page, "SELECT ?thing { VALUES ?thing { <https://w3id.org/civigraph/illustration/metropole> } }")
    page.get_by_role("button", name="Ask", exact=True).click()
    link = page.locator("#answer a.iri").first
    expect(link).to_have_attribute("href", re.compile(r"/entity\?iri=https%3A.*%2Fmetropole$"))


def test_words_are_completed_from_what_the_graph_holds(window: Opening) -> None:
    page = window()
    with page.expect_response("**/sparql/vocabulary.json"):
        page.goto("/sparql")
    write(page, "PREFIX cg: <https://w3id.org/civigraph#>\nSELECT * WHERE { ?s cg:consumes")
    page.evaluate("(() => { const e = document.getElementById('ask').editor; e.focus(); e.setCursor(1, 31); })()")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").first).to_have_text("cg:consumesDataset")


def test_a_shared_address_holds_query_and_answer(window: Opening) -> None:
    page = window()
    page.goto("/sparql")
    write(page, BARS)
    page.get_by_role("button", name="Share this query").click()
    page.wait_for_url("**#query=*")
    other = window()
    other.goto(page.url)
    expect(other.locator("#answer table").first).to_be_visible()


def test_what_went_wrong_is_told_in_the_readers_language(window: Opening) -> None:
    # The browser itself notes that the answer was 400.
    page = window(locale="fr", forgiven="status of 400")
    page.goto("/sparql")
    write(page, "SELECT * WHERE { ?s ?p }")
    page.get_by_role("button", name="Interroger", exact=True).click()
    expect(page.locator("#answer [role=alert] strong")).to_have_text("La requête ne peut pas être exécutée")


def test_without_script_the_form_answers(window: Opening) -> None:
    page = window(java_script_enabled=False)
    page.goto("/sparql?example=licences")
    expect(page.get_by_label("Query", exact=True)).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_label("Answer as a file").select_option("csv")
        page.get_by_role("button", name="Get it").click()
    assert saved.value.suggested_filename == "results.csv"


def test_tab_leaves_the_field_and_no_rule_of_accessibility_is_broken(window: Opening) -> None:
    page = window()
    page.goto("/sparql")
    write(page, BARS)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer table").first).to_be_visible()
    page.evaluate("document.getElementById('ask').editor.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
