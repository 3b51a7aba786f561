"""The SPARQL endpoint described whole: what it speaks, its limits, its functions, its examples, what it holds.

https://www.w3.org/TR/sparql11-service-description/, VoID, SHACL's executables; our own terms where these have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from api.settings import Settings
from api.site import Site
from graph import executables
from graph.log.rows import PUBLIC
from graph.records.record import Record
from graph.records.split import split
from graph.statistics.partitions import Counts, Naming, document_of
from graph.statistics.service import service
from graph.store.workers import QueryPool
from graph.terms import CG, RDFS, SCHEMA, SD, TYPE, XSD, Statement, iri, literal, parse_payload
from graph.views.triples import graph_name

_GEO = "http://www.opengis.net/def/function/geosparql/"


def _named(start: str, names: str) -> tuple[str, ...]:
    """Write names in full."""
    return tuple(start + name for name in names.split())


FUNCTIONS = (
    *_named(XSD, "date time duration dayTimeDuration yearMonthDuration gYear"),
    *_named(_GEO, "asGeoJSON centroid convexHull coordinateDimension dimension distance envelope getSRID"),
    *_named(_GEO, "isEmpty isSimple spatialDimension"),
    *_named(f"{_GEO}sf", "Equals Disjoint Intersects Touches Within Contains Overlaps Crosses"),
    *_named(f"{_GEO}eh", "Equals Disjoint Meet Overlap Covers CoveredBy Inside Contains"),
    *_named(f"{_GEO}rcc8", "eq dc ec po tppi tpp ntpp ntppi"),
)
"""What Oxigraph 0.5 knows beyond the functions and casts of SPARQL 1.1."""

VALUES_ONLY = _named(
    XSD,
    """boolean integer decimal float double date time dateTime dateTimeStamp gYear gYearMonth gMonth gMonthDay gDay
    duration dayTimeDuration yearMonthDuration byte short int long unsignedByte unsignedShort unsignedInt unsignedLong
    negativeInteger nonNegativeInteger nonPositiveInteger positiveInteger""",
)
"""Datatypes whose literals Oxigraph keeps as values: "007" becomes 7, and a byte an integer."""

_CANONICAL = {
    "fr": "Les littéraux de ces types sont rendus dans leur forme canonique\u00a0: «\u00a0007\u00a0» y est 7, "
    "et «\u00a01.50\u00a0» y est 1.5."
    " Les pages et les exports gardent le texte de la source.",
    "en": "Literals of these datatypes are given in their canonical form: “007” is 7 here, and “1.50” is 1.5."
    " Pages and exports keep the text of the source.",
}


def described_service(site: Site, counts: Counts, endpoint: str) -> list[Statement]:
    """Describe the endpoint at this address, and all that it holds."""
    own = isinstance(site.pool, QueryPool)
    return [
        *service(endpoint, site.instance.base),
        *_limits(iri(endpoint), site.settings),
        *(_engine(iri(endpoint)) if own else ()),
        *_queries(endpoint, site.instance.base),
        *described_graph(site, counts, endpoint),
    ]


def described_graph(site: Site, counts: Counts, endpoint: str) -> list[Statement]:
    """Describe the public graph in VoID, and where it can be asked."""
    base = site.instance.base
    known = {iri(endpoint), iri(document_of(base))}
    return [
        *(each for each in service(endpoint, base) if each[2] in known or each[0] == iri(document_of(base))),
        *Naming(base).described(counts),
    ]


def named_graphs(base: str, audiences: Sequence[str]) -> Iterator[Statement]:
    """Name the graphs that a reader sees beside the public one, which has no name."""
    dataset = iri(f"{document_of(base)}#dataset")
    for audience in audiences:
        if audience != PUBLIC:
            graph = iri(graph_name(base, audience))
            yield dataset, iri(f"{SD}namedGraph"), graph
            yield graph, TYPE, iri(f"{SD}NamedGraph")
            yield graph, iri(f"{SD}name"), graph


def _limits(subject: str, settings: Settings) -> Iterator[Statement]:
    """Say what ends a query."""
    for name, value, datatype in (
        ("queryDeadline", settings.query_deadline, "decimal"),
        ("queryMemory", settings.query_memory, "integer"),
        ("answerSize", settings.query_bytes, "integer"),
        ("clientProcessorSeconds", settings.query_client_seconds, "decimal"),
        ("clientQueries", settings.query_client_running, "integer"),
    ):
        yield subject, iri(CG + name), literal(str(value), datatype=f"{XSD}{datatype}")


def _engine(subject: str) -> Iterator[Statement]:
    """Say what is so where the store is our own."""
    for function in FUNCTIONS:
        yield subject, iri(f"{SD}extensionFunction"), iri(function)
        yield iri(function), TYPE, iri(f"{SD}Function")
    for name in VALUES_ONLY:
        yield subject, iri(f"{CG}keepsValueOnlyOf"), iri(name)
    for language, text in _CANONICAL.items():
        yield subject, iri(f"{RDFS}comment"), literal(text, language)


def _queries(endpoint: str, base: str) -> Iterator[Statement]:
    """Tell the examples, each with the endpoint that it is for, the prefixes, and what is derived."""
    subject = iri(endpoint)
    for query in executables.executables():
        yield iri(executables.iri_of(query)), iri(f"{SCHEMA}target"), subject
    yield subject, iri("http://www.w3.org/ns/shacl#prefixes"), iri(executables.PREFIX_NODE)
    for statement in _told(base):
        yield statement
        if statement[1] == f"<{CG}derives>":
            yield subject, iri(f"{CG}appliesDerivation"), statement[0]


@lru_cache(maxsize=1)
def _told(base: str) -> tuple[Statement, ...]:
    """What the records of the queries say, with the names that their blank nodes have there."""
    made = split(executables.statements(), base=base, source="")
    return tuple(each for record in made if isinstance(record, Record) for each in parse_payload(record.payload))
