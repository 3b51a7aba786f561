"""One query that is put to an engine: parsed in a cage, written anew, asked, and its answer read in the cage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from tempfile import SpooledTemporaryFile
from time import monotonic, sleep
from typing import IO

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, Triple

from graph.cages.worker import Worker
from graph.errors import DeadlineReached, QueryRefused, ResultTooLarge
from graph.store.answers import Answer
from graph.store.asking import SPOOLED, Asking
from graph.store.description import Graph, Node, describe
from graph.store.formats import GRAPH
from graph.store.remote.answers import read_solutions
from graph.store.remote.engine import RESULTS, TRIPLES
from graph.store.remote.exchange import Reply
from graph.store.remote.reading import quad
from graph.store.remote.store import RemoteStore
from graph.store.remote.text import EngineText, write
from graph.store.remote.worker import KINDS

_ABOUT, _SUBJECTS = (
    Template(files("graph.store.remote").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("about", "subjects")
)
# JSON has some four times the bytes of a table.
_WIRE = 4
_FRAME = 1 << 20
_PATIENCE = 0.6


@dataclass(frozen=True)
class Question:
    """A query, the store that it is asked of, and the worker that reads for it."""

    asking: Asking
    store: RemoteStore
    worker: Worker

    def answer(self) -> Answer:
        """Answer it: what is wrong with it is its author's, and the engine is asked for what was read here only."""
        renamed = [(self.store.names.there(NamedNode(name)), name) for name in self.asking.visible]
        written = self._written({here: there for there, here in renamed})
        self._wait_for(self.asking.at_least)
        sequence = self.store.sequence()
        with self._described(written) if written.resources is not None else self._found(written) as body:
            while piece := body.read(_FRAME):
                self.worker.send({"do": "part"}, piece, self.asking.in_time())
        wanted = {**self.asking.wanted, "kind": self._kind, "renamed": renamed}
        self.worker.send({"do": "write", **wanted}, timeout=self.asking.in_time())
        answer, _ = self.asking.gather(self.worker, sequence)
        return answer

    @property
    def _kind(self) -> str:
        return KINDS.get(self.asking.form, "")

    def _written(self, renamed: dict[str, str]) -> EngineText:
        """Parse the query as it came, whose errors are its author's, write it anew, and parse that too."""
        self._parse(self.asking.query)
        written = write(self.asking.query, renamed)
        for text in filter(None, (written.text, written.counted)):
            try:
                self._parse(text)
            except QueryRefused as error:
                raise QueryRefused("this query cannot be passed on to the remote store as it is written") from error
        return written

    def _parse(self, text: str) -> None:
        self.worker.send({"do": "parse"}, text.encode(), self.asking.in_time())
        self.asking.receive(self.worker)

    def _wait_for(self, sequence: int | None) -> None:
        """Wait for a sequence, in bounds."""
        end = min(monotonic() + _PATIENCE, self.asking.end)
        while sequence is not None and self.store.sequence() < sequence and monotonic() < end:
            sleep(0.01)

    def _found(self, written: EngineText) -> IO[bytes]:
        """Ask what a query finds."""
        reply = self._ask(written.text, TRIPLES if self._kind == GRAPH else RESULTS)
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
        graphs = [_graph(name) for name in self.asking.seen["default_graphs"]]
        body = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 (handed out)
        for triple in describe(subjects, _LookedUp(self), graphs):
            body.write(f"{triple} .\n".encode())
            if body.tell() > _WIRE * self.asking.max_bytes:
                body.close()
                raise ResultTooLarge(
                    f"the answer is larger than {self.asking.max_bytes} bytes", remedy="describe fewer"
                )
        body.seek(0)
        return body

    def rows(self, text: str, graph: DefaultGraph | NamedNode) -> QuerySolutions:
        """Ask a query of our own about one graph."""
        names = self.store.names
        reply = self.store.engine.ask(
            text,
            default_graphs=names.all([graph]),
            named_graphs=names.all(()),
            seconds=self.asking.in_time(),
            cancelled=self.asking.cancelled,
        )
        return read_solutions(reply.read())

    def _ask(self, text: str, accept: str) -> Reply:
        names = self.store.names
        try:
            return self.store.engine.ask(
                text,
                default_graphs=names.all([_graph(name) for name in self.asking.seen["default_graphs"]]),
                named_graphs=names.all([NamedNode(name) for name in self.asking.seen["named_graphs"]]),
                accept=accept,
                seconds=self.asking.in_time(),
                max_bytes=_WIRE * self.asking.max_bytes,
                cancelled=self.asking.cancelled,
                hidden=names.prefix,
            )
        except DeadlineReached as error:
            raise DeadlineReached(
                f"the query took longer than {self.asking.deadline:g} s, or than the remote store gives it",
                remedy="make it narrower, or ask for a part by LIMIT",
            ) from error


class _LookedUp:
    """Looks statements up in the engine, as long as the query that needs them may take."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def quads_for_pattern(
        self, subject: Node | None, predicate: NamedNode | None, object: Node | None, graph_name: Graph, /
    ) -> Iterator[Quad]:
        """The quads about a subject, or with a property and a value."""
        assert not isinstance(graph_name, BlankNode)
        if subject is None:
            text = _SUBJECTS.substitute(predicate=predicate, target=object)
            for row in self._question.rows(text, graph_name):
                yield quad(row["s"], predicate, object, graph_name)
            return
        for row in self._question.rows(_ABOUT.substitute(subjects=subject), graph_name):
            if predicate is None or row["p"] == predicate:
                yield quad(row["s"], row["p"], row["o"], graph_name)


def _graph(name: str | None) -> DefaultGraph | NamedNode:
    return DefaultGraph() if name is None else NamedNode(name)
