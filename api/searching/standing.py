"""Rungs and poles as search asks for them, by the names of their signs."""

from __future__ import annotations

from api.pages.signs import POLES, RUNGS
from graph.knowledge import Knowledge
from graph.reading.standing import POLE, RUNG, standing
from graph.views.conditions import Conditions


def standing_of(known: Knowledge) -> Conditions:
    """Give the conditions of rungs and poles for what a reader knows."""
    made = standing(known.triples, known.views.search)
    return {
        RUNG: {sign: made[RUNG][concept] for concept, (sign, _) in RUNGS.items()},
        POLE: {sign: made[POLE][concept] for concept, (sign, _) in POLES.items()},
    }
