"""The page and the data of what-if: chosen by search, shared by address, worked out in a client's share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlencode

import httpx
import pytest

from graph import sample
from graph.instance import Instance
from tests.api.serving import Server, serving, settings

ILLUSTRATION = "https://w3id.org/civigraph/illustration/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("what-if") / "data"
    with Instance.open(folder, create=True) as instance:
        sample.load(instance)
    with serving(settings(folder, query_deadline=30)) as running:
        yield running


def ask(server: Server, path: str, parameters: Mapping[str, str]) -> httpx.Response:
    """Ask with parameters."""
    return server.get(f"{path}?{urlencode(parameters)}")


def test_from_words_to_an_answer(server: Server) -> None:
    start = ask(server, "/what-if", {"q": "énergie par bâtiment", "lang": "fr"}).text
    assert "Et si…" in start
    assert "energy-agreement" in unquote(start)
    known = ask(server, "/entity", {"iri": f"{ILLUSTRATION}energy-agreement"})
    assert known.status_code == 303
    assert "what-if?thing=" in server.get(known.headers["location"]).text
    offers = ask(server, "/what-if", {"thing": f"{ILLUSTRATION}energy-agreement"}).text
    assert 'name="change" value="end"' in offers
    assert 'name="change" value="licence"' not in offers
    page = ask(server, "/what-if", {"thing": f"{ILLUSTRATION}energy-agreement", "change": "remove"})
    assert page.status_code == 200
    assert "1 service would lose data, or the right to use them" in page.text
    assert "<svg" in page.text
    assert "/rules/R15" in page.text
    assert "nothing of it is stored" in page.text
    assert "This is an illustration" in page.text


def test_data_say_the_same(server: Server) -> None:
    told = ask(server, "/what-if.json", {"thing": f"{ILLUSTRATION}energy-agreement", "change": "remove"}).json()
    assert told["services"]["losing"] == [f"{ILLUSTRATION}renovation-advice"]
    (use,) = told["uses"]
    assert (use["change"], use["before"]["fragile"], use["after"]["lacking"]) == ("lost", True, True)
    assert {each["rule"] for each in told["findings"]["gained"]} >= {"R10", "R15"}
    assert told["judgedAt"] == {"before": "2026-06-30", "after": "2026-06-30"}


def test_each_change_is_taken(server: Server) -> None:
    access = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
    for change in (
        {"change": "date", "value": "2027-06-30"},
        {"change": "end", "thing": f"{ILLUSTRATION}bus-agreement", "value": "2026-01-31"},
        {"change": "access", "thing": f"{ILLUSTRATION}bus-positions", "value": access},
        {"change": "licence", "thing": f"{ILLUSTRATION}bus-stops",
         "value": "https://creativecommons.org/publicdomain/zero/1.0/"},
        {"change": "hide", "thing": f"{ILLUSTRATION}council"},
    ):  # fmt: skip
        assert ask(server, "/what-if.json", change).status_code == 200
        assert ask(server, "/what-if", {**change, "lang": "fr"}).status_code == 200


def test_what_cannot_be_supposed_is_told(server: Server) -> None:
    for parameters, status in (
        ({"change": "explode", "thing": f"{ILLUSTRATION}council"}, 400),
        ({"change": "remove", "thing": "https://example.org/nobody"}, 404),
        ({"change": "end", "thing": f"{ILLUSTRATION}bus-agreement", "value": "soon"}, 422),
        ({"change": "remove", "thing": "not an IRI"}, 422),
        ({"thing": "not an IRI"}, 400),
        ({"change": "remove", "thing": f"{ILLUSTRATION}council", "at": "soon"}, 400),
    ):
        found = ask(server, "/what-if", parameters)
        assert found.status_code == status, parameters
        assert "Traceback" not in found.text


def test_it_counts_in_a_share(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("share") / "data"
    with Instance.open(folder, create=True) as instance:
        sample.load(instance)
    asked = {"thing": f"{ILLUSTRATION}energy-agreement", "change": "remove"}
    with serving(settings(folder, query_deadline=30, query_client_seconds=0.001)) as running:
        assert ask(running, "/what-if.json", asked).status_code == 200
        refused = ask(running, "/what-if.json", asked)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
