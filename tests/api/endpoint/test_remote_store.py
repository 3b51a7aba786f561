"""The application serves from a remote store: the same pages, search and answers as from its own folder."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.graph.store.remote.engines import oxigraph
from tests.processes import civigraph, environment, served

QUERY = "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) ?c"
NAMED = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
CITY = "https://w3id.org/civigraph/illustration/city"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, httpx.Client]]:
    """One server on its own folder, one on an engine; the sample in both."""
    folder = tmp_path_factory.mktemp("sites")
    with oxigraph(folder / "engine") as engine:
        settings = {"store_url": engine.query, "store_update_url": engine.update, "store_graph_url": engine.graphs}
        loaded = civigraph(folder / "here", "sample", "load")
        assert loaded.returncode == 0, loaded.stderr
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.processes.environment", lambda data: environment(data, **settings))
            loaded = civigraph(folder / "there", "sample", "load")
            assert loaded.returncode == 0, loaded.stderr
            asked = civigraph(folder / "there", "query", "-e", QUERY, "--format", "csv")
            assert asked.returncode == 0, asked.stderr
        # Nothing is judged meanwhile, so that the command and both servers tell of the same rows of the log.
        calm = {"findings": "false"}
        with served(folder / "here", **calm) as here, served(folder / "there", **settings, **calm) as there:
            (folder / "asked").write_text(asked.stdout)
            yield {"here": here.client, "there": there.client, "asked": folder / "asked"}


def both(sites: dict[str, httpx.Client], path: str, **given: object) -> tuple[httpx.Response, httpx.Response]:
    return sites["here"].get(path, **given), sites["there"].get(path, **given)


@pytest.mark.parametrize(
    "path", ["/", "/search?q=velo", "/search", "/catalog", f"/entity?iri={CITY}", "/ns", "/health"]
)
def test_same_pages(sites: dict[str, httpx.Client], path: str) -> None:
    here, there = both(sites, path, follow_redirects=True)
    assert here.status_code == there.status_code == 200
    if path != "/health":
        assert without_address(there) == without_address(here)


def without_address(response: httpx.Response) -> str:
    return response.text.replace(str(response.url.copy_with(path="/", query=None)).rstrip("/"), "")


@pytest.mark.parametrize("form", ["text/csv", "application/sparql-results+json", "application/sparql-results+xml"])
def test_same_answers(sites: dict[str, httpx.Client], form: str) -> None:
    here, there = both(sites, "/sparql", params={"query": QUERY}, headers={"Accept": form})
    assert (there.status_code, there.headers["Content-Type"]) == (200, here.headers["Content-Type"])
    assert there.text == here.text
    assert there.headers["Civigraph-Sequence"] == here.headers["Civigraph-Sequence"]


def test_command_gives_the_same(sites: dict[str, httpx.Client]) -> None:
    answer = sites["there"].get("/sparql", params={"query": QUERY}, headers={"Accept": "text/csv"})
    assert sites["asked"].read_text().splitlines() == answer.text.splitlines()


def test_nothing_of_the_store_itself_shows(sites: dict[str, httpx.Client]) -> None:
    answer = sites["there"].get("/sparql", params={"query": NAMED}, headers={"Accept": "text/csv"})
    assert answer.text.splitlines() == ["g,s,p,o"] or answer.text.count("\n") == 1
    for query in ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "SELECT * { ?s ?p"):
        headers = {"Accept": "application/sparql-results+json"}
        refused = sites["there"].get("/sparql", params={"query": query}, headers=headers)
        assert refused.status_code == 400
        assert refused.json()["line"] == 1
        assert "/store/" not in refused.text


@pytest.mark.parametrize("path", ["/what-if", f"/what-if?thing={CITY}"])
def test_what_if_says_that_it_is_not_served(sites: dict[str, httpx.Client], path: str) -> None:
    here, there = both(sites, path, headers={"accept": "text/html", "accept-language": "en"})
    told = "What-if is not served here"
    assert (here.status_code, there.status_code) == (200, 200)
    assert told not in here.text
    assert told in there.text
    assert "<form action" not in there.text.split("<main")[1]
    refused = sites["there"].get(f"/what-if?thing={CITY}&change=remove", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["title"]) == (501, told)
