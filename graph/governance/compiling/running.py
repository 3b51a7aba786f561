"""Runs compiled shapes in a store: a query for each constraint, and sets of nodes for those that are made of shapes.

A shape inside a shape is never written into the query of the outer one: its own constraints are asked for all value
nodes at once, and what fails is a set. So no query counts inside EXISTS, nests deeper than one EXISTS or needs MINUS,
and each is as fast inside a shape as it is alone. A set that is empty costs no second query.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice

import pyoxigraph as ox

from graph.errors import DataError
from graph.governance.compiling import leaves
from graph.governance.compiling.components import component_of
from graph.governance.compiling.messages import fill
from graph.governance.compiling.model import Asked, Constraint, Leaf, Logical, Nested, Qualified, Result, Shape, Text
from graph.governance.compiling.queries import write, write_first
from graph.governance.compiling.sources import Classes, Given, Objects, Source, Targets, Values
from graph.terms import RDFS

Ask = Callable[[str], ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples]
"""Answers one query over the graph that is checked."""

Row = dict[str, str]
Weights = Callable[[], Mapping[str, int]]
"""How often each node of a source counts: once for each way that led to it."""

_SPOKEN_FOR = {"this", "value", "path", "message", "failure"}
"""Variables that a query gives for what SHACL makes of them (SHACL, 5.3.2)."""

# So many nodes are written into a query by name, and so many into several: more are found sooner among all.
_FEW = 1_000
_MANY = 50_000

_SUBCLASSES = f"SELECT ?below ?above WHERE {{ ?below <{RDFS}subClassOf> ?above }}"


class Run:
    """One check of one state of a graph; what was asked once is remembered, so it is not for a graph that changes."""

    def __init__(self, ask: Ask, classes: Classes | None = None) -> None:
        self._ask = ask
        self._classes = below_classes(ask) if classes is None else classes
        self._failing: dict[tuple[int, Source], frozenset[str]] = {}
        self._named: dict[Source, Source] = {}
        self._pairs: dict[tuple[Source, str | None], tuple[tuple[str, str], ...]] = {}

    def results(self, shape: Shape, source: Source, weights: Weights | None = None) -> Iterator[Result]:
        """Give the violations of a shape by the nodes of a source. Raises DataError where the engine fails."""
        for constraint in shape.constraints:
            for result in self._violations(constraint, shape, source):
                times = weights()[result.focus] if weights is not None and not isinstance(constraint, Nested) else 1
                for _ in range(times):
                    yield result
            if isinstance(constraint, Nested):
                yield from self._nested(constraint, shape, source, weights)

    def forget(self) -> None:
        """Let go of what was asked: the sets of one shape with targets are of little use to the next."""
        self._failing.clear()
        self._pairs.clear()
        self._named.clear()

    def nodes(self, shape: Shape, source: Source) -> tuple[str, ...]:
        """Give the nodes of a source, which a shape asks for."""
        return tuple(row["this"] for row in self._rows(leaves.nodes(source, self._classes), shape))

    def _nested(self, nested: Nested, shape: Shape, source: Source, weights: Weights | None) -> Iterator[Result]:
        if shape.path is None:
            return self.results(nested.shape, source, weights)
        below = self._below(shape, source)
        return self.results(nested.shape, below, cache(lambda: self._ways(shape, source, weights)))

    def _ways(self, shape: Shape, source: Source, weights: Weights | None) -> Mapping[str, int]:
        """Count for each value node the focus nodes that lead to it: each reports what is wrong with it."""
        above = weights() if weights is not None else defaultdict(lambda: 1)
        ways: Counter[str] = Counter()
        for focus, value in self._values(shape, source):
            ways[value] += above[focus]
        return ways

    def _violations(self, constraint: Constraint, shape: Shape, source: Source) -> Iterator[Result]:
        if isinstance(constraint, Leaf):
            for row in self._leaf(constraint, shape, source):
                yield _result(shape, constraint.component, row)
        elif isinstance(constraint, Logical):
            for focus, value in self._logical(constraint, shape, source):
                yield _result(shape, constraint.component, {"this": focus, "value": value})
        elif isinstance(constraint, Qualified):
            for focus, name in self._qualified(constraint, shape, source):
                yield _result(shape, component_of(name), {"this": focus})
        elif isinstance(constraint, Asked):
            yield from self._asked(constraint, shape, source)

    def _leaf(self, constraint: Leaf, shape: Shape, source: Source) -> Iterator[Row]:
        """Give the rows that are violations; what is told from a value alone is asked once for each value."""
        if leaves.is_of_value(constraint) and (objects := _objects(shape, source)) is not None:
            wrong = [row["value"] for row in self._rows(leaves.leaf(constraint, objects, None, self._classes), shape)]
            if _have_names(wrong, _MANY):
                yield from ({"this": focus, "value": value} for focus, value in self._leading(shape, source, wrong))
                return
        yield from self._rows(leaves.leaf(constraint, source, shape.path, self._classes), shape)

    def _asked(self, constraint: Asked, shape: Shape, source: Source) -> Iterator[Result]:
        told = constraint.messages or shape.messages
        for row in self._answers(constraint, shape, source):
            if row.get("failure", "").startswith('"true"'):
                raise DataError("a constraint says that it failed", where=shape.node)
            whole = {**dict(constraint.bound), **row}
            if shape.path is None:
                whole.setdefault("value", row["this"])
            messages = (row["message"],) if row.get("message", "").startswith('"') else told
            result = _result(shape, constraint.component, whole, messages)
            evidence = tuple(sorted((name, term) for name, term in row.items() if name not in _SPOKEN_FOR))
            yield replace(result, evidence=evidence, constraint=constraint.node)

    def _answers(self, constraint: Asked, shape: Shape, source: Source) -> Iterator[Row]:
        """Give the rows that are violations: those of a SELECT, or the pairs that an ASK does not hold for."""
        text = constraint.text
        if text.form == "ask":
            query = write(text, source, shape.path, self._classes)
            right = {(row["this"], row["value"]) for row in self._rows(query, shape)}
            for focus, value in self._values(shape, source):
                if (focus, value) not in right:
                    yield {"this": focus, "value": value}
            return
        values = self._first_values(text, shape, source)
        if values is not None and not values.nodes:
            return
        for each in self._one_by_one(shape, source) if text.single else (source,):
            yield from self._rows(write(text, each, shape.path, self._classes, values), shape)

    def _first_values(self, text: Text, shape: Shape, source: Source) -> Given | None:
        """Give the values that a query can give a row for, None where all nodes are not asked, or they are too many."""
        if text.first is None or not isinstance(source, Targets):
            return None
        rows = self._rows(write_first(text, text.first), shape)
        values = [row[text.first.variable] for row in islice(rows, _FEW + 1)]
        return Given(tuple(values)) if _have_names(values) else None

    def _one_by_one(self, shape: Shape, source: Source) -> Iterator[Source]:
        for focus in self.nodes(shape, source):
            if focus.startswith("_:"):
                raise DataError("a query that runs for one node at a time met a blank node", where=shape.node)
            yield Given((focus,))

    def failing(self, shape: Shape, source: Source) -> frozenset[str]:
        """Give the nodes of a source that do not conform to a shape."""
        key = (id(shape), source)
        if key not in self._failing:
            found: set[str] = set()
            for constraint in shape.constraints:
                if isinstance(constraint, Nested):
                    found |= self._failing_below(constraint, shape, source)
                else:
                    found.update(result.focus for result in self._violations(constraint, shape, source))
            self._failing[key] = frozenset(found)
        return self._failing[key]

    def _failing_below(self, nested: Nested, shape: Shape, source: Source) -> set[str]:
        if shape.path is None:
            return set(self.failing(nested.shape, source))
        wrong = self.failing(nested.shape, self._below(shape, source))
        return {focus for focus, value in self._values(shape, source) if value in wrong} if wrong else set()

    def _logical(self, constraint: Logical, shape: Shape, source: Source) -> Iterator[tuple[str, str]]:
        below = self._below(shape, source)
        failing = [self.failing(each, below) for each in constraint.shapes]
        if constraint.parameter in ("node", "and", "or"):
            either = frozenset.union if constraint.parameter != "or" else frozenset.intersection
            yield from self._leading(shape, source, either(*failing))
            return
        # Of one shape, `not` asks that none conforms; `xone` that one does.
        right = 0 if constraint.parameter == "not" else 1
        nodes = self.nodes(shape, below)
        wrong = {node for node in nodes if sum(node not in each for each in failing) != right}
        yield from self._leading(shape, source, wrong)

    def _leading(self, shape: Shape, source: Source, wrong: Collection[str]) -> Iterator[tuple[str, str]]:
        """Give the focus nodes that lead to some value nodes, each with it."""
        if not wrong:
            return
        path = shape.path
        if isinstance(source, Targets) and path is not None and path.predicate and _have_names(wrong, _MANY):
            values = tuple(wrong)
            for start in range(0, len(values), _FEW):
                some = Given(values[start : start + _FEW])
                for row in self._rows(leaves.pairs_to(some, source, path, self._classes), shape):
                    yield row["this"], row["value"]
            return
        yield from (pair for pair in self._values(shape, source) if pair[1] in wrong)

    def _qualified(self, constraint: Qualified, shape: Shape, source: Source) -> Iterator[tuple[str, str]]:
        assert shape.path is not None
        below = self._below(shape, source)
        failing = self.failing(constraint.shape, below)
        beside = [self.failing(sibling, below) for sibling in constraint.siblings]
        counts: Counter[str] = Counter()
        for focus, value in self._values(shape, source):
            counts[focus] += value not in failing and all(value in each for each in beside)
        if constraint.minimum:
            for focus in self.nodes(shape, source):
                if counts[focus] < constraint.minimum:
                    yield focus, "qualifiedMinCount"
        if constraint.maximum is not None:
            yield from ((each, "qualifiedMaxCount") for each, count in counts.items() if count > constraint.maximum)

    def _below(self, shape: Shape, source: Source) -> Source:
        """Give the value nodes of a shape: by name where they are few, as they are then not looked for again."""
        if shape.path is None:
            return source
        objects = _objects(shape, source) if all(map(_asks_nothing, shape.constraints)) else None
        values = objects or Values(source, shape.path)
        if values not in self._named:
            found = self.nodes(shape, values)
            self._named[values] = Given(found) if _have_names(found) else values
        return self._named[values]

    def _values(self, shape: Shape, source: Source) -> tuple[tuple[str, str], ...]:
        key = (source, shape.path.text if shape.path is not None else None)
        if key not in self._pairs:
            text = leaves.pairs(source, shape.path, self._classes)
            self._pairs[key] = tuple((row["this"], row["value"]) for row in self._rows(text, shape))
        return self._pairs[key]

    def _rows(self, text: str, shape: Shape) -> Iterator[Row]:
        return rows(self._ask, text, shape.node)


def _objects(shape: Shape, source: Source) -> Objects | None:
    """Give all nodes that a property leads to, where most of them are value nodes of the focus nodes."""
    if isinstance(source, Targets) and shape.path is not None and shape.path.dense and shape.path.predicate:
        return Objects(shape.path.predicate)
    return None


def _have_names(nodes: Collection[str], most: int = _FEW) -> bool:
    """Say whether nodes can be written into queries by name: IRIs can, while an engine may write literals anew."""
    return len(nodes) <= most and all(node.startswith("<") for node in nodes)


def _asks_nothing(constraint: Constraint) -> bool:
    """Say whether no query of an author is in a constraint: it could fail on nodes that no focus node leads to."""
    match constraint:
        case Asked():
            return False
        case Leaf():
            return True
        case Nested():
            shapes: tuple[Shape, ...] = (constraint.shape,)
        case Qualified():
            shapes = (constraint.shape, *constraint.siblings)
        case Logical():
            shapes = constraint.shapes
    return all(_asks_nothing(each) for shape in shapes for each in shape.constraints)


def rows(ask: Ask, text: str, where: str) -> Iterator[Row]:
    """Give the solutions of a query, its unbound variables left out. Raises DataError where the engine fails."""
    try:
        answer = ask(text)
        if not isinstance(answer, ox.QuerySolutions):
            raise DataError("the store gave no solutions")
        names = [variable.value for variable in answer.variables]
        for solution in answer:
            yield {name: str(value) for name, value in zip(names, solution, strict=True) if value is not None}
    except (OSError, ValueError, RuntimeError, SyntaxError) as error:
        raise DataError(f"the store failed on a query: {error}", where=where) from error


def below_classes(ask: Ask) -> Classes:
    """Collect what is at and below each class that has something below it (SHACL, 2.1.3.2)."""
    below: dict[str, list[str]] = {}
    for row in rows(ask, _SUBCLASSES, "rdfs:subClassOf"):
        if row["below"].startswith("<"):
            below.setdefault(row["above"], []).append(row["below"])
    return {name: _reach(name, below) for name in below}


def _reach(name: str, below: Mapping[str, list[str]]) -> tuple[str, ...]:
    found = {name: None}
    waiting = [name]
    while waiting:
        for each in below.get(waiting.pop(), ()):
            if each not in found:
                found[each] = None
                waiting.append(each)
    return tuple(found)


def _result(shape: Shape, component: str, row: Row, messages: tuple[str, ...] | None = None) -> Result:
    path = row.get("path", "")
    told = shape.messages if messages is None else messages
    return Result(
        focus=row["this"],
        # A path that a query gives counts where it is an IRI (SHACL, 5.3.2).
        path=path if path.startswith("<") else (shape.path.text if shape.path is not None else None),
        value=row.get("value"),
        component=component,
        shape=shape.node,
        severity=shape.severity,
        messages=fill(told, row) if told else (),
    )
