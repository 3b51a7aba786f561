"""Addresses that act: from a file through the import to every page and feed, none of them ever becomes a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pyoxigraph
import pytest

from graph.rendering.syntaxes import BY_SUFFIX
from tests.processes import Served, civigraph, served

ACTING = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript://example.org/%0aalert(1)", "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>".replace("<", "%3C").replace(">", "%3E"), "file:///etc/passwd",
    "blob:http://example.org/1", "view-source:http://example.org/", "jar:http://example.org/!/x", "about:blank",
]  # fmt: skip
PROPERTIES = [
    "dcat:landingPage", "foaf:page", "foaf:homepage", "dct:license", "dct:accessRights", "dct:publisher", "dct:creator",
    "dct:conformsTo", "dct:source", "dct:relation", "dcat:theme", "dct:spatial", "dct:type", "rdfs:seeAlso",
    "dct:isPartOf", "dct:hasVersion", "owl:sameAs", "<javascript:alert(2)>",
]  # fmt: skip
HEAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix ex: <http://example.org/> .
"""
LINKING = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "cite", "background", "ping"}
MOST_PAGES = 250


def hostile() -> str:
    """Write a file in which every acting address stands everywhere: as value, identifier, class, datatype, name."""
    lines = [HEAD]
    for number, address in enumerate(ACTING):
        values = "".join(f"    {prop} <{address}> ;\n" for prop in PROPERTIES)
        lines.append(f"""ex:set{number} a dcat:Dataset , <{address}> ; dct:title "Jeu {number}"@fr ;
{values}    dcat:keyword "{address}" ; rdfs:comment "{address}"^^xsd:anyURI ; dct:description "voir {address}"@fr ;
    dcat:contactPoint [ a vcard:Kind ; vcard:fn "{address}" ; vcard:hasURL <{address}> ; vcard:hasEmail <{address}> ] ;
    dcat:distribution ex:file{number} .
ex:file{number} a dcat:Distribution ; dcat:accessURL <{address}> ; dcat:downloadURL <{address}> ;
    dct:license <{address}> .
<{address}#it> a dcat:Dataset ; dct:title "Identifiant {number}"@fr ; dct:publisher <{address}#who> .
<{address}#who> a foaf:Agent ; foaf:name "Qui {number}" ; foaf:homepage <{address}> .
""")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("links")
    (folder / "hostile.ttl").write_text(hostile())
    assert civigraph(folder / "data", "import", folder / "hostile.ttl", "--source", "evil").returncode == 0
    with served(folder / "data", access_log="off") as running:
        yield running


class Links(HTMLParser):
    """Every attribute of a page that a browser follows or runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.acting: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs if name in LINKING]
        self.acting += [(tag, name) for name, _ in attrs if name.startswith("on") or name in {"style", "srcdoc"}]
        acting = {"script", "iframe", "object", "embed", "base", "meta-refresh"}
        self.acting += [(tag, "itself")] if tag in acting and not is_own(tag, dict(attrs)) else []
        self.acting += [(tag, "http-equiv")] if tag == "meta" and dict(attrs).get("http-equiv") else []


def is_own(tag: str, attrs: dict[str, str | None]) -> bool:
    """Whether it is a script of the site's own files, with nothing else to it, or a block of data, which is not run."""
    own_file = set(attrs) == {"defer", "src"} and re.match(r"/static/[a-z/]+\.js\?v=[0-9a-f]+$", attrs["src"] or "")
    return tag == "script" and (bool(own_file) or attrs == {"type": "application/ld+json"})


def crawl(server: Served) -> Iterator[httpx.Response]:
    """Read every page that can be reached from the front page and from the search for the hostile source."""
    waiting, met = ["/", "/search?source=evil", "/catalog", "/ns"], set[str]()
    waiting += [f"/entity?iri={httpx.QueryParams({'x': each})}".replace("x=", "") for each in ACTING]
    while waiting and len(met) < MOST_PAGES:
        address = waiting.pop(0)
        if address in met:
            continue
        met.add(address)
        answer = server.client.get(address)
        yield answer
        if answer.is_redirect:
            waiting.append(answer.headers["location"])
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for tag, _, value in Links(answer.text).found:
            near = urljoin(address, value).partition("#")[0]
            if tag == "a" and near.startswith("/") and not near.startswith(("/ns/", "/static", "/openapi")):
                waiting.append(near)


def test_no_address_that_acts_becomes_a_link_on_any_page(server: Served) -> None:
    pages, shown = 0, ""
    for answer in crawl(server):
        for _, address in re.findall(r"<([^>]*)>()", answer.headers.get("link", "")):
            assert urlsplit(address).scheme in {"", "http", "https"}
        assert urlsplit(answer.headers.get("location", "")).scheme in {"", "http", "https"}
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        pages, shown = pages + 1, shown + answer.text
        links = Links(answer.text)
        assert links.acting == [], answer.url
        for tag, name, value in links.found:
            assert urlsplit(value.strip()).scheme in {"", "http", "https", "mailto"}, (answer.url, tag, name, value)
            assert not re.match(r"[\s\x00-\x20]*(javascript|vbscript|data|file|blob)", value, re.IGNORECASE), value
    assert pages > 50
    # They are told, as text: nothing is hidden from a reader.
    assert "javascript:alert(1)" in shown
    assert "file:///etc/passwd" in shown


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld", "nt"])
def test_no_address_that_acts_is_in_the_feed(server: Served, suffix: str) -> None:
    answer = server.client.get(f"/catalog.{suffix}")
    formats = {"ttl": "TURTLE", "rdf": "RDF_XML", "jsonld": "JSON_LD", "nt": "N_TRIPLES"}
    syntax = getattr(pyoxigraph.RdfFormat, formats[suffix])
    quads = list(pyoxigraph.parse(answer.content, format=syntax, base_iri=server.address))
    values = [str(quad.object.value) for quad in quads if isinstance(quad.object, pyoxigraph.NamedNode)]
    assert len(values) > 40
    listed = {str(quad.object.value) for quad in quads if quad.predicate.value.endswith("#dataset")}
    wrong = re.compile(r"(javascript|vbscript|data|file|blob):", re.IGNORECASE)
    assert [value for value in values if wrong.match(value) and value not in listed] == []
    assert {"http://example.org/set0", "http://example.org/set5"} <= listed
    assert suffix in BY_SUFFIX


def test_data_is_nothing_that_a_browser_would_run(server: Served) -> None:
    for address in ("/catalog.ttl", "/catalog.jsonld", "/dataset/jeu-0.rdf", "/openapi.json",
                    "/sparql?query=SELECT%20*%7B%3Fs%20%3Fp%20%3Fo%7D&format=xml"):  # fmt: skip
        answer = server.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("sandbox")
        assert not answer.headers["content-type"].startswith("text/html")


def test_what_comes_from_data_is_in_no_header_unescaped(server: Served, tmp_path: Path) -> None:
    for address in ("/dataset/identifiant-0", "/entity?iri=javascript:alert(1)%23it"):
        answer = server.client.get(address)
        assert answer.status_code in {200, 303}
        assert "javascript" not in str({n: v for n, v in answer.headers.items() if n != "civigraph-sequence"}).lower()
