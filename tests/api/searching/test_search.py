"""Search over HTTP: facets of openness and poles, suggestions, results as a table and as RDF, a way on from nothing."""

from __future__ import annotations

import csv
import html
import io
import re

import pyoxigraph
import pytest

from api.routes import search as routes
from api.searching import search_page
from tests.api.pages.test_pages import Tags
from tests.api.serving import Server


def hits(page: str) -> list[str]:
    """The addresses of the hits of a page."""
    return re.findall(r'<h2><a href="([^"]+)"', page)


def test_a_filter_is_a_link_that_is_counted_seen_and_taken_away(server: Server) -> None:
    page = server.get("/search?kind=dataset").text
    link = re.search(r'<a href="([^"]*rung=[^"]*)">.*?</a> <span class="soft">(\d+)</span>', page)
    assert link
    narrowed = server.get(html.unescape(link[1])).text
    assert f'<span role="status">{link[2]} result' in narrowed
    removable = re.search(r'<div class="chosen">(.*?)</div>', narrowed, re.DOTALL)
    assert removable
    away = [html.unescape(href) for href in re.findall(r'href="([^"]+)"', removable[1])]
    assert len(away) == 2
    assert {"/search?kind=dataset"} < set(away)
    for href in away:
        assert server.get(href).status_code == 200


def test_a_rung_has_its_sign_and_its_word(server: Server) -> None:
    page = server.get("/search?q=arbres&kind=dataset", accept_language="fr").text
    signs = set(re.findall(r'class="rung rung-([a-z-]+)".*?</svg>([^<]+)</span>', page))
    assert signs
    assert signs <= {
        ("open", "Ouvert"),
        ("public-not-open", "Public, non ouvert"),
        ("shared", "Partagé"),
        ("closed", "Fermé"),
    }


def test_a_filter_that_names_nothing_finds_nothing(server: Server) -> None:
    page = server.get("/search?rung=unheard-of").text
    assert hits(page) == []
    assert "Browse everything instead." in page
    assert "/search" in Tags(page).hrefs()


@pytest.mark.parametrize(
    ("typed", "found"), [("arbr", True), ("ARBRÉ", True), ("arbrse", True), ("qqqqqqq", False), ("", False)]
)
def test_suggestions_forgive_accents_slips_and_unfinished_words(server: Server, typed: str, found: bool) -> None:
    answer = server.get(f"/search/suggestions?q={typed}", accept_language="fr")
    assert answer.status_code == 200
    assert ("alignement" in answer.text) is found
    assert ('role="option"' in answer.text) is found


def test_suggestions_hold_nothing_that_acts(server: Server) -> None:
    text = server.get("/search/suggestions?q=script").text
    assert "<script" not in text
    assert "javascript:" not in text


def test_results_are_a_table_without_formulas(server: Server) -> None:
    answer = server.get("/search.csv?kind=dataset", accept_language="fr")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    page = server.get("/search?kind=dataset").text
    total = re.search(r'role="status">(\d+) results', page)
    assert total
    assert len(rows) - 1 == int(total[1])
    assert rows[0][0] == "Titre"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_results_are_rdf_a_page_at_a_time(server: Server) -> None:
    answer = server.get("/search.nt?kind=dataset")
    graph = list(pyoxigraph.parse(answer.content, format=pyoxigraph.RdfFormat.N_TRIPLES))
    assert {str(quad.subject) for quad in graph} >= {"<http://example.org/trees>"}
    assert "next" not in answer.headers.get("link", "")
    assert server.get("/search.doc").status_code == 404


def test_a_parameter_of_one_value_is_not_given_twice(server: Server) -> None:
    assert server.get("/search?q=a&q=b").status_code == 400
    assert server.get("/search?kind=dataset&kind=actor").status_code == 200


def test_of_a_long_facet_the_most_frequent_and_the_chosen_stand_there(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = re.findall(r'kind=([a-z-]+)">', server.get("/search").text)
    monkeypatch.setattr(search_page, "MOST", 2)
    monkeypatch.setattr(routes, "MOST", 2)
    page = server.get(f"/search?kind={kinds[4]}", accept_language="en").text
    shown = re.search(r"<summary>Kind</summary>(.*?)</details>", page, re.DOTALL)
    assert shown
    assert len(re.findall(r"<li>", shown[1])) == 3
    assert 'aria-current="true"' in shown[1]
    page = server.get("/search", accept_language="en").text
    assert len(re.findall(r'kind=[a-z-]+">', page)) == 2
