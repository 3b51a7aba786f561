"""Who names a change that he knows of is answered from a state that has it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.endpoint import querying
from graph.views.view import World
from tests.api.endpoint.asking import (
    TITLE,
    TITLES,
    Watched,
    ask,
    problem,
)
from tests.api.serving import serving, settings, tell
from tests.graph.store.remote.engines import oxigraph

# Read your writes


@pytest.mark.parametrize("text", ["soon", "-1", "1.5", "9" * 30, "\u0661"])
def test_a_sequence_is_a_number(watched: Watched, text: str) -> None:
    headers = {"civigraph-sequence": text.encode()}
    answer = watched.server.client.get(f"{watched.server.address}sparql?query=ASK%7B%7D", headers=headers)
    problem(answer, 400, "bad-request")


def test_a_sequence_that_nobody_told_is_not_waited_for(watched: Watched) -> None:
    start = time.monotonic()
    told = problem(ask(watched.server, "ASK {}", civigraph_sequence="999999999"), 400, "bad-request")
    assert str(watched.instance.log.public_sequence()) in told["detail"]
    assert time.monotonic() - start < querying.WAIT_SECONDS


def test_a_change_that_is_on_its_way_is_waited_for(watched: Watched) -> None:
    with watched.site.holder._writing[World.PUBLIC]:  # no view can follow meanwhile
        tell(watched.instance, f'<http://e/late> a <http://www.w3.org/ns/dcat#Dataset> ; <{TITLE}> "late" .', "late")
        found: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: found.append(watched.ask(TITLES)))
        asking.start()
        asking.join(0.5)
        assert not found
    asking.join(30)
    assert found[0].status_code == 200
    assert "late" in found[0].text


def test_the_wait_for_a_change_has_an_end(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querying, "WAIT_SECONDS", 0.2)
    with watched.site.holder._writing[World.PUBLIC]:
        tell(watched.instance, f'<http://e/later> a <http://www.w3.org/ns/dcat#Dataset> ; <{TITLE}> "x" .', "later")
        answer = watched.ask(TITLES)
        problem(answer, 503, "views-behind")
        assert int(answer.headers["retry-after"]) > 0
        # Who did not ask for it is answered from what there is.
        assert ask(watched.server, TITLES).status_code == 200
    assert watched.site.holder.wait_for(watched.instance.log.sequence(), 30)
    assert watched.ask(TITLES).status_code == 200


@pytest.mark.parametrize(("lags", "status"), [(1, 200), (1000, 503)])
def test_a_worker_that_lags_is_asked_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, lags: int, status: int
) -> None:
    monkeypatch.setattr(querying, "WAIT_SECONDS", 30 if lags == 1 else 0.2)
    run, asked = watched.site.pool.run, 0

    def lagging(*given: Any, **named: Any) -> Any:
        nonlocal asked
        asked += 1
        found = run(*given, **named)
        return replace(found, sequence=0) if asked <= lags else found

    monkeypatch.setattr(watched.site.pool, "run", lagging)
    answer = watched.ask(f"SELECT ?t {{ ?s <{TITLE}> ?t }} LIMIT {lags}")
    assert answer.status_code == status
    assert asked == 2 if lags == 1 else asked > 0


# An engine elsewhere


def test_an_engine_elsewhere_is_asked_each_time(tmp_path: Path) -> None:
    with oxigraph(tmp_path / "engine") as engine:
        given = {"store_url": engine.query, "store_update_url": engine.update, "store_graph_url": engine.graphs}
        with serving(settings(tmp_path / "data", **given)) as server:
            query = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5"
            answers = [ask(server, query) for _ in range(2)]
            for answer in answers:
                assert len(answer.json()["results"]["bindings"]) == 5
                assert answer.headers["cache-status"] == "civigraph; fwd=bypass"
                # Another run may give other rows: they are only as good as each other.
                assert answer.headers["etag"].startswith('W/"')
            tag = answers[0].headers["etag"]
            assert answers[1].headers["etag"] == tag
            assert ask(server, query, if_none_match=tag).status_code == 304
