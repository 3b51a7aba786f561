"""Rungs, poles and open findings as search asks for them, by the names of their signs."""

from __future__ import annotations

from api.checks.finding_words import SEVERITIES, severity_sign
from api.pages.signs import POLES, RUNGS
from graph.knowledge import Knowledge
from graph.reading.standing import POLE, RUNG, standing
from graph.views.conditions import Condition, Conditions

FINDING = "finding"


def standing_of(known: Knowledge) -> Conditions:
    """Give the conditions of rungs, poles and severities of open findings for what a reader knows."""
    made = standing(known.triples, known.views.search)
    found = known.findings.found_on()
    return {
        RUNG: {sign: made[RUNG][concept] for concept, (sign, _) in RUNGS.items()},
        POLE: {sign: made[POLE][concept] for concept, (sign, _) in POLES.items()},
        FINDING: {
            severity_sign(severity): Condition({"iri": found[severity]}) for severity in SEVERITIES if severity in found
        },
    }
