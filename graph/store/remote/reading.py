"""What is asked of an engine that may give no more than so many rows: all of it, page by page where it must be.

The store's own marks are read here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolution, QuerySolutions

from graph.errors import DataError, LimitReached, ResultTooLarge
from graph.store.remote.answers import read_solutions
from graph.store.remote.engine import Engine
from graph.store.remote.names import GRAPH, Names
from graph.store.store import SEQUENCE, UNFINISHED, Graph
from graph.terms import iri, literal

_LARGEST_PAGE = 5_000
_SMALLEST_PAGE = 50

_ABOUT, _TOWARDS, _SCAN, _STATE = (
    Template(files("graph.store.remote").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("about", "towards", "scan", "state")
)


@dataclass(frozen=True)
class State:
    """What the store's own marks say: the sequence, whether a change was begun and not finished, the graphs."""

    sequence: int
    unfinished: bool
    graphs: set[Graph]


@dataclass(frozen=True)
class Reading:
    """Reads the graphs of one generation."""

    engine: Engine
    names: Names

    def about(self, subjects: Sequence[str], graph: Graph) -> Iterator[QuerySolution]:
        """Ask for many at once, for fewer where the engine gives no more rows, and for one subject page by page."""
        text = _ABOUT.substitute(subjects=" ".join(map(iri, subjects)))
        try:
            yield from list(self._select(text, graph))
        except ResultTooLarge:
            if len(subjects) == 1:
                yield from self.scan(f"VALUES ?s {{ {iri(subjects[0])} }} ?s ?p ?o", "o", graph)
                return
            middle = len(subjects) // 2
            yield from self.about(subjects[:middle], graph)
            yield from self.about(subjects[middle:], graph)

    def scan(self, pattern: str, key: str, graph: Graph) -> Iterator[QuerySolution]:
        """Page through all that a pattern finds, in the order of the text of `key`; an engine may cap every answer."""
        size, after = _LARGEST_PAGE, '""'
        while True:
            text = _SCAN.substitute(pattern=pattern, key=key, after=after, limit=size)
            try:
                rows = list(self._select(text, graph))
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

    def towards(self, target: NamedNode, graph: Graph, limit: int) -> QuerySolutions:
        """Ask for subjects and properties of what has this object, in the engine's order."""
        return self._select(f"{_TOWARDS.substitute(target=target)}LIMIT {limit}", graph)

    def state(self) -> State:
        """Read the store's own marks: of several sequences, which a stopped change leaves, the oldest is true.

        Raises DataError where there is none.
        """
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
        return State(min(sequences[1:], default=0), unfinished, graphs)

    def _select(self, text: str, graph: Graph) -> QuerySolutions:
        reply = self.engine.ask(text, default_graphs=self.names.all([graph]), named_graphs=self.names.all(()))
        return read_solutions(reply.read())


def quad(subject: object, predicate: object, value: object, graph: Graph) -> Quad:
    """Make a quad of terms that an engine gave."""
    assert isinstance(subject, NamedNode | BlankNode)
    assert isinstance(predicate, NamedNode)
    assert isinstance(value, NamedNode | BlankNode | Literal)
    return Quad(subject, predicate, value, graph)
