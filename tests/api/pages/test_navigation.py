"""What the site has is found from its front page: each page that needs nothing is linked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tests.api.serving import Server
from tests.api.test_openapi import DESCRIBED

# Read by a script while somebody writes; parts of the catalogue, for harvesters.
PIECES = {"/search/suggestions", "/mentioned", "/catalog-protected", "/catalog/illustration"}


def pages() -> set[str]:
    """Give the paths that show a page and ask for nothing."""
    found = set()
    for path, item in DESCRIBED["paths"].items():
        asked = item.get("get")
        if asked is None or "{" in path or any(each.get("required") for each in asked.get("parameters", ())):
            continue
        if "text/html" in asked["responses"]["200"].get("content", {}):
            found.add(path)
    return found - PIECES


def linked(server: Server, path: str) -> set[str]:
    """Give the paths that a page leads to."""
    return {urlsplit(href).path for href in re.findall(r'href="([^"]*)"', server.get(path, "text/html").text)}


def test_every_page_is_linked_from_the_front_page(server: Server) -> None:
    assert len(pages()) > 10
    assert pages() - {"/"} - linked(server, "/") == set()


def test_who_checks_a_description_is_led_to_what_portals_make_of_it(server: Server) -> None:
    text = server.get("/validate?lang=en", "text/html").text
    assert "/preflight" in linked(server, "/validate")
    assert re.search(r'href="/preflight[^"]*">What portals would make of it</a>', text)
