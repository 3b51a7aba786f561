"""The conditions of rungs and poles, kept for as long as what they are made from: the newest of each audience."""

from __future__ import annotations

import threading
from collections import OrderedDict

from api.signs import POLES, RUNGS
from graph.knowledge import Knowledge
from graph.reading.standing import POLE, RUNG, standing
from graph.views.conditions import Conditions

_READERS = 50


class KeptStanding:
    """Conditions by audiences, named by their signs; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], tuple[int, Conditions]] = OrderedDict()

    def of(self, known: Knowledge) -> Conditions:
        """Give the conditions for what a reader knows now."""
        sequence = known.views.sequence()
        with self._lock:
            kept = self._kept.get(known.audiences)
        if kept and kept[0] == sequence:
            return kept[1]
        made = standing(known.triples, known.views.search)
        named: Conditions = {
            RUNG: {sign: made[RUNG][concept] for concept, (sign, _) in RUNGS.items()},
            POLE: {sign: made[POLE][concept] for concept, (sign, _) in POLES.items()},
        }
        with self._lock:
            self._kept[known.audiences] = (sequence, named)
            self._kept.move_to_end(known.audiences)
            while len(self._kept) > _READERS:
                self._kept.popitem(last=False)
        return named
