"""What a graph has none of: a shape whose focus nodes or values cannot be there has nothing to tell, and is not asked.

Foreign profiles name many properties that few graphs use, and each question that need not be asked is a walk over all
focus nodes that is not made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import islice
from string import Template

from graph.governance.compiling.model import Constraint, Leaf, Logical, Nested, Path, Shape, Target
from graph.governance.compiling.running import Ask, rows
from graph.governance.compiling.sources import Classes

_PROPERTIES, _CLASSES = (
    Template(files("graph.governance.compiling").joinpath(f"present_{name}.rq").read_text(encoding="utf-8"))
    for name in ("properties", "classes")
)
_AT_ONCE = 200

# What finds nothing where there are no values.
_OF_VALUES = {
    "class", "datatype", "nodeKind", "maxCount", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive",
    "minLength", "maxLength", "pattern", "languageIn", "uniqueLang", "disjoint", "lessThan", "lessThanOrEquals", "in",
    "closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Presence:
    """The properties and the classes (N-Triples texts) that a graph has, of those that shapes name."""

    properties: frozenset[str]
    classes: frozenset[str]
    below: Classes

    def matters(self, shape: Shape) -> Shape | None:
        """Give a shape with those of its constraints that can find something, None for none."""
        if not any(map(self._has_focus, shape.targets)):
            return None
        kept = tuple(each for each in shape.constraints if self._can_find(each, shape.path))
        return replace(shape, constraints=kept) if kept else None

    def _has_focus(self, target: Target) -> bool:
        if target.kind == "class":
            return not self.classes.isdisjoint(self.below.get(target.term, (target.term,)))
        return target.kind == "node" or target.term in self.properties

    def _can_find(self, constraint: Constraint, path: Path | None) -> bool:
        if path is None or path.nullable or not self.properties.isdisjoint(path.reads):
            return True
        if isinstance(constraint, Leaf):
            return constraint.parameter not in _OF_VALUES
        return not isinstance(constraint, Nested | Logical)


def read_presence(ask: Ask, shapes: Sequence[Shape], below: Classes) -> Presence:
    """Ask a graph which of the properties and classes that shapes start from it has. Raises DataError."""
    properties: set[str] = set()
    classes: set[str] = set()
    for shape in shapes:
        properties.update(shape.path.reads if shape.path is not None else ())
        for target in shape.targets:
            if target.kind == "class":
                classes.update(below.get(target.term, (target.term,)))
            elif target.kind != "node":
                properties.add(target.term)
    return Presence(_there(ask, _PROPERTIES, properties), _there(ask, _CLASSES, classes), below)


def _there(ask: Ask, template: Template, terms: Iterable[str]) -> frozenset[str]:
    return frozenset(
        row["term"]
        for some in _pieces(sorted(term for term in terms if term.startswith("<")))
        for row in rows(ask, template.substitute(terms=" ".join(some)), "shapes")
    )


def _pieces(terms: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(terms)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
