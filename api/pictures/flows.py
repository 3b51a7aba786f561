"""Flows from column to column: every thing a box as high as what passes it, every passing a band (a Sankey diagram).

Three columns and each flow from one to the next: so few need no library, and none would run on the server.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.pictures.canvas import Canvas
from api.pictures.legend import Meaning, draw_legend

WIDTH = 1100
_BOX = 12
_UNIT = 18
_GAP = 14
_ROUNDS = 8
_LABEL = 330


@dataclass(frozen=True, slots=True)
class Flow:
    """One passing from a thing of a column to a thing of the next, with what its tone means."""

    source: str
    target: str
    meaning: Meaning


@dataclass(slots=True)
class _Box:
    key: str
    size: int
    y: float = 0.0
    out: float = 0.0
    into: float = 0.0

    @property
    def high(self) -> float:
        return self.size * _UNIT

    @property
    def middle(self) -> float:
        return self.y + self.high / 2


def draw_flows(
    title: str,
    description: str,
    *,
    heads: Sequence[str],
    steps: Sequence[Sequence[Flow]],
    labels: Mapping[str, str],
    signs: Callable[[str], tuple[str, str]],
    legend: Sequence[Meaning],
) -> Canvas:
    """Draw the flows of each step between `heads`, the titles of the columns; `signs` gives (sign, tone) of a thing."""
    canvas = Canvas(WIDTH, title, description)
    top = draw_legend(canvas, 0, legend) + 30
    columns = _columns(steps)
    _settle(columns, steps)
    high = max((box.y + box.high for column in columns for box in column.values()), default=0)
    edges = _edges(len(columns))
    for place, (x, head) in enumerate(zip(edges, heads, strict=True)):
        last = place == len(heads) - 1
        canvas.text(x + (_BOX if last else 0), top - 12, head, size=15, bold=True, anchor="end" if last else "start")
    for place, some in enumerate(steps):
        ordered = sorted(some, key=lambda flow: (columns[place][flow.source].y, columns[place + 1][flow.target].y))
        for flow in ordered:
            source, target = columns[place][flow.source], columns[place + 1][flow.target]
            between = edges[place], edges[place + 1]
            _band(canvas, source, target, edges=between, top=top, flow=flow, labels=labels)
    for place, column in enumerate(columns):
        for box in column.values():
            last = place == len(columns) - 1
            _draw_box(canvas, box, edges[place], top, last=last, label=labels[box.key], look=signs(box.key))
    canvas.height = max(canvas.height, top + high)
    return canvas


def _columns(steps: Sequence[Sequence[Flow]]) -> list[dict[str, _Box]]:
    """Make the boxes of each column, each as large as the larger of what comes and what goes."""
    comes: list[dict[str, int]] = [defaultdict(int) for _ in range(len(steps) + 1)]
    goes: list[dict[str, int]] = [defaultdict(int) for _ in range(len(steps) + 1)]
    for place, some in enumerate(steps):
        for flow in some:
            goes[place][flow.source] += 1
            comes[place + 1][flow.target] += 1
    return [
        {key: _Box(key, max(comes[place][key], goes[place][key])) for key in {**goes[place], **comes[place]}}
        for place in range(len(steps) + 1)
    ]


def _settle(columns: Sequence[dict[str, _Box]], steps: Sequence[Sequence[Flow]]) -> None:
    """Put the boxes of each column in the order in which their bands cross least: each by the middle of its others."""
    for column in columns:
        _stack(column, sorted(column.values(), key=lambda box: (-box.size, box.key)))
    for turn in range(_ROUNDS):
        forward = turn % 2 == 0
        for place in range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1):
            pull: dict[str, list[float]] = defaultdict(list)
            for flow in steps[place - 1 if forward else place]:
                own, other = (flow.target, flow.source) if forward else (flow.source, flow.target)
                pull[own].append(columns[place - 1 if forward else place + 1][other].middle)
            column = columns[place]
            middles = {key: sum(some) / len(some) for key, some in pull.items()}
            _stack(column, sorted(column.values(), key=lambda box: (middles.get(box.key, box.middle), box.key)))
    tallest = max((_height(column) for column in columns), default=0)
    for column in columns:
        # A shorter column has its boxes further apart.
        spare = (tallest - _height(column)) / max(len(column), 1)
        for number, box in enumerate(sorted(column.values(), key=lambda each: each.y)):
            box.y += spare * (number + 0.5)


def _height(column: Mapping[str, _Box]) -> float:
    return max((box.y + box.high for box in column.values()), default=0)


def _stack(column: dict[str, _Box], ordered: Sequence[_Box]) -> None:
    y = 0.0
    for box in ordered:
        box.y = y
        y += box.high + _GAP


def _edges(columns: int) -> list[float]:
    return [place * (WIDTH - _BOX) / (columns - 1) for place in range(columns)]


def _band(
    canvas: Canvas,
    source: _Box,
    target: _Box,
    *,
    edges: tuple[float, float],
    top: float,
    flow: Flow,
    labels: Mapping[str, str],
) -> None:
    """Draw one band, each end below those that were drawn before."""
    left, right = edges[0] + _BOX, edges[1]
    high, low = top + source.y + source.out, top + target.y + target.into
    source.out += _UNIT
    target.into += _UNIT
    middle, thick = (left + right) / 2, _UNIT - 2
    way = (
        f"M{left:.1f} {high:.1f}C{middle:.1f} {high:.1f} {middle:.1f} {low:.1f} {right:.1f} {low:.1f}"
        f"v{thick}C{middle:.1f} {low + thick:.1f} {middle:.1f} {high + thick:.1f} {left:.1f} {high + thick:.1f}z"
    )
    tip = f"{labels[flow.source]} → {labels[flow.target]} · {flow.meaning.word}"
    canvas.path(way, flow.meaning.tone, tip=tip, depth=0.38, below=max(high, low) + thick)


def _draw_box(
    canvas: Canvas,
    box: _Box,
    x: float,
    top: float,
    *,
    last: bool,
    label: str,
    look: tuple[str, str],
) -> None:
    sign, tone = look
    canvas.rect(x, top + box.y, _BOX, max(box.high - 2, 3), tone, round_by=2, tip=label)
    y = top + box.middle
    if last:
        canvas.text(x - 26, y + 4, label, size=13, anchor="end", room=_LABEL, halo=True)
        canvas.sign(sign, x - 21, y - 8, 15, tone)
        return
    canvas.sign(sign, x + _BOX + 6, y - 8, 15, tone)
    canvas.text(x + _BOX + 26, y + 4, label, size=13, room=_LABEL, halo=True)
