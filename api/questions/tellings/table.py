"""The sentences of all questions, by number."""

from __future__ import annotations

from collections.abc import Mapping

from api.questions.counting import Telling
from api.questions.tellings import barriers, dependence, openness, rights, sharing, worth

_GROUPS = (dependence, openness, barriers, sharing, rights, worth)

TELLINGS: Mapping[str, Telling] = {number: told for group in _GROUPS for number, told in group.TELLINGS.items()}
