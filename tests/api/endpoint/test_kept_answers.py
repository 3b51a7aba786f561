"""The same question is evaluated once for each state of the graph, and nothing is kept that must not be."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.api.endpoint.asking import (
    ENDLESS,
    QUERY,
    TITLES,
    Watched,
    ask,
    get,
    post,
    problem,
)
from tests.api.endpoint.test_sparql import catch_up
from tests.api.serving import serving, settings


def test_the_same_question_is_evaluated_once(watched: Watched) -> None:
    watched.tell("once")
    first = watched.ask(TITLES)
    assert first.headers["cache-status"] == "civigraph; fwd=miss; stored"
    before = watched.asked
    again = watched.ask(TITLES)
    assert watched.asked == before
    assert again.headers["cache-status"] == "civigraph; hit"
    assert again.content == first.content
    for name in ("etag", "content-type", "content-length", "civigraph-sequence", "content-disposition", "vary"):
        assert again.headers[name] == first.headers[name]
    direct = post(watched.server, TITLES, QUERY)
    assert direct.headers["cache-status"] == "civigraph; hit"
    assert direct.content == first.content


def test_another_question_is_another(watched: Watched) -> None:
    watched.ask(TITLES)
    others = [
        watched.ask(TITLES + " "),
        watched.ask(TITLES, accept="application/sparql-results+xml"),
        get(watched.server, urlencode({"query": TITLES, "default-graph-uri": "http://nothing.example/1"})),
        get(watched.server, urlencode({"query": TITLES, "named-graph-uri": "http://nothing.example/1"})),
    ]
    assert [answer.headers["cache-status"] for answer in others] == ["civigraph; fwd=miss; stored"] * 4
    assert len({answer.headers["etag"] for answer in [watched.ask(TITLES), *others]}) == 5


def test_who_has_the_answer_is_told_so_without_evaluation(watched: Watched) -> None:
    first = watched.ask(TITLES, cache_control="no-store")
    assert first.headers["cache-status"] == "civigraph; fwd=request"
    tag, before = first.headers["etag"], watched.asked
    for header in (tag, f"W/{tag}", f'"other", {tag}'):
        answer = watched.ask(TITLES, if_none_match=header)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["civigraph-sequence"] == first.headers["civigraph-sequence"]
        assert "Accept" in answer.headers["vary"]
    assert watched.asked == before
    for header in ('"other"', tag.strip('"')):
        assert watched.ask(TITLES, if_none_match=header).status_code == 200
    assert watched.ask(TITLES, if_none_match="*").status_code == 304
    assert watched.ask("nonsense", if_none_match="*").status_code == 400


def test_the_answer_to_a_post_has_no_tag(watched: Watched) -> None:
    tag = watched.ask(TITLES).headers["etag"]
    answer = post(watched.server, TITLES, QUERY, **{"if-none-match": tag})
    assert answer.status_code == 200
    assert "etag" not in answer.headers


def test_what_is_written_is_read_at_once_and_never_kept_over(watched: Watched) -> None:
    tag = None
    for number in range(4):
        sequence = watched.tell(f"written-{number}")
        answer = watched.ask(TITLES, **({"if_none_match": tag} if tag else {}))
        assert answer.status_code == 200
        assert f"written-{number}" in answer.text
        assert int(answer.headers["civigraph-sequence"]) == sequence
        assert answer.headers["etag"] != tag
        tag = answer.headers["etag"]


def test_what_is_private_moves_nothing(watched: Watched) -> None:
    before = watched.ask(TITLES)
    asked = watched.asked
    watched.tell("secret", "members")
    answer = watched.ask(TITLES)
    assert watched.asked == asked
    assert answer.headers["cache-status"] == "civigraph; hit"
    assert answer.content == before.content
    assert watched.ask(TITLES, if_none_match=before.headers["etag"]).status_code == 304
    fresh = watched.ask(TITLES, cache_control="no-cache")
    assert watched.asked == asked + 1
    assert fresh.content == before.content
    assert fresh.headers["etag"] == before.headers["etag"]


@pytest.mark.parametrize("query", [
    "SELECT (NOW() AS ?x) {}", "SELECT (RAND() AS ?x) {}", "SELECT (UUID() AS ?x) {}", "SELECT (struuid() AS ?x) {}",
    "SELECT ?x { BIND(BNODE() AS ?x) }", "CONSTRUCT { [] <http://e/p> ?s } WHERE { ?s ?p ?o }",
])  # fmt: skip
def test_what_differs_each_time_is_not_kept(watched: Watched, query: str) -> None:
    first, second = watched.ask(query), watched.ask(query)
    for answer in (first, second):
        assert answer.status_code == 200
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cache-status"] == "civigraph; fwd=bypass"
    assert first.content != second.content
    assert watched.ask(query, if_none_match="*").status_code == 200


def test_what_failed_is_not_kept(watched: Watched) -> None:
    large = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"
    before = watched.asked
    for _ in range(2):
        problem(watched.ask(large), 413, "result-too-large")
        problem(get(watched.server, urlencode({"query": ENDLESS, "timeout": "0.3"})), 503, "deadline-reached")
    assert watched.asked == before + 4


def test_large_answers_are_not_kept(watched: Watched) -> None:
    query = "SELECT ?a ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 18000"
    for _ in range(2):
        answer = watched.ask(query, accept_encoding="identity")
        assert 2 << 20 < len(answer.content) < 6 << 20
        assert answer.headers["cache-status"] == "civigraph; fwd=miss"
        assert int(answer.headers["content-length"]) == len(answer.content)
    before = watched.asked
    assert watched.ask(query, accept_encoding="identity", if_none_match=answer.headers["etag"]).status_code == 304
    assert watched.asked == before


def test_nothing_is_kept_where_the_operator_wants_none(folder: Path) -> None:
    with serving(settings(folder.parent / "unkept", answer_cache_bytes=0)) as server:
        catch_up(server)
        answers = [ask(server, TITLES) for _ in range(2)]
        assert all("cache-status" not in answer.headers for answer in answers)
        assert answers[0].headers["etag"] == answers[1].headers["etag"]


def test_two_graphs_have_no_tag_in_common(watched: Watched, tmp_path: Path) -> None:
    with serving(settings(tmp_path / "data")) as other:
        assert ask(other, "ASK {}").headers["etag"] != watched.ask("ASK {}").headers["etag"]


def test_the_same_state_gives_the_same_bytes(tmp_path: Path) -> None:
    queries = [
        "SELECT ?p (COUNT(*) AS ?n) (SAMPLE(?s) AS ?one) (GROUP_CONCAT(?o) AS ?all) { ?s ?p ?o } GROUP BY ?p",
        "SELECT DISTINCT ?o { ?s ?p ?o } LIMIT 500",
        "SELECT ?a ?b { ?a a ?b . ?b ?p ?c } LIMIT 300",
        "SELECT ?a ?b { ?a <http://www.w3.org/2004/02/skos/core#broader>+ ?b }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <http://www.w3.org/2004/02/skos/core#Concept> ; ?p ?o } LIMIT 500",
        "DESCRIBE ?s { ?s a <http://www.w3.org/2002/07/owl#Ontology> }",
    ]
    folder = tmp_path / "data"
    runs = []
    for _ in range(2):
        with serving(settings(folder, answer_cache_bytes=0)) as server:
            catch_up(server)
            answers = [ask(server, query, accept=accept) for query in queries for accept in ("*/*", "application/xml")]
        runs.append([(answer.status_code, answer.headers["etag"], answer.content) for answer in answers])
    assert all(status == 200 and len(body) > 200 for status, _, body in runs[0])
    assert runs[0] == runs[1]
