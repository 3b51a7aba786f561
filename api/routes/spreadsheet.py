"""Tables of the SPARQL endpoint for spreadsheets: the same answers, and no cell is a formula."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.endpoint.querying import answer
from api.endpoint.sparql import read_question
from api.endpoint.spreadsheet import HarmlessTable
from api.languages import mark
from api.openapi import CSV, asks_sparql
from api.problems import bad_request
from api.server.streaming import StreamedFile
from api.visit import OneVisit, Visit
from graph.store.formats import QueryFormat

routes = APIRouter()

_HEADERS = {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="results.csv"',
}
# The table is written anew, so neither its coding nor what the reader has of the other one counts.
_NOT_MEANT = {b"accept", b"accept-encoding", b"if-none-match"}
_KEPT = ("civigraph-sequence", "cache-control")


@routes.get("/sparql/spreadsheet", **asks_sparql(CSV, posted=False))
async def spreadsheet_by_get(visit: OneVisit) -> Response:
    """Answer a SELECT with a CSV in which no cell is a formula: what would be one has an apostrophe before it."""
    return await _table(visit)


@routes.post("/sparql/spreadsheet", **asks_sparql(CSV, posted=True))
async def spreadsheet_by_post(visit: OneVisit) -> Response:
    """Answer the same for a query that comes as a form or as `application/sparql-query`."""
    return await _table(visit)


async def _table(visit: Visit) -> Response:
    """Ask for the plain CSV and rewrite it while it passes. Raises Problem (400) where there is no query."""
    request = visit.request
    kept = [(name, value) for name, value in request.headers.raw if name not in _NOT_MEANT]
    plain = Visit(Request({**request.scope, "headers": kept}, request.receive), visit.caller)
    question = await read_question(plain.request, visit.site.settings.body_bytes)
    if question is None:
        raise bad_request(mark("There is no query: the form has no field of that name."))
    found = await answer(plain, replace(question, formats=(QueryFormat.CSV,)))
    headers = {name: found.headers[name] for name in _KEPT if name in found.headers}
    described = {**headers, **_HEADERS}
    if isinstance(found, StreamedFile):
        return StreamedFile(_rewritten(found), found.file, described)
    return StreamingResponse(_rewritten(found), headers=described)


async def _rewritten(found: Response) -> AsyncIterator[bytes]:
    """Rewrite the body of an answer, beside the loop since there may be much of it."""
    table = HarmlessTable()
    if isinstance(found, StreamedFile):
        async for piece in found.body_iterator:
            assert isinstance(piece, bytes)
            yield await anyio.to_thread.run_sync(table.feed, piece)
    else:
        yield await anyio.to_thread.run_sync(table.feed, bytes(found.body))
    yield table.feed(b"", last=True)
