"""The switch between light and dark works by a form and a cookie, without a script, and leads nowhere else."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest

from tests.api.serving import Server


def test_what_was_chosen_is_remembered_until_it_is_left_to_the_system(server: Server) -> None:
    page = server.get("/search?q=arbres&lang=fr")
    assert '<html lang="fr">' in page.text
    assert "Cookie" in page.headers["vary"]
    form = re.search(r'formaction="([^"]*to=dark[^"]*)"', page.text)
    assert form
    answer = server.client.post(server.address + html.unescape(form[1])[1:])
    try:
        assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=arbres&lang=fr")
        assert "httponly" in answer.headers["set-cookie"].lower()
        dark = server.get("/search?q=arbres&lang=fr")
        assert '<html lang="fr" data-theme="dark">' in dark.text
        assert dark.headers["etag"] != page.headers["etag"]
        server.client.post(f"{server.address}theme?to=auto")
        assert '<html lang="en">' in server.get("/").text
    finally:
        server.client.cookies.clear()


@pytest.mark.parametrize("value", ["", "auto", "blue", '"><script>', "dark dark"])
def test_a_cookie_that_names_no_theme_changes_nothing(server: Server, value: str) -> None:
    page = server.get("/", cookie=f'civigraph-theme="{value}"')
    assert '<html lang="en">' in page.text


@pytest.mark.parametrize("back", [
    "https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)",
    "/x\r\nSet-Cookie: y=z", "\t//elsewhere.example",
])  # fmt: skip
def test_it_does_not_lead_away(server: Server, back: str) -> None:
    answer = server.client.post(f"{server.address}theme?to=dark&back={quote(back)}")
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


def test_only_what_is_offered_can_be_chosen(server: Server) -> None:
    assert server.client.post(f"{server.address}theme?to=blue").status_code == 422
