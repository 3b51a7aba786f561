"""JSON-LD: contexts are written into the document, never fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from threading import Thread

import pyoxigraph as ox
import pytest

from graph.errors import UnknownFormat, UnreadableFile
from graph.ingest import jsonld
from graph.ingest.files import Plain
from graph.terms import DCAT, DCT, FOAF, SCHEMA

Making = Callable[[str, str | bytes], Plain]
US = "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld"


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A loopback server that notes who comes."""
    visits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"@context": {"name": "http://example.org/name"}}')

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/context.jsonld", visits
        server.shutdown()
        thread.join()


def statements(document: object) -> set[tuple[str, str, str]]:
    """Read JSON-LD."""
    quads = ox.parse(json.dumps(jsonld.inline(document, "a.json")), format=ox.RdfFormat.JSON_LD, base_iri="http://b/")
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads}


def test_every_bundled_context_is_one() -> None:
    folder = files("graph.ingest.contexts")
    addresses = [line.split("\t") for line in folder.joinpath("addresses.tsv").read_text("utf-8").splitlines()[1:]]
    assert {file for _, file in addresses} == {each.name for each in folder.iterdir() if each.name.endswith(".jsonld")}
    for address, _ in addresses:
        assert statements({"@context": address, "@id": "http://x/", "@type": "http://x/T"})


def test_data_catalogue_of_the_united_states() -> None:
    said = statements({
        "@context": US,
        "@type": "dcat:Catalog",
        "@id": "http://c/",
        "dataset": [{
            "@id": "http://d/", "@type": "dcat:Dataset", "title": "T", "keyword": ["a", "b"], "accessLevel": "public",
            "publisher": {"@id": "http://p/", "name": "P"}, "landingPage": "http://l/",
        }],
    })  # fmt: skip
    assert ("<http://c/>", f"<{DCAT}dataset>", "<http://d/>") in said
    assert ("<http://d/>", f"<{DCT}title>", '"T"') in said
    assert ("<http://d/>", f"<{DCAT}landingPage>", "<http://l/>") in said
    assert ("<http://d/>", f"<{DCT}accessRights>", '"public"') in said
    assert ("<http://p/>", f"<{FOAF}name>", '"P"') in said
    assert len([each for each in said if each[1] == f"<{DCAT}keyword>"]) == 2


@pytest.mark.parametrize(
    "address", ["https://schema.org", "http://schema.org/", "https://schema.org/docs/jsonldcontext.json"]
)
def test_schema_org(address: str) -> None:
    said = statements(
        {"@context": address, "@id": "http://d/", "@type": "Dataset", "name": "N", "license": "http://l/"}
    )
    assert ("<http://d/>", f"<{SCHEMA}name>", '"N"') in said
    assert ("<http://d/>", f"<{SCHEMA}license>", "<http://l/>") in said


def test_contexts_in_arrays_terms_and_imports_are_written_out() -> None:
    document = {
        "@context": [US, {"@version": 1.1, "Thing": {"@id": "http://e/Thing", "@context": "https://schema.org"}}],
        "@id": "http://d/",
        "title": "T",
        "http://e/has": {"@id": "http://t/", "@type": "Thing", "url": "http://u/"},
        "http://e/other": {"@context": {"@version": 1.1, "@import": US, "title": "http://e/title"}, "title": "U"},
    }
    assert jsonld.names_contexts(document)
    inlined = jsonld.inline(document, "a.json")
    assert not jsonld.names_contexts(inlined)
    said = statements(document)
    assert ("<http://d/>", f"<{DCT}title>", '"T"') in said
    assert ("<http://t/>", f"<{SCHEMA}url>", "<http://u/>") in said
    assert any(each[1:] == ("<http://e/title>", '"U"') for each in said)


@pytest.mark.parametrize("place", ["top", "array", "term", "node", "import"])
def test_unknown_context_is_refused_by_its_address_and_not_fetched(canary: tuple[str, list[str]], place: str) -> None:
    address, visits = canary
    document = {
        "top": {"@context": address},
        "array": [{"@context": ["https://schema.org", address]}],
        "term": {"@context": {"a": {"@id": "http://e/a", "@context": address}}},
        "node": {"@id": "http://x/", "http://e/p": {"@context": address, "name": "N"}},
        "import": {"@context": {"@version": 1.1, "@import": address}},
    }[place]
    assert jsonld.names_contexts(document)
    with pytest.raises(UnknownFormat, match="no context is ever fetched") as caught:
        jsonld.inline(document, "a.jsonld")
    assert address in str(caught.value)
    assert visits == []


def test_depth(plain: Making) -> None:
    assert jsonld.load(plain("a.json", "[" * 128 + "]" * 128))
    for depth in (129, 100_000):
        with pytest.raises(UnreadableFile, match="nested deeper"):
            jsonld.load(plain("a.json", "[" * depth + "]" * depth))


@pytest.mark.parametrize(
    ("content", "line", "column"), [('{\n "a": 1,\n}', 3, 1), ('{"a": 1} {', 1, 10), ('["x"', 1, 5), ("", 1, 1)]
)
def test_not_json(plain: Making, content: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableFile, match="not JSON") as caught:
        jsonld.load(plain("a.json", content))
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize("content", ['{"a": NaN}', '{"a": -Infinity}', b'{"a": "\xe9"}'])
def test_what_python_would_take_for_json(plain: Making, content: str | bytes) -> None:
    with pytest.raises(UnreadableFile):
        jsonld.load(plain("a.json", content))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"@id": "x"}, True),
        ([{"@type": "x"}], True),
        ({"id": 1}, False),
        ([], False),
        ([{"@id": 1}, 2], False),
        (3, False),
    ],
)
def test_what_is_jsonld(document: object, expected: bool) -> None:
    assert jsonld.is_jsonld(document) is expected
