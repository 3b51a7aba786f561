"""The SPARQL endpoint: queries over the public graph, answered by caged workers."""

from __future__ import annotations

from importlib.resources import files

import anyio.to_thread
from fastapi import APIRouter, Response

from api.documents import document
from api.languages import mark
from api.negotiation import HTML, page_or_rdf
from api.problems import VARY, not_acceptable
from api.querying import answer
from api.result_formats import FORMATS
from api.service import described_service
from api.sparql import read_question
from api.visit import OneVisit, Visit
from graph.rendering.syntaxes import SYNTAXES

routes = APIRouter()

_EXAMPLES = {
    "publishers": mark("Who publishes how many datasets"),
    "licences": mark("Under which licences"),
    "services": mark("Which datasets feed which services"),
}
_NAMES = {
    "json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV", "ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF/XML",
    "nt": "N-Triples", "trig": "TriG", "nq": "N-Quads",
}  # fmt: skip


@routes.get("/sparql")
async def query_by_get(visit: OneVisit) -> Response:
    """Answer a query; without one, show a form to browsers and describe the service to programs."""
    question = await read_question(visit.request, visit.site.settings.body_bytes)
    if question is not None:
        return await answer(visit, question)
    return await anyio.to_thread.run_sync(_without_query, visit)


@routes.post("/sparql")
async def query_by_post(visit: OneVisit) -> Response:
    """Answer a query that comes as a form or as `application/sparql-query`."""
    question = await read_question(visit.request, visit.site.settings.body_bytes)
    assert question is not None
    return await answer(visit, question)


def _without_query(visit: Visit) -> Response:
    """Show the form, or describe the service."""
    chosen = page_or_rdf(visit.request.headers.get("accept"))
    if chosen is None:
        raise not_acceptable([HTML, *(each.media_type for each in SYNTAXES)])
    if isinstance(chosen, str):
        return _form(visit)
    endpoint = visit.links.absolute("sparql")
    body = chosen.write(described_service(endpoint), [f"<{endpoint}>"])
    return document(visit.request, body, chosen.media_type, headers={"Vary": VARY})


def _form(visit: Visit) -> Response:
    """Show the form with examples that can be run by a click."""
    folder = files("api") / "examples"
    examples = [
        (title, text, visit.links.file("sparql", [("query", text), ("format", "json")]))
        for name, title in _EXAMPLES.items()
        for text in [(folder / f"{name}.rq").read_text()]
    ]
    return visit.page(
        "sparql.html",
        here="sparql",
        query=examples[0][1],
        examples=examples,
        formats=[(name, _NAMES[name]) for name in FORMATS],
        address=visit.links.absolute("sparql"),
        seconds=visit.site.settings.query_deadline,
    )
