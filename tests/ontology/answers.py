"""The thirty answers worked out in plain Python from what is asserted: no query, no derived triple, no expected file.

Each says its rows, what was looked at to find them, and what of that was kept: an answer that keeps everything or
nothing would show little.
"""

from __future__ import annotations

from tests.ontology import answers_agreements, answers_dependence, answers_law, answers_openness
from tests.ontology.answer import ANSWERS

FAMILIES = (answers_agreements, answers_dependence, answers_law, answers_openness)  # imported, they enter their answers

__all__ = ["ANSWERS", "FAMILIES"]
