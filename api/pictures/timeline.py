"""A timeline: one line a thing, from when it began to when it ended or ends."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.pictures.canvas import Canvas

WIDTH = 900
_LABELS = 300
_STEP = 30
_THICK = 14
_YEARS = 12


@dataclass(frozen=True, slots=True)
class Stretch:
    """A thing with its beginning and its end, None where none is known or it goes on; `sign` tells its kind."""

    label: str
    start: datetime.date
    end: datetime.date | None
    sign: str
    tip: str


def draw_timeline(
    title: str,
    description: str,
    *,
    groups: Sequence[tuple[str, Sequence[Stretch]]],
    today: datetime.date,
    today_label: str,
) -> Canvas:
    """Draw groups of stretches on one scale, with a line for a day; what is over before that day is paler."""
    canvas = Canvas(WIDTH, title, description)
    every = [each for _, some in groups for each in some]
    first = min((each.start for each in every), default=today)
    last = max((each.end for each in every if each.end), default=today)
    # What began long ago enters from the left, so that the present has room.
    begin = datetime.date(max(first.year, today.year - _YEARS), 1, 1)
    finish = datetime.date(min(max(last.year, today.year), today.year + _YEARS) + 1, 1, 1)
    days = (finish - begin).days

    def x_of(day: datetime.date) -> float:
        inside = min(max(day, begin), finish)
        return _LABELS + (inside - begin).days / days * (WIDTH - _LABELS - 16)

    y = 28.0
    for name, some in groups:
        if not some:
            continue
        canvas.text(0, y + 18, name, size=15, bold=True)
        y += 30
        for each in some:
            _draw(canvas, y, each, x_of, over=each.end is not None and each.end < today)
            y += _STEP
        y += 10
    for year in range(begin.year, finish.year, max(1, (finish.year - begin.year) // 12)):
        x = x_of(datetime.date(year, 1, 1))
        canvas.line(x, 26, x, y)
        canvas.text(x, 14, str(year), size=12, tone="soft", anchor="middle")
    x = x_of(today)
    canvas.line(x, 20, x, y, "ink", dashed=True)
    canvas.text(x, y + 16, today_label, size=13, anchor="middle" if x < WIDTH - 80 else "end", bold=True)
    return canvas


def _draw(
    canvas: Canvas,
    y: float,
    each: Stretch,
    x_of: Callable[[datetime.date], float],
    *,
    over: bool,
) -> None:
    canvas.sign(each.sign, 0, y - 1, 16, "soft")
    canvas.text(22, y + 12, each.label, size=13.5, room=_LABELS - 34, tone="soft" if over else "ink")
    start, end = x_of(each.start), x_of(each.end or datetime.date.max)
    canvas.rect(start, y, max(end - start, 4), _THICK, "ink", tip=each.tip, depth=0.3 if over else 0.82, round_by=2)
    if each.end is None:
        # An arrow: nobody knows an end.
        top, middle, low = y - 3, y + _THICK / 2, y + _THICK + 3
        canvas.path(f"M{end:.1f} {top:.1f}l9 {middle - top:.1f}l-9 {low - middle:.1f}z", "ink", depth=0.82, below=low)
