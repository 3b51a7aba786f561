"""What is stated, without what is derived, in the graphs that readers of one audience see together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from string import Template
from typing import TypeVar
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolution, QuerySolutions, Triple

from graph.derivations.derivation import Path, Step
from graph.derivations.recent import Pair, Recent
from graph.store.store import STATE, Graph, TripleStore

# With more of them Oxigraph 0.5.13 scans the whole property and joins by hashing: measured, 30 times slower.
_NODES_A_QUERY = 500
_FORWARD, _BACKWARD = (
    Template(files("graph.derivations").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("forward", "backward")
)
_T = TypeVar("_T")


@lru_cache(maxsize=1024)
def derived_graph(graph: Graph | BlankNode) -> NamedNode:
    """The private graph with a copy of what is derived in a graph and not stated there; no query is ever given it."""
    name = quote(graph.value, safe="") if isinstance(graph, NamedNode) else "public"
    return NamedNode(f"{STATE.value}/derived/{name}")


def placed(triple: Triple, graph: Graph) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


class Premises:
    """Statements of the graphs that one audience sees; `made` are the properties that derivations make."""

    def __init__(self, store: TripleStore, graphs: Sequence[Graph], made: Set[str], recent: Recent) -> None:
        self.graphs = graphs
        self._store = store
        self._made = made
        self._recent = recent

    def end(self, nodes: Collection[str], way: Path) -> set[str]:
        """The IRIs to which a way leads from some nodes."""
        here = set(nodes)
        for step in way:
            here = _ends(step, self.pairs(step, here))
        return here

    def around(self, foci: Collection[str], ways: Sequence[Path]) -> set[str]:
        """The N-Triples lines of all statements on some ways from some nodes."""
        lines: set[str] = set()
        reached: dict[Path, set[str]] = {(): set(foci)}

        def reach(way: Path) -> set[str]:
            if way not in reached:
                step = way[-1]
                pairs = self.pairs(step, reach(way[:-1]))
                lines.update(f"{subject} {step.predicate} {value} .\n" for subject, value in pairs)
                reached[way] = _ends(step, pairs)
            return reached[way]

        for way in ways:
            reach(way)
        return lines

    def pairs(self, step: Step, nodes: Set[str]) -> set[Pair]:
        """The statements of a property about (or, backwards, towards) some nodes, in the store or about to be."""
        recent = self._recent
        known = nodes & recent.subjects
        if step.backwards:
            known -= recent.awaited(step.predicate, known)
            found = self._stated(_BACKWARD, step.predicate, nodes - known)
            found.update(recent.backward(self.graphs, step.predicate, nodes))
        else:
            found = self._stated(_FORWARD, step.predicate, nodes - known)
            found.update(recent.forward(self.graphs, step.predicate, nodes))
        return found

    def _stated(self, template: Template, predicate: str, nodes: Set[str]) -> set[Pair]:
        if not nodes:
            return set()
        if predicate not in self._made:
            return _asked(self._store, template, predicate, nodes, self.graphs)
        found: set[Pair] = set()
        for graph in self.graphs:
            derived = _asked(self._store, template, predicate, nodes, [derived_graph(graph)])
            found |= _asked(self._store, template, predicate, nodes, [graph]) - derived
        return found


def derived_about(store: TripleStore, graph: Graph, predicate: str, subjects: Set[str]) -> Iterator[Triple]:
    """What is derived about some subjects by a property in a graph, and not stated there."""
    prop = NamedNode(predicate[1:-1])
    for row in _rows(store, _FORWARD, predicate, subjects, [derived_graph(graph)]):
        yield Triple(row[0], prop, row[1])


def _asked(
    store: TripleStore, template: Template, predicate: str, nodes: Set[str], graphs: Sequence[Graph]
) -> set[Pair]:
    return {(str(row[0]), str(row[1])) for row in _rows(store, template, predicate, nodes, graphs)}


def _rows(
    store: TripleStore, template: Template, predicate: str, nodes: Set[str], graphs: Sequence[Graph]
) -> Iterator[QuerySolution]:
    for some in pieces(nodes, _NODES_A_QUERY):
        answer = store.query(template.substitute(nodes=" ".join(some), predicate=predicate), graphs=graphs)
        assert isinstance(answer, QuerySolutions)
        yield from answer


def _ends(step: Step, pairs: Collection[Pair]) -> set[str]:
    if step.backwards:
        return {subject for subject, _ in pairs}
    return {value for _, value in pairs if value[0] == "<"}


def pieces(some: Collection[_T], size: int) -> Iterator[list[_T]]:
    """Cut a collection into lists of at most so many."""
    left = iter(some)
    while piece := list(islice(left, size)):
        yield piece
