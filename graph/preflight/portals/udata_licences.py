"""Licences as udata guesses them: by name, title or address, with small slips (`License.guess`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import urlsplit

from graph.preflight.portals.udata_addresses import is_web
from graph.preflight.portals.udata_lists import LICENCES
from graph.preflight.tags import tag_of

NONE = "notspecified"
"""Its name for a licence that is not stated, which may be met like others."""

_REGISTER = {NONE: ("License not specified",), **LICENCES}
_LINK = re.compile(r"https?://\S+")
_SLIPS = 2


def licence_of(text: str) -> str | None:
    """Find a licence of the register, in the first link of a text and in the rest of it."""
    link = _LINK.search(text.rstrip("."))
    parts = [text] if link is None else [link[0], text.replace(link[0], "").strip()]
    return next((found for part in parts if (found := _guess(part)) is not None), None)


@cache
def _slugs() -> dict[str, str]:
    return {name: tag_of(title) for name, (title, *_) in _REGISTER.items()}


def _guess(text: str) -> str | None:
    wanted = text.strip().lower()
    if not text:
        return None
    slug = tag_of(wanted)
    for name, (_, *addresses) in _REGISTER.items():
        if wanted == name or slug == _slugs()[name] or wanted in (address.lower() for address in addresses):
            return name
    return (
        _by_address(wanted) or _nearly(_slugs().get, slug) or _nearly(lambda name: _REGISTER[name][0].lower(), wanted)
    )


def _by_address(wanted: str) -> str | None:
    """Find a licence whose address holds this one, without its scheme, its last slash and what is asked of it."""
    if not is_web(wanted):
        return None
    try:
        place = urlsplit(wanted)
    except ValueError:
        return None
    short = f"{place.netloc}{place.path.rstrip('/')}"
    for name, (_, *addresses) in _REGISTER.items():
        # Of further addresses the case counts, and what is looked for stands in small letters.
        if any(short in held for held in [*(each.lower() for each in addresses[:1]), *addresses[1:]]):
            return name
    return None


def _nearly(known: Callable[[str], str | None], text: str) -> str | None:
    """Find the only licence that is called nearly so."""
    found = [name for name in _REGISTER if _slips(known(name) or "", text) <= _SLIPS]
    return found[0] if len(found) == 1 else None


def _slips(one: str, other: str) -> int:
    """Count the letters to put in, take out or change until two texts are one; more than `_SLIPS` are not counted."""
    if abs(len(one) - len(other)) > _SLIPS:
        return _SLIPS + 1
    row: Iterable[int] = range(len(other) + 1)
    for place, letter in enumerate(one, 1):
        above, made = list(row), [place]
        for index, each in enumerate(other):
            made.append(min(above[index] + (letter != each), above[index + 1] + 1, made[index] + 1))
        row = made
    return list(row)[-1]
