"""Writes shapes of the model back as SHACL in Turtle, for an engine that checks texts.

Only what the text shall be checked for is written, each shape that can tell of something under an address of its own,
so that a result leads back to the shape it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.governance.compiling.model import Constraint, Leaf, Logical, Nested, Path, Qualified, Shape, Target
from graph.governance.compiling.sources import Classes
from graph.terms import SH

ADDRESS = "urn:x-civigraph:shape:"

_TARGETS = {"node": "targetNode", "class": "targetClass", "subjects": "targetSubjectsOf", "objects": "targetObjectsOf"}
_LISTS = ("in", "languageIn")


class Written:
    """The Turtle of some shapes; `shapes[address]` is the shape that is written under an address."""

    def __init__(self, shapes: tuple[Shape, ...], classes: Classes) -> None:
        self.shapes: dict[str, Shape] = {}
        self._classes = classes
        self._lines: list[str] = []
        for shape in shapes:
            self._write(shape, shape.targets)
        self.turtle = "".join(self._lines)

    def _write(self, shape: Shape, targets: tuple[Target, ...] = ()) -> str:
        """Write a shape under a new address, and give that."""
        address = f"<{ADDRESS}{len(self.shapes)}>"
        self.shapes[address] = shape
        parts = [part for target in targets for part in self._target(target)]
        self._lines.append(f"{address} {' ; '.join([*parts, *self._parts(shape, named=True)])} .\n")
        return address

    def _target(self, target: Target) -> Iterator[str]:
        # The classes below a class are written out: what says so may stand in a record that is not looked at.
        terms = self._classes.get(target.term, (target.term,)) if target.kind == "class" else (target.term,)
        for term in terms:
            yield f"<{SH}{_TARGETS[target.kind]}> {term}"

    def _parts(self, shape: Shape, *, named: bool) -> Iterator[str]:
        yield f"a <{SH}{'NodeShape' if shape.path is None else 'PropertyShape'}>"
        if shape.path is not None:
            yield f"<{SH}path> {shape.path.turtle}"
        for constraint in shape.constraints:
            if isinstance(constraint, Nested):
                inner = self._write(constraint.shape) if named else self._inside(constraint.shape)
                yield f"<{SH}property> {inner}"
            else:
                yield from self._constraint(constraint, shape.path)

    def _constraint(self, constraint: Constraint, path: Path | None) -> Iterator[str]:
        if isinstance(constraint, Leaf) and constraint.parameter == "closed" and path is not None:
            # On a property shape the engine would close the focus node, and not the values.
            yield f"<{SH}node> [ a <{SH}NodeShape> ; {' ; '.join(_leaf(constraint))} ]"
        elif isinstance(constraint, Leaf):
            yield from _leaf(constraint)
        elif isinstance(constraint, Logical):
            inner = [self._inside(shape) for shape in constraint.shapes]
            alone = constraint.parameter in ("node", "not")
            yield f"<{SH}{constraint.parameter}> {inner[0] if alone else _list(inner)}"
        elif isinstance(constraint, Qualified):
            yield from self._qualified(constraint)
        else:
            raise AssertionError(f"no text engine checks {type(constraint).__name__}")

    def _qualified(self, constraint: Qualified) -> Iterator[str]:
        """Write what is counted; that it conforms to no sibling is said of the value itself."""
        counted = [self._inside(constraint.shape)]
        counted += [f"[ <{SH}not> {self._inside(sibling)} ]" for sibling in constraint.siblings]
        yield f"<{SH}qualifiedValueShape> {counted[0] if len(counted) == 1 else f'[ <{SH}and> {_list(counted)} ]'}"
        for name, bound in (("qualifiedMinCount", constraint.minimum), ("qualifiedMaxCount", constraint.maximum)):
            if bound is not None:
                yield f"<{SH}{name}> {bound}"

    def _inside(self, shape: Shape) -> str:
        return f"[ {' ; '.join(self._parts(shape, named=False))} ]"


def _list(members: list[str]) -> str:
    return f"( {' '.join(members)} )"


def _leaf(leaf: Leaf) -> Iterator[str]:
    if leaf.parameter in _LISTS:
        yield f"<{SH}{leaf.parameter}> {_list(list(leaf.values))}"
    elif leaf.parameter == "closed":
        yield f"<{SH}closed> true"
        yield f"<{SH}ignoredProperties> {_list(list(leaf.values))}"
    elif leaf.parameter == "uniqueLang":
        yield f"<{SH}uniqueLang> true"
    else:
        yield f"<{SH}{leaf.parameter}> {leaf.values[0]}"
        for flags in leaf.values[1:]:
            yield f"<{SH}flags> {flags}"
