"""No text and no address acts: forty attacks through each page of a real browser, and its policy forbids nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.serving import Server
from tests.browser.conftest import opened
from tests.browser.hostile import ADDRESSES, ATTACKS, MENTIONED

_IN = "https://w3id.org/civigraph/illustration/"
THINGS = (
    *("bike-trips", "flood-model", "flood-warning", "energy-agreement", "metropole", "energy-assembly", "barrier-heat"),
    *("place-port", "sewer-concession", "decision"),
)
PAGES = (
    "",
    "search?q=acted",
    "findings",
    "questions/07",
    "pictures/flows",
    f"what-if?thing={_IN}sewer-company&change=remove",
)
OTHERS = (
    *("search?q=velo", "search?q=zzzz&publisher=x", "catalog", "glossary", "ns", "rules", "rules/R15", "questions"),
    *(
        "questions/02",
        "questions/09",
        "questions/13",
        "questions/20",
        "questions/09?embed=1",
        "pictures",
        "pictures/timeline",
    ),
    *("pictures/territories", "pictures/opening", "what-if", "what-if?q=acted", f"what-if?thing={_IN}metropole"),
    *(
        "search/suggestions?q=acted",
        f"neighbours?iri={_IN}metropole",
        "sparql",
        "validate",
        f"entity?iri={quote(MENTIONED[0])}",
    ),
)
"""Looked at by scripts/test-all."""

ASKED = (
    *(
        "search?q={}",
        "search?publisher={}",
        "questions?q={}",
        "what-if?q={}",
        "sparql?query={}",
        "entity?iri=http://x/{}",
    ),
    *("findings?actor=http://x/{}", "{}", "rules/{}", "dataset/{}", "search/suggestions?q={}", "?lang={}"),
)
"""Where an address says what a page shows."""

_WATCH = """
window.done = [];
window.acted = window.alert = window.prompt = window.confirm = (number) => window.done.push(number);
document.addEventListener("securitypolicyviolation", (event) =>
  window.done.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
_ATTRIBUTES = """() => [...document.querySelectorAll("*")].flatMap((each) => [...each.attributes]
  .filter(({ name, value }) => /^on|^autofocus$|^srcdoc$|^style$/.test(name) && !each.closest(".yasqe, .yasr, .stage")
    || /^(href|src|action|formaction|data|xlink:href)$/.test(name) && !/^(#|[/?]|https?:|mailto:)/.test(value))
  .map(({ name, value }) => `<${each.tagName.toLowerCase()} ${name}="${value}">`))"""


@pytest.fixture
def watched(chromium: Browser, spoiled_site: Server) -> Iterator[Page]:
    """A window in which nothing acts, nothing is forbidden and no other host is asked, up to the end of the test."""
    with opened(chromium, spoiled_site, locale="fr", reduced_motion="reduce") as (page, wrong):
        page.add_init_script(_WATCH)
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        yield page
        # What an address refuses to mean is answered with a status, which the console tells too.
        assert [
            each for each in wrong if "Failed to load resource: the server responded with a status" not in each
        ] == []


def unharmed(page: Page) -> None:
    """See that nothing in the page acted, or would on a click."""
    assert page.evaluate("window.done") == []
    assert page.evaluate(_ATTRIBUTES) == []


def test_there_are_forty_attacks_and_each_is_one() -> None:
    assert len(set(ATTACKS)) == 40
    assert all(str(number) in attack for number, attack in enumerate(ATTACKS, 1))


def test_an_attack_is_noticed(chromium: Browser, spoiled_site: Server) -> None:
    """The watch itself: what a page without our care would do is seen."""
    with opened(chromium, spoiled_site) as (page, wrong):
        page.add_init_script(_WATCH)
        page.goto("/")
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<a href=javascript:acted(1)>click me</a>')")
        assert page.evaluate(_ATTRIBUTES) == ['<a href="javascript:acted(1)">']
        with page.expect_console_message(lambda message: message.type == "error"):
            page.get_by_text("click me").click()
        # The console is told of what the policy forbids before the page is.
        page.wait_for_function("window.done.length")
        assert page.evaluate("window.done") == ["script-src-elem inline"]
        assert wrong != []


@pytest.mark.parametrize("pages", [
    pytest.param([*PAGES, *(f"entity?iri={_IN}{thing}" for thing in THINGS)], id="things and main pages"),
    pytest.param(OTHERS, id="all others", marks=pytest.mark.slow),
])  # fmt: skip
def test_no_text_acts_on_any_page(watched: Page, pages: Sequence[str]) -> None:
    for address in pages:
        answer = watched.goto(f"/{address}")
        assert answer is not None
        assert answer.status == 200, address
        unharmed(watched)


def test_no_address_acts(watched: Page) -> None:
    """An attack in each place that an address has; all of them in each place by scripts/test-all."""
    for number, attack in enumerate(ATTACKS[:: len(ATTACKS) // len(ASKED)]):
        watched.goto("/" + ASKED[number % len(ASKED)].format(quote(attack, safe="")))
        unharmed(watched)


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED)
def test_no_attack_acts_in_any_address(watched: Page, asked: str) -> None:
    for attack in (*ATTACKS, *ADDRESSES):
        watched.goto("/" + asked.format(quote(attack, safe="")))
        unharmed(watched)


def test_nothing_acts_in_what_scripts_show(watched: Page) -> None:
    """Suggestions while somebody types, a picture of links, and answers in the editor."""
    watched.goto("/")
    watched.get_by_role("combobox").fill("acted")
    expect(watched.get_by_role("option").first).to_be_visible()
    unharmed(watched)
    watched.goto(f"/neighbours?iri={_IN}bike-trips")
    expect(watched.locator("#around")).to_have_attribute("data-arranged", re.compile(r"\d"))
    watched.evaluate("document.getElementById('around').picture.nodes().forEach((node) => node.select())")
    unharmed(watched)
    query = "SELECT ?text ?link { ?thing ?said ?text ; ?names ?link FILTER(CONTAINS(STR(?text), 'acted')) } LIMIT 60"
    watched.goto(f"/sparql#query={quote(query)}")
    expect(watched.locator("#answer table").first).to_be_visible()
    unharmed(watched)
