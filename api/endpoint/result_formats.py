"""In which format a query is answered: the one that the request names, else by its Accept header."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from api.languages import mark
from api.negotiation import Range, ranges
from api.problems import bad_request, not_acceptable
from graph.store.formats import GRAPH_FORMATS, RESULT_FORMATS, QueryFormat

# What `format=` names, for those who cannot set a header; the page offers the same.
FORMATS = {
    "json": QueryFormat.JSON,
    "xml": QueryFormat.XML,
    "csv": QueryFormat.CSV,
    "tsv": QueryFormat.TSV,
    "ttl": QueryFormat.TURTLE,
    "jsonld": QueryFormat.JSON_LD,
    "rdf": QueryFormat.RDF_XML,
    "nt": QueryFormat.N_TRIPLES,
    "trig": QueryFormat.TRIG,
    "nq": QueryFormat.N_QUADS,
}
# The names under which clients ask for them (SPARQLWrapper sends its own as a parameter).
_NAMES = {
    **FORMATS,
    "turtle": QueryFormat.TURTLE,
    "n3": QueryFormat.TURTLE,
    "json-ld": QueryFormat.JSON_LD,
    "rdf+xml": QueryFormat.RDF_XML,
    "rdfxml": QueryFormat.RDF_XML,
    "ntriples": QueryFormat.N_TRIPLES,
    "n-triples": QueryFormat.N_TRIPLES,
    "nquads": QueryFormat.N_QUADS,
    "n-quads": QueryFormat.N_QUADS,
    **{each.media_type: each for each in QueryFormat},
}
# Two names say how it is written and fit both kinds of answer.
_FOR_GRAPHS = {QueryFormat.JSON: QueryFormat.JSON_LD, QueryFormat.XML: QueryFormat.RDF_XML}
_ALSO = {
    QueryFormat.JSON: ("application/json",),
    QueryFormat.XML: ("application/xml", "text/xml"),
    QueryFormat.RDF_XML: ("application/xml", "text/xml"),
    QueryFormat.JSON_LD: ("application/json",),
    QueryFormat.N_TRIPLES: ("text/plain",),
    QueryFormat.TURTLE: ("application/x-turtle", "text/n3"),
    QueryFormat.TRIG: ("application/x-trig",),
    QueryFormat.N_QUADS: ("text/x-nquads",),
}
_FILES = {
    QueryFormat.JSON: "results.json",
    QueryFormat.XML: "results.xml",
    QueryFormat.CSV: "results.csv",
    QueryFormat.TSV: "results.tsv",
    QueryFormat.TURTLE: "graph.ttl",
    QueryFormat.JSON_LD: "graph.jsonld",
    QueryFormat.RDF_XML: "graph.rdf",
    QueryFormat.N_TRIPLES: "graph.nt",
    QueryFormat.TRIG: "graph.trig",
    QueryFormat.N_QUADS: "graph.nq",
}
# Few kinds of client send nearly all requests, each the same header every time.
_HEADERS_KEPT = 64
# Tables are for saving: a browser that showed them would guess at what they are.
_SAVED = (QueryFormat.CSV, QueryFormat.TSV)


def accepted_formats(accept: str, named: str | None) -> tuple[QueryFormat, ...]:
    """Give the formats that a request takes, best first: `accept` is the header, `named` the parameter.

    A name decides for its own kind of answer (solutions, graphs) and leaves the other to the header. Raises Problem
    (400 for a name that is not known, 406).
    """
    if not named:
        found = _ranked(accept, tuple(QueryFormat))
        if not found:
            raise not_acceptable([each.media_type for each in QueryFormat])
        return found
    chosen = _NAMES.get(named.strip().lower())
    if chosen is None:
        raise bad_request(mark("The parameter format is one of %(names)s."), names=", ".join(FORMATS))
    if chosen in _FOR_GRAPHS:
        return (chosen, _FOR_GRAPHS[chosen])
    others = RESULT_FORMATS if chosen.is_for_graphs else GRAPH_FORMATS
    return (chosen, *(_ranked(accept, others) or others))


def choose_format(formats: Sequence[QueryFormat], *, graph: bool) -> QueryFormat:
    """Choose the first of these formats that can write a graph, or a table. Raises Problem (406)."""
    found = next((each for each in formats if each.is_for_graphs == graph), None)
    if found is None:
        raise not_acceptable([each.media_type for each in (GRAPH_FORMATS if graph else RESULT_FORMATS)])
    return found


def disposition(chosen: QueryFormat) -> str:
    """Give the Content-Disposition of an answer: the name under which it is saved (RFC 6266)."""
    return f'{"attachment" if chosen in _SAVED else "inline"}; filename="{_FILES[chosen]}"'


@lru_cache(_HEADERS_KEPT)
def _ranked(accept: str, offered: tuple[QueryFormat, ...]) -> tuple[QueryFormat, ...]:
    """Give what is welcome of the offered formats, best first; of equals those asked for by name, then by our order."""
    wanted = ranges(accept) or [Range("*/*", 1.0)]
    graded = [(_welcome(wanted, each), each) for each in offered]
    found = sorted((pair for pair in graded if pair[0][0] > 0), key=lambda pair: pair[0], reverse=True)
    return tuple(each for _, each in found)


def _welcome(wanted: Sequence[Range], offered: QueryFormat) -> tuple[float, int]:
    """Say how welcome a format is (quality, precision): the narrowest range decides, and other names must be named."""
    named = [each for each in wanted if each.media_type in (offered.media_type, *_ALSO.get(offered, ()))]
    fitting = named or [each for each in wanted if each.fits(offered.media_type)]
    if not fitting:
        return (0.0, 0)
    decisive = max(fitting, key=lambda each: (each.precision, each.quality))
    return (decisive.quality, decisive.precision)
