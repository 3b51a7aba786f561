"""What the SPARQL 1.1 Protocol asks for, read from a request: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from api.bodies import fields_of, form_of, read_body, text_of
from api.languages import mark
from api.negotiation import Range, ranges
from api.problems import bad_request, not_acceptable, unsupported_media_type, update_refused
from graph.store.formats import QueryFormat

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

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
}
_ALSO = {
    QueryFormat.JSON: ("application/json",),
    QueryFormat.XML: ("application/xml", "text/xml"),
    QueryFormat.RDF_XML: ("application/xml", "text/xml"),
    QueryFormat.JSON_LD: ("application/json",),
    QueryFormat.N_TRIPLES: ("text/plain",),
    QueryFormat.TURTLE: ("application/x-turtle", "text/n3"),
}


@dataclass(frozen=True)
class Question:
    """A query, the graphs that the request names (None where it names none), the formats it takes, best first."""

    query: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    formats: list[QueryFormat]


async def read_question(request: Request, limit: int) -> Question | None:
    """Read the query of a GET or POST; None for a GET that has none. Raises Problem."""
    in_address = fields_of(request.scope["query_string"].decode("latin-1"))
    if request.method == "GET":
        fields = in_address
    else:
        fields = await _posted(request, in_address, limit)
    if any(name == "update" for name, _ in fields):
        raise update_refused()
    queries = [value for name, value in fields if name == "query"]
    if len(queries) > 1:
        raise bad_request(mark("There is more than one query."))
    if not queries and request.method == "GET":
        return None
    if not queries:
        raise bad_request(mark("There is no query: the form has no field of that name."))
    return Question(
        queries[0],
        _all(fields, "default-graph-uri"),
        _all(fields, "named-graph-uri"),
        _formats(request, next((value for name, value in fields if name == "format"), None)),
    )


async def _posted(request: Request, in_address: list[tuple[str, str]], limit: int) -> list[tuple[str, str]]:
    """Read the fields of a POST, whichever of the protocol's two forms it has."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == UPDATE:
        raise update_refused()
    if media_type not in {FORM, QUERY}:
        raise unsupported_media_type([FORM, QUERY])
    body = await read_body(request, limit)
    if media_type == FORM:
        return form_of(body)
    return [("query", text_of(body)), *(field for field in in_address if field[0] != "query")]


def _all(fields: Sequence[tuple[str, str]], name: str) -> list[str] | None:
    """Give every value of a field, None where it is not there."""
    return [value for each, value in fields if each == name] or None


def _formats(request: Request, wanted: str | None) -> list[QueryFormat]:
    """Give the formats that the request takes, best first. Raises Problem (400 or 406)."""
    if wanted:
        if wanted not in FORMATS:
            raise bad_request(mark("The parameter format is one of %(names)s."), names=", ".join(FORMATS))
        # What is asked for by name decides for its own kind of answer, and says nothing of the other.
        return [FORMATS[wanted], *(each for each in QueryFormat if each.is_for_graphs != FORMATS[wanted].is_for_graphs)]
    accepted = ranges(request.headers.get("accept", "")) or [Range("*/*", 1.0)]
    graded = [(each, _quality(accepted, each)) for each in QueryFormat]
    found = [each for each, quality in sorted(graded, key=lambda pair: -pair[1]) if quality > 0]
    if not found:
        raise not_acceptable([each.media_type for each in QueryFormat])
    return found


def _quality(accepted: Sequence[Range], wanted: QueryFormat) -> float:
    """Say how welcome a format is: by its own media type first, then by what else it goes by."""
    found = 0.0
    for media_type in (wanted.media_type, *_ALSO.get(wanted, ())):
        fitting = [each for each in accepted if each.fits(media_type)]
        if fitting:
            found = max(found, max(fitting, key=lambda each: (each.precision, each.quality)).quality)
    return found
