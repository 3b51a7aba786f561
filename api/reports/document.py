"""A report as JSON: what was checked and when, the rules that found something, every finding with its rule's number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from api.reports.told import Told, no_advice, term_data
from graph.governance.checking.report import Finding
from graph.governance.rules.rulebook import Rule
from graph.terms import SH


def write(told: Told) -> Iterator[str]:
    """Write the report in pieces, so that a long one never stands in memory twice."""
    head = json.dumps(_head(told), ensure_ascii=False, indent=1)
    yield head.removesuffix("\n}") + ',\n "findings": ['
    for place, finding in enumerate(told.report.findings):
        yield (",\n  " if place else "\n  ") + json.dumps(_finding(told, finding), ensure_ascii=False)
    yield "\n ]\n}\n" if told.report.findings else "]\n}\n"


def _head(told: Told) -> dict[str, Any]:
    report = told.report
    return {
        "note": no_advice(),
        "checked": told.subject,
        "profile": {"name": report.shapes, "title": dict(report.title)},
        "date": report.date.isoformat(),
        "dateOrigin": report.origin,
        "conforms": report.conforms,
        "counts": {name.removeprefix(SH): count for name, count in sorted(report.by_severity().items())},
        "rules": [_rule(rule, len(findings)) for rule, findings in told.groups() if rule is not None],
    }


def _rule(rule: Rule, count: int) -> dict[str, Any]:
    return {
        "identifier": rule.number,
        "iri": rule.iri,
        "title": dict(rule.title),
        "definition": dict(rule.definition),
        "source": {"citation": dict(rule.citation), "addresses": list(rule.sources)},
        "remedy": dict(rule.remedy),
        "severity": rule.severity.removeprefix(SH),
        "findings": count,
    }


def _finding(told: Told, finding: Finding) -> dict[str, Any]:
    """Write one finding; what is not known of it is left out."""
    known: dict[str, Any] = {
        "rule": finding.rule.number if finding.rule else None,
        "severity": finding.severity.removeprefix(SH),
        "class": finding.finding_class,
        "message": dict(finding.messages),
        "focus": term_data(finding.focus),
        "path": finding.path,
        "value": term_data(finding.value) if finding.value is not None else None,
        "line": told.line_of(finding),
        "evidence": {name: term_data(term) for name, term in finding.evidence},
        "component": finding.component,
        "shape": finding.shape.strip("<>") if finding.shape.startswith("<") else None,
    }
    return {name: value for name, value in known.items() if value not in (None, {})}
