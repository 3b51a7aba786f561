"""Bars: one a thing, its parts behind one another, its name above it so that a phone has room for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.pictures.canvas import Canvas, width_of
from api.pictures.legend import Meaning, draw_legend

WIDTH = 720
_THICK = 22
_STEP = 54


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: how large, and what its tone means."""

    amount: float
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with the name of what it stands for."""

    label: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> float:
        """How long it is."""
        return sum(part.amount for part in self.parts)


def draw_bars(
    title: str, description: str, bars: Sequence[Bar], legend: Sequence[Meaning], number: Callable[[float], str]
) -> Canvas:
    """Draw bars on one scale from nought."""
    canvas = Canvas(WIDTH, title, description)
    y = draw_legend(canvas, 0, legend) if len(legend) > 1 else 0.0
    longest = max((bar.total for bar in bars), default=0) or 1
    room = WIDTH - 12 - max((width_of(number(bar.total), 14) for bar in bars), default=0)
    for bar in bars:
        canvas.text(0, y + 16, bar.label, size=15, room=WIDTH)
        x = 0.0
        for part in bar.parts:
            wide = part.amount / longest * room
            if wide <= 0:
                continue
            _draw_part(canvas, x, y + 23, wide=wide, part=part, label=bar.label, number=number)
            x += wide
        canvas.text(x + 7, y + 23 + _THICK * 0.73, number(bar.total), size=14, tone="ink", bold=True)
        y += _STEP
    return canvas


def _draw_part(
    canvas: Canvas, x: float, y: float, *, wide: float, part: Part, label: str, number: Callable[[float], str]
) -> None:
    meaning = part.meaning
    tip = f"{label} · {meaning.word}: {number(part.amount)}" if meaning.word else f"{label}: {number(part.amount)}"
    canvas.rect(x, y, max(wide - 1.5, 1), _THICK, meaning.tone, tip=tip, depth=meaning.depth, round_by=2)
    text = number(part.amount)
    needed = width_of(text, 13) + (20 if meaning.sign else 0) + 8
    if not meaning.sign and meaning.depth < 1 and meaning.word and wide > 70:
        tone = "paper" if meaning.depth > 0.55 else "ink"
        canvas.text(x + 6, y + _THICK * 0.7, meaning.word, size=12, room=wide - 12, tone=tone)
    # A bar of one part has its number behind it already.
    if meaning.sign and wide > needed:
        tone = "paper" if meaning.tone != "unknown" else "ink"
        canvas.sign(meaning.sign, x + 5, y + 3.5, 15, tone)
        canvas.text(x + 25, y + _THICK * 0.73, text, size=13, tone=tone, bold=True)
