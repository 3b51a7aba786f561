"""Which way each constraint is checked, told from its component and path (docs/architecture.md).

- `record`: on the record's own text, where nothing but the focus node's own statements is read;
- `compiled`: as a query in the store, where other records are read;
- `texts`: on the texts of the records it touches together, where other records are read and it hangs on how a literal
  is written, which a store may change.

What is derived is in the store alone: what reads it is compiled, and so is what has a query in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from graph.governance.compiling.components import component_of
from graph.governance.compiling.model import Asked, Constraint, Leaf, Logical, Nested, Path, Qualified, Shape
from graph.terms import RDF, TYPE, XSD, value_of

Way = OneOf["record", "compiled", "texts"]

# What a store of triples gives back as it was written.
_KEPT = {f"{XSD}string", f"{XSD}anyURI", f"{XSD}date", f"{XSD}gYear", f"{RDF}langString"}

# What is decided by looking at a value alone, without a statement about it.
_OF_TERM = {
    "datatype", "nodeKind", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "minLength", "maxLength",
    "pattern", "languageIn", "in", "hasValue",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One constraint with the way it is checked, and why; `path` is a path of SPARQL, None on a node shape."""

    shape: str
    path: str | None
    component: str
    way: Way
    why: str


@dataclass(frozen=True, slots=True)
class _Need:
    """What keeps a constraint from being checked in one record alone, what makes it hang on written forms, and what
    only the store can tell.
    """

    beyond: str = ""
    written: str = ""
    stored: str = ""

    def __or__(self, other: _Need) -> _Need:
        return _Need(self.beyond or other.beyond, self.written or other.written, self.stored or other.stored)


def explain(shapes: tuple[Shape, ...], derived: Collection[str] = ()) -> Iterator[Step]:
    """Give the way of every constraint that shapes with targets lead to, in the order of the shapes.

    `derived` are the properties (N-Triples texts) that derivations make.
    """
    reader = _Reader(frozenset(derived))
    for shape in shapes:
        yield from reader.steps(shape, _reached(shape))


def divide(shapes: tuple[Shape, ...], derived: Collection[str] = ()) -> dict[Way, tuple[Shape, ...]]:
    """Part shapes by the way of their constraints: each stands in one of the three, with what leads to it."""
    reader = _Reader(frozenset(derived))
    ways: tuple[Way, ...] = ("record", "compiled", "texts")
    parts = {way: [reader.part(shape, _reached(shape), way) for shape in shapes] for way in ways}
    return {way: tuple(shape for shape in some if shape.constraints) for way, some in parts.items()}


class _Reader:
    """Tells what constraints need; `derived` are properties that no record states."""

    def __init__(self, derived: frozenset[str]) -> None:
        self._derived = derived

    def steps(self, shape: Shape, above: _Need) -> Iterator[Step]:
        """Give the way of every constraint of a shape, and of those that it leads to by sh:property."""
        for constraint in shape.constraints:
            if isinstance(constraint, Nested):
                yield from self.steps(constraint.shape, above | self._below(shape))
            else:
                way, why = _way(above | self._whole(constraint, shape.path))
                path = shape.path.text if shape.path is not None else None
                for component in _components(constraint):
                    yield Step(shape.node, path, component, way, why)

    def part(self, shape: Shape, above: _Need, way: Way) -> Shape:
        """Give a shape with only those of its constraints that are checked in one way."""
        kept: list[Constraint] = []
        for constraint in shape.constraints:
            if isinstance(constraint, Nested):
                inner = self.part(constraint.shape, above | self._below(shape), way)
                kept += [Nested(inner)] if inner.constraints else []
            elif _way(above | self._whole(constraint, shape.path))[0] == way:
                kept.append(constraint)
        return replace(shape, constraints=tuple(kept))

    def _below(self, shape: Shape) -> _Need:
        """Say what the property shapes of a shape need, whatever they ask for."""
        if shape.path is None:
            return _Need()
        return _step() | (_derived() if self._derived.intersection(shape.path.reads) else _Need())

    def _whole(self, constraint: Constraint, path: Path | None) -> _Need:
        reads = properties(constraint, path)
        known = reads is not None and self._derived.isdisjoint(reads)
        return _need(constraint, path) | (_Need() if known or not self._derived else _derived())


def _derived() -> _Need:
    why = "what is derived is in the store alone"
    return _Need(why, stored=why)


def properties(constraint: Constraint, path: Path | None) -> frozenset[str] | None:
    """Collect the properties (N-Triples texts) that a constraint reads, None for any."""
    found = set(path.reads if path is not None else ())
    if isinstance(constraint, Asked) or (isinstance(constraint, Leaf) and constraint.parameter == "closed"):
        return None
    if isinstance(constraint, Leaf):
        return frozenset(found | _of_parameter(constraint))
    for shape in _shapes(constraint):
        for each in shape.constraints:
            inner = properties(each, shape.path)
            if inner is None:
                return None
            found |= inner
    return frozenset(found)


def _of_parameter(leaf: Leaf) -> set[str]:
    if leaf.parameter in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
        return set(leaf.values)
    return {TYPE} if leaf.parameter == "class" else set()


def _way(need: _Need) -> tuple[Way, str]:
    if need.stored:
        return "compiled", need.stored
    if not need.beyond:
        return "record", "reads only what is said of the focus node itself"
    if not need.written:
        return "compiled", need.beyond
    return "texts", f"{need.beyond}, and {need.written}"


def _reached(shape: Shape) -> _Need:
    objects = any(target.kind == "objects" for target in shape.targets)
    return _Need("its focus nodes are named in other records" if objects else "")


def _step() -> _Need:
    """Say what it needs to go on from the values of a path."""
    return _Need("what its values are is said in other records")


def _need(constraint: Constraint, path: Path | None) -> _Need:
    own = _Need("" if path is None or path.local else "its path leads through other records")
    if isinstance(constraint, Leaf):
        return own | _of_leaf(constraint, path)
    if isinstance(constraint, Asked):
        return own | _Need(_QUERY, stored=_QUERY)
    inner = _Need()
    for shape in _shapes(constraint):
        for each in shape.constraints:
            inner |= _inside(each, shape, path)
    return own | inner


def _inside(constraint: Constraint, shape: Shape, path: Path | None) -> _Need:
    """Say what a constraint of a shape in a shape needs: on a value node, what it says is said in another record."""
    need = _need(constraint, shape.path)
    if path is None or (shape.path is None and isinstance(constraint, Leaf) and constraint.parameter in _OF_TERM):
        return need
    return need | _step()


_QUERY = "a query may read any record"


def _shapes(constraint: Logical | Qualified | Nested) -> tuple[Shape, ...]:
    if isinstance(constraint, Logical):
        return constraint.shapes
    return (constraint.shape, *constraint.siblings) if isinstance(constraint, Qualified) else (constraint.shape,)


def _of_leaf(leaf: Leaf, path: Path | None) -> _Need:
    name = leaf.parameter
    if name == "class":
        return _Need("classes are said in other records")
    if path is not None and name == "closed":
        return _step()
    if name == "datatype":
        return _Need(written="" if leaf.values[0][1:-1] in _KEPT else "a store may change the datatype")
    if name in ("pattern", "minLength", "maxLength"):
        return _Need(written="it looks at the characters of a literal")
    if name in ("in", "hasValue"):
        return _Need(written="" if all(map(_kept, leaf.values)) else "a store may write its value otherwise")
    return _Need()


def _kept(text: str) -> bool:
    term = value_of(text)
    return term.kind == "iri" or term.language is not None or (term.datatype or f"{XSD}string") in _KEPT


def _components(constraint: Leaf | Logical | Qualified | Asked) -> Iterator[str]:
    if not isinstance(constraint, Qualified):
        yield constraint.component
        return
    for name, bound in (("qualifiedMinCount", constraint.minimum), ("qualifiedMaxCount", constraint.maximum)):
        if bound is not None:
            yield component_of(name)
