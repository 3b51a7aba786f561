"""What a check found: results with the rule each belongs to, in plain data that goes over a channel and back."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
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


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a result means: the rule it is of, None where its shape is of none; class (IRI) and messages by language."""

    rule: Rule | None
    finding_class: str | None
    messages: Words


def meaning_of(shapes: ShapeSet, result: Result, *, public: bool, part: str = "") -> Meaning:
    """Say what a result means; `public` where only public records were read.

    `part` is the shape with targets that led to it, for a result whose own shape has no name.
    """
    rule = shapes.rule_of(result.shape) or shapes.rule_of(part)
    if rule is not None and public and rule.publicly is not None:
        return Meaning(rule, rule.publicly.finding_class, rule.publicly.message)
    kind = shapes.class_of(result.shape) or (rule.finding_class if rule is not None else None)
    return Meaning(rule, kind, _words(result.messages))


@lru_cache(maxsize=4096)
def _words(messages: tuple[str, ...]) -> Words:
    """Read messages (N-Triples texts) by language; one object for all results that have the same."""
    return MappingProxyType({term.language or "": term.value for term in map(value_of, messages)})


def make_report(shapes: ShapeSet, chosen: Evaluation, results: Iterable[Result], *, public: bool = False) -> Report:
    """Put results in order, each with its rule; `public` where only public records were read."""
    meanings: dict[tuple[str, tuple[str, ...]], Meaning] = {}
    findings: list[Finding] = []
    for result in results:
        # Results of one shape mostly say the same.
        told = result.shape, result.messages
        if (meaning := meanings.get(told)) is None:
            meaning = meanings[told] = meaning_of(shapes, result, public=public)
        findings.append(_finding(result, meaning))
    findings.sort(key=_place)
    return Report(shapes.name, shapes.title, chosen.date, chosen.origin, shapes.rules, tuple(findings))


def _finding(result: Result, meaning: Meaning) -> Finding:
    """Lead a result to its rule."""
    return Finding(
        focus=result.focus,
        path=result.path,
        value=result.value,
        component=result.component,
        severity=result.severity,
        shape=result.shape,
        constraint=result.constraint,
        messages=meaning.messages,
        evidence=result.evidence,
        rule=meaning.rule,
        finding_class=meaning.finding_class,
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
