"""Pages as people read them: by keyboard, on a phone, without scripts, in both themes, with whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.api.serving import Server
from tests.browser.pages import TEMPLATES, address_at

HEAVIEST = 150_000
STILL = 0.001
"""Of what Web Vitals calls a shift: on a busy machine a line may come in two pieces and its sign sink by a hair."""
# The editor and the picture of links bring what they need, and are weighed by nobody.
_UNWEIGHED = {"sparql.html", "neighbours.html"}
# These are looked at in every run, the others by scripts/test-all.
_ALWAYS = {"home.html", "search.html", "entity.html", "answer.html"}
_CASES = [
    pytest.param(
        template, address, id=address or "home", marks=[] if template in _ALWAYS and not place else [pytest.mark.slow]
    )
    for template, some in TEMPLATES.items()
    for place, address in enumerate(some)
]
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RULES = {"runOnly": {"type": "tag", "values": _TAGS}}


# What a page reports of itself: whatever its policy forbade, whatever moved after it was shown.
_WATCH = """
window.seen = { forbidden: [], moved: 0, what: [] };
document.addEventListener("securitypolicyviolation", (event) =>
  window.seen.forbidden.push(event.blockedURI + " " + event.violatedDirective));
const told = ({ node, previousRect, currentRect }) =>
  [(node?.outerHTML ?? node?.textContent ?? "").slice(0, 80), previousRect.y, currentRect.y, currentRect.height];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (entry.hadRecentInput) return;
  window.seen.moved += entry.value;
  window.seen.what.push([entry.value, Math.round(entry.startTime), ...entry.sources.map(told)]);
})).observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def looking(
    chromium: Browser, *, width: int = 1280, scripts: bool = True, fails: str | None = None, **how: object
) -> Iterator[Page]:
    """Give a page of a reader of the French site; it must end without an error, but for a status that it has itself."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        locale="fr-FR",
        java_script_enabled=scripts,
        **how,  # type: ignore[arg-type]
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    if scripts:
        page.add_init_script(_WATCH)
    try:
        yield page
        assert [each for each in told if fails is None or fails not in each] == []
    finally:
        context.close()


def opened(page: Page, server: Server, path: str) -> Page:
    """Open a page and wait until all of it is there."""
    page.goto(server.address + path, wait_until="load")
    page.wait_for_function("document.fonts.status === 'loaded'")
    return page


@pytest.mark.parametrize(("template", "path"), _CASES)
def test_a_page_can_be_read_by_all_in_both_themes(
    chromium: Browser, request: pytest.FixtureRequest, template: str, path: str
) -> None:
    """axe-core finds nothing against WCAG 2.2 A and AA; nothing moves, nothing is forbidden, nothing sticks out."""
    # Where findings are, they are judged; elsewhere the sample is as it is.
    server: Server = request.getfixturevalue("spoiled_site" if template.startswith("finding") else "sample")
    bodies: list[int] = []
    with looking(chromium, fails="404" if template == "problem.html" else None) as page:
        page.on("requestfinished", lambda request: bodies.append(request.sizes()["responseBodySize"]))
        opened(page, server, address_at(server, path))
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            found = Axe().run(page, options=_RULES)
            assert found.violations_count == 0, found.generate_report()
        seen = page.evaluate("window.seen")
        assert seen["forbidden"] == []
        assert seen["moved"] < STILL, seen["what"]
        assert page.locator("script:not([defer]):not([type='application/ld+json'])").count() == 0
        page.set_viewport_size({"width": 360, "height": 740})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
    assert sum(bodies) > 0
    assert sum(bodies) < HEAVIEST or template in _UNWEIGHED


def test_search_by_keyboard_alone(chromium: Browser, sample: Server) -> None:
    with looking(chromium) as page:
        opened(page, sample, "")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        page.keyboard.press("Tab")
        field = page.get_by_role("combobox")
        expect(field).to_be_focused()
        page.keyboard.type("trajets a velo")
        suggestion = page.get_by_role("option").first
        expect(suggestion).to_be_visible()
        expect(field).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(suggestion).to_be_hidden()
        page.keyboard.type("s")
        expect(suggestion).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(suggestion).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("vélo", re.IGNORECASE))


@pytest.mark.parametrize("width", [1280, 360])
def test_reading_works_without_scripts(chromium: Browser, sample: Server, width: int) -> None:
    with looking(chromium, width=width, scripts=False) as page:
        page.goto(sample.address)
        page.locator("main input[type=search]").fill("velo")
        page.keyboard.press("Enter")
        expect(page.locator(".hits h2").first).to_be_visible()
        page.locator(".facets a", has_text="Partagé").click()
        expect(page.locator(".chosen")).to_contain_text("Partagé")
        expect(page).to_have_url(re.compile("rung=shared"))
        page.get_by_role("link", name="Trajets à vélo partagé").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Trajets à vélo partagé")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Shared-bicycle trips")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.get_by_role("heading", level=1)).to_have_text("Shared-bicycle trips")


def test_who_wants_less_motion_gets_none(chromium: Browser, sample: Server) -> None:
    for wanted, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        with looking(chromium, reduced_motion=wanted) as page:
            opened(page, sample, "rules")
            assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour
            assert page.evaluate("document.getAnimations().length") == 0
