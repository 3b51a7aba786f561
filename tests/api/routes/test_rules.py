"""The rules at /rules: each with its words in both languages, its examples, its shapes in every syntax."""

from __future__ import annotations

import html

import pyoxigraph as ox
import pytest

from graph.governance.rules.examples import examples
from graph.governance.rules.rulebook import rulebook
from graph.rendering.syntaxes import SYNTAXES, Syntax
from tests.api.serving import Server
from tests.api.test_http import HTML

LANGUAGES = ("fr", "en")


def graph(body: bytes, syntax: Syntax) -> ox.Dataset:
    """Parse a document into what it says, whatever its blank nodes are called."""
    kind = ox.RdfFormat.from_media_type(syntax.media_type)
    assert kind is not None
    found = ox.Dataset(ox.parse(body, format=kind))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_rules_are_listed_by_family(server: Server, language: str) -> None:
    page = html.unescape(server.get("/rules", HTML, accept_language=language).text)
    for family in rulebook().families:
        assert f'id="{family.letter}"' in page
        assert family.title[language] in page
    for rule in rulebook().rules:
        assert f'href="/rules/{rule.number}"' in page
        assert rule.title[language] in page
        assert rule.definition[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", ["R01", "R11", "R15", "R31", "R55"])
def test_a_rule_tells_all_of_itself(server: Server, number: str, language: str) -> None:
    rule = rulebook().find(number)
    assert rule is not None
    page = html.unescape(server.get(f"/rules/{number}", HTML, accept_language=language).text)
    for words in (rule.title, rule.definition, rule.citation, rule.remedy, *(each.words for each in examples(number))):
        assert words[language] in page
    assert {"fr": "non un avis juridique", "en": "not legal advice"}[language] in page
    for check in rule.checks:
        assert f'id="{check.name}"' in page
        assert check.query is None or check.query in page
    assert rule.turtle in page
    for example in examples(number):
        assert example.data in page
        assert example.remedy is None or example.remedy in page
    assert "{?" not in page.replace(rule.turtle, "")


@pytest.mark.parametrize("number", ["R15", "R55"])
def test_a_rule_in_every_syntax(server: Server, number: str) -> None:
    rule = rulebook().find(number)
    assert rule is not None
    graphs = [graph(server.get(f"/rules/{number}.{each.suffix}").content, each) for each in SYNTAXES]
    assert all(each == graphs[0] for each in graphs)
    assert len(graphs[0]) == len(set(rule.triples))
    for each in SYNTAXES:
        by_accept = server.get(f"/rules/{number}", each.media_type)
        assert by_accept.content == server.get(f"/rules/{number}.{each.suffix}").content
        assert "Accept" in by_accept.headers["vary"]


def test_all_rules_in_one_document(server: Server) -> None:
    whole = graph(server.get("/rules.ttl").content, SYNTAXES[0])
    assert len(whole) == len(set(rulebook().triples))
    assert server.get("/rules").headers["content-type"].startswith("text/turtle")


def test_the_names_of_rules_lead_to_their_pages(server: Server) -> None:
    for name, place in (
        ("R15", "/rules/R15"), ("R15-cover", "/rules/R15#R15-cover"), ("Rules", "/rules"), ("C", "/rules#C"),
    ):  # fmt: skip
        found = server.get(f"/entity?iri=https://w3id.org/civigraph/rule/{name}", HTML)
        assert (found.status_code, found.headers["location"]) == (303, place)


def test_a_number_that_no_rule_has(server: Server) -> None:
    answer = server.get("/rules/R57", "application/json")
    assert answer.status_code == 404
    assert "R56" in answer.json()["detail"] or "R5" in answer.json()["detail"]
    assert server.get("/rules/xyz", "application/json").json()["detail"].endswith("R01 to R56.")
    assert server.get("/rules.pdf").status_code == 404
