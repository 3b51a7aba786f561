"""One page of a catalog feed as statements: complete in itself, and nothing in it that a harvester would mistake.

Why each thing is there is written beside it; ckanext-dcat and udata are the readers that it was written for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.entities import Entity, read_entities
from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.records.kinds import label_of
from graph.terms import DCAT, DCT, FOAF, HYDRA, TYPE, XSD, Statement, expand, iri, literal
from graph.views.catalog import Fragment

_DATASET = f"<{DCAT}Dataset>"
_AGENT = f"<{FOAF}Agent>"
_AGENT_NAME = f"<{FOAF}name>"
_TITLE = f"<{DCT}title>"

# Who is named by these is an agent, whatever its own description calls it.
_AGENT_PROPERTIES = {
    f"<{prop}>"
    for prop in expand("""
        dct:publisher dct:creator dct:rightsHolder dct:contributor dga:hasDataHolder geodcatap:originator
        geodcatap:custodian geodcatap:processor geodcatap:distributor geodcatap:resourceProvider geodcatap:user
    """)
}
# What these point at is described on the same page: a reader of one page has no other.
_JOINED_PROPERTIES = _AGENT_PROPERTIES | {
    f"<{prop}>"
    for prop in expand("""
        dcat:contactPoint dcat:theme dcat:mediaType dcat:compressFormat dcat:packageFormat dcat:accessService
        dct:format dct:language dct:accrualPeriodicity dct:license dct:accessRights dct:rights dct:spatial dct:temporal
        dct:conformsTo dct:type dct:provenance dct:subject dcatap:applicableLegislation dcatap:hvdCategory
        dcatap:availability adms:status adms:identifier cg:domain
    """)
}
# Of what is joined only this is told: enough to name, to reach and to recognise it.
_TOLD = {
    f"<{prop}>"
    for prop in expand("""
        rdf:type rdfs:label skos:prefLabel skos:notation skos:inScheme dct:title dct:identifier dct:type foaf:name
        foaf:mbox foaf:homepage foaf:page vcard:fn vcard:hasEmail vcard:hasURL vcard:organization-name
        vcard:hasTelephone dcat:endpointURL dcat:endpointDescription dcat:startDate dcat:endDate dcat:bbox dcat:centroid
        locn:geometry dct:license dct:accessRights adms:schemaAgency org:classification
    """)
}
# A stub of one of these types would be harvested as a dataset of its own, or end the harvest for want of a title.
_HARVESTED_TYPES = {f"<{name}>" for name in expand("dcat:Dataset dcat:DatasetSeries dcat:Catalog")}

# Portals show addresses of a feed as links; one of these would act in the browser of whoever follows it.
_ACTING = re.compile(r"<(?:javascript|vbscript|data|blob|file):", re.IGNORECASE)


@dataclass(frozen=True)
class Catalogue:
    """What a feed says about itself: its IRI, its texts by language, its publisher, the licence of its descriptions."""

    iri: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    publisher_iri: str
    publisher: str
    licence: str


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


def page_statements(
    catalogue: Catalogue,
    paging: Paging,
    fragments: Sequence[Fragment],
    log: Log,
    audiences: Collection[str] = (PUBLIC,),
) -> list[Statement]:
    """Give the statements of a page: the catalogue, its view, the datasets, whatever these name."""
    listed = {f"<{fragment.iri}>" for fragment in fragments}
    told = [statement for fragment in fragments for statement in fragment.statements]
    told += [(subject, TYPE, _DATASET) for subject in listed]
    told += _joined(told, log, audiences)
    return [
        *(each for each in told if not _misleads(each, listed)),
        *_described(catalogue, fragments),
        *_paged(catalogue.iri, paging),
    ]


def _misleads(statement: Statement, listed: Collection[str]) -> bool:
    """Say whether a reader would make of a statement what it does not mean: a stub harvested, a script run."""
    subject, prop, value = statement
    return (prop == TYPE and value in _HARVESTED_TYPES and subject not in listed) or bool(_ACTING.match(value))


def _described(catalogue: Catalogue, fragments: Iterable[Fragment]) -> Iterator[Statement]:
    """Describe the catalogue and link the datasets of this page."""
    subject, publisher = iri(catalogue.iri), iri(catalogue.publisher_iri)
    yield subject, TYPE, f"<{DCAT}Catalog>"
    yield subject, TYPE, f"<{HYDRA}Collection>"
    for prop, texts in ((_TITLE, catalogue.titles), (f"<{DCT}description>", catalogue.descriptions)):
        for language, text in texts.items():
            yield subject, prop, literal(text, language)
    yield subject, f"<{DCT}license>", iri(catalogue.licence)
    yield subject, f"<{DCT}publisher>", publisher
    yield publisher, TYPE, _AGENT
    yield publisher, _AGENT_NAME, literal(catalogue.publisher)
    for fragment in fragments:
        yield subject, f"<{DCAT}dataset>", iri(fragment.iri)


def _paged(catalogue: str, paging: Paging) -> Iterator[Statement]:
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
    total = literal(str(paging.total), datatype=XSD + "integer")
    yield iri(catalogue), f"<{HYDRA}totalItems>", total
    yield here, f"<{HYDRA}totalItems>", total
    yield here, f"<{HYDRA}itemsPerPage>", literal(str(paging.size), datatype=XSD + "integer")


def _joined(told: Sequence[Statement], log: Log, audiences: Collection[str]) -> list[Statement]:
    """Tell of what the datasets name and do not describe themselves."""
    named = {o for _, p, o in told if p in _JOINED_PROPERTIES and o.startswith("<")}
    agents = {o for _, p, o in told if p in _AGENT_PROPERTIES and o.startswith("<")}
    known = read_entities(log, sorted(each[1:-1] for each in named), audiences)
    added = [statement for entity in known.values() for statement in _brief(entity)]
    return [*added, *_agents(agents, [*told, *added])]


def _brief(entity: Entity) -> Iterator[Statement]:
    """Tell what names an entity and how to reach it, and as much of the nodes it owns as that points at."""
    queue, met = [f"<{entity.iri}>"], set[str]()
    about: dict[str, list[Statement]] = {}
    for statement in entity.statements:
        about.setdefault(statement[0], []).append(statement)
    while queue:
        subject = queue.pop()
        met.add(subject)
        for statement in about.get(subject, ()):
            if statement[1] in _TOLD:
                yield statement
                if statement[2] in about and statement[2] not in met:
                    queue.append(statement[2])


def _agents(agents: Collection[str], told: Iterable[Statement]) -> Iterator[Statement]:
    """Type agents as such and give them the name that harvesters read, where their description has it otherwise."""
    about: dict[str, list[Statement]] = {agent: [] for agent in agents}
    for statement in told:
        if statement[0] in about:
            about[statement[0]].append(statement)
    for agent, statements in about.items():
        name = label_of(statements, agent[1:-1])
        if name:
            yield agent, TYPE, _AGENT
            if not any(prop == _AGENT_NAME for _, prop, _ in statements):
                yield agent, _AGENT_NAME, literal(name)
