"""The ontology drawn: a box for each main kind, an arrow for what links one to another, as its examples show it."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from api.pages.kinds import kind_name
from api.pages.names import Name, Names
from api.pages.sections import LAST, place_of
from graph.reading.relations import Relations

WIDTH, HEIGHT = 1140, 710
_HALF_HEIGHT = 26
_GAP = 5
_APART = 20  # Between the arrows there and back, in pixels from the straight line.

PLACES: dict[str, tuple[float, float]] = {
    "body": (150, 50),
    "decision": (560, 50),
    "agreement": (930, 110),
    "actor": (130, 350),
    "dataset": (590, 370),
    "service": (1010, 370),
    "barrier": (290, 650),
    "law": (640, 660),
    "contract": (1000, 650),
}
"""The main kinds, each with the middle of its box."""

_BENDS = {("agreement", "body"): -75.0, ("service", "actor"): -80.0}
"""Arrows that would pass through another box, with how far they swerve."""

_LETTER, _LINE = 7.4, 18  # About how wide a letter of a label is, and how high a line of it.
_BOLD = 9.9  # A letter in a box.
_WAYS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.15, 0.85)
"""How far along its arrow a label may stand, the best place first."""

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Box:
    """A kind in its place, the middle of the box; as wide as its text asks."""

    kind: str
    text: str
    x: float
    y: float
    half_width: float

    @property
    def area(self) -> Area:
        """The area it covers."""
        return (self.x - self.half_width, self.y - _HALF_HEIGHT, self.x + self.half_width, self.y + _HALF_HEIGHT)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curve from one box to another, the label of its first property, how many more it stands for."""

    path: str
    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table that says the same: from what, by which properties (IRI, name), to what."""

    one: str
    properties: list[tuple[str, Name]]
    other: str


@dataclass(frozen=True)
class Diagram:
    """What the page draws."""

    boxes: list[Box]
    arrows: list[Arrow]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    half_height: int = _HALF_HEIGHT


def drawn(relations: Relations, names: Names, language: str) -> Diagram:
    """Draw the relations between the main kinds; those of a kind to itself are in the table alone."""
    boxes = {kind: _box(kind, kind_name(kind, language)) for kind in PLACES}
    main = {ends: sorted(props, key=_rank) for ends, props in relations.items() if set(ends) <= PLACES.keys()}
    taken = [box.area for box in boxes.values()]
    arrows = []
    for ends, props in main.items():
        if ends[0] != ends[1]:
            more = f" +{len(props) - 1}" if len(props) > 1 else ""
            label = names.term(props[0]).text.lower() + more
            arrows.append(_arrow(ends, label, boxes, (ends[1], ends[0]) in main, taken))
    lines = [
        Line(kind_name(one, language), [(prop, names.term(prop)) for prop in props], kind_name(other, language))
        for (one, other), props in main.items()
    ]
    return Diagram(list(boxes.values()), arrows, lines)


def _rank(prop: str) -> tuple[bool, int, int, str]:
    """Order properties: those that pages have a place for, as they stand there, then the others."""
    section, place = place_of(prop)
    return place == LAST, section, place, prop


def _box(kind: str, text: str) -> Box:
    """Put a kind in its place."""
    return Box(kind, text, *PLACES[kind], half_width=max(70.0, len(text) * _BOLD / 2 + 12))


def _arrow(ends: tuple[str, str], label: str, boxes: dict[str, Box], back: bool, taken: list[Area]) -> Arrow:
    """Bend an arrow between two boxes and put its label where least is covered; the label's area is then taken."""
    one, other = (boxes[kind] for kind in ends)
    bend = _BENDS.get(ends, _APART if back else 0.0)
    long = hypot(other.x - one.x, other.y - one.y)
    # The control point of a curve of second degree stands twice as far from the line as the curve's middle.
    cx = (one.x + other.x) / 2 - (other.y - one.y) / long * bend * 2
    cy = (one.y + other.y) / 2 + (other.x - one.x) / long * bend * 2
    sx, sy = _edge(one, cx, cy)
    ex, ey = _edge(other, cx, cy)
    half = len(label) * _LETTER / 2
    spots = [(_along(part, sx, cx, ex), _along(part, sy, cy, ey)) for part in _WAYS]
    areas = [(x - half, y - _LINE / 2, x + half, y + _LINE / 2) for x, y in spots]
    best = min(range(len(areas)), key=lambda each: (_covered(areas[each], taken), each))
    taken.append(areas[best])
    path = f"M{sx:.0f} {sy:.0f}Q{cx:.0f} {cy:.0f} {ex:.0f} {ey:.0f}"
    return Arrow(path, label, round(spots[best][0]), round(spots[best][1]))


def _covered(area: Area, taken: list[Area]) -> float:
    """Say how much of what is taken an area would cover, or how far it would stand out of the picture."""
    left, top, right, bottom = area
    out = max(0.0, -left) + max(0.0, right - WIDTH)
    return out * _LINE + sum(
        max(0.0, min(right, r) - max(left, x)) * max(0.0, min(bottom, b) - max(top, y)) for x, y, r, b in taken
    )


def _edge(box: Box, towards_x: float, towards_y: float) -> tuple[float, float]:
    """Give where the line from the middle of a box to a point leaves the box, with a gap."""
    dx, dy = towards_x - box.x, towards_y - box.y
    scale = min(
        (box.half_width + _GAP) / abs(dx) if dx else float("inf"),
        (_HALF_HEIGHT + _GAP) / abs(dy) if dy else float("inf"),
    )
    return box.x + dx * scale, box.y + dy * scale


def _along(part: float, start: float, control: float, end: float) -> float:
    """Give one coordinate of a curve of second degree at a part of its way."""
    return (1 - part) ** 2 * start + 2 * part * (1 - part) * control + part**2 * end
