"""The description of the API (OpenAPI), made from the routes: which answers each of them can give.

A route says with `answers` what it gives where all goes well and which failures are its own; what can happen to any
request is added here once for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Response

from api.negotiation import HTML
from api.problems import MEDIA_TYPE
from graph.rendering.syntaxes import FEED_SYNTAXES, SYNTAXES
from graph.store.formats import GRAPH_FORMATS, RESULT_FORMATS

RDF = tuple(syntax.media_type for syntax in SYNTAXES)
FEED_RDF = tuple(syntax.media_type for syntax in FEED_SYNTAXES)
CSV = "text/csv"
JSON = "application/json"

# What can happen to any request, whatever its route: see api/server/{limits,connections}.py, api/problems.py.
_ANYWHERE = (400, 401, 405, 408, 413, 415, 422, 429, 431, 500, 503)
_REFERENCE = {"$ref": "#/components/schemas/Problem"}
_PROBLEM = {
    "type": "object",
    "title": "Problem details (RFC 9457)",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 300, "maximum": 599},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
    },
}


def answers(
    *media_types: str, also: Iterable[int] = (304,), ill: str | None = None, absent: str | None = None
) -> dict[str, Any]:
    """Describe a route: the media types of its answer 200, the further statuses that are its own.

    `ill` is the media type of a 503 that is no problem document but tells how the service is, `absent` that of a 404 in
    the form of another protocol.
    """
    found: dict[int | str, dict[str, Any]] = {200: {"content": {each: _schema(each) for each in media_types}}}
    found |= {503: {"content": {ill: _schema(ill)}}} if ill else {}
    found |= {
        status: _problem(status) if status >= 400 or status == 300 else {"description": _phrase(status)}
        for status in also
    }
    if absent:
        found[404]["content"][absent] = _schema(absent)
    return {"response_class": Response, "responses": found}


TABLES = tuple(each.media_type for each in RESULT_FORMATS)
GRAPHS = tuple(each.media_type for each in GRAPH_FORMATS)
_OTHERS = (304, 403, 404, 406)


def asks_sparql(*media_types: str, posted: bool) -> dict[str, Any]:
    """Describe a route that takes a query after the SPARQL 1.1 Protocol, which it reads by itself."""
    fields = [
        parameter("query", "A query in SPARQL 1.1."),
        parameter("default-graph-uri", "A graph that makes up the default graph.", many=True, format="uri"),
        parameter("named-graph-uri", "A named graph.", many=True, format="uri"),
        parameter("format", "Name of the answer's format, for those who cannot send Accept."),
        parameter("timeout", "Seconds that the reader will wait at most.", type="number", exclusiveMinimum=0),
    ]
    extra: dict[str, Any] = {"parameters": fields if not posted else fields[1:]}
    if posted:
        form = {field["name"]: field["schema"] for field in fields}
        extra["requestBody"] = {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "required": ["query"], "properties": form}
                },
                "application/sparql-query": {"schema": {"type": "string"}},
            },
        }
    return {**answers(*media_types, also=_OTHERS), "openapi_extra": extra}


def parameter(name: str, description: str, *, many: bool = False, **schema: object) -> dict[str, Any]:
    """Describe a parameter of the address that the route reads by itself."""
    one = {"type": "string", **schema}
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "array", "items": one} if many else one,
    }


def describe(app: FastAPI) -> None:
    """Let the application describe itself with what can happen anywhere."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(made())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    for path in schema["paths"].values():
        for operation in path.values():
            own = operation["responses"]
            for status in _ANYWHERE:
                problem, known = _problem(status), own.get(str(status), {})
                # What the framework adds for parameters of the wrong kind is not how it is told here.
                content = {} if status == HTTPStatus.UNPROCESSABLE_ENTITY else known.get("content", {})
                own[str(status)] = {**problem, "content": {**problem["content"], **content}}
            operation["responses"] = dict(sorted(own.items()))
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    schemas["Problem"] = _PROBLEM
    return schema


def _problem(status: int) -> dict[str, Any]:
    """Describe a failure: problem details, or a page for a browser."""
    content = {MEDIA_TYPE: {"schema": _REFERENCE}, HTML: _schema(HTML)}
    return {"description": _phrase(status), "content": content}


def _schema(media_type: str) -> dict[str, Any]:
    return {"schema": {"type": ["object", "array"] if media_type.endswith("json") else "string"}}


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
