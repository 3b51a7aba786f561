"""The signs of the site: the rungs of openness, the poles, severities, kinds; each has one colour, one shape, one word.

A sign is named as its symbol in `static/signs.svg` and its class in `static/styles/signs.css`.
"""

from __future__ import annotations

from api.languages import mark
from api.pages.access import AUTHORITY
from graph.records.kinds import KINDS
from graph.terms import CG

RUNGS = {
    f"{CG}Open": ("open", mark("Open")),
    f"{CG}PublicNotOpen": ("public-not-open", mark("Public, not open")),
    f"{CG}Shared": ("shared", mark("Shared")),
    f"{CG}Closed": ("closed", mark("Closed")),
}
"""The ladder of openness from its highest rung downwards: concept -> (sign, word)."""

POLES = {
    f"{CG}Public": ("public", mark("Public")),
    f"{CG}Private": ("private", mark("Private")),
    f"{CG}Citizen": ("citizen", mark("Citizen")),
}
"""The three poles: concept -> (sign, word)."""

MEANINGS = {
    "rung-open": mark(
        "Anyone may use, change and pass on the data: public access, an open licence, no fee, no registration."
    ),
    "rung-public-not-open": mark(
        "Anyone may see the data, but something stands against open use: a licence, a fee, a registration."
    ),
    "rung-shared": mark("Whoever fulfils conditions may have the data: by an agreement, or by a standing offer."),
    "rung-closed": mark(
        "Nobody but the holder has the data. A barrier should say why, and when that is looked at again."
    ),
    "pole-public": mark("Public bodies, and companies that public bodies control."),
    "pole-private": mark("Companies in private hands."),
    "pole-citizen": mark("Associations, cooperatives, collectives and communities that citizens control."),
}
"""What each sign means, in a sentence: shown on hover and in the glossary."""

# Kinds that share the sign of another one, because they are of its family.
_ALIKE = {
    "distribution": "dataset",
    "membership": "body",
    "project": "service",
    "legal-effect": "law",
    "rights": "licence",
    "statement": "term",
    "party": "actor",
}
_DRAWN = {
    *("dataset", "series", "actor", "service", "data-service", "agreement", "body", "decision", "barrier", "law"),
    *("licence", "contract", "place", "rule", "finding", "catalog", "concept", "scheme", "term", "contact", "other"),
}
KIND_SIGNS = {kind.name: (kind.name if kind.name in _DRAWN else _ALIKE.get(kind.name, "other")) for kind in KINDS} | {
    name: name for name in ("rule", "finding")
}
"""The sign of each kind."""


_OF_RIGHTS = {
    "RESTRICTED": f"{CG}Shared",
    "NON_PUBLIC": f"{CG}Closed",
    "SENSITIVE": f"{CG}Closed",
    "CONFIDENTIAL": f"{CG}Closed",
}


def rungs_of_right(access_right: str) -> list[tuple[str, str]]:
    """Give the rung that an access right alone tells: none for public access, which a licence may make open."""
    rung = _OF_RIGHTS.get(access_right.removeprefix(AUTHORITY))
    return rungs_of([rung]) if rung else []


def rungs_of(concepts: list[str]) -> list[tuple[str, str]]:
    """Give (sign, word) of each rung among these concepts, from the highest downwards."""
    return [sign for concept, sign in RUNGS.items() if concept in concepts]


def poles_of(concepts: list[str]) -> list[tuple[str, str]]:
    """Give (sign, word) of each pole among these concepts: a mixed body has several."""
    return [sign for concept, sign in POLES.items() if concept in concepts]
