"""The languages of the site: which one a reader gets, its strings, its dates and numbers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from babel import dates, numbers
from babel.messages.pofile import read_po

from api.negotiation import quality

ENGLISH = "en"
FRENCH = "fr"
LANGUAGES = (ENGLISH, FRENCH)
LOCALES = Path(__file__).parent / "locales"


def mark(text: str) -> str:
    """Mark a text of a table for translation where it is shown."""
    return text


@dataclass(frozen=True)
class Texts:
    """The strings of one language; English ones are the keys themselves."""

    language: str
    messages: Mapping[str, str | tuple[str, ...]] = field(repr=False)

    def text(self, message: str, **values: object) -> str:
        """Give a string in this language with its `%(name)s` filled in."""
        known = self.messages.get(message) or message
        chosen = known if isinstance(known, str) else known[0]
        return chosen % values if values else chosen

    def plural(self, one: str, many: str, number: int, **values: object) -> str:
        """Give the string for a number, which fills `%(number)s` in the language's own way.

        In French nought and one are singular, in English only one is.
        """
        singular = number in {0, 1} if self.language == FRENCH else number == 1
        known = self.messages.get(one)
        chosen = (known if isinstance(known, tuple) else (one, many))[0 if singular else 1]
        return chosen % {"number": self.number(number), **values}

    def number(self, value: float) -> str:
        """Write a number with the language's own separators."""
        return _number(value, self.language)

    def date(self, lexical: str) -> str:
        """Write an ISO date or time in words; a text that is none stays as it is."""
        try:
            if len(lexical) <= len("2026-01-31"):
                return self._day(datetime.date.fromisoformat(lexical))
            moment = datetime.datetime.fromisoformat(lexical)
        except ValueError:
            return lexical
        return f"{self._day(moment)}, {dates.format_time(moment, 'HH:mm', locale=self.language)}{_zone(moment)}"

    def _day(self, day: datetime.date) -> str:
        return _day(day.year, day.month, day.day, self.language)


@lru_cache(maxsize=5_000)
def _number(value: float, language: str) -> str:
    """A page of results writes some hundred numbers, most of them small."""
    return numbers.format_decimal(value, locale=language)


@lru_cache(maxsize=5_000)
def _day(year: int, month: int, day: int, language: str) -> str:
    """Write a day in words; French has an ordinal for the first of a month, which the locale data lack."""
    text = dates.format_date(datetime.date(year, month, day), "long", locale=language)
    return text.replace("1 ", "1er ", 1) if language == FRENCH and day == 1 else text


def _zone(moment: datetime.datetime) -> str:
    """Write the zone that a time states, nothing where it states none."""
    offset = moment.utcoffset()
    if offset is None:
        return ""
    return " UTC" if not offset else f" {moment:%z}"


@cache
def texts_in(language: str) -> Texts:
    """Give the strings of a language, read once from its catalogues, one for each part of the site."""
    messages: dict[str, str | tuple[str, ...]] = {}
    for path in catalogues(language):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    messages[key] = message.string if isinstance(message.string, str) else tuple(message.string or ())
    return Texts(language, messages)


def catalogues(language: str) -> list[Path]:
    """Give the files that hold the strings of a language, none for the one that the strings are written in."""
    return sorted((LOCALES / language).glob("*.po"))


def choose_language(wanted: str | None, accepted: str | None) -> str:
    """Choose by `?lang=`, then by Accept-Language (RFC 9110 12.5.4), else English."""
    if wanted in LANGUAGES:
        return str(wanted)
    best, best_quality = ENGLISH, 0.0
    for part in (accepted or "").split(","):
        tag, _, rest = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and quality(rest) > best_quality:
            best, best_quality = language, quality(rest)
    return best
