"""What is stated, without what is derived, in the graphs that readers of one audience see together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain, islice
from string import Template
from typing import TypeVar
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolution, QuerySolutions, Triple

from graph.derivations.derivation import Derivation, Path, Step
from graph.store.embedded import STATE, EmbeddedStore
from graph.store.store import Graph

# With more of them Oxigraph 0.5.13 scans the whole property and joins by hashing: measured, 30 times slower.
_NODES_A_QUERY = 500
# Looking back from many nodes, a property with so few statements is read whole: a look-up costs as much as ten of them.
_NODES_WORTH_A_READ = 500
_STATEMENTS_A_READ = 10_000
_FORWARD, _BACKWARD = (
    Template(files("graph.derivations").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("forward", "backward")
)
_T = TypeVar("_T")

Pair = tuple[str, str]
"""Subject and object as N-Triples texts."""


def derived_graph(graph: Graph | BlankNode) -> NamedNode:
    """The private graph with a copy of what is derived in a graph and not stated there; no query is ever given it."""
    name = quote(graph.value, safe="") if isinstance(graph, NamedNode) else "public"
    return NamedNode(f"{STATE.value}/derived/{name}")


def placed(triple: Triple, graph: Graph) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def marked(quad: Quad) -> Quad:
    """The quad of the private graph that says that a quad is derived and not stated."""
    return placed(quad.triple, derived_graph(quad.graph_name))


@dataclass(slots=True)
class Recent:
    """What a bulk load brought about subjects unknown before: all that is said of them, in the properties that matter.

    `said` has, for each graph, subject -> predicate -> objects.
    """

    subjects: set[str] = field(default_factory=set)
    said: dict[Graph, dict[str, dict[str, list[str]]]] = field(default_factory=dict)

    def add(self, graph: Graph, subject: str, predicate: str, value: str) -> None:
        """Remember a statement."""
        self.subjects.add(subject)
        self.said.setdefault(graph, {}).setdefault(subject, {}).setdefault(predicate, []).append(value)

    def pairs(self, graphs: Sequence[Graph], predicate: str, subjects: Set[str]) -> Iterator[Pair]:
        """What is said of these subjects by a property in some graphs."""
        for graph in graphs:
            known = self.said.get(graph, {})
            for subject in subjects & known.keys():
                for value in known[subject].get(predicate, ()):
                    yield subject, value

    def is_silent(self, subject: str, predicate: str) -> bool:
        """Say whether a subject is known to be described without a property."""
        return subject in self.subjects and not any(predicate in some.get(subject, ()) for some in self.said.values())

    def can_follow(self, derivation: Derivation, focus: str) -> bool:
        """Say whether anything may follow about a focus: not where it is known to lack what each solution needs."""
        return focus not in self.subjects or any(
            not any(self.is_silent(focus, predicate) for predicate in needs) for needs in derivation.needs
        )


class Premises:
    """Statements of the graphs that one audience sees, for as long as these do not change.

    `made` are the properties that derivations make; `frequent` remembers, from one use to the next, the properties with
    too many statements to be read whole.
    """

    def __init__(
        self, store: EmbeddedStore, graphs: Sequence[Graph], made: Set[str], recent: Recent, frequent: set[str]
    ) -> None:
        self.graphs = graphs
        self._store = store
        self._made = made
        self._recent = recent
        self._frequent = frequent
        self._read: dict[str, dict[str, list[str]]] = {}

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
        """The statements of a property about (or, backwards, towards) some nodes."""
        if not nodes:
            return set()
        if step.backwards:
            if len(nodes) >= _NODES_WORTH_A_READ and self._can_be_read(step.predicate):
                whole = self._read[step.predicate]
                return {(subject, node) for node in nodes & whole.keys() for subject in whole[node]}
            return self._stated(_BACKWARD, step.predicate, nodes)
        recent = nodes & self._recent.subjects
        found = self._stated(_FORWARD, step.predicate, nodes - recent)
        found.update(self._recent.pairs(self.graphs, step.predicate, recent))
        return found

    def _can_be_read(self, predicate: str) -> bool:
        """Read all statements of a property, unless they are too many or some may be derived."""
        if predicate in self._made or predicate in self._frequent:
            return False
        if predicate not in self._read:
            prop = NamedNode(predicate[1:-1])
            quads = list(
                islice(chain.from_iterable(self._store.of(prop, graph) for graph in self.graphs), _STATEMENTS_A_READ)
            )
            if len(quads) == _STATEMENTS_A_READ:
                self._frequent.add(predicate)
                return False
            whole = self._read[predicate] = {}
            for quad in quads:
                whole.setdefault(str(quad.object), []).append(str(quad.subject))
        return True

    def _stated(self, template: Template, predicate: str, nodes: Set[str]) -> set[Pair]:
        if predicate not in self._made:
            return _asked(self._store, template, predicate, nodes, self.graphs)
        found: set[Pair] = set()
        for graph in self.graphs:
            derived = _asked(self._store, template, predicate, nodes, [derived_graph(graph)])
            found |= _asked(self._store, template, predicate, nodes, [graph]) - derived
        return found


def derived_about(store: EmbeddedStore, graph: Graph, predicate: str, subjects: Set[str]) -> Iterator[Triple]:
    """What is derived about some subjects by a property in a graph, and not stated there."""
    prop = NamedNode(predicate[1:-1])
    for row in _rows(store, _FORWARD, predicate, subjects, [derived_graph(graph)]):
        yield Triple(row[0], prop, row[1])


def _asked(
    store: EmbeddedStore, template: Template, predicate: str, nodes: Set[str], graphs: Sequence[Graph]
) -> set[Pair]:
    return {(str(row[0]), str(row[1])) for row in _rows(store, template, predicate, nodes, graphs)}


def _rows(
    store: EmbeddedStore, template: Template, predicate: str, nodes: Set[str], graphs: Sequence[Graph]
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
