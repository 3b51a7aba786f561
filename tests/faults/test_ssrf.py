"""Nothing that comes from outside makes this machine ask another, or tell what lies on its disk.

Queries over GET and both forms of POST, documents that are sent, files that are imported: a canary on loopback is never
touched, and a secret in a file never comes back in an answer, a message or the log. The controls show that the canary
would have noticed, and that the texts do reach out where nobody stops them.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote
from urllib.request import urlopen
from xml.sax import SAXParseException, make_parser
from xml.sax.handler import ContentHandler, feature_external_ges

import httpx
import pyoxigraph
import pytest
import rdflib

from graph.cages.zygote import Zygote
from graph.errors import CivigraphError
from graph.ingest.uploads import PRELOAD, Uploads
from tests.faults.canary import SONG, Canary, watching
from tests.faults.reaching import BY_VARIABLE, DATASETS, ESCAPED, SERVICES, UPDATES, documents, queries
from tests.processes import Served, civigraph, served

SECRET = "7f0e-what-only-this-machine-knows"
TURTLE = "<http://e/a> <http://purl.org/dc/terms/title> 'A' ; a <http://www.w3.org/ns/dcat#Dataset> ."
ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.1"


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that a JSON-LD processor, an XML parser or a SPARQL engine could read if it were let."""
    path = tmp_path_factory.mktemp("secret") / "secret.ttl"
    path.write_text(f'<http://e/s> <http://e/p> "{SECRET}" .\n')
    return path


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with watching() as watched:
        yield watched


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "a.ttl").write_text(TURTLE)
    assert civigraph(folder / "data", "import", folder / "a.ttl").returncode == 0
    with served(folder / "data", query_deadline=5) as running:
        yield running
    heard = "".join(running.heard)
    assert SECRET not in heard
    assert SONG not in heard


@pytest.fixture(autouse=True)
def _untouched(canary: Canary, request: pytest.FixtureRequest) -> Iterator[None]:
    """No test but the controls may wake the canary."""
    canary.visits.clear()
    yield
    if "control" not in request.node.name:
        assert canary.visits == []


def places(canary: Canary, secret: Path) -> dict[str, str]:
    """Give every way to name what must not be reached."""
    return {
        "number": canary.address,
        "name": canary.by_name,
        "file": secret.as_uri(),
        "path": f"file://localhost{secret}",
    }


def silent(*texts: str) -> None:
    """See that neither the secret nor what the canary answers is told."""
    for text in texts:
        assert SECRET not in text
        assert SONG not in text


def told(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.headers} {answer.text}"


# Queries


def asked(server: Served, query: str) -> list[httpx.Response]:
    """Ask in every way that the protocol has."""
    accept = {"Accept": ACCEPT}
    ask = server.client
    return [
        ask.get("/sparql", params={"query": query}, headers=accept),
        ask.post("/sparql", data={"query": query}, headers=accept),
        ask.post("/sparql", content=query, headers={**accept, "Content-Type": "application/sparql-query"}),
    ]


@pytest.mark.parametrize("name", [*SERVICES, *ESCAPED])
def test_no_other_endpoint_is_asked(server: Served, canary: Canary, secret: Path, name: str) -> None:
    for place in places(canary, secret).values():
        for answer in asked(server, queries(place)[name]):
            silent(told(answer))
            assert answer.status_code == 400
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", DATASETS)
def test_no_graph_and_no_function_is_fetched(server: Served, canary: Canary, secret: Path, name: str) -> None:
    for place in places(canary, secret).values():
        for answer in asked(server, queries(place)[name]):
            silent(told(answer))
            # A graph that nobody knows is an empty graph, a function that nobody knows gives no value or is refused.
            assert answer.status_code in {200, 400}
            assert "http://e/s" not in answer.text


@pytest.mark.parametrize(
    "parameter", ["default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"]
)
def test_no_graph_of_the_request_is_fetched(server: Served, canary: Canary, secret: Path, parameter: str) -> None:
    query = "SELECT * WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    for place in places(canary, secret).values():
        given = {parameter: place}
        answers = [
            server.client.get("/sparql", params={"query": query, **given}, headers={"Accept": ACCEPT}),
            server.client.post("/sparql", data={"query": query, **given}, headers={"Accept": ACCEPT}),
            server.client.post(
                "/sparql", params=given, content=query,
                headers={"Accept": ACCEPT, "Content-Type": "application/sparql-query"},
            ),
        ]  # fmt: skip
        for answer in answers:
            silent(told(answer))
            assert answer.status_code in {200, 400}
            if answer.status_code == 200 and not parameter.startswith("using"):
                assert answer.json()["results"]["bindings"] == []


@pytest.mark.parametrize("name", UPDATES)
def test_nothing_is_loaded(server: Served, canary: Canary, secret: Path, name: str) -> None:
    for place in places(canary, secret).values():
        text = queries(place)[name]
        client = server.client
        answers = [
            *asked(server, text),
            client.get("/sparql", params={"update": text}),
            client.post("/sparql", data={"update": text}),
            client.post("/sparql", data={"update": text, "query": "ASK {}"}),
            client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-update"}),
        ]
        for answer in answers:
            silent(told(answer))
            assert answer.status_code in {400, 403, 415}


def test_no_page_fetches_what_it_is_asked_about(server: Served, canary: Canary, secret: Path) -> None:
    for place in places(canary, secret).values():
        given = quote(place, safe="")
        parameters = ("entity?iri", "search?q", "search?publisher", "catalog?page", "sparql?query")
        for path in (*(f"/{each}={given}" for each in parameters), f"/ns/{given}", f"/{given}", f"/catalog/{given}"):
            for accept in ("text/html", "text/turtle", "application/ld+json"):
                answer = server.client.get(path, headers={"Accept": accept, "Referer": place, "X-Forwarded-Host": "x"})
                silent(told(answer))
                assert answer.status_code < 500


def test_the_command_asks_nobody(canary: Canary, secret: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert civigraph(data, "init").returncode == 0
    for name, place in (("silent", canary.by_name), ("escaped keyword", canary.address), ("FROM", secret.as_uri())):
        ended = civigraph(data, "query", "-e", queries(place)[name], "--format", "json")
        silent(ended.stdout, ended.stderr)
        assert (ended.returncode == 0) is (name == "FROM")


# Documents


@pytest.fixture(scope="module")
def uploads() -> Iterator[Uploads]:
    with Zygote(PRELOAD) as zygote, Uploads(zygote) as opened:
        yield opened


def test_no_document_reaches_out_when_it_is_sent(uploads: Uploads, canary: Canary, secret: Path) -> None:
    refused = set()
    for address in (canary.address, canary.by_name):
        made = documents(address, secret.as_uri())
        for name, (media_type, text) in made.items():
            for base in ("http://e/", address, secret.as_uri()):
                try:
                    upload = uploads.parse(text.encode(), media_type, base=base, name=name)
                except CivigraphError as error:
                    silent(str(error))
                    refused.add(name)
                else:
                    silent(str(upload))
    # An inclusion is an element like any other, and its plain attributes are no RDF/XML.
    ends = (".jsonld", "-entity.rdf", "-public.rdf", "-parameter.rdf", "-dtd.rdf", "-include.rdf")
    assert refused == {name for name in made if name.endswith(ends)}


def test_contexts_elsewhere_are_refused_by_their_address(uploads: Uploads, canary: Canary, secret: Path) -> None:
    for name, (media_type, text) in documents(canary.address, secret.as_uri()).items():
        if name.endswith(".jsonld"):
            with pytest.raises(CivigraphError) as caught:
                uploads.parse(text.encode(), media_type, base="http://e/", name=name)
            assert (canary.address if name.startswith("net") else secret.as_uri()) in str(caught.value)


def test_no_document_reaches_out_when_it_is_checked(server: Served, canary: Canary, secret: Path) -> None:
    """As it is, in the form as a text, and as a file; none is ever the server's failure."""
    statuses = set()
    for number, (name, (media_type, text)) in enumerate(documents(canary.by_name, secret.as_uri()).items()):
        fields = {"profile": "hvd", "syntax": media_type}
        plain = {"Content-Type": media_type, "Accept": "application/json"}
        ask = server.client.post
        for answer in (
            ask("/validate", content=text, headers=plain),
            ask("/validate", data={**fields, "text": text})
            if number % 2
            else ask("/validate", data=fields, files={"file": (name, text)}),
            ask("/preflight", content=text, headers=plain),
        ):
            # What was sent stands in the form again, addresses included, and nothing that lies behind them.
            silent(told(answer))
            statuses.add(answer.status_code)
    assert statuses == {200, 415, 422}


def test_no_address_within_is_fetched_when_it_is_examined(server: Served, canary: Canary, secret: Path) -> None:
    for address in (canary.address, canary.by_name, secret.as_uri()):
        asked = {"address": address, "format": "json"}
        answer = server.client.post("/preflight", data=asked, headers={"Accept": "application/json"})
        silent(told(answer))
        assert answer.status_code in {422, 502}
        assert answer.json()["type"].rpartition("/")[2].rpartition("#")[2] in {"address-refused", "elsewhere"}


def test_no_file_reaches_out_when_it_is_imported(canary: Canary, secret: Path, tmp_path: Path) -> None:
    made = documents(canary.by_name, secret.as_uri())
    folder = tmp_path / "in"
    folder.mkdir()
    for name, (_, text) in made.items():
        (folder / name).write_text(text)
    ended = civigraph(tmp_path / "data", "import", folder)
    silent(ended.stdout, ended.stderr)
    assert "Traceback" not in ended.stderr
    exported = civigraph(tmp_path / "data", "export", "--format", "nq")
    silent(exported.stdout, exported.stderr)
    silent(*dumped(tmp_path / "data"))
    # What was sound was taken: the silence above is not that of an import that did nothing.
    with served(tmp_path / "data") as running:
        held = running.client.get("/sparql", params={"query": "SELECT ?o { ?s ?p ?o }"}, headers={"Accept": ACCEPT})
        assert secret.as_uri() in held.text
        assert canary.by_name in held.text
        for place in (canary.by_name, secret.as_uri()):
            silent(told(running.client.get("/entity", params={"iri": place})))
            silent(told(running.client.get("/entity", params={"iri": place}, headers={"Accept": "text/turtle"})))
    silent("".join(running.heard))


def dumped(data: Path) -> list[str]:
    """Give all that the log's database holds, operational tables included."""
    with sqlite3.connect(data / "civigraph.sqlite") as database:
        lines = list(database.iterdump())
    database.close()
    return lines


def test_a_folder_imports_no_file_outside_it_by_what_its_files_say(
    canary: Canary, secret: Path, tmp_path: Path
) -> None:
    """A file that names others is read alone."""
    others = f"<{secret.as_uri()}>, <{secret.name}>, <{canary.address}>"
    (tmp_path / "list.ttl").write_text(f"<http://e/c> <http://www.w3.org/2002/07/owl#imports> {others} .")
    ended = civigraph(tmp_path / "data", "import", tmp_path / "list.ttl")
    assert ended.returncode == 0, ended.stderr
    silent(*dumped(tmp_path / "data"))


# Controls: without these the tests above could pass for the wrong reason


def test_control_the_canary_notices_streams_and_datagrams(canary: Canary) -> None:
    for address in (canary.address, canary.by_name):
        with urlopen(address) as answer:
            assert SONG in answer.read().decode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.sendto(b"who", ("127.0.0.1", canary.port))
    end = monotonic() + 10
    while len(canary.visits) < 3 and monotonic() < end:
        sleep(0.01)
    assert len(canary.visits) == 3


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - BY_VARIABLE.keys()))
def test_control_the_engine_alone_does_ask_others(canary: Canary, name: str) -> None:
    """Every form reaches the canary where neither a look at the query nor a cage stands before the engine."""
    with suppress(OSError, ValueError, RuntimeError):
        result = pyoxigraph.Store().query(queries(canary.address)[name])
        if not isinstance(result, pyoxigraph.QueryBoolean):
            list(result)
    assert canary.visits


@pytest.mark.parametrize("name", ["LOAD", "LOAD after a prologue"])
def test_control_the_engine_alone_does_load(canary: Canary, name: str) -> None:
    with pytest.raises((OSError, ValueError, RuntimeError)):
        pyoxigraph.Store().update(queries(canary.address)[name])
    assert canary.visits


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", ["net-context.jsonld", "net-escaped.jsonld", "net-import.jsonld"])
def test_control_another_reader_does_fetch_contexts(canary: Canary, secret: Path, name: str) -> None:
    with suppress(Exception):  # what it makes of the answer does not matter
        rdflib.Graph().parse(data=documents(canary.address, secret.as_uri())[name][1], format="json-ld")
    assert canary.visits


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_control_another_reader_does_read_files(canary: Canary, secret: Path, tmp_path: Path) -> None:
    context = tmp_path / "context.jsonld"
    context.write_text(json.dumps({"@context": {"s": f"http://e/{SECRET}"}}))
    document = documents(canary.address, context.as_uri())["file-context.jsonld"][1]
    assert SECRET in rdflib.Graph().parse(data=document, format="json-ld").serialize(format="nt")


def test_control_an_open_parser_of_xml_does_follow_entities(canary: Canary, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(SECRET)
    made = documents(canary.address, (tmp_path / "text").as_uri())
    heard: list[str] = []
    for name in ("net-entity.rdf", "file-entity.rdf"):
        handler = ContentHandler()
        handler.characters = heard.append  # type: ignore[method-assign]
        parser = make_parser()
        parser.setFeature(feature_external_ges, True)
        parser.setContentHandler(handler)
        with suppress(SAXParseException):  # what the canary answers is no XML
            parser.parse(StringIO(made[name][1]))
    assert canary.visits
    assert SECRET in "".join(heard)


@pytest.mark.slow
def test_no_name_is_looked_up() -> None:
    """The same where every question for a name is heard: in a network of its own, with a name server of its own."""
    trial = subprocess.run(["unshare", "-rmn", "true"], capture_output=True, check=False)
    if trial.returncode:
        pytest.skip(f"this machine gives nobody a network of its own: {trial.stderr.decode().strip()}")
    ended = subprocess.run(
        ["unshare", "-rmn", sys.executable, "-m", "tests.faults.names"],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == ["control", "1", "server", "0", "import", "0"]
