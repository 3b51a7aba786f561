"""Keywords as udata writes them, by the `slugify` that it uses: small letters without accents, joined by hyphens."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_QUOTES = re.compile("['\u2018\u2019]+")


def tag_of(keyword: str) -> str:
    """Write a keyword as a tag; what it has no letter or digit for is left out."""
    text = _QUOTES.sub("", keyword.lower()).translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(each for each in text if not unicodedata.combining(each)).lower()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def in_latin(keyword: str) -> bool:
    """Say whether all letters are Latin, and no signs stand for words: others are written by tables not known here."""
    text = unicodedata.normalize("NFKD", keyword.lower().translate(_LETTERS))
    return not any(each.isupper() or (not each.isascii() and unicodedata.category(each)[0] in "LNS") for each in text)
