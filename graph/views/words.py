"""Words as search compares them: folded, without plural, and stemmed in French and in English."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import tantivy

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i"})

WORD_TOKENIZER = "words"
STEMMERS = {"fr": "french", "en": "english"}
"""The language of a literal's tag -> the stemmer that reads it; a text without a tag goes to all of them."""


def fold(text: str) -> str:
    """The words of a text, parted by blanks: no case, accents, ligatures, no plural s or x after three letters."""
    return " ".join(map(_folded, raw_words(text)))


@lru_cache(maxsize=200_000)
def _folded(word: str) -> str:
    word = word.casefold()
    if not word.isascii():
        parts = unicodedata.normalize("NFKD", word.translate(_LIGATURES))
        # A letter that only folding breaks in two (a fraction, a roman numeral) stays one word: nothing else would
        # find it.
        word = "".join(_WORD.findall("".join(c for c in parts if not unicodedata.combining(c)))) or word
    # The French stemmer keeps the s after a, i, o, u: "velo" would not find "vélos" (feasibility.md, 6).
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """The tokenizers that an index needs under their names, every time it is opened."""
    simple = tantivy.Tokenizer.simple
    made = {
        # Fold before stem: with the stemmer first, "donnee" finds no "données".
        language: tantivy.TextAnalyzerBuilder(simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer(stemmer))
        .build()
        for language, stemmer in STEMMERS.items()
    }
    return made | {WORD_TOKENIZER: tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()}


@lru_cache(maxsize=1)
def _analyzers() -> dict[str, tantivy.TextAnalyzer]:
    return analyzers()


@lru_cache(maxsize=10_000)
def stem(word: str, language: str) -> tuple[str, ...]:
    """The stems of a word of a query, as the index of that language holds them."""
    return tuple(_analyzers()[language].analyze(word))


def raw_words(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text if text.isascii() else unicodedata.normalize("NFC", text))


def spans(text: str) -> list[tuple[int, int, str]]:
    """Where the words of a text stand, with each word folded."""
    return [(match.start(), match.end(), _folded(match.group())) for match in _WORD.finditer(text)]
