"""What a search gives back."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graph.views.words import spans

_SNIPPET_WORDS = 40


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a description; `marks` are the (start, end) of the words asked for, in characters of `text`."""

    text: str
    language: str | None
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record as one audience sees it.

    `title` is the name in the asked language, else French, English, any, else the IRI; `facets` has the values of each
    facet, `marks` what conditions ask for.
    """

    iri: str
    audience: str
    kind: str
    title: str
    title_language: str | None
    snippet: Snippet | None
    modified: str
    facets: dict[str, list[str]]
    marks: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Results:
    """`total` hits in all, some of them as `hits`, and facet -> (value, count), the most frequent first.

    `loose` says that no record has all words exactly, so that similar words were searched.
    """

    total: int
    hits: list[Hit]
    facets: dict[str, list[tuple[str, int]]]
    loose: bool = False


def hit_of(iri: str, audience: str, stored: bytes, language: str | None, asked: Collection[str]) -> Hit:
    """Read back what a document stores; `asked` are the folded words of the query."""
    known = json.loads(stored)
    title, tag = _best(known["titles"], language) or (iri, None)
    return Hit(
        iri=iri,
        audience=audience,
        kind=known["facets"]["kind"][0],
        title=title,
        title_language=tag,
        snippet=_snippet(known["descriptions"], language, asked),
        modified=known["modified"],
        facets=known["facets"],
        marks=known["marks"],
    )


def _best(texts: Sequence[tuple[str, str | None]], language: str | None) -> tuple[str, str | None] | None:
    """The first text of the language, else the first: they are stored in the order of preference."""
    for text, tag in texts:
        if language and tag and tag.split("-", 1)[0] == language:
            return text, tag
    return tuple(texts[0]) if texts else None  # type: ignore[return-value]


def _snippet(texts: Sequence[tuple[str, str | None]], language: str | None, asked: Collection[str]) -> Snippet | None:
    """The stretch of the best description that has the most of the asked words."""
    best = _best(texts, language)
    if best is None:
        return None
    text, tag = best
    words = spans(text)
    found = [place for place, (_, _, word) in enumerate(words) if word in asked]
    first = max(
        (max(0, place - 5) for place in found),
        key=lambda start: (sum(start <= other < start + _SNIPPET_WORDS for other in found), -start),
        default=0,
    )
    shown = words[first : first + _SNIPPET_WORDS]
    if not shown:
        return None
    start = shown[0][0] if first else 0
    end = shown[-1][1] if first + _SNIPPET_WORDS < len(words) else len(text)
    marks = tuple((a - start, b - start) for a, b, word in shown if word in asked)
    return Snippet(text[start:end], tag, marks)
