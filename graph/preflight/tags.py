"""Keywords as udata writes them, by the `slugify` that it uses: small letters without accents, joined by hyphens."""

from __future__ import annotations

import html
import re
import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_QUOTES = re.compile("['\u2018\u2019]+")


def tag_of(keyword: str) -> str:
    """Write a keyword as a tag; what it has no letter or digit for is left out."""
    text = _QUOTES.sub("", html.unescape(keyword.lower())).translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(each for each in text if not unicodedata.combining(each)).lower()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")
