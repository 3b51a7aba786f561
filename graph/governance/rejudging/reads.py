"""What each constraint reads, and the way from a changed statement to the focus nodes that it may judge differently.

A constraint is taken as edges between the focus node, the nodes on the paths of its shapes, and the variables of its
query. A statement that comes or goes is matched with each place where an edge reads one; from there the way leads to
the focus over edges that surely hold there. What nothing joins to the focus concerns all focus nodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from graph.errors import ShapesRefused
from graph.governance.compiling.model import Asked, Constraint, Leaf, Logical, Nested, Path, Qualified, Shape, Target
from graph.governance.compiling.queries import write
from graph.governance.compiling.sources import TYPE, Classes, Given, Source, Targets, Values
from graph.governance.rejudging.patterns import Edge, Edges, Placed, patterns_of
from graph.governance.rejudging.steps import Chain, Cut, Hop, Steps, chain, cuts, steps_of, turned

FOCUS = "?this"
_NOBODY = Given(("<urn:x-civigraph:nobody>",))


@dataclass(frozen=True, slots=True)
class Unit:
    """One constraint with the targets that lead to it: what is judged, and judged again, by itself.

    `shape` has this constraint alone; its focus nodes are what the paths `above` lead to from the targets. `name` is
    that of the shape with the targets, and the number of the constraint below it.
    """

    shape: Shape
    targets: tuple[Target, ...]
    above: tuple[Path, ...]
    name: str

    @property
    def source(self) -> Source:
        """All focus nodes."""
        source: Source = Targets(self.targets)
        for path in self.above:
            source = Values(source, path)
        return source

    @property
    def classes(self) -> frozenset[str]:
        """The classes whose subclasses it asks for."""
        targets = {target.term for target in self.targets if target.kind == "class"}
        return frozenset(targets | set(_classes(self.shape)))


@dataclass(frozen=True, slots=True)
class Read:
    """A statement that matters, and the way from it to the focus nodes; no way: all focus nodes.

    `predicate` None is any property; of `subjects` and `values` (N-Triples texts) None is any. The way begins at the
    object where `from_object`. `instead` are other ways, each by itself enough, with where they begin: from a title
    and a publisher to the datasets of both, whichever fewer have. Where there is no way, each of `guards` must lead
    from that node to the term it names. `sign` is 1 where more such statements can only make more results, -1 where
    they can only make fewer, 0 where they can do either.
    """

    predicate: str | None
    subjects: frozenset[str] | None
    values: frozenset[str] | None
    from_object: bool
    way: Chain | None
    guards: tuple[tuple[Steps, str], ...] = ()
    instead: tuple[tuple[bool, Chain], ...] = ()
    sign: int = 0

    @property
    def ways(self) -> tuple[tuple[bool, Chain], ...]:
        """All ways, each with whether it begins at the object; none: all focus nodes."""
        return () if self.way is None else ((self.from_object, self.way), *self.instead)


def units_of(shapes: Iterable[Shape]) -> tuple[Unit, ...]:
    """Take shapes with targets apart into constraints, those of their property shapes among them."""
    found = []
    for shape in shapes:
        for number, (part, above) in enumerate(_parts(shape, ())):
            found.append(Unit(part, shape.targets, above, f"{shape.node} {number}"))
    return tuple(found)


def _parts(shape: Shape, above: tuple[Path, ...]) -> Iterator[tuple[Shape, tuple[Path, ...]]]:
    for constraint in shape.constraints:
        if isinstance(constraint, Nested):
            yield from _parts(constraint.shape, above if shape.path is None else (*above, shape.path))
        else:
            yield replace(shape, constraints=(constraint,)), above


def reads_of(unit: Unit, classes: Classes) -> frozenset[Read]:
    """Tell what a unit reads; of one that cannot be taken apart, everything."""
    try:
        return frozenset(_Reader(classes).read(unit))
    except ShapesRefused:
        return frozenset({Read(None, None, None, from_object=False, way=None)})


def reads_of_query(patterns: Iterable[Placed]) -> frozenset[Read]:
    """Tell what a query with $this reads, given by its patterns."""
    return frozenset(read for placed in patterns for read in _reads(placed))


class _Reader:
    """One unit: edges as they are met, nodes numbered."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._numbers = count()

    def read(self, unit: Unit) -> Iterator[Read]:
        nodes = [*(self._fresh() for _ in unit.above), FOCUS]
        edges = [Edge(nodes[i], followed(path), nodes[i + 1]) for i, path in enumerate(unit.above)]
        around = frozenset(edges)
        for edge in (*edges, *self._targets(unit, nodes[0])):
            yield from _reads(Placed(edge, around | {edge}, sign=1))
        for placed in self._shape(unit.shape, FOCUS, around):
            yield from _reads(placed)

    def _targets(self, unit: Unit, node: str) -> Iterator[Edge]:
        for target in unit.targets:
            match target.kind:
                case "class":
                    for each in self._classes.get(target.term, (target.term,)):
                        yield Edge(node, Hop(TYPE), each)
                case "subjects":
                    yield Edge(node, Hop(target.term), self._fresh())
                case "objects":
                    yield Edge(self._fresh(), Hop(target.term), node)

    def _shape(self, shape: Shape, node: str, around: Edges, *, inner: bool = False) -> Iterator[Placed]:
        """Give what a shape reads about a node; of an `inner` one nobody knows what its results are made into."""
        value = node
        if shape.path is not None and not all(map(_asks_by_itself, shape.constraints)):
            value = self._fresh()
            edge = Edge(node, followed(shape.path), value)
            around |= {edge}
            signs = {_sign(constraint) for constraint in shape.constraints}
            yield Placed(edge, around, sign=signs.pop() if len(signs) == 1 and not inner else 0)
        for constraint in shape.constraints:
            for placed in self._constraint(constraint, shape, (node, value), around):
                yield replace(placed, sign=0) if inner else placed

    def _constraint(
        self, constraint: Constraint, shape: Shape, ends: tuple[str, str], around: Edges
    ) -> Iterator[Placed]:
        node, value = ends
        match constraint:
            case Leaf():
                yield from self._leaf(constraint, node, value, around)
            case Nested():
                yield from self._shape(constraint.shape, value, around, inner=True)
            case Logical():
                for each in constraint.shapes:
                    yield from self._shape(each, value, around, inner=True)
            case Qualified():
                for each in (constraint.shape, *constraint.siblings):
                    yield from self._shape(each, value, around, inner=True)
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
        sign = {"class": -1, "equals": 0}.get(leaf.parameter, 1)
        for edge in edges:
            yield Placed(edge, around | {edge}, sign)

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
            yield Placed(edge, around | here, placed.sign if asked.text.form == "select" else 0)

    def _fresh(self) -> str:
        return f"?_n{next(self._numbers)}"


def followed(path: Path) -> Steps:
    """Give a path of a shape as steps."""
    return Hop(path.predicate) if path.predicate is not None else steps_of(path.text)


def _reads(placed: Placed) -> Iterator[Read]:
    """Give, for each statement that an edge reads, the ways to the focus from its ends, the shortest first."""
    edge = placed.edge
    found = _ways(edge, placed.around)
    for cut in cuts(edge.steps):
        start, end = (_only(edge.start, cut.before), _only(edge.end, cut.after))
        subjects, values = (end, start) if cut.hop.backwards else (start, end)
        if not found:
            yield from _alone(placed, cut, subjects, values)
        else:
            (from_object, way), *instead = (_begun(cut, from_end=from_end, way=way) for from_end, way in found)
            yield Read(cut.hop.predicate, subjects, values, from_object, way, instead=tuple(instead), sign=placed.sign)


def _alone(placed: Placed, cut: Cut, subjects: frozenset[str] | None, values: frozenset[str] | None) -> Iterator[Read]:
    """Read what nothing joins to the focus: it matters where what stands beside it with a fixed term holds too."""
    edge, around = placed.edge, placed.around
    from_end = edge.start[0] != "?"
    node = edge.end if from_end else edge.start
    beside = [(each.steps, each.end) for each in around if each.start == node and each.end[0] == "<" and each != edge]
    first = cut.after if from_end else turned(cut.before)
    guards = tuple(sorted(((chain(first, steps), term) for steps, term in beside), key=repr))
    from_object = from_end != cut.hop.backwards
    yield Read(cut.hop.predicate, subjects, values, from_object, None, guards, sign=placed.sign)


def _begun(cut: Cut, *, from_end: bool, way: Chain) -> tuple[bool, Chain]:
    """Give a way from an end of an edge as one from a statement on it, with whether that begins at the object."""
    first = cut.after if from_end else turned(cut.before)
    return from_end != cut.hop.backwards, chain(first, way)


def _only(term: str, way: Chain) -> frozenset[str] | None:
    """Give the one node that a statement must have: literals are left out, which stores and readers write anew."""
    return frozenset({term}) if term[0] == "<" and not way.parts else None


def _asks_by_itself(constraint: Constraint) -> bool:
    """Say whether a constraint is a query that finds its values itself: the path of its shape only tells where."""
    return isinstance(constraint, Asked) and constraint.text.form == "select"


def _sign(constraint: Constraint) -> int:
    """Say what more values on the path of a constraint can do."""
    if not isinstance(constraint, Leaf):
        return 0
    return {"minCount": -1, "hasValue": -1, "equals": 0}.get(constraint.parameter, 1)


def _ways(edge: Edge, around: Edges) -> list[tuple[bool, Chain]]:
    """Give the shortest way to the focus from each end of an edge, with whether it is that of the end.

    None goes over the edge itself: from there on it would be the other's.
    """
    steps: dict[str, list[tuple[Steps, str]]] = {}
    for each in sorted(around - {edge}, key=repr):
        if each.start[0] == "?" and each.end[0] == "?":
            steps.setdefault(each.start, []).append((each.steps, each.end))
            steps.setdefault(each.end, []).append((turned(each.steps), each.start))
    ends = ((edge.start, False), (edge.end, True))
    ways = [(is_end, way) for end, is_end in ends if (way := _way(end, steps)) is not None]
    ways.sort(key=lambda found: len(found[1].parts))
    # From the focus itself there is nowhere to go.
    return ways[:1] if ways and not ways[0][1].parts else ways


def _way(start: str, steps: Mapping[str, Sequence[tuple[Steps, str]]]) -> Chain | None:
    reached = {start: Chain()} if start[0] == "?" else {}
    waiting = deque(reached)
    while waiting and FOCUS not in reached:
        here = waiting.popleft()
        for step, there in steps.get(here, ()):
            if there not in reached:
                reached[there] = chain(reached[here], step)
                waiting.append(there)
    return reached.get(FOCUS)


def _classes(shape: Shape) -> Iterator[str]:
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
