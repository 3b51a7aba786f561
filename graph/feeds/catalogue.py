"""What a catalogue says about itself, and its paging: https://semiceu.github.io/DCAT-AP/releases/3.0.1/#Catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph.rendering.blocks import bits
from graph.rendering.rdfxml import attribute
from graph.terms import DCAT, DCT, FOAF, HYDRA, LDP, SKOS, TYPE, VCARD, XSD, Statement, expand, iri, literal
from graph.views.fragments.moment import Key

_EU = "http://publications.europa.eu/resource/authority/"
THEMES = f"{_EU}data-theme"
_THEMES_LABEL = {"fr": "Thème des données", "en": "Data theme"}
_LANGUAGES = {"fr": f"{_EU}language/FRA", "en": f"{_EU}language/ENG"}
PUBLIC = f"{_EU}access-right/PUBLIC"

_AGENT = f"<{FOAF}Agent>"


@dataclass(frozen=True)
class Service:
    """One of our own ways to read the graph, by a name that ends its IRI."""

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    endpoint: str
    description: str | None = None
    conforms_to: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """What a feed says about itself: its IRI, its texts by language, its publisher, the licence of its descriptions.

    `contact` is an address of mail (`mailto:…`) or of a page, `access_page` the page that tells how access to what is
    not public is asked for; None where the operator names none.
    """

    iri: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    publisher_iri: str
    publisher: str
    licence: str
    homepage: str
    contact: str | None = None
    access_page: str | None = None
    services: Sequence[Service] = field(default=())


@dataclass(frozen=True)
class Paging:
    """One page's place: addresses of this and the neighbouring pages, None where there is none."""

    here: str
    first: str
    last: str
    previous: str | None
    next: str | None
    total: int
    size: int


def shared(catalogue: Catalogue) -> list[str]:
    """Give what the catalogue names and pages describe, as `role IRI` each."""
    named = [f"dct:LicenseDocument {catalogue.licence}", f"skos:ConceptScheme {THEMES}"]
    named += [f"dct:LinguisticSystem {language}" for language in _LANGUAGES.values()]
    return [*named, *([f"dct:RightsStatement {PUBLIC}"] if catalogue.services else [])]


def described(catalogue: Catalogue) -> Iterator[Statement]:
    """Describe the catalogue, without what is on the page."""
    subject, publisher = iri(catalogue.iri), iri(catalogue.publisher_iri)
    yield subject, TYPE, f"<{DCAT}Catalog>"
    yield subject, TYPE, f"<{HYDRA}Collection>"
    yield from _texts(subject, catalogue.titles, catalogue.descriptions)
    yield subject, f"<{DCT}license>", iri(catalogue.licence)
    yield subject, f"<{DCT}publisher>", publisher
    yield publisher, TYPE, _AGENT
    yield publisher, f"<{FOAF}name>", literal(catalogue.publisher)
    yield subject, f"<{FOAF}homepage>", iri(catalogue.homepage)
    yield iri(catalogue.homepage), TYPE, f"<{FOAF}Document>"
    yield subject, f"<{DCAT}themeTaxonomy>", iri(THEMES)
    for language, label in _THEMES_LABEL.items():
        yield iri(THEMES), f"<{SKOS}prefLabel>", literal(label, language)
        yield iri(THEMES), f"<{DCT}title>", literal(label, language)
        yield subject, f"<{DCT}language>", iri(_LANGUAGES[language])
    yield subject, TYPE, _CONTAINER
    yield subject, f"<{LDP}membershipResource>", subject
    yield subject, f"<{LDP}hasMemberRelation>", f"<{DCAT}dataset>"
    if catalogue.access_page is not None:
        # Who harvests descriptions of protected data has to be told the way to the data (Regulation 2022/868, art. 8).
        yield subject, f"<{FOAF}page>", iri(catalogue.access_page)
        yield iri(catalogue.access_page), TYPE, f"<{FOAF}Document>"
    yield from contact(subject, catalogue)
    for service in catalogue.services:
        yield from _service(catalogue, service)


def contact(subject: str, catalogue: Catalogue) -> Iterator[Statement]:
    """Say whom to write to about the descriptions."""
    if catalogue.contact is None:
        return
    node = iri(f"{catalogue.iri}#contact")
    reached = "hasEmail" if catalogue.contact.startswith("mailto:") else "hasURL"
    yield subject, f"<{DCAT}contactPoint>", node
    yield node, TYPE, f"<{VCARD}Kind>"
    yield node, f"<{VCARD}fn>", literal(catalogue.publisher)
    yield node, f"<{VCARD}{reached}>", iri(catalogue.contact)


def _texts(subject: str, titles: Mapping[str, str], descriptions: Mapping[str, str]) -> Iterator[Statement]:
    for name, texts in (("title", titles), ("description", descriptions)):
        for language, text in texts.items():
            yield subject, f"<{DCT}{name}>", literal(text, language)


def _service(catalogue: Catalogue, service: Service) -> Iterator[Statement]:
    """Describe one of our own endpoints."""
    node = f"{catalogue.iri}#{service.name}"
    subject = iri(node)
    yield iri(catalogue.iri), f"<{DCAT}service>", subject
    yield subject, TYPE, f"<{DCAT}DataService>"
    yield from _texts(subject, service.titles, service.descriptions)
    yield subject, f"<{DCT}identifier>", literal(node)
    yield subject, f"<{DCT}publisher>", iri(catalogue.publisher_iri)
    yield subject, f"<{DCT}license>", iri(catalogue.licence)
    yield subject, f"<{DCT}accessRights>", iri(PUBLIC)
    yield subject, f"<{DCAT}endpointURL>", iri(service.endpoint)
    yield from contact(subject, catalogue)
    if service.description:
        yield subject, f"<{DCAT}endpointDescription>", iri(service.description)
    if service.conforms_to:
        yield subject, f"<{DCT}conformsTo>", iri(service.conforms_to)
        yield iri(service.conforms_to), TYPE, f"<{DCT}Standard>"


_CATALOG_DATASET, _RECORD, _TOPIC = (f"<{name}>" for name in expand("dcat:dataset dcat:record foaf:primaryTopic"))
# An index of FAIR Data Points finds what is in a catalogue by its container (https://www.w3.org/TR/ldp/).
_CONTAINER, _CONTAINS = f"<{LDP}DirectContainer>", f"<{LDP}contains>"
_CATALOG_RECORD, _MODIFIED = f"<{DCAT}CatalogRecord>", f"<{DCT}modified>"


def listed(catalogue: str, keys: Iterable[Key], record_of: str) -> Iterator[Statement]:
    """Link the datasets of a page, each with its record: when what is said of it last changed here.

    `record_of` is the start of a record's IRI, which the dataset's own, quoted for an address, ends.
    """
    subject = f"<{catalogue}>"
    for key in keys:
        dataset, record = f"<{key.iri}>", f"<{record_of}{quoted(key.iri)}#record>"
        yield subject, _CATALOG_DATASET, dataset
        yield subject, _CONTAINS, dataset
        yield subject, _RECORD, record
        yield record, TYPE, _CATALOG_RECORD
        yield record, _TOPIC, dataset
        yield record, _MODIFIED, f'"{key.changed}"^^<{XSD}dateTime>'


def listed_as(syntax: str, catalogue: str, keys: Sequence[Key], record_of: str) -> tuple[str, int]:
    """Write the same in one syntax (`turtle`, `rdfxml`, `jsonld`), with the prefixes used: most of a page's own part.

    What `graph.rendering.blocks` does for any statements, done for these: they are the same four for each dataset.
    """
    pairs = [(key.iri, f"{record_of}{quoted(key.iri)}#record", key.changed) for key in keys]
    if not pairs:
        return "", 0
    if syntax == "turtle":
        text = _listed_in_turtle(catalogue, pairs)
    elif syntax == "rdfxml":
        text = _listed_in_rdfxml(attribute(catalogue), [(attribute(a), attribute(b), c) for a, b, c in pairs])
    else:
        text = _listed_in_jsonld(catalogue, pairs)
    return text, bits("dcat", "dct", "foaf", "ldp", "xsd")


Pairs = list[tuple[str, str, str]]
"""A dataset, its record, when it changed."""


def _listed_in_turtle(catalogue: str, pairs: Pairs) -> str:
    datasets = " ,\n        ".join(f"<{dataset}>" for dataset, _, _ in pairs)
    records = " ,\n        ".join(f"<{record}>" for _, record, _ in pairs)
    linked = f"<{catalogue}> dcat:dataset {datasets} ;\n    dcat:record {records} ;\n    ldp:contains {datasets} .\n"
    told = [
        f'<{record}> a dcat:CatalogRecord ;\n    dct:modified "{changed}"^^xsd:dateTime ;\n'
        f"    foaf:primaryTopic <{dataset}> .\n"
        for dataset, record, changed in pairs
    ]
    return "\n".join([linked, *told])


def _listed_in_rdfxml(catalogue: str, pairs: Pairs) -> str:
    links = [
        f'    <dcat:dataset rdf:resource="{dataset}"/>\n    <dcat:record rdf:resource="{record}"/>\n'
        f'    <ldp:contains rdf:resource="{dataset}"/>\n'
        for dataset, record, _ in pairs
    ]
    told = [
        f'  <rdf:Description rdf:about="{record}">\n    <rdf:type rdf:resource="{DCAT}CatalogRecord"/>\n'
        f'    <dct:modified rdf:datatype="{XSD}dateTime">{changed}</dct:modified>\n'
        f'    <foaf:primaryTopic rdf:resource="{dataset}"/>\n  </rdf:Description>\n'
        for dataset, record, changed in pairs
    ]
    opening = f'  <rdf:Description rdf:about="{catalogue}">\n'
    return "".join([opening, *links, "  </rdf:Description>\n", *told])


def _listed_in_jsonld(catalogue: str, pairs: Pairs) -> str:
    datasets = ",\n        ".join(f'{{"@id": "{dataset}"}}' for dataset, _, _ in pairs)
    records = ",\n        ".join(f'{{"@id": "{record}"}}' for _, record, _ in pairs)
    linked = (
        f'    {{\n      "@id": "{catalogue}",\n      "dcat:dataset": [\n        {datasets}\n      ],\n'
        f'      "dcat:record": [\n        {records}\n      ],\n'
        f'      "ldp:contains": [\n        {datasets}\n      ]\n    }}'
    )
    told = [
        f'    {{\n      "@id": "{record}",\n      "@type": "dcat:CatalogRecord",\n'
        f'      "dct:modified": {{"@type": "xsd:dateTime", "@value": "{changed}"}},\n'
        f'      "foaf:primaryTopic": {{"@id": "{dataset}"}}\n    }}'
        for dataset, record, changed in pairs
    ]
    return ",\n".join([linked, *told])


def quoted(text: str) -> str:
    """Quote an IRI as the value of a parameter, leaving what IRIs may hold there."""
    return text.replace("%", "%25").replace("#", "%23").replace("&", "%26").replace("+", "%2B")


def paged(catalogue: str, paging: Paging) -> Iterator[Statement]:
    """Describe the page in both of hydra's vocabularies, on one node that is the page's own address.

    Readers take the first node of either type, so there is one; and a last page has no next at all.
    """
    here = iri(paging.here)
    yield iri(catalogue), f"<{HYDRA}view>", here
    for name in ("PartialCollectionView", "PagedCollection"):
        yield here, TYPE, f"<{HYDRA}{name}>"
    links = {"first": paging.first, "last": paging.last, "previous": paging.previous, "next": paging.next}
    for name, address in links.items():
        if address is not None:
            yield here, f"<{HYDRA}{name}>", iri(address)
            yield here, f"<{HYDRA}{name}Page>", iri(address)
    if paging.next is not None:
        # The index of FAIR Data Points knows no hydra: it goes on to what a container has, so to the next page too.
        yield iri(catalogue), _CONTAINS, iri(paging.next)
    total = literal(str(paging.total), datatype=XSD + "integer")
    yield iri(catalogue), f"<{HYDRA}totalItems>", total
    yield here, f"<{HYDRA}totalItems>", total
    yield here, f"<{HYDRA}itemsPerPage>", literal(str(paging.size), datatype=XSD + "integer")
