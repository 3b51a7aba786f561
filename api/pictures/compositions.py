"""Which picture fits which answer: a table by the number of a question or the name of a picture."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.pictures.canvas import Canvas
from api.pictures.composed_bars import Composition, at_stake, balance, counted, ladder, shares, split_bars, statuses
from api.pictures.composed_links import flows, territories
from api.pictures.composed_matrices import pairs, reciprocity
from api.pictures.composed_times import ending, fallen, opening, timeline
from api.pictures.legend import Meaning
from api.pictures.material import Material

_DARK = Meaning("ink", "", depth=0.85)

COMPOSITIONS: Mapping[str, Composition] = {
    "01": at_stake,
    "03": split_bars(
        "service",
        ("privateInputs", Meaning("private", mark("Held by private actors alone"), "pole-private")),
    ),
    "04": split_bars("holder", ("score", _DARK)),
    "06": balance,
    "07": pairs("giver", "receiver", "datasets"),
    "08": pairs("giver", "receiver", "agreements"),
    "09": ladder,
    "10": pairs("place", "domain"),
    "13": ending,
    "15": pairs("kind", "domain", "barriers"),
    "16": fallen,
    "18": counted("authority", "dataset"),
    "19": counted("derived", "term"),
    "22": counted("law", "dataset"),
    "23": split_bars(
        "body",
        ("publicMembers", Meaning("public", mark("Public"), "pole-public")),
        ("privateMembers", Meaning("private", mark("Private"), "pole-private")),
        ("citizenMembers", Meaning("citizen", mark("Citizen"), "pole-citizen")),
    ),
    "24": shares,
    "29": statuses,
    "30": split_bars("document", ("records", _DARK)),
    "flows": flows,
    "opening": opening,
    "reciprocity": reciprocity,
    "timeline": timeline,
    "territories": territories,
}


def compose(name: str, material: Material) -> Canvas | None:
    """Draw the picture of an answer; None where none fits it, or there is nothing to draw."""
    made = COMPOSITIONS.get(name)
    return made(material) if made and material.found.rows else None
