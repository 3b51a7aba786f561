"""What a check found: results with the rule each belongs to, in plain data that goes over a channel and back."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.governance.checking.dates import Evaluation, Origin
from graph.governance.compiling.model import Result
from graph.governance.rules.rulebook import Rule, Words
from graph.governance.rules.shapesets import ShapeSet
from graph.terms import value_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One result. Terms are N-Triples texts, `path` a path of SPARQL; `component`, `severity` are IRIs.

    `finding_class` is an IRI, None where the shape belongs to no rule; `messages` by language; `evidence` are the
    variables that a query gives beside those of SHACL: name and term. `shape` and `constraint` are as in the model:
    an IRI in brackets, or a blank node's name.
    """

    focus: str
    path: str | None
    value: str | None
    component: str
    severity: str
    shape: str
    constraint: str | None
    messages: Words
    evidence: tuple[tuple[str, str], ...]
    rule: Rule | None
    finding_class: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one check of one state of a graph: by which shapes, at which date, and what was found.

    `origin` tells whether the date was given, recorded in the graph, or is the day of the check; `rules` are those that
    were checked; `findings` stand in the order of rule, focus and shape.
    """

    shapes: str
    title: Words
    date: datetime.date
    origin: Origin
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        """Say whether nothing was found (SHACL, 3.6.1.1)."""
        return not self.findings

    def by_rule(self) -> dict[str, tuple[Finding, ...]]:
        """Give the findings of each rule that has any, by number; those of no rule stand under the empty name."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.rule.number if finding.rule else "", []).append(finding)
        return {number: tuple(some) for number, some in found.items()}

    def by_severity(self) -> dict[str, int]:
        """Count the findings of each severity (IRI)."""
        return dict(Counter(finding.severity for finding in self.findings))


def make_report(shapes: ShapeSet, chosen: Evaluation, results: Iterable[Result], *, public: bool = False) -> Report:
    """Put results in order, each with its rule; `public` where only public records were read."""
    told: dict[tuple[str, ...], Words] = {}
    findings = sorted((_finding(shapes, result, told, public=public) for result in results), key=_place)
    return Report(shapes.name, shapes.title, chosen.date, chosen.origin, shapes.rules, tuple(findings))


def _finding(shapes: ShapeSet, result: Result, told: dict[tuple[str, ...], Words], *, public: bool) -> Finding:
    """Lead a result to its rule; `told` are texts that other results had too."""
    if (messages := told.get(result.messages)) is None:
        messages = {term.language or "": term.value for term in map(value_of, result.messages)}
        told[result.messages] = messages
    rule = shapes.rule_of(result.shape)
    otherwise = rule.publicly if rule is not None and public else None
    return Finding(
        focus=result.focus,
        path=result.path,
        value=result.value,
        component=result.component,
        severity=result.severity,
        shape=result.shape,
        constraint=result.constraint,
        messages=otherwise.message if otherwise else messages,
        evidence=result.evidence,
        rule=rule,
        finding_class=otherwise.finding_class if otherwise else shapes.class_of(result.shape),
    )


def _place(finding: Finding) -> tuple[str, ...]:
    number = finding.rule.number if finding.rule is not None else ""
    rest = (finding.path or "", finding.value or "", finding.component, *map(":".join, finding.evidence))
    return (number, finding.focus, finding.shape, *rest)


_PLAIN = ("focus", "path", "value", "component", "severity", "shape", "constraint")


def as_data(finding: Finding) -> dict[str, Any]:
    """Write a finding as plain data; its rule is told by number."""
    data: dict[str, Any] = {name: getattr(finding, name) for name in _PLAIN}
    data["messages"] = dict(finding.messages)
    data["evidence"] = [list(pair) for pair in finding.evidence]
    return data


def from_data(shapes: ShapeSet, data: Mapping[str, Any]) -> Finding:
    """Read a finding that was written as plain data. Raises KeyError, TypeError or ValueError for what is none."""
    plain = {name: None if data[name] is None else str(data[name]) for name in _PLAIN}
    if any(plain[name] is None for name in ("focus", "component", "severity", "shape")):
        raise ValueError("a finding lacks what it must have")
    return Finding(
        **plain,  # type: ignore[arg-type]
        messages={str(language): str(text) for language, text in data["messages"].items()},
        evidence=tuple((str(name), str(term)) for name, term in data["evidence"]),
        rule=shapes.rule_of(str(data["shape"])),
        finding_class=shapes.class_of(str(data["shape"])),
    )
