"""What a graph has of what shapes name, and how much: what need not be asked is not, and the rest from its rarer end.

Foreign profiles name many properties that few graphs use, and each question that need not be asked is a walk over all
focus nodes that is not made. A query that asks first for a property that few nodes have begins there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import islice
from string import Template

from graph.governance.compiling.model import Asked, Constraint, Leaf, Logical, Nested, Path, Shape, Target
from graph.governance.compiling.running import Ask, rows
from graph.governance.compiling.sources import TYPE, Classes

_PRESENT, _COUNT_PROPERTY, _COUNT_CLASS = (
    Template(files("graph.governance.compiling").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("present_properties", "count_property", "count_class")
)
_AT_ONCE = 200

# What finds nothing where there are no values.
_OF_VALUES = {
    "class", "datatype", "nodeKind", "maxCount", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive",
    "minLength", "maxLength", "pattern", "languageIn", "uniqueLang", "disjoint", "lessThan", "lessThanOrEquals", "in",
    "closed",
}  # fmt: skip

# A property is dense that has no more statements than so many for each focus node.
_DENSE = 2


@dataclass(frozen=True, slots=True)
class Presence:
    """How many statements a graph has by properties, and how many instances of classes, that shapes name."""

    properties: Mapping[str, int]
    classes: Mapping[str, int]
    below: Classes

    def fit(self, shape: Shape) -> Shape | None:
        """Give a shape with those of its constraints that can find something, asked from where least is met.

        None where nothing can be found.
        """
        size = sum(map(self._size, shape.targets))
        kept = tuple(each for each in shape.constraints if self._can_find(each, shape.path))
        if not size or not kept:
            return None
        fitted = replace(shape, constraints=tuple(self._entered(each, size) for each in kept))
        return self._narrowed(fitted, size) if shape.path is not None else fitted

    def _size(self, target: Target) -> int:
        """Count focus nodes, those that are found in two ways twice."""
        if target.kind == "class":
            return sum(self.classes.get(each, 0) for each in self.below.get(target.term, (target.term,)))
        return 1 if target.kind == "node" else self.properties.get(target.term, 0)

    def _can_find(self, constraint: Constraint, path: Path | None) -> bool:
        if path is None or path.nullable or any(map(self.properties.get, path.reads)):
            return True
        return not _is_of_values(constraint)

    def _entered(self, constraint: Constraint, size: int) -> Constraint:
        if not isinstance(constraint, Asked) or not constraint.text.entries:
            return constraint
        counts = [sum(self.properties.get(name, 0) for name in entry) for entry in _counted_entries(constraint)]
        return replace(constraint, text=replace(constraint.text, late=min(counts, default=size) < size))

    def _narrowed(self, shape: Shape, size: int) -> Shape:
        """Take for focus nodes only those with a value where no others can matter."""
        name = shape.path.predicate if shape.path is not None else None
        if name is None or shape.path is None:
            return shape
        path = replace(shape.path, dense=self.properties.get(name, 0) <= _DENSE * size)
        own = Target("subjects", name)
        if own in shape.targets and all(map(_is_of_values, shape.constraints)):
            return replace(shape, path=path, targets=(own,))
        return replace(shape, path=path)


def _counted_entries(constraint: Asked) -> list[frozenset[str]]:
    """Give the entries of a query that are counted: not those by rdf:type, which nearly all nodes have."""
    return [entry for entry in constraint.text.entries if TYPE not in entry]


def _is_of_values(constraint: Constraint) -> bool:
    """Say whether a constraint finds nothing by a node without values."""
    if isinstance(constraint, Leaf):
        return constraint.parameter in _OF_VALUES
    return isinstance(constraint, Nested | Logical)


def read_presence(ask: Ask, shapes: Sequence[Shape], below: Classes) -> Presence:
    """Ask what a graph has of the properties and classes that shapes start from. Raises DataError.

    Counted are those properties alone of which it matters how many there are; of others, one stands for all.
    """
    named: set[str] = set()
    counted: set[str] = set()
    classes: set[str] = set()
    for shape in shapes:
        named.update(shape.path.reads if shape.path is not None else ())
        counted.update(_counted(shape))
        for target in shape.targets:
            if target.kind == "class":
                classes.update(below.get(target.term, (target.term,)))
            elif target.kind != "node":
                counted.add(target.term)
    properties = {**dict.fromkeys(_present(ask, named - counted), 1), **_counts(ask, _COUNT_PROPERTY, counted)}
    return Presence(properties, _counts(ask, _COUNT_CLASS, classes), below)


def _counted(shape: Shape) -> Iterator[str]:
    """Give the properties of a shape of which it matters how many statements there are."""
    if shape.path is not None and shape.path.predicate is not None:
        yield shape.path.predicate
    for constraint in shape.constraints:
        if isinstance(constraint, Asked):
            for entry in _counted_entries(constraint):
                yield from entry


def _present(ask: Ask, names: Iterable[str]) -> Iterator[str]:
    for some in _pieces(sorted(names)):
        for row in rows(ask, _PRESENT.substitute(terms=" ".join(some)), "shapes"):
            yield row["term"]


def _counts(ask: Ask, template: Template, names: Iterable[str]) -> dict[str, int]:
    return {
        name: int(row["count"].split('"')[1])
        for name in sorted(names)
        for row in rows(ask, template.substitute(term=name), "shapes")
    }


def _pieces(terms: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(terms)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
