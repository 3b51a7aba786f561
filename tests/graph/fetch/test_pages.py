"""Pages that follow each other are followed to the end, and no further."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from time import monotonic

import pytest

from graph.errors import AddressRefused, DeadlineReached, FetchFailed, InputTooLarge
from graph.fetch import Fetched
from tests.graph.fetch.sites import Site, fetcher, text

# Chains of pages


def following(page: Fetched) -> str | None:
    """The next page, as the tests write it."""
    return page.content.decode().partition("next ")[2] or None


def test_pages_are_followed_to_the_end(site: Site) -> None:
    site.answers |= {"/1": text("one next 2"), "/2": text("two next /3"), "/3": text("three")}
    found = [page.content for page in fetcher().pages(f"{site.address}/1", following)]
    assert found == [b"one next 2", b"two next /3", b"three"]


@pytest.mark.parametrize("last", ["/1", "/2", "2"])
def test_a_chain_that_bites_its_tail(site: Site, last: str) -> None:
    site.answers |= {"/1": text("one next 2"), "/2": text(f"two next {last}")}
    with pytest.raises(FetchFailed, match="leads back"):
        list(fetcher().pages(f"{site.address}/1", following))


def test_a_page_that_is_the_first_one_under_another_address(site: Site) -> None:
    site.answers["/1"] = text("one next /1?again")
    with pytest.raises(FetchFailed, match="first one again"):
        list(fetcher().pages(f"{site.address}/1", following))


def test_an_endless_chain(site: Site) -> None:
    count = iter(range(10**6))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        number = next(count)
        text(f"page {number} next /1?{number}")(handler)

    site.answers["/1"] = answer
    with pytest.raises(InputTooLarge, match="more than 7 pages"):
        list(fetcher(pages=7).pages(f"{site.address}/1", following))
    assert len(site.visits) == 7


def test_a_chain_that_leads_to_this_machine(site: Site, canary: Site) -> None:
    site.answers["/1"] = text(f"one next {canary.address}/")
    with pytest.raises(AddressRefused):
        list(fetcher().pages(f"{site.address}/1", following))
    assert canary.visits == []


@pytest.mark.parametrize("found", ["http://[", "//[x", "http://[::1"])
def test_a_next_page_at_no_address(site: Site, found: str) -> None:
    site.answers["/1"] = text(f"one next {found}")
    with pytest.raises(AddressRefused):
        list(fetcher().pages(f"{site.address}/1", following))


def test_pages_that_are_too_much_together(site: Site) -> None:
    site.answers |= {"/1": text("one next 2"), "/2": text("two next 3"), "/3": text("three next 4")}
    with pytest.raises(InputTooLarge, match="together"):
        list(fetcher(all_bytes=25).pages(f"{site.address}/1", following))
    assert site.visits == ["/1", "/2", "/3"]


def test_no_page_is_asked_for_after_the_end(site: Site) -> None:
    site.answers |= {"/1": text("one next 2"), "/2": text("two")}
    pages = fetcher(seconds=300).pages(f"{site.address}/1", following, end=monotonic())
    with pytest.raises(DeadlineReached):
        list(pages)
    assert site.visits == []
