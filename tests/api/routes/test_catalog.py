"""The catalog feed as harvesters read it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import pytest
import rdflib
from rdflib import DCAT, RDF, URIRef
from rdflib.namespace import DCTERMS, FOAF, SKOS

from graph.instance import Instance
from tests.api.serving import Server, follow, many, tell

HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
SUFFIXES = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld", "nt": "nt"}

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def read(server: Server, address: str) -> rdflib.Graph:
    """Read a page as a harvester does: the syntax from the content type, no base of its own."""
    answer = server.client.get(urljoin(server.address, address))
    assert answer.status_code == 200
    return rdflib.Graph().parse(data=answer.content, format=answer.headers["content-type"].partition(";")[0])


def view_of(page: rdflib.Graph) -> URIRef:
    """The page's view: the one node of either type."""
    kinds = (HYDRA.PartialCollectionView, HYDRA.PagedCollection)
    nodes = {node for kind in kinds for node in page.subjects(RDF.type, kind)}
    assert len(nodes) == 1
    node = nodes.pop()
    assert isinstance(node, URIRef)
    return node


def walk(server: Server, address: str, link: URIRef = HYDRA.next) -> list[rdflib.Graph]:
    """Follow the links of a feed to its end."""
    pages = []
    here: str | None = urljoin(server.address, address)
    while here:
        page = read(server, here)
        assert str(view_of(page)) == here
        pages.append(page)
        following = page.value(view_of(page), link)
        here = str(following) if following is not None else None
        assert len(pages) < 50
    return pages


def datasets(page: rdflib.Graph) -> list[str]:
    """Every subject that a harvester takes for a dataset."""
    return sorted(str(each) for each in set(page.subjects(RDF.type, DCAT.Dataset)))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("link", [HYDRA.next, HYDRA.nextPage])
def test_a_harvester_finds_each_dataset_once(server: Server, suffix: str, link: URIRef) -> None:
    pages = walk(server, f"catalog.{suffix}?page_size=7", link)
    found = [iri for page in pages for iri in datasets(page)]
    assert len(found) == len(set(found)) == 53
    assert "http://example.org/secret" not in found
    assert "http://example.org/fiction" not in found
    last = pages[-1]
    assert list(last.objects(view_of(last), HYDRA.next)) == []
    assert list(last.objects(view_of(last), HYDRA.nextPage)) == []


def test_who_follows_containers_alone_meets_every_dataset(server: Server) -> None:
    contains = URIRef("http://www.w3.org/ns/ldp#contains")
    met, new = set[str](), [urljoin(server.address, "catalog")]
    while new:
        here = new.pop()
        page = rdflib.Graph().parse(data=server.get(here.removeprefix(server.address), "text/turtle").content)
        further = {str(each) for each in page.objects(None, contains)} - met
        met |= further
        new += [each for each in further if each.startswith(server.address)]
    datasets = {str(each) for page in walk(server, "catalog.ttl") for each in page.subjects(RDF.type, DCAT.Dataset)}
    assert len(datasets) > 40
    assert {each for each in met if not each.startswith(server.address)} == datasets


def test_each_page_is_complete_in_itself(server: Server) -> None:
    for page in walk(server, "catalog.ttl"):
        catalog = page.value(None, RDF.type, DCAT.Catalog)
        assert str(catalog) == server.address + "catalog"
        assert {title.language for title in page.objects(catalog, DCTERMS.title)} == {"fr", "en"}
        assert page.value(catalog, DCTERMS.license)
        assert page.value(page.value(catalog, DCTERMS.publisher), FOAF.name)
        assert page.value(catalog, HYDRA.view) == view_of(page)
        assert sorted(str(each) for each in page.objects(catalog, DCAT.dataset)) == datasets(page)
        assert page.value(view_of(page), HYDRA.totalItems).toPython() == 53
        for dataset in map(URIRef, datasets(page)):
            assert page.value(dataset, DCTERMS.title)
            assert page.value(dataset, DCTERMS.identifier)
            for publisher in page.objects(dataset, DCTERMS.publisher):
                assert (publisher, RDF.type, FOAF.Agent) in page
                assert page.value(publisher, FOAF.name)
        for subject, _, value in page:
            for term in (subject, value):
                assert not isinstance(term, rdflib.BNode)
                assert not isinstance(term, URIRef) or ":" in term


def test_what_a_dataset_names_is_described_with_it(server: Server) -> None:
    page = next(each for each in walk(server, "catalog.ttl") if "http://example.org/trees" in datasets(each))
    trees = URIRef("http://example.org/trees")
    assert page.value(page.value(trees, DCAT.theme), SKOS.prefLabel)
    assert page.value(page.value(trees, DCTERMS.accessRights), SKOS.prefLabel)
    distribution = URIRef("http://example.org/trees-csv")
    assert (trees, DCAT.distribution, distribution) in page
    assert page.value(distribution, DCTERMS.license) == page.value(trees, DCTERMS.license)
    assert page.value(page.value(distribution, DCTERMS["format"]), RDF.type)
    assert page.value(page.value(trees, DCAT.contactPoint), RDF.type)
    # An untitled part would be taken for a dataset of its own, and end the whole harvest.
    assert list(page.subjects(DCTERMS.description, rdflib.Literal("A part without a title.")))


def test_lexical_forms_are_those_of_the_source(server: Server) -> None:
    text = "".join(server.get(f"/catalog.nt?page={number}").text for number in (1, 2, 3))
    assert '"0012345"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>' in text
    assert '"007" .' in text


def test_numbered_pages_are_the_pages_of_the_walk(server: Server) -> None:
    walked = [datasets(page) for page in walk(server, "catalog.ttl")]
    numbered = [datasets(read(server, f"catalog.ttl?page={number}")) for number in range(1, len(walked) + 1)]
    assert numbered == walked
    assert len(walked) == 3


def test_pages_link_back(server: Server) -> None:
    pages = walk(server, "catalog.ttl")
    back = pages[-1]
    seen = [datasets(back)]
    while (address := back.value(view_of(back), HYDRA.previous)) is not None:
        back = read(server, str(address))
        seen.append(datasets(back))
    assert seen == [datasets(page) for page in reversed(pages)]
    first, last = pages[0].value(view_of(pages[0]), HYDRA.first), pages[0].value(view_of(pages[0]), HYDRA.last)
    assert datasets(read(server, str(first))) == datasets(pages[0])
    assert datasets(read(server, str(last))) == datasets(pages[-1])
    assert read(server, str(last)).value(URIRef(str(last)), HYDRA.next) is None


def test_links_stand_in_the_header_too(server: Server) -> None:
    first = server.get("/catalog.ttl")
    assert first.links["next"]["url"].startswith(server.address)
    assert "prev" not in first.links
    assert "next" not in server.get("/catalog.ttl?page=3").links


def test_an_edit_during_a_walk_moves_nothing_past_the_reader(server: Server, folder: Path) -> None:
    expected = {iri for page in walk(server, "catalog.ttl") for iri in datasets(page)}
    first = read(server, "catalog.ttl")
    following = str(first.value(view_of(first), HYDRA.next))
    with Instance.open(folder) as instance:
        turtle = many(0).replace("http://example.org/many/000", "http://example.org/aaa")
        tell(instance, turtle, "early")
        follow(server)
        try:
            rest = walk(server, following)
        finally:
            instance.log.retract("early", None, agent="test")
            follow(server)
    assert set(datasets(first)) | {iri for page in rest for iri in datasets(page)} == expected


def test_the_same_page_has_the_same_bytes(server: Server) -> None:
    for suffix in SUFFIXES:
        answers = [server.get(f"/catalog.{suffix}?page=2") for _ in range(2)]
        assert answers[0].content == answers[1].content
        assert answers[0].headers["etag"] == answers[1].headers["etag"]


def test_illustrations_have_a_feed_of_their_own(server: Server) -> None:
    page = read(server, "catalog/illustration.ttl")
    assert datasets(page) == ["http://example.org/fiction"]
    catalog = page.value(None, RDF.type, DCAT.Catalog)
    assert "Fictional catalogue for illustration" in {str(title) for title in page.objects(catalog, DCTERMS.title)}


def test_a_page_is_at_most_so_large(server: Server) -> None:
    assert server.get("/catalog?page_size=1001").status_code == 422
    assert len(datasets(read(server, "catalog?page_size=1000"))) == 53
