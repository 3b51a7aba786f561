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
from graph.governance.messages import fill
from graph.governance.model import Constraint, Nested, Result, Shape
from graph.governance.sources import Classes
from graph.governance.ways import properties
from graph.governance.writing import Written
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
            self._engine = shacl.Shapes.from_turtle(self._written.turtle) if shapes else None
        except (ValueError, RuntimeError, SyntaxError) as error:
            raise DataError(f"the engine for texts does not take the shapes: {error}") from error

    def check(self, text: str) -> Iterator[Result]:
        """Give the violations in N-Triples. Raises DataError where the engine fails.

        Blank nodes are told by the names that the text has for them.
        """
        if self._engine is None:
            return
        try:
            report = self._engine.validate_text(text, format="ntriples")
        except (ValueError, RuntimeError, SyntaxError) as error:
            raise DataError(f"the engine for texts failed: {error}") from error
        labels = _labels(text) if "_:" in text else []
        for each in report.results:
            yield self._result(each, labels)

    def _result(self, each: shacl.Result, labels: list[str]) -> Result:
        shape = self._written.shapes[each.source_shape or ""]
        focus = _named(each.focus_node, labels)
        value = None if each.value is None else _named(each.value, labels)
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


# The engine calls blank nodes `_:0_b0`, `_:0_b1`, … in the order in which a text first has them.
_LINE = re.compile(r"^(\S+) \S+ (.+) \.$", re.MULTILINE)


def _labels(text: str) -> list[str]:
    ends = chain.from_iterable(match.groups() for match in _LINE.finditer(text))
    return list(dict.fromkeys(term for term in ends if term.startswith("_:")))


def _named(term: str, labels: list[str]) -> str:
    return labels[int(term.removeprefix("_:0_b"))] if term.startswith("_:") else term


def selected(lines: bytes, wanted: frozenset[str] | None) -> bytes:
    """Give those of some N-Triples lines whose property is wanted, all for None."""
    if wanted is None:
        return lines
    names = {name.encode() for name in wanted}
    return b"".join(line for line in lines.splitlines(keepends=True) if line.split(b" ", 2)[1] in names)
