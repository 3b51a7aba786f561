"""The ontology at /ns: as RDF and as documentation, each term at one address, in French and English."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pyoxigraph as ox
import pytest

from api.pages.kinds import kind_name
from graph.bundled import records as bundled
from graph.instance import Instance
from graph.reading.relations import relations
from graph.reading.vocabulary import Vocabulary, read_vocabulary
from graph.rendering.syntaxes import SYNTAXES, Syntax
from graph.terms import CG, RDF, SKOS, parse_payload, value_of
from tests.api.serving import BASE, Server, serving, settings, tell

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
ONTOLOGY = CG.removesuffix("#")
LANGUAGES = ("fr", "en")
USES = """
@prefix cg: <https://w3id.org/civigraph#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/b> a cg:Barrier ; rdfs:label "Frein d'essai"@fr ; cg:barrierKind cg:SecurityConcern .
<http://example.org/d> a dcat:Dataset ; dct:title "Un jeu"@fr ; cg:hasBarrier <http://example.org/b> .
cg:Invented rdfs:label "Mot d'autrui"@fr ; rdfs:comment "Rien de nous"@fr .
"""
DEPRECATED = """
@prefix cg: <https://w3id.org/civigraph#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
cg:OldWord a owl:Class ; rdfs:label "Ancien mot"@fr , "Old word"@en ; skos:definition "Seulement en français."@fr ;
    owl:deprecated true ; dct:isReplacedBy cg:Barrier .
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("terms") / "data"
    with Instance.open(path, create=True, base=BASE) as instance:
        tell(instance, USES, "city")
        tell(instance, DEPRECATED, "civigraph")
    return path


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(settings(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def vocabulary(folder: Path, server: Server) -> Vocabulary:
    assert server
    with Instance.open(folder) as instance:
        return read_vocabulary(instance.log)


def triples(body: bytes, syntax: Syntax) -> set[str]:
    """Parse a document that has no blank nodes."""
    found = ox.parse(body, format=ox.RdfFormat.from_media_type(syntax.media_type), base_iri=BASE)
    return {f"{each.subject} {each.predicate} {each.object} ." for each in found}


def lines(*, ours: bool) -> set[str]:
    """Give the shipped statements of the namespace's terms, or of the terms and notions of others."""
    found = set()
    for record in bundled(BASE):
        mine = record.iri == ONTOLOGY or record.iri.startswith(CG)
        if mine == ours and (ours or record.kind in {"term", "concept", "scheme"}):
            found |= {" ".join(each) + " ." for each in parse_payload(record.payload)}
    return found


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.suffix)
def test_the_whole_ontology_in_each_syntax(server: Server, syntax: Syntax) -> None:
    wanted = lines(ours=True)
    added = {line for line in triples(server.get("/ns.nt").content, SYNTAXES[-1]) if "OldWord" in line.split(" ")[0]}
    assert len(wanted) > 1000
    assert len(added) == 6
    by_suffix, by_accept = server.get(f"/ns.{syntax.suffix}"), server.get("/ns", syntax.media_type)
    assert by_suffix.content == by_accept.content
    assert by_suffix.headers["content-type"].startswith(syntax.media_type)
    assert triples(by_suffix.content, syntax) == wanted | added
    assert "Accept" in by_accept.headers["vary"]
    again = server.get(f"/ns.{syntax.suffix}", if_none_match=by_suffix.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_labels_for_the_terms_of_others_are_given_on_request(server: Server) -> None:
    bare = triples(server.get("/ns.nt").content, SYNTAXES[-1])
    whole = triples(server.get("/ns.nt?with=alignments").content, SYNTAXES[-1])
    assert whole - bare == lines(ours=False)
    assert any(line.startswith("<http://www.w3.org/ns/dcat#Dataset> ") for line in whole)
    assert not any(line.startswith("<https://w3id.org/civigraph/effect/") for line in whole)


def test_turtle_where_nothing_is_asked_for_and_a_page_for_browsers(server: Server) -> None:
    assert server.get("/ns").headers["content-type"].startswith("text/turtle")
    assert server.get("/ns/Barrier").headers["content-type"].startswith("text/turtle")
    assert server.get("/ns", HTML).headers["content-type"].startswith("text/html")
    assert server.get("/ns/Barrier", HTML).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_a_place_in_the_documentation(server: Server, vocabulary: Vocabulary, language: str) -> None:
    page = server.get("/ns", HTML, accept_language=language).text
    anchors = re.findall(r' id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    schemed = {
        word.name for word in vocabulary.words.values() if word.sort != "concept" or word.iris(f"{SKOS}inScheme")
    }
    assert len(schemed) > 200
    assert schemed - {ONTOLOGY} - set(anchors) == set()
    text = html.unescape(page)
    for word in vocabulary.words.values():
        for value in map(value_of, word.properties.get(f"{SKOS}definition", ())):
            if value.language == language and word.name in schemed:
                assert value.value in text, word.iri


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_a_page_with_its_meaning(server: Server, vocabulary: Vocabulary, language: str) -> None:
    for iri, word in vocabulary.words.items():
        if iri == ONTOLOGY:
            continue
        answer = server.get(f"/ns/{word.name}", HTML, accept_language=language)
        assert answer.status_code == 200, iri
        page = html.unescape(answer.text)
        for prop in ("definition", "example"):
            for value in map(value_of, word.properties.get(SKOS + prop, ())):
                assert value.language is None or value.value in page, (iri, prop)
        assert f'<link rel="canonical" href="{server.address}ns/{word.name}">' in page


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.suffix)
def test_a_term_as_data(server: Server, vocabulary: Vocabulary, syntax: Syntax) -> None:
    wanted = {" ".join(each) + " ." for each in vocabulary.statements if each[0] == f"<{CG}Barrier>"}
    assert len(wanted) > 8
    assert triples(server.get(f"/ns/Barrier.{syntax.suffix}").content, syntax) == wanted
    assert triples(server.get("/ns/Barrier", syntax.media_type).content, syntax) == wanted


def test_one_address_each(server: Server) -> None:
    found = server.get("/entity?iri=https://w3id.org/civigraph%23Barrier", HTML)
    assert (found.status_code, found.headers["location"]) == (303, "/ns/Barrier")
    found = server.get("/entity?iri=https://w3id.org/civigraph", HTML)
    assert (found.status_code, found.headers["location"]) == (303, "/ns")
    for old, now in (("/term/frein", "/ns/Barrier"), ("/term/frein.ttl", "/ns/Barrier.ttl")):
        moved = server.get(old, HTML)
        assert (moved.status_code, moved.headers["location"]) == (301, now)
    pages = (
        server.get(path, HTML).text for path in ("/ns", "/ns/Barrier", "/search?q=frein", "/barrier/frein-d-essai")
    )
    for page in pages:
        assert 'href="/ns/' in page
        assert not re.search(r'href="/(term|concept|scheme)/[^"]*"[^>]*>[^<]*\b[Ff]rein', page)


def test_neighbours_of_a_term(server: Server) -> None:
    kind = server.get("/ns/barrierKind", HTML, accept_language="en").text
    assert re.search(r"<dt>Of</dt><dd>\s*<a href=\"/ns/Barrier\"", kind)
    barrier = server.get("/ns/Barrier", HTML, accept_language="en").text
    for name in ("barrierKind", "barrierStatus", "hasBarrier"):
        assert f'href="/ns/{name}"' in barrier
    scheme = server.get("/ns/PoleScheme", HTML, accept_language="en").text
    for name in ("Public", "Private", "Citizen"):
        assert f'href="/ns/{name}"' in scheme


def test_where_the_graph_uses_a_term(server: Server) -> None:
    cls = server.get("/ns/Barrier", HTML, accept_language="en").text
    assert "(1)" in cls
    assert "/barrier/frein-d-essai" in cls
    prop = server.get("/ns/hasBarrier", HTML, accept_language="en").text
    assert "1 statement has this property." in prop
    assert "/dataset/un-jeu" in prop
    assert "/barrier/frein-d-essai" in prop
    concept = server.get("/ns/SecurityConcern", HTML, accept_language="en").text
    assert "/barrier/frein-d-essai" in concept
    unused = server.get("/ns/feeAmount", HTML, accept_language="en").text
    assert "0 statements have this property." in unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_documentation_shows_names_and_no_bare_iri(server: Server, language: str) -> None:
    page = server.get("/ns", HTML, accept_language=language).text
    texts = re.findall(r">([^<]+)<", page[page.index("<main") : page.index("</main>")])
    assert {text.strip() for text in texts if re.search("https?://", text)} == {f"{CG} (cg:)"}


def test_a_name_that_no_term_has(server: Server) -> None:
    answer = server.get("/ns/Bariers", "application/json")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Barrier" in answer.json()["detail"]
    answer = server.get("/ns/Qwertzuiop", "application/json", accept_language="fr")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "L’ontologie n’a pas de terme de ce nom."


def test_a_name_that_only_others_use_is_no_term_of_the_ontology(server: Server) -> None:
    page = server.get("/ns/Invented", HTML, accept_language="en").text
    assert "This is no term of the ontology" in page
    assert "Rien de nous" in page
    assert "cg:Invented" not in server.get("/ns.ttl").text
    assert 'id="Invented"' not in server.get("/ns", HTML).text


def test_a_deprecated_term_says_so_and_what_replaces_it(server: Server) -> None:
    page = server.get("/ns/OldWord", HTML, accept_language="en").text
    assert "This term is deprecated" in page
    assert re.search(r'Use instead:\s*<a href="/ns/Barrier"', page)
    # The only definition is in French, and marked so for an English reader.
    assert '<p class="lead" lang="fr">Seulement en français. <span class="says">(not translated)</span></p>' in page
    assert re.search(r'id="OldWord">.*?Deprecated', server.get("/ns", HTML, accept_language="en").text, re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_diagram_and_its_table_say_the_same(server: Server, language: str) -> None:
    page = html.unescape(server.get("/ns", HTML, accept_language=language).text)
    start = page.index("<svg viewBox")
    end = page.index("</svg>", start)
    svg = page[start:end]
    kinds = ("actor", "dataset", "service", "agreement", "barrier", "law", "body", "decision", "contract")
    for kind in kinds:
        assert f">{kind_name(kind, language)}</text>" in svg
    main = {ends: props for ends, props in relations().items() if set(ends) <= set(kinds)}
    assert svg.count('class="arrow"') == sum(one != other for one, other in main) > 15
    table = page[end : page.index("</table>", end)]
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", table)
    drawn = {(one, other): props.count("<a ") for one, props, other in rows}
    assert drawn == {
        (kind_name(one, language), kind_name(other, language)): len(props) for (one, other), props in main.items()
    }
    assert 'role="img"' in svg
    assert "<title" in svg


def test_relations_come_from_the_examples_and_what_follows_from_them() -> None:
    found = relations()
    assert f"{CG}hasBarrier" in found["dataset", "barrier"]
    assert f"{CG}coversDataset" in found["agreement", "dataset"]
    assert not any(RDF in prop for props in found.values() for prop in props)


def test_the_same_bytes_from_one_start_to_the_next(server: Server, folder: Path) -> None:
    before = server.get("/ns.ttl").text
    with Instance.open(folder) as instance:
        again = read_vocabulary(instance.log)
    after = SYNTAXES[0].write(again.statements, [f"<{ONTOLOGY}>"]).decode()
    assert "".join(unified_diff(before.splitlines(True), after.splitlines(True))) == ""
