"""Columns over years, one panel a group: how many things had which status at the end of each year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from api.pictures.canvas import Canvas
from api.pictures.legend import Meaning, draw_legend

WIDTH = 900
_PANEL = 112
_LEFT = 36
_HEAD = 36
_LABELS = 22

Counts = Mapping[int, Mapping[str, int]]
"""Year -> key of a meaning -> number."""


def draw_years(
    title: str,
    description: str,
    panels: Sequence[tuple[str, Counts]],
    meanings: Mapping[str, Meaning],
    number: Callable[[float], str],
) -> Canvas:
    """Draw a panel for each group on the same scale; meanings stand from the bottom upwards in their order."""
    canvas = Canvas(WIDTH, title, description)
    y = draw_legend(canvas, 0, list(reversed(list(meanings.values()))))
    years = sorted({year for _, counts in panels for year in counts})
    if not years:
        return canvas
    span = range(years[0], years[-1] + 1)
    top = max((sum(some.values()) for _, counts in panels for some in counts.values()), default=1) or 1
    step = (WIDTH - _LEFT) / len(span)
    for label, counts in panels:
        canvas.text(0, y + 17, label, size=15, bold=True, room=WIDTH)
        floor = y + _HEAD + _PANEL
        for share in (top, top / 2) if top > 1 and top % 2 == 0 else (top,):
            level = floor - share / top * _PANEL
            canvas.line(_LEFT, level, WIDTH, level)
            canvas.text(_LEFT - 8, level + 4, number(share), size=12, tone="soft", anchor="end")
        for place, year in enumerate(span):
            parts = [
                (meaning, amount / top * _PANEL, f"{label}, {year} · {meaning.word}: {number(amount)}")
                for key, meaning in meanings.items()
                if (amount := counts.get(year, {}).get(key, 0))
            ]
            _column(canvas, _LEFT + place * step, floor, step=step, parts=parts)
        canvas.line(_LEFT, floor, WIDTH, floor, "edge")
        every = max(1, round(56 / step))
        for place, year in enumerate(span):
            if place % every == 0:
                canvas.text(_LEFT + (place + 0.5) * step, floor + 15, str(year), size=12, tone="soft", anchor="middle")
        y = floor + _LABELS + 12
    return canvas


def _column(
    canvas: Canvas, x: float, floor: float, *, step: float, parts: Sequence[tuple[Meaning, float, str]]
) -> None:
    """Draw what there was at the end of one year: (meaning, height, what is told on hover) from the bottom upwards."""
    y = floor
    for meaning, high, tip in parts:
        y -= high
        canvas.rect(x + 2, y, step - 4, max(high - 1.5, 1), meaning.tone, tip=tip, round_by=1.5)
        if meaning.sign and high >= 20 and step >= 28:
            canvas.sign(meaning.sign, x + step / 2 - 8, y + high / 2 - 8, 15, "paper")
