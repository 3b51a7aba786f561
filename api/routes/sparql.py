"""The SPARQL endpoint: queries over the public graph, answered by caged workers."""

from __future__ import annotations

import json
from dataclasses import dataclass

import anyio.to_thread
from fastapi import APIRouter, Response

from api.endpoint.querying import answer
from api.endpoint.result_formats import FORMATS
from api.endpoint.sparql import read_question
from api.languages import mark
from api.negotiation import HTML, page_or_rdf
from api.openapi import GRAPHS, JSON, TABLES, answers, asks_sparql
from api.problems import not_acceptable
from api.questions.parameters import chosen_values
from api.routes.description import described
from api.server.documents import document
from api.server.security import EDITOR_POLICY
from api.visit import OneVisit, Visit
from graph.rendering.syntaxes import SYNTAXES
from graph.statistics.partitions import Counts
from graph.terms import PREFIXES
from ontology.competency import questions
from ontology.example_queries import ExampleQuery, example_queries, question_queries
from ontology.picture_queries import picture_queries

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


_WORDS = {
    "query": mark("Query"),
    "running": mark("The query runs…"),
    "answered": mark("Answered in %(seconds)s seconds."),
    "stopped": mark("The query was stopped."),
    "copied": mark("The address of this query is copied: whoever opens it sees the query and its answer."),
    "shared": mark("The address above now holds this query."),
    "unreached": mark("The endpoint could not be reached"),
    "busy": mark("Many queries are running. Wait a moment, then ask again."),
    "limits": mark("Ask for less: a smaller part of the graph, a LIMIT, fewer OPTIONAL parts."),
    "large": mark("Ask for less by a LIMIT, or take the answer as a file in pieces."),
    "filter": mark("Keep rows with these letters"),
    "size": mark("Rows on a page"),
    "rows": mark("rows"),
    "number": mark("Number of the row"),
    "table": mark("Table"),
    "response": mark("As it came"),
    "simple": mark("Without numbers and datatypes"),
    "short": mark("Long texts cut"),
    "nothing": mark("No row answers this."),
    "save": mark("Save the answer"),
    "chart": mark("Bars"),
    "map": mark("Map"),
}
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
    """Show the editor, a plain form without scripts, with examples that a click runs or puts into it."""
    settings = visit.site.settings
    return visit.page(
        "sparql.html",
        headers={"Content-Security-Policy": EDITOR_POLICY},
        here="sparql",
        query=_chosen(visit),
        words={name: visit.texts.text(text) for name, text in _WORDS.items()},
        examples=[_shown(visit, query) for query in example_queries()],
        questions=[_shown(visit, query) for query in question_queries()],
        formats=[(name, _NAMES[name]) for name in FORMATS],
        address=visit.links.absolute("sparql"),
        seconds=settings.query_deadline,
        megabytes=settings.query_bytes / 1e6,
        together=settings.query_client_running,
    )


def _chosen(visit: Visit) -> str:
    """Give the query that the address names: an example, or a question or picture with the values that it gives."""
    name = visit.request.query_params.get("example", "")
    asked = {f"question-{each.number}": each for each in questions()}
    asked |= {f"picture-{name}": each for name, each in picture_queries().items()}
    if name in asked:
        return asked[name].filled(chosen_values(visit, asked[name]))
    known = {query.name: query.text for query in example_queries()}
    return known.get(name, example_queries()[0].text)


@routes.get("/sparql/vocabulary.json", **answers(JSON))
def vocabulary(visit: OneVisit) -> Response:
    """Give what an editor completes: prefixes, and the classes and properties that VoID counts, the most used first."""
    counts = visit.site.public.triples.statistics.counts
    body = visit.site.descriptions.get(("vocabulary",), counts, lambda: _vocabulary(counts))
    return document(visit.request, body, JSON, headers=visit.sequence)


def _vocabulary(counts: Counts) -> bytes:
    # Those of one number in an order of their own: what the store gives first depends on how it was written.
    ranked = sorted(counts.items(), key=lambda each: (-each[1][0], each[0]))
    # A row names a class, a property, and a kind of value; '' where it is of all of them.
    classes = [row[0][1:-1] for row, _ in ranked if row[0] and not row[1]]
    properties = [row[1][1:-1] for row, _ in ranked if row[1] and not row[0] and not row[2]]
    return json.dumps({"prefixes": PREFIXES, "classes": classes, "properties": properties}).encode()


def _shown(visit: Visit, query: ExampleQuery) -> _Example:
    """Put an example into the reader's language, with the address that runs it."""
    language = visit.texts.language
    name = "ttl" if query.form == "CONSTRUCT" else "json"
    run = visit.links.file("sparql", [("query", query.text), ("format", name)])
    change = visit.links.page("sparql", [("example", query.name)])
    return _Example(query.name, query.title[language], query.comment[language], query.text, run, change)
