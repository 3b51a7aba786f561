"""The picture of what a thing is linked with: it grows, narrows, is saved; the list beside it does without it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Opening

STOPS = "https://w3id.org/civigraph/illustration/bus-stops"
ADDRESS = f"/neighbours?iri={STOPS}"


def shown(page: Page) -> int:
    """Give how many things the picture shows, once it has some."""
    around = page.locator("#around")
    expect(around).to_have_attribute("data-nodes", re.compile(r"[2-9]|\d\d"))
    return int(around.get_attribute("data-nodes") or 0)


def test_an_entity_leads_to_its_picture_which_grows_and_narrows(window: Opening) -> None:
    page = window()
    page.goto(f"/entity?iri={STOPS}")
    page.get_by_role("link", name="See what it is linked with").click()
    first = shown(page)
    # A click on a thing chooses it; its links come by the button below.
    page.evaluate("document.getElementById('around').picture.nodes('[kind = \"actor\"]').first().select()")
    page.get_by_role("button", name="Show its links too").click()
    expect(page.locator("#around")).not_to_have_attribute("data-nodes", str(first))
    grown = shown(page)
    assert grown > first
    page.get_by_text("Kinds that are shown").first.click()
    page.get_by_label("Urban service").uncheck()
    expect(page.locator("#around")).not_to_have_attribute("data-nodes", str(grown))
    assert shown(page) < grown
    # Nothing lies on anything else, once all has come to its place.
    page.wait_for_function("""() => {
        const nodes = document.getElementById("around").picture.nodes(":visible").toArray();
        return !nodes.some((one, place) => nodes.slice(place + 1).some(other =>
            Math.hypot(one.position("x") - other.position("x"), one.position("y") - other.position("y")) < 30));
    }""")


def test_the_picture_is_saved_as_svg_and_png(window: Opening, tmp_path: Path) -> None:
    page = window()
    page.goto(ADDRESS)
    number = shown(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as SVG").click()
    saved.value.save_as(tmp_path / "links.svg")
    root = ElementTree.fromstring((tmp_path / "links.svg").read_text())
    assert len(root.findall("{http://www.w3.org/2000/svg}g")) == number
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as PNG").click()
    saved.value.save_as(tmp_path / "links.png")
    assert (tmp_path / "links.png").read_bytes().startswith(b"\x89PNG")


def test_the_list_has_what_the_picture_has_and_needs_no_script(window: Opening) -> None:
    page = window(java_script_enabled=False)
    page.goto(ADDRESS)
    assert not page.locator("#around").is_visible()
    listed = page.locator(".columns-of-links li > a:first-child")
    names = {name.strip() for name in listed.all_inner_texts()}
    with_script = window()
    with_script.goto(ADDRESS)
    shown(with_script)
    drawn = with_script.evaluate(
        "document.getElementById('around').picture.nodes()"
        ".filter(node => !node.hasClass('start')).map(node => node.data('name'))"
    )
    assert set(drawn) == names
    # By keyboard from one thing to the next.
    page.locator(".go").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text("Around [Illustration] Bus stops")


def test_five_hundred_things_are_readable(window: Opening) -> None:
    page = window(reduced_motion="reduce")
    page.goto(ADDRESS)
    shown(page)
    page.evaluate("""() => {
        const picture = document.getElementById("around").picture;
        const data = { kind: "dataset", kindName: "Dataset", signs: [], href: "/" };
        for (let n = picture.nodes().length; n < 500; n++) {
            const name = `Thing number ${n}`, target = picture.nodes()[Math.floor(n / 7)].id();
            picture.add({ group: "nodes", data: { ...data, id: `n${n}`, name, short: name } });
            picture.add({ group: "edges", data: { id: `e${n}`, source: `n${n}`, target, label: "" } });
        }
    }""")
    around = page.locator("#around")
    before = around.get_attribute("data-arranged") or ""
    page.get_by_role("button", name="Arrange anew").click()
    expect(around).not_to_have_attribute("data-arranged", before)
    found = page.evaluate("""() => {
        const picture = document.getElementById("around").picture, nodes = picture.nodes().toArray();
        const near = nodes.filter((one, place) => nodes.slice(place + 1).some(other =>
            Math.hypot(one.position("x") - other.position("x"), one.position("y") - other.position("y")) < 30)).length;
        return [nodes.length, near];
    }""")
    assert found[0] == 500
    assert found[1] <= 5


def test_picture_and_list_break_no_rule_of_accessibility(window: Opening) -> None:
    page = window()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(ADDRESS)
        shown(page)
        assert violations(page) == []
