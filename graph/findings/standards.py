"""By what the checker judges: the governance rules as they are shipped, each with a version made of its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from graph.findings.finding import Found
from graph.governance.checking.report import meaning_of
from graph.governance.compiling.model import Result
from graph.governance.rejudging.reads import Unit, units_of
from graph.governance.rules.shapesets import GOVERNANCE, ShapeSet, named

# Raised when what is kept of a result changes.
_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Standard:
    """Shapes taken apart into units, with the version of each rule by its number, and of all together."""

    shapes: ShapeSet
    units: tuple[Unit, ...]
    versions: Mapping[str, str]
    version: str

    def part_of(self, unit: Unit) -> str:
        """Name a unit as its findings do: by its rule and its place in a shape. Two of one rule may have one name."""
        shape, _, number = unit.name.partition(" ")
        rule = self.shapes.rule_of(unit.shape.node) or self.shapes.rule_of(shape)
        assert rule is not None, f"a shape of no rule: {shape}"
        return f"{rule.number} {number}"

    def found(self, unit: Unit, result: Result, *, public: bool) -> Found:
        """Say what a result is a finding of; `public` where only public records are read."""
        shape, _, number = unit.name.partition(" ")
        meaning = meaning_of(self.shapes, result, public=public, part=shape)
        rule = meaning.rule
        assert rule is not None, f"a shape of no rule: {result.shape}"
        evidence = {term for _, term in result.evidence if term.startswith("<")}
        return Found(
            rule=rule.number,
            rule_iri=rule.iri,
            family=rule.family.letter,
            version=self.versions[rule.number],
            part=f"{rule.number} {number}",
            focus=result.focus,
            path=result.path or "",
            value=result.value or "",
            component=result.component,
            shape=result.shape if result.shape.startswith("<") else "",
            severity=result.severity,
            finding_class=meaning.finding_class or "",
            messages=dict(meaning.messages),
            evidence=tuple(sorted(evidence)),
        )


@lru_cache(maxsize=1)
def governance() -> Standard:
    """Give the governance rules."""
    shapes = named(GOVERNANCE)
    return standard(shapes)


def standard(shapes: ShapeSet) -> Standard:
    """Make a set of shapes, each of a rule, ready to be kept up."""
    versions = {rule.number: sha256(rule.turtle.encode()).hexdigest()[:12] for rule in shapes.rules}
    told = f"{_FORMAT} {sorted(versions.items())}"
    return Standard(shapes, units_of(shapes.shapes), versions, sha256(told.encode()).hexdigest()[:12])
