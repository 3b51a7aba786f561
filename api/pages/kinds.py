"""What kinds are called in the reader's language, and which of them a reader looks for first."""

from __future__ import annotations

from api.languages import FRENCH
from graph.records.kinds import KINDS, OTHER

_BY_NAME = {kind.name: kind for kind in KINDS}

LEADING = (
    *("dataset", "actor", "service", "data-service", "agreement", "body", "barrier", "decision", "contract"),
    *("law", "licence", "series", "catalog"),
)
"""The kinds of the domain; all others are what the graph is written with."""


def kind_name(name: str, language: str, *, many: bool = False) -> str:
    """Name a kind, one or many, with a capital letter."""
    kind = _BY_NAME.get(name, _BY_NAME[OTHER])
    one, several = (kind.fr, kind.fr_many) if language == FRENCH else (kind.en, kind.en_many)
    text = several if many else one
    return text[:1].upper() + text[1:]
