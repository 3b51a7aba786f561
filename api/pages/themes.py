"""How pages are displayed: as the reader's system asks, light, or dark; a cookie remembers, no script is needed."""

from __future__ import annotations

from fastapi import Request

from api.languages import mark

COOKIE = "civigraph-theme"
AUTO = "auto"
THEMES = {AUTO: mark("As my system"), "light": mark("Light"), "dark": mark("Dark")}


def theme_of(request: Request) -> str:
    """Give the display that the reader chose, "" where the system decides."""
    wanted = request.cookies.get(COOKIE, "")
    return wanted if wanted in THEMES and wanted != AUTO else ""
