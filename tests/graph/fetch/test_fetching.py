"""What others name is fetched, through redirects and packing."""

from __future__ import annotations

import gzip

from graph.fetch import Fetched
from tests.graph.fetch.sites import Site, fetcher, redirect, text


def test_what_is_there_is_fetched(site: Site) -> None:
    site.answers["/a"] = text("<http://e/a> a <http://e/b> .")
    found = fetcher().get(f"{site.address}/a#part")
    assert found == Fetched(f"{site.address}/a", "text/turtle", b"<http://e/a> a <http://e/b> .")


def test_compressed_bodies_are_unpacked(site: Site) -> None:
    site.answers["/a"] = text(gzip.compress(b"x" * 1000), Content_Encoding="gzip")
    assert fetcher().get(f"{site.address}/a").content == b"x" * 1000


def test_redirects_are_followed_and_told(site: Site) -> None:
    site.answers |= {"/a": redirect("b"), "/b": redirect(f"{site.address}/c"), "/c": text("there")}
    found = fetcher().get(f"{site.address}/a")
    assert (found.content, found.address) == (b"there", f"{site.address}/c")
    assert found.redirects == (f"{site.address}/a", f"{site.address}/b")
