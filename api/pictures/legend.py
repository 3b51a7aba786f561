"""What tones and signs mean, on one or more lines above a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.pictures.canvas import Canvas, width_of

_SIZE = 14
_LINE = 26


@dataclass(frozen=True, slots=True)
class Meaning:
    """A tone, the sign that stands for the same, and the word for both; `depth` is how strong the tone is."""

    tone: str
    word: str
    sign: str = ""
    depth: float = 1


def draw_legend(canvas: Canvas, y: float, meanings: Sequence[Meaning]) -> float:
    """Draw what is meant from a height downwards; gives the height at which it ends."""
    x = 0.0
    for each in meanings:
        wide = 22 + (22 if each.sign else 0) + width_of(each.word, _SIZE) + 20
        if x and x + wide > canvas.width:
            x, y = 0.0, y + _LINE
        canvas.rect(x, y + 4, 16, 16, each.tone, round_by=3, depth=each.depth)
        at = x + 22
        if each.sign:
            canvas.sign(each.sign, at, y + 4, 16, each.tone)
            at += 22
        canvas.text(at, y + 17, each.word, size=_SIZE, tone="ink")
        x += wide
    return y + _LINE + 8
