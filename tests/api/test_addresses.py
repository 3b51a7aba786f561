"""Addresses: behind a proxy with a prefix, under a public name, by whatever name the request has."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.links import Links, outward
from graph.instance import Instance
from tests.api.serving import Server, many, serving, settings, tell

HTML = "text/html,*/*;q=0.8"
PUBLIC_ADDRESS = "https://data.example.org/civi/"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is told its public address."""
    folder = tmp_path_factory.mktemp("proxied") / "data"
    with Instance.open(folder, create=True) as instance:
        tell(instance, "\n".join(map(many, range(30))), "many")
    with serving(settings(folder, base_url=PUBLIC_ADDRESS, page_size=10)) as running:
        yield running


PAGES = [
    "",
    "search?q=comptage",
    "dataset/comptage-3",
    "catalog",
    "sparql",
    "nothing/here",
    "entity?iri=http://example.org/city",
    "ns/Barrier",
]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("prefix", ["", "civi/"])
def test_every_link_of_a_page_has_the_prefix(proxied: Server, address: str, prefix: str) -> None:
    """Whether the proxy takes the prefix away (`prefix` is empty) or passes it on."""
    page = proxied.get(prefix + address, HTML).text
    links = [html.unescape(link) for link in re.findall(r'(?:href|src)="(/[^"]*)"', page)]
    assert len(links) > 5
    assert [link for link in links if not link.startswith("/civi/")] == []
    for link in {link for link in links if "nothing" not in link}:
        assert proxied.get(link, HTML).status_code in {200, 303}, link


def test_feeds_name_the_public_address(proxied: Server) -> None:
    graph = rdflib.Graph().parse(data=proxied.get("catalog.ttl").content, format="turtle")
    hydra = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
    seen, here = 0, PUBLIC_ADDRESS + "catalog.ttl"
    while here:
        text = proxied.get(here.removeprefix(PUBLIC_ADDRESS)).text
        assert proxied.address not in text
        graph = rdflib.Graph().parse(data=text, format="turtle")
        following = graph.value(rdflib.URIRef(here), hydra.next)
        assert following is None or str(following).startswith(PUBLIC_ADDRESS)
        here, seen = str(following or ""), seen + 1
    assert seen == 3


def test_redirects_have_the_prefix(proxied: Server) -> None:
    led = proxied.get("entity?iri=http://example.org/many/003", "text/html")
    assert led.headers["location"] == "/civi/dataset/comptage-3"


def test_without_a_public_address_the_request_names_it(server: Server) -> None:
    answer = server.get("/catalog.nt", host="data.city.example:8443")
    assert "<http://data.city.example:8443/catalog.nt>" in answer.text


@pytest.mark.parametrize("host", ["a b", "a/b", 'a"b', "a<b>", "a@b", "", "a:99999999", "[::1", "-x\\y"])
def test_a_host_that_is_none_stands_in_no_feed(server: Server, host: str) -> None:
    address = server.address
    answer = httpx.get(address + "catalog.ttl", headers={"host": host})
    assert answer.status_code == 400
    assert server.get("/search").status_code == 200


@pytest.mark.parametrize(("iri", "safe"), [
    ("https://a.example/", True), ("HTTP://a.example", True), ("mailto:a@b.example", True),
    ("javascript:alert(1)", False),
    ("JavaScript:alert(1)", False), ("data:text/html,x", False), ("vbscript:x", False), ("urn:x:y", False),
    ("//a.example", False), ("http://[", False), ("", False),
])  # fmt: skip
def test_only_the_webs_own_addresses_are_linked(iri: str, safe: bool) -> None:
    assert (outward(iri) == iri) is safe


def test_the_ontology_has_the_prefix(proxied: Server) -> None:
    page = proxied.get("ns", HTML).text
    links = set(re.findall(r'(?:href|src)="(/[^"]*)"', page))
    assert len(links) > 200
    assert [link for link in links if not link.startswith("/civi/")] == []
    assert f'<link rel="canonical" href="{PUBLIC_ADDRESS}ns">' in page
    led = proxied.get("entity?iri=https://w3id.org/civigraph%23Barrier", HTML)
    assert led.headers["location"] == "/civi/ns/Barrier"
    assert proxied.get("term/frein", HTML).headers["location"] == "/civi/ns/Barrier"


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text("&=+?#% é/:\u202f"))))
def test_values_of_an_address_are_read_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    links = Links(Request({"type": "http"}), PUBLIC_ADDRESS, None)
    address = urlsplit(links.file("search", pairs))
    assert address.path == "/civi/search"
    assert parse_qsl(address.query, keep_blank_values=True) == pairs
    assert address.fragment == ""
