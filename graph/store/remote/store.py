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
from importlib.resources import files
from itertools import groupby, islice
from string import Template
from time import monotonic

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolution,
    QuerySolutions,
    RdfFormat,
)

from graph.errors import DataError, LimitReached, QueryRefused, ResultTooLarge
from graph.store.remote.answers import read_own, read_solutions, read_triples
from graph.store.remote.engine import RESULTS, TRIPLES, Engine
from graph.store.remote.literals import Literals, is_typed
from graph.store.remote.names import GRAPH, Names
from graph.store.store import SEQUENCE, UNFINISHED, Answer, Graph
from graph.terms import iri, literal

logger = logging.getLogger(__name__)

# Virtuoso 7.2 has room for some five thousand triples in the text of one update.
_TRIPLES_A_REQUEST = 1_000
_SUBJECTS_A_QUERY = 200
_BYTES_A_LOAD = 8_000_000
_LARGEST_PAGE = 5_000
_SMALLEST_PAGE = 50
_KEPT_SUBJECTS = 20_000
# So often the engine is asked whether it still has what was written.
_TRUST_SECONDS = 5.0
_MAKES_GRAPH = re.compile(r"^\s*(?:CONSTRUCT|DESCRIBE)\b", re.MULTILINE)
_PROBE = NamedNode("urn:x-civigraph:literal")

_ABOUT, _TOWARDS, _SCAN, _READ_PROBE, _STATE = (
    Template(files("graph.store.remote").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("about", "towards", "scan", "probe", "state")
)


class RemoteStore:
    """Quads in an engine. `names` are those of its graphs there; `closed` is called when it is closed.

    Raises DataError where the engine does not have these graphs any more, StoreUnavailable where it does not answer.
    """

    def __init__(self, engine: Engine, names: Names, closed: Callable[[], None] = lambda: None) -> None:
        self.engine = engine
        self.names = names
        self._closed = closed
        self._lock = threading.Lock()
        self._literals = Literals(self._probe, self._warn)
        self._about: dict[tuple[str, Graph], frozenset[Quad]] = {}
        # Odd while a write is on its way: what is read meanwhile may be either state, and is not kept.
        self._version = 0
        self._sequence, self._unfinished, self._graphs = self._read_state()
        self._checked = monotonic()

    def sequence(self) -> int:
        """The sequence written with the last change. Raises DataError where the engine tells another one by itself."""
        if monotonic() - self._checked > _TRUST_SECONDS and not self._version % 2:
            known, version = self._sequence, self._version
            found, _, _ = self._read_state()
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
            found = self._scan(f"?s ?p {end}", "s", graph)
        else:
            text = f"{_TOWARDS.substitute(target=end)}LIMIT {int(limit)}"
            found = self._select(text, [graph])
        return (quad(row["s"], row["p"], end, graph) for row in found)

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
            for some in _pieces(gone):
                self._send([_data("DELETE DATA", self._there(some))])
            for some in _pieces(come):
                self._insert(some)
            self._forget(gone, come)

    def load(self, lines: bytes, graph: Graph) -> None:
        """Add many N-Triples lines to a graph, in as many requests as it takes; the sequence stays."""
        taken = self._literals.without_refused(lines)
        with _Writing(self):
            self._register([graph])
            if self.engine.graphs is not None:
                for piece in _cut(taken, _BYTES_A_LOAD):
                    self.engine.load(self.names.there(graph), piece)
            else:
                left = iter(pyoxigraph.parse(taken, RdfFormat.N_TRIPLES))
                while some := [
                    quad(each.subject, each.predicate, each.object, graph) for each in islice(left, _TRIPLES_A_REQUEST)
                ]:
                    self._insert(some)
            self._about.clear()

    def change(self, removed: Iterable[Quad], added: Iterable[Quad], sequence: int) -> None:
        """Remove, add and write the sequence last: one request where it has room, else as many as it takes."""
        gone, come = list(removed), list(added)
        if len(gone) + len(come) <= _TRIPLES_A_REQUEST and self._changed_at_once(gone, come, sequence):
            return
        self.begin(gone, come)
        with _Writing(self):
            self._send(self._finish(sequence))
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

    def _fetch(self, subjects: Sequence[str], graph: Graph) -> dict[str, frozenset[Quad]]:
        """Ask what is said of some subjects, and keep it where nothing was written meanwhile."""
        version = self._version
        found: dict[str, set[Quad]] = {subject: set() for subject in subjects}
        if graph in self._graphs:
            for row in self._rows_about(subjects, graph):
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

    def _rows_about(self, subjects: Sequence[str], graph: Graph) -> Iterator[QuerySolution]:
        """Ask for many at once, for fewer where the engine gives no more rows, and for one subject page by page."""
        text = _ABOUT.substitute(subjects=" ".join(map(iri, subjects)))
        try:
            yield from list(self._select(text, [graph]))
        except ResultTooLarge:
            if len(subjects) == 1:
                yield from self._scan(f"VALUES ?s {{ {iri(subjects[0])} }} ?s ?p ?o", "o", graph)
                return
            middle = len(subjects) // 2
            yield from self._rows_about(subjects[:middle], graph)
            yield from self._rows_about(subjects[middle:], graph)

    def _scan(self, pattern: str, key: str, graph: Graph) -> Iterator[QuerySolution]:
        """Page through all that a pattern finds, in the order of the text of `key`; an engine may cap every answer."""
        size, after = _LARGEST_PAGE, '""'
        while graph in self._graphs:
            text = _SCAN.substitute(pattern=pattern, key=key, after=after, limit=size)
            try:
                rows = list(self._select(text, [graph]))
            except LimitReached:
                size //= 2
                if size < _SMALLEST_PAGE:
                    raise
                continue
            whole = len(rows) < size
            # What has the last text of a full page may go on behind it, and is asked for again.
            last = rows[-1][key].value if rows else ""
            kept = rows if whole else [row for row in rows if row[key].value != last]
            yield from kept
            if whole:
                return
            if not kept:
                raise ResultTooLarge(
                    f"the remote store gives at most {size} rows, and more belong together", remedy="raise its limit"
                )
            after = literal(kept[-1][key].value)

    def _select(self, text: str, graphs: Sequence[Graph]) -> QuerySolutions:
        reply = self.engine.ask(text, default_graphs=self.names.all(graphs), named_graphs=self.names.all(()))
        return read_solutions(reply.read())

    def _read_state(self) -> tuple[int, bool, set[Graph]]:
        """Read the store's own marks: of several sequences, which a stopped change leaves, the oldest is true."""
        text = _STATE.substitute(state=iri(self.names.state))
        reply = self.engine.ask(text, default_graphs=[self.names.state], named_graphs=[self.names.nothing])
        found = read_solutions(reply.read())
        sequences, graphs, unfinished, present = [0], set[Graph](), False, False
        for row in found:
            present = True
            if row["p"] == SEQUENCE:
                sequences.append(int(row["o"].value))
            elif row["p"] == UNFINISHED:
                unfinished = True
            elif row["p"] == GRAPH:
                graphs.add(self.names.here(row["o"].value))
        if not present:
            raise DataError("the remote store has lost what was written to it")
        return min(sequences[1:], default=0), unfinished, graphs

    # --- writing -------------------------------------------------------------------------------------------------

    def _changed_at_once(self, removed: list[Quad], added: list[Quad], sequence: int) -> bool:
        """Do a change in one request; say whether the engine took it."""
        graphs = self._new_graphs(quad.graph_name for quad in added)
        parts = [_data("DELETE DATA", self._there(removed)), _data("INSERT DATA", self._there(added))]
        mark = [self._marks_added([*graphs], unfinished=True)] if any(parts) and not self._unfinished else []
        with _Writing(self):
            try:
                self._send([*mark, *parts, *self._finish(sequence)])
            except QueryRefused:
                return False
            self._graphs.update(graphs)
            self._forget(removed, added)
            self._finished(sequence)
        return True

    def _mark(self, added: Iterable[Quad]) -> None:
        graphs = self._new_graphs(quad.graph_name for quad in added)
        if graphs or not self._unfinished:
            self._send([self._marks_added(graphs, unfinished=True)])
            self._graphs.update(graphs)
            self._unfinished = True

    def _register(self, graphs: Iterable[Graph]) -> None:
        new = self._new_graphs(graphs)
        if new:
            self._send([self._marks_added(new, unfinished=False)])
            self._graphs.update(new)

    def _new_graphs(self, graphs: Iterable[Graph | BlankNode]) -> list[Graph]:
        new = {graph for graph in graphs if not isinstance(graph, BlankNode)} - self._graphs
        return sorted(new, key=str)

    def _marks_added(self, graphs: Sequence[Graph], *, unfinished: bool) -> str:
        there = NamedNode(self.names.state)
        marks = [Quad(there, GRAPH, NamedNode(self.names.there(graph)), there) for graph in graphs]
        if unfinished:
            marks.append(Quad(there, UNFINISHED, Literal("true"), there))
        return _data("INSERT DATA", marks)

    def _finish(self, sequence: int) -> list[str]:
        """The operations that end a change: the new sequence first, so that there is never none."""
        there = NamedNode(self.names.state)
        new, old = Literal(str(sequence)), Literal(str(self._sequence))
        gone = [Quad(there, UNFINISHED, Literal("true"), there)]
        if new != old:
            gone.append(Quad(there, SEQUENCE, old, there))
        return [_data("INSERT DATA", [Quad(there, SEQUENCE, new, there)]), _data("DELETE DATA", gone)]

    def _finished(self, sequence: int) -> None:
        self._sequence, self._unfinished, self._checked = sequence, False, monotonic()

    def _insert(self, quads: Sequence[Quad]) -> None:
        """Add quads; what the engine refuses is left out and told."""
        try:
            self._send([_data("INSERT DATA", self._there(quads))])
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

    def _there(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Quads with the names that their graphs have in the engine."""
        for quad in quads:
            assert not isinstance(quad.graph_name, BlankNode)
            yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(self.names.there(quad.graph_name)))

    def _forget(self, *changed: Iterable[Quad]) -> None:
        for quad in (quad for some in changed for quad in some):
            assert isinstance(quad.subject, NamedNode)
            assert not isinstance(quad.graph_name, BlankNode)
            self._about.pop((quad.subject.value, quad.graph_name), None)

    # --- literals ------------------------------------------------------------------------------------------------

    def _stored(self, quads: Sequence[Quad]) -> set[Quad]:
        made = self._literals.stored(quad.object for quad in quads if isinstance(quad.object, Literal))
        found = set()
        for quad in quads:
            if not (isinstance(quad.object, Literal) and is_typed(quad.object)):
                found.add(quad)
            elif (stored := made[quad.object]) is not None:
                found.add(Quad(quad.subject, quad.predicate, stored, quad.graph_name))
        return found

    def _probe(self, literals: Sequence[Literal]) -> dict[int, Literal]:
        """Write literals into a graph of their own, read what became of them, and take them away."""
        graph = NamedNode(self.names.probe)
        self.engine.change(f"DROP SILENT GRAPH {graph}")
        quads = (
            Quad(NamedNode(f"{_PROBE.value}:{number}"), _PROBE, each, graph) for number, each in enumerate(literals)
        )
        self.engine.change(_data("INSERT DATA", quads))
        text = _READ_PROBE.substitute()
        reply = self.engine.ask(text, default_graphs=[self.names.probe], named_graphs=[self.names.nothing])
        found = read_solutions(reply.read())
        made = {int(row["s"].value.rpartition(":")[2]): row["o"] for row in found}
        self.engine.change(f"DROP SILENT GRAPH {graph}")
        return {number: each for number, each in made.items() if isinstance(each, Literal)}

    @staticmethod
    def _warn(refused: Literal) -> None:
        logger.warning("the remote store does not take the value %s: statements with it are left out", refused)


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


def quad(subject: object, predicate: object, value: object, graph: Graph) -> Quad:
    """Make a quad of terms that an engine gave."""
    assert isinstance(subject, NamedNode | BlankNode)
    assert isinstance(predicate, NamedNode)
    assert isinstance(value, NamedNode | BlankNode | Literal)
    return Quad(subject, predicate, value, graph)


def _data(operation: str, quads: Iterable[Quad]) -> str:
    """Write quads as the data of one update operation, '' for none."""
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    blocks = []
    for graph, group in groupby(ordered, key=lambda quad: quad.graph_name):
        assert not isinstance(graph, DefaultGraph)
        blocks.append(f"GRAPH {graph} {{\n{''.join(f'{quad.triple} .{chr(10)}' for quad in group)}}}")
    return f"{operation} {{ {' '.join(blocks)} }}" if blocks else ""


def _pieces(quads: Sequence[Quad]) -> Iterator[Sequence[Quad]]:
    return (quads[start : start + _TRIPLES_A_REQUEST] for start in range(0, len(quads), _TRIPLES_A_REQUEST))


def _cut(lines: bytes, size: int) -> Iterator[bytes]:
    """Cut lines into pieces of about this size."""
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start + size) + 1 or len(lines)
        yield lines[start:end]
        start = end
