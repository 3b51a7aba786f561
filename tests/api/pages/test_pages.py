"""Pages: every statement is there, in words, linked both ways, and no literal can act."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph
import pytest

from graph.instance import Instance
from graph.rendering.syntaxes import SYNTAXES, Syntax
from graph.terms import value_of
from tests.api.serving import BASE, DATA, Server, follow, records, tell

HTML = "text/html"
# Every page names the feed of the whole graph.
ATOM = "application/atom+xml"
TREES = "/dataset/arbres-d-alignement"


class Tags(HTMLParser):
    """Collects tags with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def hrefs(self) -> list[str]:
        return [attrs["href"] or "" for tag, attrs in self.tags if tag == "a" and "href" in attrs]


def page_of(server: Server, iri: str, language: str = "en") -> str:
    """Follow an IRI to its page."""
    led = server.get(f"/entity?iri={iri}", HTML)
    assert led.status_code == 303
    return server.get(led.headers["location"].partition("#")[0], HTML, accept_language=language).text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("source", ["city", "region", "hostile", "fiction"])
def test_every_literal_and_every_iri_is_on_its_page(server: Server, source: str, language: str) -> None:
    for record in records((DATA / f"{source}.ttl").read_text(), source):
        page = html.unescape(page_of(server, record.iri, language))
        for line in record.payload.decode().splitlines():
            value = value_of(line.split(" ", 2)[2][:-2])
            if value.kind == "literal":
                assert value.value in page, line


def test_labels_come_from_the_graph_in_the_readers_language(server: Server) -> None:
    french, english = Tags(page_of(server, "http://example.org/trees", "fr")), Tags(server.get(TREES, HTML).text)
    assert {"Éditeur", "Accès public", "Environnement"} <= {text.strip() for text in french.text}
    assert {"Publisher", "Public access", "Environment"} <= {text.strip() for text in english.text}
    # A text in another language says so.
    assert ("li", {"class": "tag", "lang": "fr"}) in english.tags
    assert "Street trees" in english.text


def test_what_stands_as_a_title_is_in_the_readers_language(server: Server) -> None:
    assert "<h1>Street trees</h1>" in server.get(TREES, HTML, accept_language="en").text
    assert "<h1>Arbres d&#39;alignement</h1>" in server.get(TREES, HTML, accept_language="fr").text
    assert '<h1 lang="fr">Sans éditeur</h1>' in server.get("/dataset/sans-editeur", HTML, accept_language="en").text


def test_no_known_thing_is_shown_as_an_address(server: Server) -> None:
    page = Tags(server.get(TREES, HTML).text)
    shown = {text.strip() for text in page.text}
    known = ("http://publications.europa.eu/", "http://purl.org/", "http://www.w3.org/", "http://example.org/city")
    assert [text for text in shown if text.startswith(known)] == []
    assert "http://example.org/nowhere" in shown  # nothing in the graph names it


def test_links_lead_both_ways(server: Server) -> None:
    trees = Tags(server.get(TREES, HTML).text)
    assert "/actor/ville-d-exemple" in trees.hrefs()
    assert "/dataset/sans-editeur" in trees.hrefs()  # incoming
    city = server.get("/actor/ville-d-exemple", HTML).text
    assert "Publisher</span> (51)" in city
    every = re.search(r'href="(/incoming[^"]+)"', city)
    assert every
    found: list[str] = []
    address: str | None = html.unescape(every[1])
    while address:
        page = server.get(address, HTML).text
        found += [href for href in Tags(page).hrefs() if href.startswith("/dataset/")]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(following[1]) if following else None
    assert len(found) == len(set(found)) == 51


def test_every_link_of_a_page_leads_somewhere(server: Server) -> None:
    for start in (
        "/",
        TREES,
        "/actor/ville-d-exemple",
        "/search?q=arbres",
        "/catalog",
        "/sparql",
        "/dataset/script-alert-1-script",
    ):
        for href in set(Tags(server.get(start, HTML).text).hrefs()):
            if href.startswith("/"):
                assert server.get(href, HTML).status_code in {200, 303}, (start, href)


def test_owned_nodes_stand_on_their_owners_page(server: Server) -> None:
    page = Tags(server.get(TREES, HTML).text)
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    led = server.get("/entity?iri=http://example.org/trees-csv", HTML)
    assert led.status_code == 303
    path, _, anchor = led.headers["location"].partition("#")
    assert path == TREES
    assert anchor in ids
    assert "https://city.example.org/trees.csv" in page.hrefs()
    assert "mailto:trees@city.example.org" in page.hrefs()
    assert len(ids) == len([attrs for _, attrs in page.tags if "id" in attrs])


def test_who_says_what(server: Server) -> None:
    page = Tags(server.get(TREES, HTML).text)
    text = " ".join(" ".join(page.text).split())
    assert "according to Ville d'Exemple, region" in text  # both say the title
    assert "according to region" in text
    assert "Ville d'Exemple" in text  # the title of the source
    assert "according to" not in server.get("/actor/ville-d-exemple", HTML).text  # one source alone


def test_what_is_not_public_shows_nowhere(server: Server) -> None:
    addresses = [
        TREES,
        f"{TREES}.ttl",
        "/",
        "/search?q=confidentiel",
        "/search?source=private",
        "/catalog.nt",
        "/actor/ville-d-exemple",
    ]
    for address in addresses:
        answer = server.get(address)
        assert answer.status_code == 200
        assert "Note interne" not in answer.text
        assert "Plan confidentiel" not in answer.text
    for iri in ("http://example.org/secret", "http://example.org/only-secretly-mentioned"):
        assert server.get(f"/entity?iri={iri}").status_code == 404
    assert server.get("/dataset/plan-confidentiel").status_code == 404
    assert server.get("/dataset/plan-confidentiel--members").status_code == 404


def test_an_illustration_says_so(server: Server) -> None:
    assert "This is an illustration" in server.get("/dataset/jeu-invente", HTML).text
    assert "This is an illustration" not in server.get(TREES, HTML).text


def test_what_is_only_mentioned_has_a_page_in_place(server: Server) -> None:
    answer = server.get("/entity?iri=http://example.org/nowhere", HTML)
    assert answer.status_code == 200
    assert TREES in Tags(answer.text).hrefs()


def test_local_addresses_lead_to_pages(server: Server, folder: Path) -> None:
    turtle = f"""<{BASE}id/local/dataset/1> a <http://www.w3.org/ns/dcat#Dataset> ;
        <http://purl.org/dc/terms/title> "Local" . [] <http://purl.org/dc/terms/title> "Nobody's" ."""
    with Instance.open(folder) as instance:
        tell(instance, turtle, "local")
        follow(server)
        led = server.get("/id/local/dataset/1?lang=fr", HTML)
        assert (led.status_code, led.headers["location"]) == (303, "/dataset/local?lang=fr")
        nameless = next(head.iri for head in instance.log.heads(source="local") if "genid" in head.iri)
        led = server.get(nameless.removeprefix(BASE), HTML)
        assert led.status_code == 303
        assert "Nobody&#39;s" in server.get(led.headers["location"], HTML).text
        instance.log.retract("local", None, agent="test")
        follow(server)
    assert server.get("/id/local/dataset/1").status_code == 404


def test_a_renamed_entity_leads_on(server: Server, folder: Path) -> None:
    with Instance.open(folder) as instance:
        turtle = "<http://example.org/moving> a <http://www.w3.org/ns/dcat#Dataset>"
        turtle += ' ; <http://purl.org/dc/terms/title> "%s" .'
        tell(instance, turtle % "Ancien nom", "moving")
        tell(instance, turtle % "Nouveau nom", "moving")
        follow(server)
        old = server.get("/dataset/ancien-nom?lang=fr", HTML)
        assert (old.status_code, old.headers["location"]) == (301, "/dataset/nouveau-nom?lang=fr")
        data = server.get("/dataset/ancien-nom.ttl")
        assert (data.status_code, data.headers["location"]) == (301, "/dataset/nouveau-nom.ttl")
        instance.log.retract("moving", None, agent="test")
        follow(server)
        assert server.get("/dataset/nouveau-nom").status_code == 404
        assert server.get("/dataset/ancien-nom").status_code == 404


FORMATS = {
    "Turtle": pyoxigraph.RdfFormat.TURTLE,
    "JSON-LD": pyoxigraph.RdfFormat.JSON_LD,
    "RDF/XML": pyoxigraph.RdfFormat.RDF_XML,
    "N-Triples": pyoxigraph.RdfFormat.N_TRIPLES,
}


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda each: each.name)
@pytest.mark.parametrize("by", ["suffix", "accept"])
def test_data_is_what_the_log_says(server: Server, syntax: Syntax, by: str) -> None:
    answer = server.get(f"{TREES}.{syntax.suffix}") if by == "suffix" else server.get(TREES, syntax.media_type)
    assert answer.headers["content-type"] == f"{syntax.media_type}; charset=utf-8"
    told = [*records((DATA / "city.ttl").read_text(), "city"), *records((DATA / "region.ttl").read_text(), "region")]
    expected = {
        line
        for record in told
        if record.iri == "http://example.org/trees"
        for line in record.payload.decode().splitlines()
    }
    assert any('"007"' in line for line in expected)
    assert {f"{quad.triple} ." for quad in pyoxigraph.parse(answer.content, format=FORMATS[syntax.name])} == expected


def test_alternates_are_linked(server: Server) -> None:
    answer = server.get(TREES, HTML)
    linked = {
        attrs["type"]: attrs["href"]
        for tag, attrs in Tags(answer.text).tags
        if tag == "link" and attrs.get("rel") == "alternate" and attrs.get("type", ATOM) != ATOM
    }
    assert set(linked) == {syntax.media_type for syntax in SYNTAXES}
    for media_type, href in linked.items():
        assert server.get(str(href)).headers["content-type"].startswith(str(media_type))
        assert f'<{href}>; rel="alternate"; type="{media_type}"' in answer.headers["link"]


@pytest.mark.parametrize("address", [
    "/dataset/script-alert-1-script", "/actor/title-script-alert-8-script",
    "/search?q=<script>alert(9)</script>",
    "/search?publisher=</title><script>alert(10)</script>", "/search?q=alert", "/search?source=hostile", "/catalog",
    "/entity?iri=http://example.org/%3Cscript%3E", "/nothing/<script>alert(11)</script>",
    "/sparql?query=<script>alert(12)",
    "/search?page=<script>alert(13)</script>", "/?lang=<script>alert(14)</script>",
])  # fmt: skip
def test_no_literal_can_act(server: Server, address: str) -> None:
    page = server.get(address, HTML)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    tags = Tags(page.text)
    assert not {"script", "img", "svg/onload=alert(7)", "b"} & {
        tag
        for tag, attrs in tags.tags
        if not (tag in {"img", "script"} and str(attrs.get("src")).startswith("/static/"))
        and not (tag == "script" and attrs == {"type": "application/ld+json"})
    }
    # A block of data is not run, as long as nothing in it ends the block.
    for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL):
        assert "<" not in block
        assert json.loads(block)["@context"] == "https://schema.org/"
    for tag, attrs in tags.tags:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (tag, attrs)
        for name in ("href", "src", "action"):
            if name in attrs:
                assert re.match(r"(/|#|https?:|mailto:)", str(attrs[name])), (tag, attrs)
        if tag == "a" and re.match(r"https?:", str(attrs["href"])):
            assert attrs["rel"] == "noopener nofollow"
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|(?<=onerror=alert\(2\)> )\d+", html.unescape(page.text))


def test_long_lists_and_texts_are_folded_and_whole(server: Server, folder: Path) -> None:
    words = " ".join(f"mot{number}" for number in range(400))
    links = " , ".join(f"<http://example.org/many/{number:03}>" for number in range(40))
    turtle = f"""<http://example.org/long> a <http://www.w3.org/ns/dcat#Dataset> ;
        <http://purl.org/dc/terms/title> "Longue liste"@fr ; <http://purl.org/dc/terms/description> "{words}"@fr ;
        <http://purl.org/dc/terms/relation> {links} ."""
    with Instance.open(folder) as instance:
        tell(instance, turtle, "long")
        follow(server)
        page = server.get("/dataset/longue-liste", HTML).text
        assert words in page
        assert {f"/dataset/comptage-{number}" for number in range(40)} <= set(Tags(page).hrefs())
        assert page.count("<details>") == 2
        instance.log.retract("long", None, agent="test")
        follow(server)


def test_search_shows_facets_with_counts_and_takes_filters_away(server: Server) -> None:
    page = Tags(server.get("/search?q=comptage&kind=dataset", HTML).text)
    text = " ".join(" ".join(page.text).split())
    assert "50 results" in text
    assert "Ville d'Exemple 50" in text
    assert "/search?q=comptage" in page.hrefs()  # without the filter
    second = server.get("/search?q=comptage&kind=dataset&page=2", HTML).text
    assert 'rel="prev"' in second
    assert 'rel="next"' in second
    seen = [
        href
        for number in (1, 2, 3)
        for href in Tags(server.get(f"/search?q=comptage&kind=dataset&page={number}", HTML).text).hrefs()
        if href.startswith("/dataset/")
    ]
    assert len(seen) == len(set(seen)) == 50


def test_an_empty_result_helps_on(server: Server) -> None:
    page = server.get("/search?q=zzzzqqqq&kind=dataset", HTML).text
    assert "Nothing was found." in page
    assert "/search?q=zzzzqqqq" in Tags(page).hrefs()
    assert "Remove a filter above." in server.get("/search?kind=unheard-of", HTML).text


def test_home_tells_what_is_held(server: Server) -> None:
    page = Tags(server.get("/", HTML).text)
    text = " ".join(" ".join(page.text).split())
    assert "Datasets" in text
    assert "How open the datasets are" in text
    assert "Not stated" in text
    assert "/search?kind=dataset" in page.hrefs()
    assert "/search?source=city" in page.hrefs()
    assert "/search?source=private" not in page.hrefs()
    assert BASE not in "".join(page.hrefs())
