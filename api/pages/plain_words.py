"""Sentences with links in them: a translated message whose places are filled with names, dates, amounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from babel import numbers

from api.languages import FRENCH, Texts, mark
from api.links import Links
from api.pages.names import Name, Names
from api.pages.store_names import StoreNames
from api.pages.values import show
from graph.reading.paths import MANY
from graph.terms import local_name, value_of

FEW = 6
"""So many of a list stand in a sentence."""

_PLACE = re.compile(r"%\((\w+)\)s")
_ELIDED = re.compile(r"\b([dD]|[qQ]u)e (?=[aeiouàâäéèêëîïôöûüAEIOUÀÂÉÈÊËÎÏÔÛ])")
_HANGING = re.compile(r"\b([dD]|[qQ]u)e $")
_VOWELS = tuple("aeiouàâäéèêëîïôöûüAEIOUÀÂÉÈÊËÎÏÔÛ")
_ILLUSTRATION = re.compile(r"\[Illustration\]\s+", re.IGNORECASE)
_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?\Z"
)
_NO_CENTS = re.compile(r"[.,]00(?![0-9])")
_CURRENCIES = "http://publications.europa.eu/resource/authority/currency/"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence: plain text, or a link; `unworded` tells the IRI for which the project has no words."""

    text: str
    href: str | None = None
    kind: str | None = None
    language: str | None = None
    unworded: str | None = None


Sentence = tuple[Piece, ...]


class Writer:
    """Writes sentences in the reader's language about what a page's names cover.

    Without `links`, on the command line, names lead nowhere. On the page of an illustration, which says so on its top,
    the mark “[Illustration]” before each name is left out.
    """

    def __init__(
        self, names: Names | StoreNames, texts: Texts, links: Links | None = None, *, illustrative: bool = False
    ) -> None:
        self._names = names
        self._texts = texts
        self._links = links
        self._illustrative = illustrative

    def say(self, message: str, **places: Sentence) -> Sentence:
        """Fill the places of a message."""
        return self._join(self._cut(self._texts.text(message), places))

    def plural(self, one: str, many: str, number: int, **places: Sentence) -> Sentence:
        """Fill the places of the message for a number."""
        kept = {name: f"%({name})s" for name in places}
        return self._join(self._cut(self._texts.plural(one, many, number, **kept), places))

    def join(self, *sentences: Sentence) -> Sentence:
        """Put sentences behind one another."""
        return self._join(piece for sentence in sentences for piece in sentence)

    def listed(self, some: Sequence[Sentence]) -> Sentence:
        """Write several things with commas and an “and”; of many, the first and how many more."""
        if len(some) > MANY:
            return self.listed_all([*some[:FEW], self.say(mark("many more"))])
        if len(some) > FEW + 1:
            more = self.plural("%(number)s more", "%(number)s more", len(some) - FEW)
            return self.listed_all([*some[:FEW], more])
        return self.listed_all(some)

    def listed_all(self, some: Sequence[Sentence]) -> Sentence:
        """Write all of several things with commas and an “and”."""
        if len(some) < 2:
            return some[0] if some else ()
        comma, last = (Piece(", "),), self._texts.text(mark("%(one)s and %(other)s"))
        head = [piece for number, each in enumerate(some[:-1]) for piece in ((*comma, *each) if number else each)]
        return self._join(self._cut(last, {"one": tuple(head), "other": some[-1]}))

    def things(self, iris: Iterable[str]) -> Sentence:
        """Write a list of things by name."""
        return self.listed([self.thing(iri) for iri in iris])

    def thing(self, iri: str) -> Sentence:
        """Write a thing by its name, linked; an IRI that nothing names stands as it is."""
        name = self._names.name(iri) or Name(iri)
        text = _ILLUSTRATION.sub("", name.text) if self._illustrative else name.text
        kind = self._names.kind(iri)
        if kind in {"concept", "term"} and text[1:2].islower():
            # A notion is no proper name: within a sentence it has no capital.
            text = text[0].lower() + text[1:]
        return (Piece(text, self._page(iri), kind, name.language),)

    def _page(self, iri: str) -> str | None:
        """Give where a thing's name leads; nowhere on the command line."""
        if self._links is None:
            return None
        return self._names.page(iri) or self._links.node(iri)

    def term(self, iri: str, words: dict[str, str], **places: Sentence) -> Sentence:
        """Write a term by the words that a table has for it, else by its name, marked as not worded."""
        if iri in words:
            return self.say(words[iri], **places)
        return (self.unworded(iri),)

    def unworded(self, iri: str) -> Piece:
        """Name a term for which there are no words."""
        name = self._names.name(iri) or Name(local_name(iri))
        return Piece(name.text, language=name.language, unworded=iri)

    def value(self, text: str, unit: str | None = None) -> Sentence:
        """Write a value, an N-Triples text: a thing by name, a date or duration in words, an amount with its unit."""
        if text.startswith("<"):
            return self.thing(text[1:-1])
        lexical = value_of(text).value
        if unit is not None:
            return self._amount(text, lexical, unit)
        if lexical.startswith("P") and (match := _DURATION.match(lexical)) and any(match.groups()):
            return self._duration(match)
        if not isinstance(self._names, Names) or self._links is None:
            return (Piece(lexical),)
        return (Piece(show("", text, self._names, self._texts, self._links).text),)

    def day(self, text: str) -> Sentence:
        """Write a date or the day of a time, an N-Triples text."""
        return (Piece(self._texts.date(value_of(text).value[:10])),)

    def _amount(self, text: str, lexical: str, unit: str) -> Sentence:
        if unit.startswith(_CURRENCIES):
            currency = unit.removeprefix(_CURRENCIES)
            with suppress(ValueError):
                amount = numbers.format_currency(float(lexical), currency, locale=self._texts.language)
                return (Piece(_NO_CENTS.sub("", amount)),)
        return self.join(self.value(text), (Piece(" "),), self.thing(unit))

    def _duration(self, match: re.Match[str]) -> Sentence:
        named: tuple[tuple[str, Callable[[int], str]], ...] = (
            ("years", lambda n: self._texts.plural("%(number)s year", "%(number)s years", n)),
            ("months", lambda n: self._texts.plural("%(number)s month", "%(number)s months", n)),
            ("weeks", lambda n: self._texts.plural("%(number)s week", "%(number)s weeks", n)),
            ("days", lambda n: self._texts.plural("%(number)s day", "%(number)s days", n)),
            ("hours", lambda n: self._texts.plural("%(number)s hour", "%(number)s hours", n)),
            ("minutes", lambda n: self._texts.plural("%(number)s minute", "%(number)s minutes", n)),
            ("seconds", lambda n: self._texts.plural("%(number)s second", "%(number)s seconds", n)),
        )
        return self.listed_all([(Piece(said(int(match[name]))),) for name, said in named if match[name]])

    def _cut(self, message: str, places: dict[str, Sentence]) -> Iterable[Piece]:
        """Give the pieces of a message with its places filled."""
        for number, part in enumerate(_PLACE.split(message)):
            if number % 2:
                yield from places[part]
            elif part:
                yield Piece(part)

    def _join(self, pieces: Iterable[Piece]) -> Sentence:
        """Make one piece of neighbours that are plain, and elide as French does: de + avis gives d'avis."""
        made: list[Piece] = []
        for piece in pieces:
            if made and made[-1].href is None and made[-1].unworded is None:
                last = made[-1]
                if self._texts.language == FRENCH and piece.text.startswith(_VOWELS):
                    last = made[-1] = replace(last, text=_HANGING.sub(r"\1’", last.text))
                if piece.href is None and piece.unworded is None and piece.language == last.language:
                    made[-1] = replace(last, text=last.text + piece.text)
                    continue
            made.append(piece)
        return tuple(made)


def text_of(sentence: Sentence) -> str:
    """Give the words of a sentence alone."""
    return "".join(piece.text for piece in sentence)
