"""What the SPARQL 1.1 Protocol asks for, read from a request: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from fastapi import Request

from api.endpoint.result_formats import accepted_formats
from api.languages import mark
from api.problems import bad_request, unsupported_media_type, update_refused
from api.server.bodies import fields_of, form_of, read_body, text_of
from graph.store.formats import QueryFormat
from graph.terms import is_iri

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_CHARSETS = {"", "utf-8", "utf8", "us-ascii"}
_SHOWN = 200
# No log will ever be longer.
_DIGITS = 15

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Question:
    """What a request asks.

    `default_graphs`, `named_graphs`: the graphs that the request names, None where it names none. `formats`: those it
    takes, best first. `seconds`: how long it will wait at most, None for as long as is allowed. `sequence`: the number
    of changes of public knowledge that the answer must know of.
    """

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    formats: tuple[QueryFormat, ...]
    seconds: float | None = None
    sequence: int = 0


async def read_question(request: Request, limit: int) -> Question | None:
    """Read the query of a GET or POST; None for a GET that has none. Raises Problem."""
    in_address = _in_address(request)
    fields = in_address if request.method == "GET" else await _posted(request, in_address, limit)
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
        _graphs(fields, "default-graph-uri"),
        _graphs(fields, "named-graph-uri"),
        accepted_formats(request.headers.get("accept", ""), _first(fields, "format")),
        _seconds(_first(fields, "timeout")),
        _sequence(request.headers.get("civigraph-sequence", "")),
    )


def _in_address(request: Request) -> list[tuple[str, str]]:
    """Read the parameters of the address. Raises Problem (400)."""
    try:
        # Some clients leave letters unescaped: they are UTF-8 all the same.
        return fields_of(request.scope["query_string"].decode())
    except UnicodeDecodeError:
        raise bad_request(mark("A parameter is not UTF-8.")) from None


async def _posted(request: Request, in_address: Fields, limit: int) -> list[tuple[str, str]]:
    """Read the fields of a POST, whichever of the protocol's two forms it has (sections 2.1.2 and 2.1.3)."""
    media_type, charset = _content_type(request.headers.get("content-type", ""))
    if media_type == UPDATE:
        raise update_refused()
    if media_type not in {FORM, QUERY} or charset not in _CHARSETS:
        raise unsupported_media_type([FORM, QUERY])
    body = await read_body(request, limit)
    if media_type == FORM:
        # The protocol puts all into the form; a dataset that stands in the address must not be passed over for that.
        return [*form_of(body), *in_address]
    return [("query", text_of(body)), *(field for field in in_address if field[0] != "query")]


def _content_type(header: str) -> tuple[str, str]:
    """Give the media type and the charset of a Content-Type header, '' where there is none."""
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    named = dict(each.partition("=")[::2] for each in parameters)
    return media_type, named.get("charset", "").strip('"')


def _first(fields: Fields, name: str) -> str | None:
    return next((value for each, value in fields if each == name), None)


def _graphs(fields: Fields, name: str) -> tuple[str, ...] | None:
    """Give the graphs that a parameter names, None for none. Raises Problem (400) for what is no IRI.

    Forms of other endpoints send the parameter empty where nothing is chosen. There is no base here that a relative
    reference could be resolved against, so it names nothing that could be meant.
    """
    graphs = tuple(value for each, value in fields if each == name and value)
    for graph in graphs:
        if not is_iri(graph):
            raise bad_request(
                mark("The parameter %(name)s is no absolute IRI: %(value)s"), name=name, value=graph[:_SHOWN]
            )
    return graphs or None


def _seconds(text: str | None) -> float | None:
    """Read the parameter `timeout`. Raises Problem (400) for what is no positive number of seconds."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not (isfinite(seconds) and seconds > 0):
        raise bad_request(mark("The parameter timeout is a number of seconds above 0."))
    return seconds


def _sequence(text: str) -> int:
    """Read the header `Civigraph-Sequence`. Raises Problem (400) for what no answer ever said."""
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise bad_request(mark("The header Civigraph-Sequence is the number that an answer told."))
    return int(text)
