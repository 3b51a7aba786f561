"""Answers outside queries from a remote store: parsed in a cage, asked of the engine, read in the cage; all or nothing.

It stands in the place of `graph.store.workers.QueryPool`. What that one promises for queries in its own cages, this one
can only ask of the engine; docs/decisions/0012-remote-store.md tells what holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from string import Template
from tempfile import SpooledTemporaryFile
from time import monotonic, sleep
from types import TracebackType
from typing import IO, Any, Self

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, Triple

from graph.cages.limits import Limits
from graph.cages.pool import Pool
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.errors import (
    CivigraphError,
    ConfigurationError,
    DeadlineReached,
    LimitReached,
    QueryRefused,
    ResultTooLarge,
    StoreUnavailable,
)
from graph.store.description import Graph, Node, describe
from graph.store.fairness.clients import Clients, Place
from graph.store.fairness.rules import Fairness
from graph.store.formats import GRAPH, QueryFormat
from graph.store.query_text import check
from graph.store.remote.answers import read_own, read_solutions
from graph.store.remote.engine import RESULTS, TRIPLES, Engine
from graph.store.remote.exchange import Reply
from graph.store.remote.names import Names
from graph.store.remote.store import RemoteStore, quad
from graph.store.remote.text import EngineText, write
from graph.store.remote.worker import KINDS
from graph.store.workers import (
    DEADLINE,
    DEFAULT_FORMATS,
    MAX_BYTES,
    QUEUE_SECONDS,
    SPOOLED,
    Answer,
    dataset,
    described,
    formats_of,
    refusal,
)

PRELOAD = ("graph.store.remote.worker",)
"""What a zygote imports so that a worker starts at once."""

_ASK, _ABOUT, _SUBJECTS = (
    Template(files("graph.store.remote").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("ask", "about", "subjects")
)
_ENTRY = "graph.store.remote.worker:serve"
# JSON has some four times the bytes of a table.
_WIRE = 4
_FRAME = 1 << 20
_LOOK_SECONDS = 0.1
_PATIENCE = 0.6


class EnginePool:
    """Answers queries over the store that `store` gives at that moment; safe to use from any thread.

    `size` queries are answered at a time, each with a caged worker of its own. `rules`, `queue_seconds`, `folder`,
    `limits` and `allow_network` are those of `QueryPool`; of the rules, those count that are about clients, and the
    seconds that the engine took stand for those of the processor.
    """

    def __init__(
        self,
        zygote: Zygote,
        store: Callable[[], RemoteStore],
        *,
        size: int = 16,
        rules: Fairness | None = None,
        limits: Limits | None = None,
        queue_seconds: float = QUEUE_SECONDS,
        folder: Path | None = None,
        allow_network: bool = False,
    ) -> None:
        self.rules = rules or Fairness()
        self._store = store
        self._queue_seconds = queue_seconds
        self._folder = folder
        self._clients = Clients(self.rules)
        self._pool = Pool(
            zygote,
            _ENTRY,
            what="queries",
            size=size,
            limits=limits or Limits(),
            max_body=1 << 20,
            allow_network=allow_network,
        )

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Start a worker, and see that the engine keeps graphs apart.

        Raises CageUnavailable where this machine cannot cage, ConfigurationError where the engine shows what it is not
        asked for.
        """
        worker = self._pool.take(monotonic() + timeout)
        self._pool.give(worker, fit=True)
        store = self._store()
        check_apart(store.engine, store.names)

    def admit(self, client: str | None) -> Place:
        """Give a client's query a place in the house, as `QueryPool.admit`."""
        return self._clients.admit(client)

    def run(
        self,
        query: str,
        *,
        place: Place | None = None,
        accept: QueryFormat | str | Sequence[QueryFormat | str] = DEFAULT_FORMATS,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        visible: Collection[str] = (),
        at_least: int | None = None,
        deadline: float = DEADLINE,
        max_bytes: int = MAX_BYTES,
        max_rows: int | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Answer:
        """Answer a SPARQL query, with the arguments and errors of `QueryPool.run`, and StoreUnavailable.

        The answer's sequence is the one that the store had when it was asked: what is written meanwhile may show.
        """
        text = check(query)
        store = self._store()
        asking = _Asking(
            query=query,
            seen=dataset(text, default_graphs, named_graphs, visible),
            wanted={
                "kind": KINDS.get(text.form, ""),
                "accept": formats_of([accept] if isinstance(accept, str) else accept),
                "max_rows": max_rows,
                "renamed": [(store.names.there(NamedNode(name)), name) for name in visible],
            },
            store=store,
            deadline=deadline,
            max_bytes=max_bytes,
            cancelled=cancelled or _never,
            folder=self._folder,
        )
        if place is not None:
            return self._answer(place, asking, at_least)
        with self.admit(None) as own:
            return self._answer(own, asking, at_least)

    def _answer(self, place: Place, asking: _Asking, at_least: int | None) -> Answer:
        until = min(asking.end, asking.began + self._queue_seconds)
        place.begin(until, asking.cancelled)
        try:
            worker, fit = self._pool.take(until), False
            began = monotonic()
            try:
                written = asking.written(worker)
                asking.wait_for(at_least)
                answer = asking.answer(worker, written)
                fit = True
                return answer
            except QueryRefused:
                fit = True
                raise
            finally:
                place.client.charge(monotonic() - began)
                self._pool.give(worker, fit=fit)
        finally:
            place.end()

    def close(self) -> None:
        """End every worker; who still waits for an answer gets an error."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def check_apart(engine: Engine, names: Names) -> None:
    """See by the store's own marks that an engine answers from the graphs it is asked for, and from no others.

    Raises ConfigurationError: such an engine would show to all what few may see.
    """
    state, nothing = names.state, names.nothing
    marks = f"<{state}> ?p ?o"
    for pattern, default_graph, named_graph, wanted in (
        (marks, state, nothing, True),
        (f"GRAPH ?g {{ {marks} }}", nothing, state, True),
        (marks, nothing, nothing, False),
        (marks, nothing, state, False),
        (f"GRAPH ?g {{ {marks} }}", state, nothing, False),
        (f"GRAPH <{state}> {{ {marks} }}", state, nothing, False),
    ):
        text = _ASK.substitute(pattern=pattern)
        reply = engine.ask(text, default_graphs=[default_graph], named_graphs=[named_graph])
        if bool(read_own(reply.read())) is not wanted:
            raise ConfigurationError(
                f"the engine at {engine.query} does not keep to the dataset of the SPARQL 1.1 Protocol",
                remedy="use another engine: this one would show graphs to those who may not see them",
            )


def _never() -> bool:
    return False


@dataclass(kw_only=True)
class _Asking:
    """One query and its limits: which graphs it sees, what is wanted of its answer, how long it may take."""

    query: str
    seen: dict[str, Any]
    wanted: dict[str, Any]
    store: RemoteStore
    deadline: float
    max_bytes: int
    cancelled: Callable[[], bool]
    folder: Path | None
    began: float = field(default_factory=monotonic)

    @property
    def end(self) -> float:
        """When its time is over."""
        return self.began + self.deadline

    def written(self, worker: Worker) -> EngineText:
        """Parse the query as it came, whose errors are its author's, write it anew, and parse that too."""
        self._parse(worker, self.query)
        written = write(self.query, {here: there for there, here in self.wanted["renamed"]})
        for text in filter(None, (written.text, written.counted)):
            try:
                self._parse(worker, text)
            except QueryRefused as error:
                raise QueryRefused("this query cannot be passed on to the remote store as it is written") from error
        return written

    def wait_for(self, sequence: int | None) -> None:
        """Wait for a sequence, in bounds."""
        end = min(monotonic() + _PATIENCE, self.end)
        while sequence is not None and self.store.sequence() < sequence and monotonic() < end:
            sleep(0.01)

    def answer(self, worker: Worker, written: EngineText) -> Answer:
        """Ask the engine, and let the worker read what it says."""
        sequence = self.store.sequence()
        with self._described(written) if written.resources is not None else self._found(written) as body:
            while piece := body.read(_FRAME):
                worker.send({"do": "part"}, piece, self._left())
        worker.send({"do": "write", **self.wanted}, timeout=self._left())
        kind, chosen = described(self._next(worker)[0])
        body = SpooledTemporaryFile(max_size=SPOOLED, dir=str(self.folder) if self.folder else None)  # noqa: SIM115 (handed out in the answer)
        try:
            length = self._gather(worker, body)
            body.seek(0)
        except BaseException:
            body.close()
            raise
        return Answer(kind, chosen, body, length, sequence)

    def _found(self, written: EngineText) -> IO[bytes]:
        """Ask what a query finds."""
        reply = self._ask(written.text, TRIPLES if self.wanted["kind"] == GRAPH else RESULTS)
        if written.counted is not None and "virtuoso" in reply.headers.get("server", "virtuoso").lower():
            # It cuts a graph at as many solutions as a table, but tells so of a table only.
            try:
                self._ask(written.counted, RESULTS).body.close()
            except BaseException:
                reply.body.close()
                raise
        return reply.body

    def _described(self, written: EngineText) -> IO[bytes]:
        """Ask which resources a query describes, then what is said of them."""
        nodes = [NamedNode(each) for each in written.resources or ()]
        if written.text:
            rows = read_solutions(self._ask(written.text, RESULTS).read())
            nodes += [term for row in rows for term in row if isinstance(term, NamedNode)]
        subjects = (Triple(node, node, node) for node in dict.fromkeys(nodes))
        graphs = [_graph(name) for name in self.seen["default_graphs"]]
        body = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 (handed out)
        for triple in describe(subjects, _LookedUp(self), graphs):
            body.write(f"{triple} .\n".encode())
            if body.tell() > _WIRE * self.max_bytes:
                body.close()
                raise ResultTooLarge(f"the answer is larger than {self.max_bytes} bytes", remedy="describe fewer")
        body.seek(0)
        return body

    def rows(self, text: str, graph: DefaultGraph | NamedNode) -> QuerySolutions:
        """Ask a query of our own about one graph."""
        names = self.store.names
        reply = self.store.engine.ask(
            text,
            default_graphs=names.all([graph]),
            named_graphs=names.all(()),
            seconds=self._left(),
            cancelled=self.cancelled,
        )
        return read_solutions(reply.read())

    def _ask(self, text: str, accept: str) -> Reply:
        names = self.store.names
        try:
            return self.store.engine.ask(
                text,
                default_graphs=names.all([_graph(name) for name in self.seen["default_graphs"]]),
                named_graphs=names.all([NamedNode(name) for name in self.seen["named_graphs"]]),
                accept=accept,
                seconds=self._left(),
                max_bytes=_WIRE * self.max_bytes,
                cancelled=self.cancelled,
                hidden=names.prefix,
            )
        except DeadlineReached as error:
            raise DeadlineReached(
                f"the query took longer than {self.deadline:g} s, or than the remote store gives it",
                remedy="make it narrower, or ask for a part by LIMIT",
            ) from error

    def _parse(self, worker: Worker, text: str) -> None:
        worker.send({"do": "parse"}, text.encode(), self._left())
        self._next(worker)

    def _gather(self, worker: Worker, body: IO[bytes]) -> int:
        length = 0
        while True:
            header, data = self._next(worker)
            if "end" in header:
                return length
            length += len(data)
            if length > self.max_bytes:
                raise ResultTooLarge(
                    f"the answer is larger than {self.max_bytes} bytes", remedy="ask for less, or by LIMIT and OFFSET"
                )
            body.write(data)

    def _next(self, worker: Worker) -> tuple[dict[str, Any], bytes]:
        """Receive the next frame, or raise the error that it tells."""
        while not worker.wait(min(_LOOK_SECONDS, self._left())):
            if self.cancelled():
                raise LimitReached("the query was cancelled")
        header, data = worker.receive(self._left())
        if "error" in header:
            raise _refused(header)
        return header, data

    def _left(self) -> float:
        left = self.end - monotonic()
        if left <= 0:
            raise DeadlineReached(
                f"the query took longer than {self.deadline:g} s", remedy="make it narrower, or ask for a part by LIMIT"
            )
        return left


class _LookedUp:
    """Looks statements up in the engine, as long as the query that needs them may take."""

    def __init__(self, asking: _Asking) -> None:
        self._asking = asking

    def quads_for_pattern(
        self, subject: Node | None, predicate: NamedNode | None, object: Node | None, graph_name: Graph, /
    ) -> Iterator[Quad]:
        """The quads about a subject, or with a property and a value."""
        assert not isinstance(graph_name, BlankNode)
        if subject is None:
            text = _SUBJECTS.substitute(predicate=predicate, target=object)
            for row in self._asking.rows(text, graph_name):
                yield quad(row["s"], predicate, object, graph_name)
            return
        for row in self._asking.rows(_ABOUT.substitute(subjects=subject), graph_name):
            if predicate is None or row["p"] == predicate:
                yield quad(row["s"], row["p"], row["o"], graph_name)


def _graph(name: str | None) -> DefaultGraph | NamedNode:
    return DefaultGraph() if name is None else NamedNode(name)


def _refused(header: dict[str, Any]) -> CivigraphError:
    match header["error"]:
        case "cut":
            return DeadlineReached(
                "the remote store ended the query at its own time limit and gave a part of the answer"
            )
        case "unreadable":
            return StoreUnavailable(f"the remote store's answer is not whole: {str(header.get('what'))[:200]}")
        case _:
            return refusal(header)
