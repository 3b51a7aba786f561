"""A matrix: things against things, a number in each field, the stronger the more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import sqrt

from api.pictures.canvas import Canvas, fit, width_of

_FIELD = 44
_LABELS = 260
_HEAD = 190


def draw_matrix(
    title: str,
    description: str,
    *,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    numbers: Mapping[tuple[str, str], float],
    number: Callable[[float], str],
    marked: Mapping[tuple[str, str], str] | None = None,
) -> Canvas:
    """Draw numbers by (key of a row, key of a column); rows and columns are (key, label).

    `marked` gives fields a frame, with a word that says why on hover.
    """
    head = min(_HEAD, max((width_of(label, 13) for _, label in columns), default=0) * 0.75 + 24)
    left = min(_LABELS, max((width_of(label, 14) for _, label in rows), default=0) + 14)
    canvas = Canvas(left + _FIELD * len(columns) + head * 0.75 + 8, title, description)
    for place, (_, label) in enumerate(columns):
        x = left + place * _FIELD + _FIELD * 0.5
        canvas.text(x + 3, head - 8, fit(label, (head - 16) / 0.72, 13), size=13, turned=-45)
    top = max(numbers.values(), default=1) or 1
    for line, (key, label) in enumerate(rows):
        y = head + line * _FIELD
        canvas.text(left - 10, y + _FIELD * 0.6, label, size=14, anchor="end", room=left - 12)
        for place, (other, column) in enumerate(columns):
            x = left + place * _FIELD
            field = (key, other)
            amount = numbers.get(field, 0)
            why = (marked or {}).get(field, "")
            if not amount and not why:
                canvas.rect(x + 1, y + 1, _FIELD - 2, _FIELD - 2, "sunk", round_by=3, depth=0.55)
                continue
            depth = 0.16 + 0.84 * sqrt(amount / top) if amount else 0.0
            tip = f"{label} · {column}: {number(amount)}{f' ({why})' if why else ''}"
            canvas.rect(
                x + 2, y + 2, _FIELD - 4, _FIELD - 4, "ink",
                round_by=3, depth=depth, tip=tip, outline="ink" if why else "",
            )  # fmt: skip
            tone = "paper" if depth > 0.55 else "ink"
            canvas.text(
                x + _FIELD / 2, y + _FIELD * 0.61, number(amount), size=14, anchor="middle", tone=tone, bold=bool(why)
            )
    return canvas
