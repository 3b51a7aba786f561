"""An outcome of what-if as plain data, for JSON."""

from __future__ import annotations

from typing import Any

from api.checks.finding_words import NO_ADVICE
from api.checks.reasoning_data import route_data
from api.checks.what_if_words import kind_of
from api.reports.told import term_data
from graph.governance.checking.report import Finding
from graph.impact.outcome import Outcome
from graph.terms import SH


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """Write what would be gained and lost; IRIs are whole, days ISO."""
    supposed = outcome.supposed
    return {
        "note": NO_ADVICE,
        "supposed": {"thing": supposed.thing or None, "change": supposed.how, "value": supposed.value or None},
        "judgedAt": {"before": outcome.before.isoformat(), "after": outcome.after.isoformat()},
        "gone": [{"iri": each.iri, "why": each.why, "because": list(each.because)} for each in outcome.gone],
        "services": {"losing": list(outcome.services_losing), "gaining": list(outcome.services_gaining)},
        "uses": [
            {
                "change": kind_of(each),
                "before": None if each.before is None else route_data(each.before),
                "after": None if each.after is None else route_data(each.after),
            }
            for each in outcome.uses
        ],
        "findings": {
            "gained": [_finding(each, outcome) for each in outcome.gained],
            "lost": [_finding(each, outcome) for each in outcome.lost],
        },
    }


def _finding(finding: Finding, outcome: Outcome) -> dict[str, Any]:
    return {
        "rule": finding.rule.number if finding.rule else None,
        "severity": finding.severity.removeprefix(SH),
        "focus": term_data(finding.focus),
        "path": finding.path,
        "value": None if finding.value is None else term_data(finding.value),
        "message": dict(finding.messages),
        "vanished": finding.focus.strip("<>") in outcome.vanished,
        "way": list(outcome.ways.get(finding.focus.strip("<>"), ())),
    }
