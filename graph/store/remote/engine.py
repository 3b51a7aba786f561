"""The engine of a remote store: a SPARQL 1.1 endpoint for queries, one for updates, and perhaps a Graph Store endpoint.

Requests are made by SPARQLWrapper, with two corrections: what kind of request it is is said, not guessed from the text
(a query could be taken for an update), and the request is sent by `exchange.py`: SPARQLWrapper would wait for ever,
read without bound, and leave a password with all other requests of the process.
"""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from SPARQLWrapper import JSON, POST, SPARQLWrapper

from graph.errors import CivigraphError, DeadlineReached, QueryRefused, ResultTooLarge, StoreUnavailable
from graph.store.remote.exchange import Reply, exchange
from graph.store.remote.limits import check_whole, refusal

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"

WRITE_SECONDS = 600.0
READ_SECONDS = 120.0
_READ_BYTES = 1 << 30
_ANSWER_BYTES = 1 << 20
_AGENT = "Civigraph"


@dataclass(frozen=True)
class Engine:
    """Where a remote store is and how it is asked.

    `query`, `update`, `graphs`: addresses, the last None where there is no Graph Store endpoint. `user` and `password`
    are given where the engine asks for them. `deadline` is the field in which it takes a deadline, with the unit:
    `timeout/ms` or `timeout/s`, None where it takes none.
    """

    query: str
    update: str
    graphs: str | None = None
    user: str | None = None
    password: str | None = None
    deadline: str | None = None

    def ask(
        self,
        text: str,
        *,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        accept: str = RESULTS,
        seconds: float = READ_SECONDS,
        max_bytes: int = _READ_BYTES,
        cancelled: Callable[[], bool] | None = None,
        hidden: str = "",
    ) -> Reply:
        """Ask a query of a dataset; neither list of graphs (by IRI) may be empty, for an empty one would say nothing.

        Raises what `graph.store.remote.limits` makes of an answer that is not whole, and StoreUnavailable.
        """
        assert default_graphs
        assert named_graphs
        wrapper = _wrapper(self.query, "SELECT", text)
        for name in default_graphs:
            wrapper.addParameter("default-graph-uri", name)
        for name in named_graphs:
            wrapper.addParameter("named-graph-uri", name)
        if self.deadline is not None:
            field, _, unit = self.deadline.partition("/")
            wrapper.addParameter(field, str(round(seconds * 1000) if unit == "ms" else max(1, round(seconds))))
        wrapper.addCustomHttpHeader("Accept", accept)
        reply = self._exchange(wrapper.request(), seconds, max_bytes, cancelled)
        try:
            self._check(reply, hidden)
            if accept == TRIPLES and not reply.framed:
                raise StoreUnavailable("the remote store does not tell where its answer ends")
            check_whole(reply.headers)
        except BaseException:
            reply.body.close()
            raise
        return reply

    def change(self, text: str) -> None:
        """Do an update. Raises QueryRefused where the engine does not take it, StoreUnavailable."""
        wrapper = _wrapper(self.update, "INSERT", text)
        self._write(wrapper.request())

    def load(self, graph: str, lines: bytes) -> None:
        """Add N-Triples lines to a graph by the Graph Store Protocol. Raises as `change`."""
        assert self.graphs is not None
        joint = "&" if "?" in self.graphs else "?"
        # Every line of N-Triples is Turtle too, and Virtuoso 7.2 takes N-Triples for a document to be filed.
        request = urllib.request.Request(  # noqa: S310 (the operator's address)
            f"{self.graphs}{joint}graph={urllib.parse.quote(graph, safe='')}",
            data=lines,
            headers={"Content-Type": "text/turtle", "User-Agent": _AGENT},
            method="POST",
        )
        self._write(request)

    def _write(self, request: urllib.request.Request) -> None:
        try:
            reply = self._exchange(request, WRITE_SECONDS, _ANSWER_BYTES, None)
        except DeadlineReached as error:
            raise StoreUnavailable(f"the remote store did not finish a change in {WRITE_SECONDS:.0f} s") from error
        with reply.body:
            self._check(reply, "")

    def _exchange(
        self, request: urllib.request.Request, seconds: float, max_bytes: int, cancelled: Callable[[], bool] | None
    ) -> Reply:
        credentials = (self.user, self.password or "") if self.user else None
        return exchange(request, credentials=credentials, seconds=seconds, max_bytes=max_bytes, cancelled=cancelled)

    @staticmethod
    def _check(reply: Reply, hidden: str) -> None:
        if not 200 <= reply.status < 300:
            raise refusal(reply.status, reply.body.read(4096), hidden)


def passing(error: CivigraphError) -> bool:
    """Say whether an engine may take the same request another time; what it refuses for its content it never will."""
    return not isinstance(error, QueryRefused | ResultTooLarge)


class _Wrapper(SPARQLWrapper):
    """A request whose kind is told."""

    kind = "SELECT"

    def _parseQueryType(self, query: str) -> str:  # noqa: N802 (its name there)
        return self.kind

    def request(self) -> urllib.request.Request:
        """Give the request as urllib sends it."""
        made: urllib.request.Request = self._createRequest()
        return made


def _wrapper(address: str, kind: str, text: str) -> _Wrapper:
    wrapper = _Wrapper(address, agent=_AGENT)
    wrapper.kind = kind
    wrapper.setQuery(text)
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(JSON)
    wrapper.setOnlyConneg(True)
    return wrapper
