"""What each constraint reads, and the way from a changed statement to the focus nodes that it may judge differently.

A constraint is taken as edges between the focus node, the nodes on the paths of its shapes, and the variables of its
query. A statement that comes or goes is matched with each place where an edge reads one; from there the way leads to
the focus over edges that surely hold there. What nothing joins to the focus concerns all focus nodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from graph.errors import ShapesRefused
from graph.governance.model import Asked, Constraint, Leaf, Logical, Nested, Path, Qualified, Shape
from graph.governance.patterns import Edge, Edges, Placed, patterns_of
from graph.governance.queries import write
from graph.governance.sources import TYPE, Classes, Given
from graph.governance.steps import Chain, Cut, Hop, Steps, chain, cuts, steps_of, turned

FOCUS = "?this"
_NOBODY = Given(("<urn:x-civigraph:nobody>",))


@dataclass(frozen=True, slots=True)
class Unit:
    """One constraint of a shape with targets: what is judged, and judged again, by itself."""

    shape: Shape
    """The shape with its targets, and this constraint alone."""
    name: str
    """The shape's name, and the number of the constraint in it."""

    @property
    def classes(self) -> frozenset[str]:
        """The classes whose subclasses it asks for."""
        return frozenset(_classes(self.shape))


@dataclass(frozen=True, slots=True)
class Read:
    """A statement that matters, and the way from it to the focus nodes; no way: all focus nodes.

    `predicate` None is any property; of `subjects` and `values` (N-Triples texts) None is any. The way begins at the
    object where `from_object`. Where there is no way, each of `guards` must lead from that node to the term it names.
    """

    predicate: str | None
    subjects: frozenset[str] | None
    values: frozenset[str] | None
    from_object: bool
    way: Chain | None
    guards: tuple[tuple[Steps, str], ...] = ()


def units_of(shapes: Iterable[Shape]) -> tuple[Unit, ...]:
    """Take shapes with targets apart into constraints; the property shapes of a node shape are constraints too."""
    return tuple(unit for shape in shapes for unit in _units(shape))


def _units(shape: Shape) -> Iterator[Unit]:
    for number, constraint in enumerate(_parts(shape)):
        yield Unit(replace(shape, constraints=(constraint,)), f"{shape.node} {number}")


def _parts(shape: Shape) -> Iterator[Constraint]:
    for constraint in shape.constraints:
        if isinstance(constraint, Nested) and shape.path is None and len(constraint.shape.constraints) > 1:
            for each in constraint.shape.constraints:
                yield Nested(replace(constraint.shape, constraints=(each,)))
        else:
            yield constraint


def reads_of(unit: Unit, classes: Classes) -> frozenset[Read]:
    """Tell what a unit reads; of one that cannot be taken apart, everything."""
    try:
        return frozenset(_Reader(classes).read(unit.shape))
    except ShapesRefused:
        return frozenset({Read(None, None, None, from_object=False, way=None)})


class _Reader:
    """One unit: edges as they are met, nodes numbered."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._numbers = count()

    def read(self, shape: Shape) -> Iterator[Read]:
        yield from self._targets(shape)
        for placed in self._shape(shape, FOCUS, frozenset()):
            yield from _reads(placed)

    def _targets(self, shape: Shape) -> Iterator[Read]:
        for target in shape.targets:
            if target.kind == "class":
                below = frozenset(self._classes.get(target.term, (target.term,)))
                yield Read(TYPE, None, below, from_object=False, way=Chain())
            elif target.kind in ("subjects", "objects"):
                yield Read(target.term, None, None, from_object=target.kind == "objects", way=Chain())

    def _shape(self, shape: Shape, node: str, around: Edges) -> Iterator[Placed]:
        """Give what a shape reads about a node."""
        value = node
        if shape.path is not None:
            value = self._fresh()
            edge = Edge(node, _steps(shape.path), value)
            around |= {edge}
            yield Placed(edge, around)
        for constraint in shape.constraints:
            yield from self._constraint(constraint, shape, (node, value), around)

    def _constraint(
        self, constraint: Constraint, shape: Shape, ends: tuple[str, str], around: Edges
    ) -> Iterator[Placed]:
        node, value = ends
        match constraint:
            case Leaf():
                yield from self._leaf(constraint, node, value, around)
            case Nested():
                yield from self._shape(constraint.shape, value, around)
            case Logical():
                for each in constraint.shapes:
                    yield from self._shape(each, value, around)
            case Qualified():
                for each in (constraint.shape, *constraint.siblings):
                    yield from self._shape(each, value, around)
            case Asked():
                yield from self._asked(constraint, shape, ends, around)

    def _leaf(self, leaf: Leaf, node: str, value: str, around: Edges) -> Iterator[Placed]:
        if leaf.parameter == "class":
            edges = [Edge(value, Hop(TYPE), each) for each in self._classes.get(leaf.values[0], leaf.values)]
        elif leaf.parameter in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
            edges = [Edge(node, Hop(leaf.values[0]), self._fresh())]
        elif leaf.parameter == "closed":
            edges = [Edge(value, Hop(None), self._fresh())]
        else:
            edges = []
        for edge in edges:
            yield Placed(edge, around | {edge})

    def _asked(self, asked: Asked, shape: Shape, ends: tuple[str, str], around: Edges) -> Iterator[Placed]:
        node, value = ends
        given = {"?this": node}
        if asked.text.form == "ask":
            given["?value"] = value
        mark = next(self._numbers)

        def named(term: str) -> str:
            return given.get(term, f"{term}_{mark}") if term[0] == "?" else term

        for placed in patterns_of(write(asked.text, _NOBODY, shape.path, {})):
            here = frozenset(Edge(named(e.start), e.steps, named(e.end)) for e in placed.around)
            edge = Edge(named(placed.edge.start), placed.edge.steps, named(placed.edge.end))
            yield Placed(edge, around | here)

    def _fresh(self) -> str:
        return f"?_n{next(self._numbers)}"


def _steps(path: Path) -> Steps:
    return Hop(path.predicate) if path.predicate is not None else steps_of(path.text)


def _reads(placed: Placed) -> Iterator[Read]:
    """Give, for each statement that an edge reads, the way to the focus from the nearer of its ends."""
    edge = placed.edge
    found = _way(edge, placed.around)
    for cut in cuts(edge.steps):
        start, end = (_only(edge.start, cut.before), _only(edge.end, cut.after))
        subjects, values = (end, start) if cut.hop.backwards else (start, end)
        if found is None:
            yield from _alone(edge, cut, placed.around, subjects, values)
        else:
            from_end, way = found
            yield _read(cut, subjects, values, from_end=from_end, way=way)


def _alone(
    edge: Edge, cut: Cut, around: Edges, subjects: frozenset[str] | None, values: frozenset[str] | None
) -> Iterator[Read]:
    """Read what nothing joins to the focus: it matters where what stands beside it with a fixed term holds too."""
    from_end = edge.start[0] != "?"
    node = edge.end if from_end else edge.start
    beside = [(each.steps, each.end) for each in around if each.start == node and each.end[0] == "<" and each != edge]
    first = cut.after if from_end else turned(cut.before)
    guards = tuple(sorted(((chain(first, steps), term) for steps, term in beside), key=repr))
    yield Read(cut.hop.predicate, subjects, values, from_end != cut.hop.backwards, None, guards)


def _read(
    cut: Cut, subjects: frozenset[str] | None, values: frozenset[str] | None, *, from_end: bool, way: Chain
) -> Read:
    first = cut.after if from_end else turned(cut.before)
    return Read(cut.hop.predicate, subjects, values, from_end != cut.hop.backwards, chain(first, way))


def _only(term: str, way: Chain) -> frozenset[str] | None:
    """Give the one node that a statement must have: literals are left out, which stores and readers write anew."""
    return frozenset({term}) if term[0] == "<" and not way.parts else None


def _way(edge: Edge, around: Edges) -> tuple[bool, Chain] | None:
    """Give the shortest way from an edge to the focus and whether it begins at the edge's end; None where none does."""
    steps: dict[str, list[tuple[Steps, str]]] = {}
    for each in sorted(around, key=repr):
        if each.start[0] == "?" and each.end[0] == "?":
            steps.setdefault(each.start, []).append((each.steps, each.end))
            steps.setdefault(each.end, []).append((turned(each.steps), each.start))
    reached = {end: (is_end, Chain()) for end, is_end in ((edge.start, False), (edge.end, True)) if end[0] == "?"}
    waiting = deque(reached)
    while waiting and FOCUS not in reached:
        here = waiting.popleft()
        is_end, path = reached[here]
        for step, there in steps.get(here, ()):
            if there not in reached:
                reached[there] = (is_end, chain(path, step))
                waiting.append(there)
    return reached.get(FOCUS)


def _classes(shape: Shape) -> Iterator[str]:
    yield from (target.term for target in shape.targets if target.kind == "class")
    for constraint in shape.constraints:
        match constraint:
            case Leaf() if constraint.parameter == "class":
                yield constraint.values[0]
            case Nested():
                yield from _classes(constraint.shape)
            case Logical():
                for each in constraint.shapes:
                    yield from _classes(each)
            case Qualified():
                for each in (constraint.shape, *constraint.siblings):
                    yield from _classes(each)
