"""A canvas that writes SVG: shapes and texts in named tones, which the page's style colours for light and dark.

Each shape carries its tone as a class and, for who saves the picture, the colour that it has on light paper. No style
attribute, no script, no link: a picture is one image to a screen reader, with a title and a description.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

_SIGNS = Path(__file__).parents[1] / "static" / "signs.svg"
_SYMBOL = re.compile(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)

TONES = {
    "paper": "#ffffff",
    "ink": "#14222a",
    "soft": "#4b5b64",
    "edge": "#6f8088",
    "line": "#cbd5d8",
    "sunk": "#e6ebec",
    "marker": "#ffd338",
    "open": "#0a6e45",
    "public-not-open": "#11667f",
    "shared": "#875400",
    "closed": "#565e6b",
    "unknown": "#cbd5d8",
    "public": "#1f4ea3",
    "private": "#a33a25",
    "citizen": "#713a97",
}
"""The tones and their colours on light paper: those of static/styles/tokens.css, held together by a test."""

DARK = {
    "paper": "#172025",
    "ink": "#e8edee",
    "soft": "#a7b5bb",
    "edge": "#7d8e96",
    "line": "#2c3a41",
    "sunk": "#0a1013",
    "marker": "#ffd338",
    "open": "#63d6a0",
    "public-not-open": "#6fc9e2",
    "shared": "#ecb65a",
    "closed": "#b0bac6",
    "unknown": "#2c3a41",
    "public": "#93b6ff",
    "private": "#ff9f88",
    "citizen": "#d2a4f2",
}
"""The same on dark paper, for a picture that stands as a file within a dark page."""

_ON_DARK = {**{TONES[name]: colour for name, colour in DARK.items()}, "#fff": DARK["paper"]}
# Of elements alone: in a text the next bracket opens.
_COLOUR = re.compile(r' (fill|stroke|color)="(#[0-9a-f]{3,6})"(?=[^<>]*>)')

_FONT = "'Atkinson Hyperlegible Next', system-ui, 'Noto Sans', sans-serif"

# Widths of letters in parts of the size of the type: what no browser tells the server.
_NARROW = set("ijl.,:;'’!|()[]ft ·")
_WIDE = set("mwMWÆŒæœ@%")


def width_of(text: str, size: float = 14) -> float:
    """Estimate how wide a text is, rather too wide than too narrow."""
    return size * sum(
        0.34 if letter in _NARROW else 0.9 if letter in _WIDE else 0.68 if letter.isupper() else 0.57 for letter in text
    )


def fit(text: str, width: float, size: float = 14) -> str:
    """Cut a text that is wider, at a letter, with a mark that it was cut."""
    if width_of(text, size) <= width:
        return text
    room = width - width_of("…", size)
    kept = ""
    for letter in text:
        if width_of(kept + letter, size) > room:
            break
        kept += letter
    return f"{kept.rstrip()}…"


@cache
def _symbols() -> dict[str, str]:
    return dict(_SYMBOL.findall(_SIGNS.read_text(encoding="utf-8"))) if _SIGNS.is_file() else {}


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """A picture of a width that is known beforehand, in units of a pixel; its height grows with what is drawn."""

    caption: str
    """What stands below the picture for all: what lies where in it."""

    def __init__(self, width: float, title: str, description: str) -> None:
        self.width = width
        self.height = 0.0
        self.title = title
        self.description = description
        self.caption = ""
        self._parts: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, tone: str, *,
        tip: str = "", round_by: float = 0, depth: float = 1, outline: str = "",
    ) -> None:  # fmt: skip
        """Draw a rectangle; `depth` from 0 to 1 says how strong its tone is; `tip` is told on hover."""
        more = f' rx="{_number(round_by)}"' if round_by else ""
        more += f' fill-opacity="{depth:.2f}"' if depth < 1 else ""
        place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
        self._shape("rect", f"{place}{more}", tone, tip, outline)
        self._reach(y + height)

    def path(self, way: str, tone: str, *, tip: str = "", depth: float = 1, below: float = 0) -> None:
        """Draw a filled path; `below` is how far down it reaches."""
        self._shape("path", f'd="{way}"' + (f' fill-opacity="{depth:.2f}"' if depth < 1 else ""), tone, tip)
        self._reach(below)

    def line(self, x: float, y: float, to_x: float, to_y: float, tone: str = "line", *, dashed: bool = False) -> None:
        """Draw a line."""
        dashes = ' stroke-dasharray="3 3"' if dashed else ""
        ends = f'x1="{_number(x)}" y1="{_number(y)}" x2="{_number(to_x)}" y2="{_number(to_y)}"'
        self._parts.append(f'<line {ends} class="edge-{tone}" stroke="{TONES[tone]}"{dashes}/>')
        self._reach(max(y, to_y))

    def text(
        self, x: float, y: float, text: str, *,
        size: float = 14, tone: str = "ink", anchor: str = "start", bold: bool = False, room: float = 0,
        turned: float = 0, halo: bool = False,
    ) -> None:  # fmt: skip
        """Write a text with its base line at y, cut where it is wider than `room`; `turned` in degrees.

        `halo` sets it off from what it stands on.
        """
        shown = fit(text, room, size) if room else text
        tip = f"<title>{escape(text)}</title>" if shown != text else ""
        more = ' font-weight="700"' if bold else ""
        more += f' transform="rotate({_number(turned)} {_number(x)} {_number(y)})"' if turned else ""
        more += f' text-anchor="{anchor}"' if anchor != "start" else ""
        more += f' stroke="{TONES["paper"]}" stroke-width="3.5" paint-order="stroke"' if halo else ""
        place = f'x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}"'
        classes = f"tone-{tone} halo" if halo else f"tone-{tone}"
        words = escape(shown, quote=False)
        self._parts.append(f'<text {place} class="{classes}" fill="{TONES[tone]}"{more}>{words}{tip}</text>')
        self._reach(y + size * 0.3)

    def sign(self, name: str, x: float, y: float, size: float = 16, tone: str = "ink") -> None:
        """Draw a sign of the site with its upper left corner at (x, y)."""
        drawn = _symbols().get(name, "").replace("var(--surface, #fff)", "#fff")
        place = f'transform="translate({_number(x)} {_number(y)}) scale({size / 24:.3f})"'
        stroke = f'fill="none" stroke="{TONES[tone]}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        self._parts.append(f'<g {place} class="sign-{tone}" color="{TONES[tone]}" {stroke}>{drawn}</g>')
        self._reach(y + size)

    def svg(self, name: str, *, alone: bool = False, dark: bool = False) -> str:
        """Give the picture; `name` makes its ids, `alone` says that it is a file of its own, `dark` on what paper."""
        height = _number(self.height + 8)
        space = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
        size = f'viewBox="0 0 {_number(self.width)} {height}" width="{_number(self.width)}" height="{height}"'
        ids = f'role="img" aria-labelledby="{name}-title {name}-desc"'
        paper = f'<rect width="100%" height="100%" fill="{TONES["paper"]}"/>' if alone else ""
        font = f' font-family="{_FONT}"' if alone else ""
        drawn = (
            f'<svg{space} {size} {ids} class="drawn"{font}>'
            f'<title id="{name}-title">{escape(self.title)}</title>'
            f'<desc id="{name}-desc">{escape(self.description)}</desc>'
            f"{paper}{''.join(self._parts)}</svg>"
        )
        return _COLOUR.sub(lambda said: f' {said[1]}="{_ON_DARK.get(said[2], said[2])}"', drawn) if dark else drawn

    def _shape(self, element: str, told: str, tone: str, tip: str, outline: str = "") -> None:
        edge = f' stroke="{TONES[outline]}"' if outline else ""
        classes = f"tone-{tone}" + (f" edge-{outline}" if outline else "")
        inside = f"><title>{escape(tip)}</title></{element}>" if tip else "/>"
        self._parts.append(f'<{element} {told} class="{classes}" fill="{TONES[tone]}"{edge}{inside}')

    def _reach(self, y: float) -> None:
        self.height = max(self.height, y)
