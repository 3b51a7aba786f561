"""The SPARQL endpoint: queries over the public graph, answered by caged workers."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from importlib.resources import files

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.clients import client_of
from api.documents import document
from api.languages import mark
from api.negotiation import HTML, page_or_rdf
from api.problems import VARY, not_acceptable
from api.service import described_service
from api.sparql import FORMATS, Question, read_question
from api.visit import OneVisit, Visit
from graph.rendering.syntaxes import SYNTAXES
from graph.store.clients import Place
from graph.store.formats import QueryFormat
from graph.store.workers import Answer

routes = APIRouter()

_PIECE = 64 * 1024
_POLL_SECONDS = 0.2

_EXAMPLES = {
    "publishers": mark("Who publishes how many datasets"),
    "licences": mark("Under which licences"),
    "services": mark("Which datasets feed which services"),
}
_NAMES = {
    "json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV", "ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF/XML",
    "nt": "N-Triples",
}  # fmt: skip
# Tables are for saving: a browser that showed them would guess at what they are.
_SAVED = {QueryFormat.CSV: "results.csv", QueryFormat.TSV: "results.tsv"}


@routes.get("/sparql")
async def query_by_get(visit: OneVisit) -> Response:
    """Answer a query; without one, show a form to browsers and describe the service to programs."""
    question = await read_question(visit.request, visit.site.settings.body_bytes)
    if question is not None:
        return await _answer(visit, question)
    return await anyio.to_thread.run_sync(_without_query, visit)


@routes.post("/sparql")
async def query_by_post(visit: OneVisit) -> Response:
    """Answer a query that comes as a form or as `application/sparql-query`."""
    question = await read_question(visit.request, visit.site.settings.body_bytes)
    assert question is not None
    return await _answer(visit, question)


async def _answer(visit: Visit, question: Question) -> Response:
    """Put the question to a worker, and take it back when the client goes away."""
    threads: anyio.CapacityLimiter = visit.request.app.state.query_threads
    gone = threading.Event()
    # Who is let in finds a thread: there are as many as places.
    with visit.site.pool.admit(client_of(visit.request)) as place:
        watch = asyncio.create_task(_watch(visit.request, gone))
        try:
            answer = await anyio.to_thread.run_sync(partial(_run, visit, question, place, gone), limiter=threads)
        finally:
            watch.cancel()
    if answer.format not in question.formats:
        answer.close()
        raise not_acceptable(
            [each.media_type for each in QueryFormat if each.is_for_graphs == answer.format.is_for_graphs]
        )
    headers = {
        "Content-Length": str(answer.length),
        "Content-Type": f"{answer.media_type}; charset=utf-8",
        "Civigraph-Sequence": str(await anyio.to_thread.run_sync(_public_sequence, visit, answer.sequence)),
        "Vary": "Accept",
        "Cache-Control": "no-cache",
    }
    if answer.format in _SAVED:
        headers["Content-Disposition"] = f'attachment; filename="{_SAVED[answer.format]}"'
    return StreamingResponse(_pieces(answer), headers=headers)


async def _watch(request: Request, gone: threading.Event) -> None:
    """Look whether the client is still there."""
    while not await request.is_disconnected():
        await asyncio.sleep(_POLL_SECONDS)
    gone.set()


def _run(visit: Visit, question: Question, place: Place, gone: threading.Event) -> Answer:
    """Ask the pool. Formats that were not asked for come last, so that the answer tells when none of them fits."""
    settings = visit.site.settings
    others = [each for each in QueryFormat if each not in question.formats]
    return visit.site.pool.run(
        question.query,
        place=place,
        accept=[*question.formats, *others],
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
        deadline=settings.query_deadline,
        max_bytes=settings.query_bytes,
        cancelled=gone.is_set,
    )


def _public_sequence(visit: Visit, sequence: int) -> int:
    """Turn the sequence of the log that an answer knows into that of public knowledge."""
    row = visit.site.instance.log.changes(sequence - 1, 1) if sequence else []
    return row[0].public_sequence if row else 0


def _pieces(answer: Answer) -> Iterator[bytes]:
    """Give the body in pieces and let go of it, also when nobody takes the rest."""
    with contextlib.closing(answer):
        while piece := answer.body.read(_PIECE):
            yield piece


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
