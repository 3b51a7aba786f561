"""A question answered over HTTP: from what is kept where the graph has not changed since, else by the pool.

An answer that is 200 is whole. One that depends on the data alone has an ETag made of what was asked and of the public
sequence, so that 304 costs no evaluation. Names of HTTP fields: RFC 9110, RFC 9211 (Cache-Status), RFC 6266.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextvars import copy_context
from dataclasses import dataclass
from time import monotonic
from typing import IO, TypeVar

import anyio.to_thread
from fastapi import Request, Response

from api.endpoint.answer_cache import NAME, Asked, KeptAnswer
from api.endpoint.result_formats import choose_format, disposition
from api.endpoint.sparql import Question
from api.identity import Caller
from api.languages import mark
from api.problems import bad_request, views_behind
from api.server.clients import client_of
from api.server.compression import GZIP, WORTH_IT, compress, compress_pieces, takes_gzip
from api.server.documents import names_tag
from api.server.streaming import StreamedFile
from api.site import Site
from api.visit import Visit
from graph.log.rows import PUBLIC
from graph.store.answers import Answer
from graph.store.fairness.clients import Place
from graph.store.formats import QueryFormat
from graph.store.query_text import QueryText, check
from graph.store.remote.pool import EnginePool
from graph.store.workers import QueryPool
from graph.views.triples import graph_name
from graph.views.view import World

Pool = QueryPool | EnginePool
Made = TypeVar("Made")
# How long a reader's own write is waited for.
WAIT_SECONDS = 5.0

_PIECE = 64 * 1024
# To look at so short a query takes a tenth of a millisecond, less than to hand it to a thread; one at its worst.
_SHORT = 1024
_POLL_SECONDS = 0.2
# A body up to this size is held in memory and sent with its length, compressed or not.
_HELD = 1 << 20


async def answer(visit: Visit, question: Question) -> Response:
    """Answer a question; take it back from the pool when the client goes away. Raises Problem, CivigraphError."""
    if len(question.query) <= _SHORT:
        asking = _prepare(visit, question)
    else:
        asking = await anyio.to_thread.run_sync(_prepare, visit, question)
    known = asking.known()
    if isinstance(known, Response):
        return known
    if known is not None:
        # It may have to be compressed.
        return await anyio.to_thread.run_sync(asking.hit, known)
    return await _admitted(visit, asking, asking.run)


async def solve(visit: Visit, query: str) -> KeptAnswer:
    """Give the solutions of one of our own queries in SPARQL's JSON, asked on the reader's account, within its limits.

    Raises Problem, CivigraphError as `answer` does.
    """
    question = Question(query, None, None, (QueryFormat.JSON,))
    asking = await anyio.to_thread.run_sync(_prepare, visit, question)
    kept = asking.kept()
    return kept if kept is not None else await _admitted(visit, asking, asking.solutions)


async def _admitted(visit: Visit, asking: _Asking, run: Callable[[Pool, Place, threading.Event], Made]) -> Made:
    """Run what asks the pool once the reader is let in, and end it when the reader goes away."""
    gone = threading.Event()
    # AnyIO's threads would give way to the loop twice, for a limit that is kept already: who is let in finds a thread,
    # for there are as many as places.
    threads: Executor = visit.request.app.state.query_threads
    pool = visit.site.pool if not asking.restricted else await anyio.to_thread.run_sync(visit.site.restricted.get)
    with pool.admit(_who(visit)) as place, _Watch(visit.request, gone):
        work = asyncio.get_running_loop().run_in_executor(threads, copy_context().run, run, pool, place, gone)
        try:
            # The place is the thread's until it has ended, whoever gives up the request.
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            gone.set()
            await asyncio.wait([work])
            raise


class _Watch:
    """Tells where a client goes away while it is answered; for a quick query nobody looks at all."""

    def __init__(self, request: Request, gone: threading.Event) -> None:
        self._request = request
        self._gone = gone
        self._task: asyncio.Task[None] | None = None
        self._begins = asyncio.get_running_loop().call_later(_POLL_SECONDS, self._begin)

    def __enter__(self) -> None:
        """Watch, after a moment."""

    def __exit__(self, *_: object) -> None:
        """Watch no longer."""
        self._begins.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.create_task(_watch(self._request, self._gone))


async def _watch(request: Request, gone: threading.Event) -> None:
    """Look now and then whether the client is still there."""
    while not await request.is_disconnected():
        await asyncio.sleep(_POLL_SECONDS)
    gone.set()


def _who(visit: Visit) -> str:
    """Say in whose share a query counts: a token's, else an address's."""
    return f"token {visit.caller.name}" if visit.caller.signed_in else client_of(visit.request)


def _prepare(visit: Visit, question: Question) -> _Asking:
    """Look at the query and choose the format. Raises Problem, QueryRefused."""
    text = check(question.query)
    chosen = choose_format(question.formats, graph=text.makes_graph) if text.form else question.formats[0]
    return _Asking(visit.request, visit.site, visit.caller, question, text, chosen)


@dataclass(frozen=True)
class _Asking:
    """A question that can be put to the pool."""

    request: Request
    site: Site
    caller: Caller
    question: Question
    text: QueryText
    format: QueryFormat

    @property
    def restricted(self) -> bool:
        """Whether the answer is drawn from the full world: for who shows a token, where there is such a world."""
        return self.caller.signed_in and self.site.holder.full is not None

    def known(self) -> Response | KeptAnswer | None:
        """Answer without asking anybody: 304, or what is kept; None where neither can be, or may be."""
        if self.caller.signed_in:
            return None
        public = self.site.holder.public_sequence()
        if self.text.varies or public < self.question.sequence:
            return None
        if self._names(self._tag(public), any_will_do=False):
            return self._not_modified(public)
        kept = None if self._refuses_kept else self.site.answers.get(self._digest(public))
        return self._not_modified(public) if kept and self._names(self._tag(public)) else kept

    def kept(self) -> KeptAnswer | None:
        """Give what is kept of the state that is public now."""
        known = not (self.text.varies or self._refuses_kept or self.caller.signed_in)
        return self.site.answers.get(self._digest(self.site.holder.public_sequence())) if known else None

    def solutions(self, pool: Pool, place: Place, gone: threading.Event) -> KeptAnswer:
        """Ask the pool for the whole body, and keep it where that is allowed."""
        found = self._ask_late_enough(pool, place, gone)
        with found:
            made = KeptAnswer(found.read(), self.site.sequences.public_at(found.sequence))
        if self._may_store:
            self.site.answers.put(self._digest(made.sequence), made)
        return made

    def hit(self, kept: KeptAnswer) -> Response:
        """Answer by what is kept."""
        return self._whole(kept.body, kept.sequence, "hit")

    def run(self, pool: Pool, place: Place, gone: threading.Event) -> Response:
        """Ask the pool, after what the reader has written is known, and keep the answer where that is allowed."""
        found = self._ask_late_enough(pool, place, gone)
        try:
            public = self.site.sequences.public_at(found.sequence)
            if public < self.question.sequence:
                raise views_behind(self.question.sequence, public)
            if not (self.text.varies or self.caller.signed_in) and self._names(self._tag(public)):
                found.close()
                return self._not_modified(public)
            if found.length > _HELD:
                return self._streamed(found, public)
            return self._kept(found.read(), public)
        except BaseException:
            found.close()
            raise

    def _ask_late_enough(self, pool: Pool, place: Place, gone: threading.Event) -> Answer:
        """Ask until the answer knows what the reader knows, in bounds: workers lag a little behind the views."""
        end = monotonic() + WAIT_SECONDS
        sequence = self._wait()
        while True:
            found = self._ask(pool, place, gone, sequence)
            if found.sequence >= sequence or monotonic() >= end:
                return found
            found.close()

    def _wait(self) -> int:
        """Wait until the views know as much as the reader does; give the sequence of the log that does.

        Raises Problem where the log itself does not know it, or the views take too long.
        """
        public, known = self.question.sequence, self.site.holder.public_sequence()
        if public > known and public > self.site.instance.log.public_sequence():
            raise bad_request(
                mark("No answer has told that Civigraph-Sequence: the graph knows of %(known)s changes."), known=known
            )
        sequence = self.site.sequences.first_with(public)
        if self.caller.signed_in:
            sequence = max(sequence, self.site.own_writes.last(self.caller.name))
            self.site.holder.wait_for(sequence, WAIT_SECONDS)
        if public > known and not self.site.holder.wait_for(sequence, WAIT_SECONDS, world=World.PUBLIC):
            raise views_behind(public, self.site.holder.public_sequence())
        return sequence

    def _ask(self, pool: Pool, place: Place, gone: threading.Event, sequence: int) -> Answer:
        settings, question = self.site.settings, self.question
        return pool.run(
            question.query,
            place=place,
            accept=self.format if self.text.form else question.formats,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            visible=self._visible,
            unnamed=(graph_name(self.site.instance.base, PUBLIC) if self.restricted else None,),
            at_least=sequence or None,
            deadline=min(settings.query_deadline, question.seconds or settings.query_deadline),
            max_bytes=settings.query_bytes,
            cancelled=gone.is_set,
        )

    @property
    def _visible(self) -> list[str]:
        """The graphs beside the public one that the caller may see and name; the public one has no name for anybody."""
        return [graph_name(self.site.instance.base, each) for each in self.caller.audiences if each != PUBLIC]

    def _kept(self, body: bytes, public: int) -> Response:
        stored = self._may_store and self.site.answers.put(self._digest(public), KeptAnswer(body, public))
        return self._whole(body, public, f"{self._forwarded}; stored" if stored else self._forwarded)

    def _digest(self, public: int) -> str:
        question = self.question
        asked = Asked(PUBLIC, question.query, (question.default_graphs, question.named_graphs), self.format)
        return asked.digest(f"{self.site.identity} {public}")

    def _tag(self, public: int) -> str:
        """Give the opaque tag: of compressed bytes another than of the bytes as they are (RFC 9110 8.8.3.3)."""
        return f'"{self._digest(public)}{"-gzip" if self._packs else ""}"'

    def _names(self, tag: str, *, any_will_do: bool = True) -> bool:
        """Say whether If-None-Match names an answer; only for GET, since a POST's answer is nobody's to keep."""
        header = self.request.headers.get("if-none-match", "")
        return self.request.method == "GET" and (any_will_do or header.strip() != "*") and names_tag(header, tag)

    @property
    def _packs(self) -> bool:
        return takes_gzip(self.request.headers.get("accept-encoding"))

    @property
    def _directives(self) -> set[str]:
        header = self.request.headers.get("cache-control", "")
        return {each.strip().lower() for each in header.split(",")}

    @property
    def _refuses_kept(self) -> bool:
        return bool(self._directives & {"no-cache", "no-store", "max-age=0"})

    @property
    def _of_a_snapshot(self) -> bool:
        """Whether the same state gives the same bytes: an engine elsewhere may be written while it answers."""
        return isinstance(self.site.pool, QueryPool)

    @property
    def _may_store(self) -> bool:
        if self.caller.signed_in or self.text.varies:
            return False
        return self._of_a_snapshot and "no-store" not in self._directives

    @property
    def _forwarded(self) -> str:
        if self.text.varies or not self._of_a_snapshot:
            return "fwd=bypass"
        return "fwd=request" if self._refuses_kept else "fwd=miss"

    def _headers(self, public: int, status: str = "") -> dict[str, str]:
        headers = {"Civigraph-Sequence": str(public), "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
        if self.text.varies or self.caller.signed_in:
            headers["Cache-Control"] = "no-store"
        elif self.request.method == "GET":
            headers["ETag"] = f"{'' if self._of_a_snapshot else 'W/'}{self._tag(public)}"
        if status and self.site.answers.room and not self.caller.signed_in:
            headers["Cache-Status"] = f"{NAME}; {status}"
        return headers

    def _not_modified(self, public: int) -> Response:
        return Response(status_code=304, headers=self._headers(public))

    def _whole(self, body: bytes, public: int, status: str) -> Response:
        headers = {**self._headers(public, status), **_described(self.format)}
        if self._packs and len(body) >= WORTH_IT:
            body, headers["Content-Encoding"] = compress(body), GZIP
        return Response(body, headers=headers)

    def _streamed(self, found: Answer, public: int) -> Response:
        headers: Mapping[str, str] = {**self._headers(public, self._forwarded), **_described(self.format)}
        pieces = _pieces(found.body)
        if self._packs:
            return StreamedFile(compress_pieces(pieces), found.body, {**headers, "Content-Encoding": GZIP})
        return StreamedFile(pieces, found.body, {**headers, "Content-Length": str(found.length)})


def _described(chosen: QueryFormat) -> dict[str, str]:
    return {"Content-Type": f"{chosen.media_type}; charset=utf-8", "Content-Disposition": disposition(chosen)}


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    """Give the body in pieces and let go of it, also when nobody takes the rest."""
    with contextlib.closing(body):
        while piece := body.read(_PIECE):
            yield piece
