"""Territories within territories as boxes within boxes: a scheme of what lies in what, not a map.

The graph holds no shapes of most places: a box has the size of its text, and how dark it is says how much is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from api.pictures.canvas import Canvas, width_of

WIDTH = 900
_ROW = 42
_GAP = 10
# Two boxes side by side are no narrower than this.
_NARROWEST = 330
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A place with how many datasets and services are about it, and what lies in it."""

    label: str
    datasets: int
    services: int
    inside: tuple[Place, ...] = ()


def draw_nested(
    title: str,
    description: str,
    places: Sequence[Place],
    legend: Sequence[tuple[str, str]],
    number: Callable[[float], str],
) -> Canvas:
    """Draw places with those that lie in them; the legend is (sign, word) of what is counted."""
    canvas = Canvas(WIDTH, title, description)
    top = max((each.datasets for each in _all(places)), default=1) or 1
    y = 0.0
    x = 0.0
    for sign, word in legend:
        canvas.sign(sign, x, y + 2, 16, "soft")
        canvas.text(x + 22, y + 15, word, size=14)
        x += width_of(word, 14) + 48
    _several(canvas, places, 0, y + 30, WIDTH, top=top, number=number)
    return canvas


def nest(named: Mapping[str, tuple[str, int, int]], within: Mapping[str, Sequence[str]]) -> list[Place]:
    """Make places of key -> (label, datasets, services) and key -> keys of what it lies in; a circle is cut."""
    holds: dict[str, list[str]] = {}
    for key in named:
        for parent in within.get(key, ()):
            if parent in named and parent != key:
                holds.setdefault(parent, []).append(key)
    held = {key for some in holds.values() for key in some}
    met: set[str] = set()

    def make(key: str, depth: int) -> Place:
        met.add(key)
        label, datasets, services = named[key]
        some = [other for other in holds.get(key, ()) if other not in met] if depth < _DEEPEST else []
        return Place(label, datasets, services, tuple(make(other, depth + 1) for other in some if other not in met))

    places = [make(key, 0) for key in named if key not in held]
    return [*places, *(make(key, 0) for key in named if key not in met)]


def _all(places: Sequence[Place]) -> list[Place]:
    return [each for place in places for each in (place, *_all(place.inside))]


def _high(place: Place, width: float) -> float:
    """Say how high the box of a place is."""
    if not place.inside:
        return _ROW
    return _ROW + _GAP + sum(high + _GAP for high in _lines(place.inside, width - 2 * _GAP))


def _across(places: Sequence[Place], width: float) -> int:
    simple = all(not place.inside for place in places)
    return max(1, min(len(places), int((width + _GAP) // (_NARROWEST + _GAP)))) if simple else 1


def _lines(places: Sequence[Place], width: float) -> list[float]:
    """Give the height of each line of boxes."""
    across = _across(places, width)
    each = (width - _GAP * (across - 1)) / across
    return [
        max(_high(place, each) for place in places[start : start + across]) for start in range(0, len(places), across)
    ]


def _several(
    canvas: Canvas,
    places: Sequence[Place],
    x: float,
    y: float,
    width: float,
    *,
    top: int,
    number: Callable[[float], str],
) -> None:
    across = _across(places, width)
    each = (width - _GAP * (across - 1)) / across
    for line, high in enumerate(_lines(places, width)):
        for place, one in enumerate(places[line * across : (line + 1) * across]):
            left = x + place * (each + _GAP)
            _draw(canvas, one, left, y, width=each, high=high, top=top, number=number)
        y += high + _GAP


def _draw(
    canvas: Canvas,
    place: Place,
    x: float,
    y: float,
    *,
    width: float,
    high: float,
    top: int,
    number: Callable[[float], str],
) -> None:
    depth = 0.05 + 0.16 * sqrt(place.datasets / top)
    canvas.rect(x, y, width, high, "ink", round_by=4, depth=depth, outline="edge")
    right = x + width - 12
    for amount, sign in ((place.services, "kind-service"), (place.datasets, "kind-dataset")):
        text = number(amount)
        right -= width_of(text, 14)
        canvas.text(right, y + 27, text, size=14, bold=bool(amount), tone="ink" if amount else "soft")
        right -= 22
        canvas.sign(sign, right, y + 13, 16, "soft")
        right -= 16
    canvas.text(x + 12, y + 27, place.label, size=15, bold=bool(place.inside), room=right - x - 12)
    if place.inside:
        _several(canvas, place.inside, x + _GAP, y + _ROW + _GAP / 2, width - 2 * _GAP, top=top, number=number)
