"""Which way each constraint is checked, told from its component and path (docs/architecture.md).

- `record`: on the record's own text, where nothing but the focus node's own statements is read;
- `compiled`: as a query in the store, where other records are read;
- `texts`: on the texts of the records it touches together, where other records are read and it hangs on how a literal
  is written, which a store may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from graph.governance.components import component_of
from graph.governance.model import Asked, Constraint, Leaf, Logical, Nested, Path, Qualified, Shape
from graph.terms import RDF, XSD, value_of

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
    """What keeps a constraint from being checked in one record alone, and what makes it hang on written forms."""

    beyond: str = ""
    written: str = ""

    def __or__(self, other: _Need) -> _Need:
        return _Need(self.beyond or other.beyond, self.written or other.written)


def explain(shapes: tuple[Shape, ...]) -> Iterator[Step]:
    """Give the way of every constraint that shapes with targets lead to, in the order of the shapes."""
    for shape in shapes:
        yield from _steps(shape, _reached(shape))


def _steps(shape: Shape, above: _Need) -> Iterator[Step]:
    for constraint in shape.constraints:
        if isinstance(constraint, Nested):
            yield from _steps(constraint.shape, above | (_step() if shape.path is not None else _Need()))
        else:
            way, why = _way(above | _need(constraint, shape.path))
            path = shape.path.text if shape.path is not None else None
            for component in _components(constraint):
                yield Step(shape.node, path, component, way, why)


def _way(need: _Need) -> tuple[Way, str]:
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
    own = _Need("" if path is None or path.predicate is not None else "its path leads through other records")
    if isinstance(constraint, Leaf):
        return own | _of_leaf(constraint, path)
    if isinstance(constraint, Asked):
        return own | _Need("a query may read any record")
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
