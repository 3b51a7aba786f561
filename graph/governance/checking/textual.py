"""Checks that hang on text: how a literal is written, what one record says. One small interface whatever the engine.

The engine is the `shacl` package, pinned; pySHACL is its oracle in tests. It gets only the statements whose property
the shapes read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

import shacl

from graph.errors import DataError
from graph.governance.checking.ways import properties
from graph.governance.checking.writing import Written
from graph.governance.compiling.messages import fill
from graph.governance.compiling.model import Constraint, Nested, Result, Shape
from graph.governance.compiling.sources import Classes
from graph.terms import RDFS, SH, TYPE

SUBCLASS = f"<{RDFS}subClassOf>"

# What one piece of text may have in bytes, so that the engine's memory stays bounded (eight times the text).
PIECE_BYTES = 64 << 20


class TextChecker:
    """Shapes whose constraints are decided by the text of what they look at."""

    def __init__(self, shapes: tuple[Shape, ...], classes: Classes) -> None:
        self._written = Written(shapes, classes)
        self.reads = reads(shapes)
        try:
            self._engine = shacl.Shapes.from_turtle(self._written.turtle + _PROBE_SHAPE) if shapes else None
        except (ValueError, RuntimeError, SyntaxError) as error:
            raise DataError(f"the engine for texts does not take the shapes: {error}") from error

    def check(self, text: str) -> Iterator[Result]:
        """Give the violations in N-Triples. Raises DataError where the engine fails.

        Blank nodes are told by the names that the text has for them.
        """
        if self._engine is None:
            return
        labels: dict[str, str] = {}
        if "_:" in text:
            text = _PROBE + text
        try:
            results = self._engine.validate_text(text, format="ntriples").results
        except (ValueError, RuntimeError, SyntaxError) as error:
            raise DataError(f"the engine for texts failed: {error}") from error
        if text.startswith(_PROBE):
            labels = _labels(text, next(each.focus_node for each in results if each.source_shape == _PROBE_NAME))
        for each in results:
            if each.source_shape != _PROBE_NAME:
                yield self._result(each, labels)

    def _result(self, each: shacl.Result, labels: dict[str, str]) -> Result:
        shape = self._written.shapes[each.source_shape or ""]
        focus = labels.get(each.focus_node, each.focus_node)
        value = None if each.value is None else labels.get(each.value, each.value)
        closed = each.component_iri == f"{SH}ClosedConstraintComponent"
        path = each.path if closed else (shape.path.text if shape.path is not None else None)
        row = {"this": focus} | ({"value": value} if value is not None else {})
        row |= {"path": path} if closed and path is not None else {}
        return Result(
            focus=focus,
            path=path,
            value=value,
            component=each.component_iri,
            shape=shape.node,
            severity=shape.severity,
            messages=fill(shape.messages, row) if shape.messages else (),
        )


def reads(shapes: Iterable[Shape]) -> frozenset[str] | None:
    """Collect the properties that shapes read, as N-Triples texts, types and targets among them; None for any."""
    found = {TYPE, SUBCLASS}
    for shape in shapes:
        found |= {target.term for target in shape.targets if target.kind in ("subjects", "objects")}
        found.update(shape.path.reads if shape.path is not None else ())
        for constraint in shape.constraints:
            inner = reads([constraint.shape]) if isinstance(constraint, Nested) else _read(constraint, shape)
            if inner is None:
                return None
            found |= inner
    return frozenset(found)


def _read(constraint: Constraint, shape: Shape) -> frozenset[str] | None:
    return properties(constraint, shape.path)


# The engine calls blank nodes `_:0_b7`, `_:0_b8`, … in the order in which it meets them, its own shapes first. A node
# of ours at the start of the text, and a shape that tells of it, show where it begins to count.
_PROBE_NAME = "<urn:x-civigraph:probe>"
_PROBE = f"_:probe {_PROBE_NAME} _:probe .\n"
_PROBE_SHAPE = f"{_PROBE_NAME} <{SH}targetSubjectsOf> {_PROBE_NAME} ; <{SH}nodeKind> <{SH}IRI> .\n"
_LINE = re.compile(r"^(\S+) \S+ (.+) \.$", re.MULTILINE)


def _labels(text: str, first: str) -> dict[str, str]:
    """Tell what the engine calls the blank nodes of a text, from what it calls the first."""
    start = int(first.removeprefix("_:0_b"))
    ends = chain.from_iterable(match.groups() for match in _LINE.finditer(text))
    blank = dict.fromkeys(term for term in ends if term.startswith("_:"))
    return {f"_:0_b{number}": term for number, term in enumerate(blank, start)}


def selected(lines: bytes, wanted: frozenset[str] | None) -> bytes:
    """Give those of some N-Triples lines whose property is wanted, all for None."""
    if wanted is None:
        return lines
    names = {name.encode() for name in wanted}
    return b"".join(line for line in lines.splitlines(keepends=True) if line.split(b" ", 2)[1] in names)
