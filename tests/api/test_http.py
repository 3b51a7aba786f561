"""What holds at every address: HEAD as GET, headers, problems, negotiation, languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from api.app import create_app
from api.routes import health
from api.settings import Settings
from api.site import open_site
from graph.errors import ViewsHeld
from graph.views.holder import Health, Holder
from tests.api.serving import Server, settings

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

# One address for each route that answers GET.
ADDRESSES = {
    "/": "/",
    "/search": "/search?q=arbres",
    "/search/suggestions": "/search/suggestions?q=arb",
    "/search.{suffix}": "/search.csv?q=arbres",
    "/catalog": "/catalog",
    "/catalog.{suffix}": "/catalog.ttl",
    "/catalog/illustration": "/catalog/illustration",
    "/catalog/illustration.{suffix}": "/catalog/illustration.jsonld",
    "/catalog-protected": "/catalog-protected",
    "/catalog-protected.{suffix}": "/catalog-protected.n3",
    "/api/3": "/api/3",
    "/api/3/action/status_show": "/api/3/action/status_show",
    "/api/3/action/package_list": "/api/3/action/package_list",
    "/api/3/action/package_show": "/api/3/action/package_show?id=http://example.org/trees",
    "/api/3/action/package_search": "/api/3/action/package_search?q=arbres",
    "/api/3/action/organization_list": "/api/3/action/organization_list",
    "/data.json": "/data.json",
    "/robots.txt": "/robots.txt",
    "/sitemap.xml": "/sitemap.xml",
    "/sitemap-{number}.xml": "/sitemap-1.xml",
    "/CITATION.cff": "/CITATION.cff",
    "/dumps": "/dumps",
    "/dumps/{date}/CITATION.cff": "/dumps/2026-01-31/CITATION.cff",
    "/dumps/{name}": "/dumps/catalog-2026-01-31.ttl",
    "/feed": "/feed",
    "/feed.{suffix}": "/feed.atom",
    "/oai": "/oai?verb=ListSets",
    "/oai/rdf.xsd": "/oai/rdf.xsd",
    "/sparql/description": "/sparql/description",
    "/.well-known/void": "/.well-known/void",
    "/sparql": "/sparql?query=ASK%7B%7D",
    "/sparql/spreadsheet": "/sparql/spreadsheet?query=SELECT%20*%7B%7D",
    "/health": "/health",
    "/static/{path:path}": "/static/styles/base.css",
    "/incoming": "/incoming?iri=http://example.org/city&property=http://purl.org/dc/terms/publisher",
    "/sparql/vocabulary.json": "/sparql/vocabulary.json",
    "/questions": "/questions?q=services",
    "/questions/{number}": "/questions/09",
    "/pictures": "/pictures",
    "/pictures/{name}": "/pictures/flows",
    "/neighbours": "/neighbours?iri=http://example.org/trees",
    "/neighbours.json": "/neighbours.json?iri=http://example.org/trees",
    "/glossary": "/glossary",
    "/ns": "/ns",
    "/ns.{suffix}": "/ns.ttl",
    "/ns/{term}": "/ns/Barrier",
    "/validate": "/validate",
    "/preflight": "/preflight",
    "/what-if": "/what-if",
    "/what-if.json": "/what-if.json?thing=http://example.org/city&change=remove",
    "/records/{kind}/{slug}": "/records/dataset/arbres-d-alignement",
    "/records/{kind}/{slug}/versions": "/records/dataset/arbres-d-alignement/versions",
    "/records/{kind}/{slug}/versions/{time}": "/records/dataset/arbres-d-alignement/versions/20260101000000",
    "/records/{kind}/{slug}/timemap": "/records/dataset/arbres-d-alignement/timemap",
    "/finding": "/finding?iri=http://example.org/none",
    "/findings": "/findings",
    "/findings.{suffix}": "/findings.json",
    "/rules": "/rules",
    "/rules.{suffix}": "/rules.ttl",
    "/rules/{name}": "/rules/R01",
    "/entity": "/entity?iri=http://example.org/trees",
    "/id/{path:path}": "/id/none",
    "/.well-known/genid/{path}": "/.well-known/genid/none",
    "/{kind}/{slug}": "/dataset/arbres-d-alignement",
}


def test_every_route_is_tried() -> None:
    routes = [route for route in create_app(Settings()).routes if isinstance(route, APIRoute)]
    assert {route.path for route in routes if "GET" in route.methods} == set(ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES.values())
@pytest.mark.parametrize("accept", [None, HTML])
def test_head_is_get_without_body(server: Server, address: str, accept: str | None) -> None:
    headers = {"accept": accept} if accept else {"accept": "*/*"}
    got = server.get(address, **headers)
    head = server.client.head(server.address + address[1:], headers=headers)
    assert head.content == b""
    assert head.status_code == got.status_code
    moving = {"date", "x-request-id", "cache-status", "last-modified"}
    if "transfer-encoding" in got.headers:
        # What was written as it was made may be ready the next time.
        moving |= {"transfer-encoding", "content-length"}
    assert {k: v for k, v in head.headers.items() if k not in moving} == {
        k: v for k, v in got.headers.items() if k not in moving
    }
    if got.status_code == 200 and "transfer-encoding" not in got.headers:
        assert int(head.headers["content-length"]) == len(got.content)


@pytest.mark.parametrize("address", [*ADDRESSES.values(), "/nothing/here", "/search?page=x", "/openapi.json"])
@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_every_answer_is_safe_to_show(server: Server, address: str, accept: str) -> None:
    answer = server.get(address, accept)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"


FAILURES = [
    ("GET", "/dataset/none", {}, b"", 404),
    ("GET", "/a/b/c", {}, b"", 404),
    ("GET", "/entity", {}, b"", 422),
    ("GET", "/entity?iri=no+iri", {}, b"", 400),
    ("GET", "/entity?iri=http://example.org/unheard-of", {}, b"", 404),
    ("GET", "/id/none", {}, b"", 404),
    ("GET", "/catalog.doc", {}, b"", 404),
    ("GET", "/questions/31", {}, b"", 404),
    ("GET", "/questions/01.doc", {}, b"", 404),
    ("GET", "/questions/99.svg", {}, b"", 404),
    ("GET", "/questions/13?today=tomorrow", {}, b"", 400),
    ("GET", "/questions/13?today=2026-06-30&today=2026-07-01", {}, b"", 400),
    ("GET", "/questions/24?share=101", {}, b"", 400),
    ("GET", "/questions/02?root=no+iri", {}, b"", 400),
    ("GET", "/questions/01", {"accept": "image/png"}, b"", 406),
    ("GET", "/pictures/none", {}, b"", 404),
    ("GET", "/neighbours?iri=no+iri", {}, b"", 400),
    ("GET", "/neighbours?iri=http://example.org/unheard-of", {}, b"", 404),
    ("GET", "/neighbours?iri=http://example.org/trees", {"accept": "image/png"}, b"", 406),
    ("GET", "/ns.doc", {}, b"", 404),
    ("GET", "/ns/Bariers", {}, b"", 404),
    ("GET", "/ns?with=everything", {}, b"", 422),
    ("GET", "/ns", {"accept": "image/png"}, b"", 406),
    ("GET", "/ns/Barrier", {"accept": "image/png"}, b"", 406),
    ("GET", "/catalog?page=99", {}, b"", 404),
    ("GET", "/catalog?page=1&after=http://example.org/trees", {}, b"", 400),
    ("GET", "/catalog?page=0", {}, b"", 422),
    ("GET", "/catalog", {"accept": "image/png"}, b"", 406),
    ("GET", "/dataset/arbres-d-alignement", {"accept": "image/png"}, b"", 406),
    ("GET", "/search?sort=sideways", {}, b"", 422),
    ("DELETE", "/search", {}, b"", 405),
    ("POST", "/catalog", {}, b"x", 405),
    ("PUT", "/sparql", {}, b"x", 405),
    ("POST", "/sparql", {"content-type": "text/plain"}, b"ASK {}", 415),
    ("POST", "/sparql", {"content-type": "application/sparql-query"}, b"ASK {", 400),
    ("POST", "/sparql", {"content-type": "application/sparql-query"}, b"\xff", 400),
    ("POST", "/sparql", {"content-type": "application/sparql-query"}, b" " * 1_000_001, 413),
    ("POST", "/sparql", {"content-type": "application/sparql-update"}, b"CLEAR ALL", 403),
    ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"query=ASK{}&query=ASK{}", 400),
    ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"other=1", 400),
    ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"update=CLEAR+ALL", 403),
    ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"&".join([b"a=1"] * 101), 400),
    ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"query=%ff", 400),
    ("GET", "/sparql?query=ASK%7B%7D&format=doc", {}, b"", 400),
    ("GET", "/sparql?query=ASK%7B%7D", {"accept": "text/turtle"}, b"", 406),
    ("GET", "/sparql?query=ASK%7B%7D", {"accept": "image/png"}, b"", 406),
    ("GET", "/sparql?query=CLEAR+ALL", {}, b"", 400),
    ("GET", "/catalog.ttl", {"host": 'a"b'}, b"", 400),
]


@pytest.mark.parametrize(("method", "address", "headers", "body", "status"), FAILURES)
def test_every_failure_is_a_problem(  # noqa: PLR0917
    server: Server, method: str, address: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = server.client.request(
        method, server.address + address[1:], headers={"accept": "*/*", **headers}, content=body
    )
    assert answer.status_code == status
    if headers.get("host"):
        return  # refused by the server itself where it is no header value at all
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("https://w3id.org/civigraph/problem/")
    assert problem["title"]
    assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize(("method", "address", "headers", "body", "status"), FAILURES[:-1])
def test_a_browser_is_shown_a_page_in_its_language(  # noqa: PLR0917
    server: Server, method: str, address: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    if "accept" in headers:
        pytest.skip("asks for something else than a page")
    shown = {"accept": HTML, "accept-language": "fr", **headers}
    answer = server.client.request(method, server.address + address[1:], headers=shown, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="fr">' in answer.text


def test_methods_are_named_where_one_is_not_allowed(server: Server) -> None:
    assert server.client.delete(server.address + "search").headers["allow"] == "GET, HEAD"
    assert server.client.put(server.address + "sparql").headers["allow"] == "GET, HEAD, POST"


def test_an_unexpected_error_tells_nothing_of_itself(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret path /srv/secret")

    monkeypatch.setattr(health, "version", fail)
    answer = server.get("/health")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


NEGOTIATED = [
    (None, "text/html"),
    ("*/*", "text/html"),
    (HTML, "text/html"),
    ("text/turtle", "text/turtle"),
    ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
    ("application/rdf+xml, */*;q=0.1", "application/rdf+xml"),
    ("application/n-triples", "application/n-triples"),
    ("application/json", "application/ld+json"),
    ("text/*;q=0.5, text/html;q=0.1", "text/turtle"),
    ("text/html;q=0, text/turtle", "text/turtle"),
    ("nonsense;;q=x, text/turtle", "text/turtle"),
    ("text/turtle, */*", "text/turtle"),
    ("text/html, */*", "text/html"),
]


@pytest.mark.parametrize(("accept", "media_type"), NEGOTIATED)
def test_entities_are_negotiated(server: Server, accept: str | None, media_type: str) -> None:
    answer = server.get("/dataset/arbres-d-alignement", accept)
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["vary"].startswith("Accept, Accept-Language")


@pytest.mark.parametrize(("accept", "media_type"), [
    (None, "text/turtle"), ("*/*", "text/turtle"), (HTML, "text/html"), ("application/rdf+xml", "application/rdf+xml"),
    ("application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json"), ("application/xml", "application/rdf+xml"),
    ("text/html, */*", "text/html"), ("text/turtle, text/html;q=0.5", "text/turtle"),
])  # fmt: skip
def test_the_catalog_is_negotiated(server: Server, accept: str | None, media_type: str) -> None:
    request = httpx.Request("GET", server.address + "catalog", headers={"accept": accept} if accept else {})
    answer = server.client.send(request)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert "Accept" in answer.headers["vary"]


LANGUAGES = [
    ("/", None, "en"), ("/", "fr", "fr"), ("/", "fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("/", "en-GB,fr;q=0.5", "en"),
    ("/", "de,fr;q=0.2", "fr"), ("/", "de", "en"), ("/", "fr;q=0", "en"), ("/?lang=fr", "en", "fr"),
    ("/?lang=en", "fr", "en"), ("/?lang=xx", "fr", "fr"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "accepted", "language"), LANGUAGES)
def test_the_language_is_chosen(server: Server, address: str, accepted: str | None, language: str) -> None:
    answer = server.get(address, HTML, **({"accept_language": accepted} if accepted else {}))
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text


def test_a_chosen_language_stays_in_every_link_to_a_page(server: Server) -> None:
    page = server.get("/search?lang=fr&q=arbres", HTML).text
    links = [link for link in re.findall(r'href="(/[^"#]*)"', page) if "hreflang" not in link]
    pages = [
        link
        for link in links
        if not link.startswith(("/static", "/catalog.", "/feed.", "/search.", "/openapi", "/health"))
    ]
    assert pages
    assert [link for link in pages if "lang=" not in link] == []
    assert '<input type="hidden" name="lang" value="fr">' in page


def test_what_a_reader_has_already_is_not_sent_again(server: Server) -> None:
    for address in (
        "/catalog.ttl",
        "/dataset/arbres-d-alignement.ttl",
        "/dataset/arbres-d-alignement",
        "/static/styles/base.css",
    ):
        first = server.get(address)
        assert re.fullmatch(r'"[0-9a-f]+(-gzip)?"', first.headers["etag"])
        again = server.get(address, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert server.get(address, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize("address", ["/dataset/arbres-d-alignement", "/static/styles/base.css", "/static/signs.svg"])
def test_what_people_look_at_is_compressed_for_who_takes_it(server: Server, address: str) -> None:
    packed, plain = (server.get(address, "text/html,*/*", accept_encoding=each) for each in ("gzip", "identity"))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.headers["etag"] != plain.headers["etag"]
    assert all("Accept-Encoding" in each.headers["vary"] for each in (packed, plain))
    assert server.get(address, if_none_match=plain.headers["etag"], accept_encoding="gzip").status_code == 200


def test_any_site_may_read_the_graph(server: Server) -> None:
    answer = server.get("/sparql?query=ASK%7B%7D", origin="https://elsewhere.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST",
             "access-control-request-headers": "content-type"}  # fmt: skip
    allowed = server.client.options(server.address + "sparql", headers=asked)
    assert allowed.status_code == 204
    assert "POST" in allowed.headers["access-control-allow-methods"]


def test_health(server: Server) -> None:
    body = server.get("/health").json()
    assert body["status"] == "ok"
    assert body["lag"] == 0
    assert body["sequence"] > 0


def test_health_says_when_the_views_cannot_go_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Holder, "health", lambda _: Health(1, 2, "no space left in /srv/secret"))
    answer = server.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failed"
    assert "secret" not in answer.text


def test_views_that_are_held_already_are_not_taken(server: Server, folder: Path) -> None:
    with pytest.raises(ViewsHeld), open_site(settings(folder)):
        pass
    assert server.get("/health").status_code == 200


def test_the_description_of_the_api_names_each_route() -> None:
    described = json.loads(json.dumps(create_app(Settings()).openapi()))
    # Records are sent there and asked for one by one.
    assert {path for path in ADDRESSES if path != "/static/{path:path}"} | {"/records"} == {
        path.replace("{path}", "{path:path}") if path.startswith("/id/") else path for path in described["paths"]
    }
