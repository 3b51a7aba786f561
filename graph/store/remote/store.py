"""The remote store: the triples of one world in named graphs of a SPARQL 1.1 engine that the operator names.

Nothing is asked of the engine but that it does the operations of an update in their order. A change begins with the
mark `unfinished` and ends with the sequence, whether it takes one request or many; stopped anywhere, it is found by the
mark and repaired by being made again. See docs/decisions/0012-remote-store.md.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from time import monotonic

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolution,
    QuerySolutions,
    RdfFormat,
)

from graph.errors import DataError, QueryRefused
from graph.store.remote import updates
from graph.store.remote.answers import read_own, read_triples
from graph.store.remote.engine import RESULTS, TRIPLES, Engine
from graph.store.remote.literals import Literals, is_typed
from graph.store.remote.names import Names
from graph.store.remote.probe import probe
from graph.store.remote.reading import Reading, quad
from graph.store.store import Answer, Graph

logger = logging.getLogger(__name__)

_SUBJECTS_A_QUERY = 200
_BYTES_A_LOAD = 8_000_000
_KEPT_SUBJECTS = 20_000
# So often the engine is asked whether it still has what was written.
_TRUST_SECONDS = 5.0
_MAKES_GRAPH = re.compile(r"^\s*(?:CONSTRUCT|DESCRIBE)\b", re.MULTILINE)


class RemoteStore:
    """Quads in an engine. `names` are those of its graphs there; `closed` is called when it is closed.

    Raises DataError where the engine does not have these graphs any more, StoreUnavailable where it does not answer.
    """

    def __init__(self, engine: Engine, names: Names, closed: Callable[[], None] = lambda: None) -> None:
        self.engine = engine
        self.names = names
        self._closed = closed
        self._reading = Reading(engine, names)
        self._lock = threading.Lock()
        self._literals = Literals(partial(probe, engine, names), _warn)
        self._about: dict[tuple[str, Graph], frozenset[Quad]] = {}
        # Odd while a write is on its way: what is read meanwhile may be either state, and is not kept.
        self._version = 0
        state = self._reading.state()
        self._sequence, self._unfinished, self._graphs = state.sequence, state.unfinished, state.graphs
        self._checked = monotonic()

    def sequence(self) -> int:
        """The sequence written with the last change. Raises DataError where the engine tells another one by itself."""
        if monotonic() - self._checked > _TRUST_SECONDS and not self._version % 2:
            known, version = self._sequence, self._version
            found = self._reading.state().sequence
            if version == self._version and found != known:
                raise DataError(f"the remote store is at {found} and was left at {known}: somebody else wrote to it")
            self._checked = monotonic()
        return self._sequence

    def unfinished(self) -> bool:
        """Say whether a change was begun and never finished."""
        return self._unfinished

    def graphs(self) -> list[NamedNode]:
        """The names of the graphs, empty ones perhaps included, in order."""
        named = [graph for graph in self._graphs if isinstance(graph, NamedNode)]
        return sorted(named, key=lambda graph: graph.value)

    def about(self, subject: str, graph: Graph) -> set[Quad]:
        """All quads of a subject (an IRI) in a graph."""
        known = self._about.get((subject, graph))
        if known is None:
            return set(self._fetch([subject], graph)[subject])
        return set(known)

    def expect(self, subjects: Collection[str], graph: Graph) -> None:
        """Fetch what is said of subjects, many at a time."""
        unknown = [subject for subject in subjects if (subject, graph) not in self._about]
        for start in range(0, len(unknown), _SUBJECTS_A_QUERY):
            self._fetch(unknown[start : start + _SUBJECTS_A_QUERY], graph)

    def values(self, subject: str, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        """Quads of a subject and a property in a graph."""
        return (quad for quad in self.about(subject, graph) if quad.predicate == predicate)

    def holds(self, quad: Quad) -> bool:
        """Say whether a quad is there, in whatever form the engine has its literal."""
        assert isinstance(quad.subject, NamedNode)
        assert not isinstance(quad.graph_name, BlankNode)
        stored = self._stored([quad])
        return bool(stored) and stored <= self.about(quad.subject.value, quad.graph_name)

    def towards(self, target: str, graph: Graph, limit: int | None = None) -> Iterator[Quad]:
        """Quads of a graph whose object is this IRI, in the engine's order, at most `limit`."""
        end = NamedNode(target)
        if limit is None:
            found: Iterator[QuerySolution] | QuerySolutions = self._scan(f"?s ?p {end}", "s", graph)
        else:
            found = self._reading.towards(end, graph, int(limit))
        return (quad(row["s"], row["p"], end, graph) for row in found)

    def pointing(self, predicate: NamedNode, target: NamedNode | Literal, graph: Graph) -> Iterator[Quad]:
        """Quads of a property and an object, in the engine's own terms, in a graph."""
        found = self._scan(f"?s {predicate} {target}", "s", graph)
        return (quad(row["s"], predicate, target, graph) for row in found)

    def of(self, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        """Quads of a property in a graph, in the order of their subjects."""
        return (quad(row["s"], predicate, row["o"], graph) for row in self._scan(f"?s {predicate} ?o", "s", graph))

    def as_stored(self, lines: bytes, graph: Graph) -> set[Quad]:
        """The quads that the engine would make of N-Triples lines; what it would not take is left out."""
        triples = pyoxigraph.parse(lines, RdfFormat.N_TRIPLES)
        return self._stored([quad(each.subject, each.predicate, each.object, graph) for each in triples])

    def begin(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Remove and add as a part of a change, in as many requests as it takes."""
        gone, come = list(removed), list(added)
        with _Writing(self):
            self._mark(come)
            for some in updates.pieces(gone):
                self._send([updates.removed(updates.there(self.names, some))])
            for some in updates.pieces(come):
                self._insert(some)
            self._forget(gone, come)

    def load(self, lines: bytes, graph: Graph, more: bytes = b"", elsewhere: NamedNode | None = None) -> None:
        """Add many N-Triples lines to a graph, in as many requests as it takes, then `more`; the sequence stays."""
        self._load(lines, graph)
        if elsewhere is not None:
            self._load(more, elsewhere)

    def _load(self, lines: bytes, graph: Graph) -> None:
        taken = self._literals.without_refused(lines)
        with _Writing(self):
            self._register([graph])
            if self.engine.graphs is not None:
                for piece in updates.cut(taken, _BYTES_A_LOAD):
                    self.engine.load(self.names.there(graph), piece)
            else:
                left = iter(pyoxigraph.parse(taken, RdfFormat.N_TRIPLES))
                while some := [
                    quad(each.subject, each.predicate, each.object, graph)
                    for each in islice(left, updates.TRIPLES_A_REQUEST)
                ]:
                    self._insert(some)
            self._about.clear()

    def change(self, removed: Iterable[Quad], added: Iterable[Quad], sequence: int) -> None:
        """Remove, add and write the sequence last: one request where it has room, else as many as it takes."""
        gone, come = list(removed), list(added)
        if len(gone) + len(come) <= updates.TRIPLES_A_REQUEST and self._changed_at_once(gone, come, sequence):
            return
        self.begin(gone, come)
        with _Writing(self):
            self._send(updates.finished(self.names, self._sequence, sequence))
            self._finished(sequence)

    def sync(self) -> None:
        """Nothing to do: an engine answers an update when it has it, as safely as the operator set it up."""

    def query(self, text: str, *, graphs: Sequence[Graph], named: Sequence[NamedNode] = ()) -> Answer:
        """Answer one of the project's own queries over the union of `graphs`; GRAPH sees `named` only."""
        accept = TRIPLES if _MAKES_GRAPH.search(text) else RESULTS
        reply = self.engine.ask(
            text, default_graphs=self.names.all(graphs), named_graphs=self.names.all(named), accept=accept
        )
        return read_triples(reply.read()) if accept == TRIPLES else read_own(reply.read())

    def dump(self) -> list[str]:
        """Every quad but the store's own marks as a sorted N-Quads line."""
        found = (
            quad(row["s"], row["p"], row["o"], graph)
            for graph in self._graphs
            for row in self._scan("?s ?p ?o", "s", graph)
        )
        return sorted(str(quad) for quad in found)

    def close(self) -> None:
        """Forget what was fetched."""
        self._about.clear()
        self._closed()

    # --- reading -------------------------------------------------------------------------------------------------

    def _scan(self, pattern: str, key: str, graph: Graph) -> Iterator[QuerySolution]:
        """Give all that a pattern finds, in the order of `key`: nothing of a graph that the store does not have."""
        if graph in self._graphs:
            yield from self._reading.scan(pattern, key, graph)

    def _fetch(self, subjects: Sequence[str], graph: Graph) -> dict[str, frozenset[Quad]]:
        """Ask what is said of some subjects, and keep it where nothing was written meanwhile."""
        version = self._version
        found: dict[str, set[Quad]] = {subject: set() for subject in subjects}
        if graph in self._graphs:
            for row in self._reading.about(subjects, graph):
                subject = row["s"]
                assert isinstance(subject, NamedNode)
                found[subject.value].add(quad(subject, row["p"], row["o"], graph))
        fetched = {subject: frozenset(quads) for subject, quads in found.items()}
        with self._lock:
            if version == self._version and not version % 2:
                if len(self._about) > _KEPT_SUBJECTS:
                    self._about.clear()
                self._about.update({(subject, graph): quads for subject, quads in fetched.items()})
        return fetched

    # --- writing -------------------------------------------------------------------------------------------------

    def _changed_at_once(self, removed: list[Quad], added: list[Quad], sequence: int) -> bool:
        """Do a change in one request; say whether the engine took it."""
        graphs = self._new_graphs(quad.graph_name for quad in added)
        parts = [updates.removed(updates.there(self.names, removed)), updates.added(updates.there(self.names, added))]
        mark = [updates.marked(self.names, [*graphs], unfinished=True)] if any(parts) and not self._unfinished else []
        with _Writing(self):
            try:
                self._send([*mark, *parts, *updates.finished(self.names, self._sequence, sequence)])
            except QueryRefused:
                return False
            self._graphs.update(graphs)
            self._forget(removed, added)
            self._finished(sequence)
        return True

    def _mark(self, added: Iterable[Quad]) -> None:
        graphs = self._new_graphs(quad.graph_name for quad in added)
        if graphs or not self._unfinished:
            self._send([updates.marked(self.names, graphs, unfinished=True)])
            self._graphs.update(graphs)
            self._unfinished = True

    def _register(self, graphs: Iterable[Graph]) -> None:
        new = self._new_graphs(graphs)
        if new:
            self._send([updates.marked(self.names, new, unfinished=False)])
            self._graphs.update(new)

    def _new_graphs(self, graphs: Iterable[Graph | BlankNode]) -> list[Graph]:
        new = {graph for graph in graphs if not isinstance(graph, BlankNode)} - self._graphs
        return sorted(new, key=str)

    def _finished(self, sequence: int) -> None:
        self._sequence, self._unfinished, self._checked = sequence, False, monotonic()

    def _insert(self, quads: Sequence[Quad]) -> None:
        """Add quads; what the engine refuses is left out and told."""
        try:
            self._send([updates.added(updates.there(self.names, quads))])
        except QueryRefused as error:
            if len(quads) == 1:
                logger.warning("the remote store does not take a statement: %s (%s)", quads[0].triple, error.what)
                return
            middle = len(quads) // 2
            self._insert(quads[:middle])
            self._insert(quads[middle:])

    def _send(self, operations: Iterable[str]) -> None:
        text = " ;\n".join(filter(None, operations))
        if text:
            self.engine.change(text)

    def _forget(self, *changed: Iterable[Quad]) -> None:
        for each in chain(*changed):
            assert isinstance(each.subject, NamedNode)
            assert not isinstance(each.graph_name, BlankNode)
            self._about.pop((each.subject.value, each.graph_name), None)

    def _stored(self, quads: Sequence[Quad]) -> set[Quad]:
        """Quads in the engine's own terms, without those that it would not take."""
        made = self._literals.stored(each.object for each in quads if isinstance(each.object, Literal))
        found = set()
        for each in quads:
            if not (isinstance(each.object, Literal) and is_typed(each.object)):
                found.add(each)
            elif (stored := made[each.object]) is not None:
                found.add(Quad(each.subject, each.predicate, stored, each.graph_name))
        return found


class _Writing:
    """The time from the first to the last request of a write, in which nothing that is read is kept."""

    def __init__(self, store: RemoteStore) -> None:
        self._store = store

    def __enter__(self) -> None:
        with self._store._lock:
            self._store._version += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._store._lock:
            self._store._version += 1
            if kind is not None:
                # How much of it was done is not known.
                self._store._about.clear()


def _warn(refused: Literal) -> None:
    logger.warning("the remote store does not take the value %s: statements with it are left out", refused)
