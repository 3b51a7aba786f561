"""The SPARQL endpoint: queries over the public graph, answered by caged workers."""

from __future__ import annotations

from dataclasses import dataclass

import anyio.to_thread
from fastapi import APIRouter, Response

from api.negotiation import HTML, page_or_rdf
from api.openapi import GRAPHS, TABLES, asks_sparql
from api.problems import not_acceptable
from api.querying import answer
from api.result_formats import FORMATS
from api.routes.description import described
from api.sparql import read_question
from api.visit import OneVisit, Visit
from graph.rendering.syntaxes import SYNTAXES
from ontology.example_queries import ExampleQuery, example_queries, question_queries

routes = APIRouter()


@dataclass(frozen=True, slots=True)
class _Example:
    """An example as the page shows it, with the addresses that run it and that put it into the form."""

    name: str
    title: str
    comment: str
    text: str
    run: str
    change: str


_NAMES = {
    "json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV", "ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF/XML",
    "nt": "N-Triples", "trig": "TriG", "nq": "N-Quads",
}  # fmt: skip


@routes.get("/sparql", **asks_sparql(HTML, *TABLES, *GRAPHS, posted=False))
async def query_by_get(visit: OneVisit) -> Response:
    """Answer a query; without one, show a form to browsers and describe the service to programs."""
    question = await read_question(visit.request, visit.site.settings.body_bytes)
    if question is not None:
        return await answer(visit, question)
    return await anyio.to_thread.run_sync(_without_query, visit)


@routes.post("/sparql", **asks_sparql(*TABLES, *GRAPHS, posted=True))
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
    return described(visit, chosen)


def _form(visit: Visit) -> Response:
    """Show the form with examples that a click runs, or puts into the form."""
    known = {query.name: query for query in (*example_queries(), *question_queries())}
    chosen = known.get(visit.request.query_params.get("example", ""), example_queries()[0])
    return visit.page(
        "sparql.html",
        here="sparql",
        query=chosen.text,
        examples=[_shown(visit, query) for query in example_queries()],
        questions=[_shown(visit, query) for query in question_queries()],
        formats=[(name, _NAMES[name]) for name in FORMATS],
        address=visit.links.absolute("sparql"),
        seconds=visit.site.settings.query_deadline,
    )


def _shown(visit: Visit, query: ExampleQuery) -> _Example:
    """Put an example into the reader's language, with the address that runs it."""
    language = visit.texts.language
    name = "ttl" if query.form == "CONSTRUCT" else "json"
    run = visit.links.file("sparql", [("query", query.text), ("format", name)])
    change = visit.links.page("sparql", [("example", query.name)])
    return _Example(query.name, query.title[language], query.comment[language], query.text, run, change)
