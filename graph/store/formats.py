"""The formats in which a query's answer is written."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

SOLUTIONS = "solutions"
BOOLEAN = "boolean"
GRAPH = "graph"
KINDS = (SOLUTIONS, BOOLEAN, GRAPH)


class QueryFormat(StrEnum):
    """A format, by its media type (SPARQL 1.1 Query Results JSON, XML, CSV and TSV; RDF 1.1 for graphs)."""

    JSON = "application/sparql-results+json"
    XML = "application/sparql-results+xml"
    CSV = "text/csv"
    TSV = "text/tab-separated-values"
    TURTLE = "text/turtle"
    N_TRIPLES = "application/n-triples"
    RDF_XML = "application/rdf+xml"
    JSON_LD = "application/ld+json"
    TRIG = "application/trig"
    N_QUADS = "application/n-quads"

    @property
    def media_type(self) -> str:
        """The media type, as HTTP writes it."""
        return self.value

    @property
    def is_for_graphs(self) -> bool:
        """Whether it writes triples (CONSTRUCT, DESCRIBE) rather than solutions or a boolean (SELECT, ASK)."""
        return self in GRAPH_FORMATS


RESULT_FORMATS = (QueryFormat.JSON, QueryFormat.XML, QueryFormat.CSV, QueryFormat.TSV)
# The two that know of graphs write their triples into the default one, for readers that take nothing else.
GRAPH_FORMATS = (
    QueryFormat.TURTLE,
    QueryFormat.N_TRIPLES,
    QueryFormat.RDF_XML,
    QueryFormat.JSON_LD,
    QueryFormat.TRIG,
    QueryFormat.N_QUADS,
)


def choose(kind: str, accepted: Sequence[QueryFormat]) -> QueryFormat | None:
    """Choose the first accepted format that can write a kind of answer; None where none can."""
    return next((choice for choice in accepted if choice.is_for_graphs == (kind == GRAPH)), None)
