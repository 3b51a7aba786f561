"""Where a query that cannot be parsed goes wrong, and why, in words that its author can use.

The engine's parser (a PEG) tells the farthest place that it read, which may lie behind the slip by the length of any
keyword that it tried there, and a list of those keywords. So the query is parsed once more with its tokens drawn apart
by more than the longest keyword: the last token that begins before the farthest place is then the one that cannot stand
where it is. Runs in the cage.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pyoxigraph

from graph.store.query_text import Token, tokens, unescape

# Longer than ENCODE_FOR_URI, the longest keyword.
_PAD = " " * 24
_PLACE = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')
# What the engine says in a sentence of its own, once it has understood what is meant.
_SENTENCE = re.compile(r"(?:[A-Z][a-z]+ [a-z]|The )[^,\[\]]*")
_CLOSES = {")": "(", "]": "[", "}": "{", ">>": "<<"}
_FEW = 4
_NEAR = 0.75
_SHOWN = 60
# SPARQL 1.1 Query, section 19.8.
_WORDS = """
BASE PREFIX SELECT DISTINCT REDUCED AS CONSTRUCT WHERE DESCRIBE ASK FROM NAMED GROUP BY HAVING ORDER ASC DESC LIMIT
OFFSET VALUES UNDEF OPTIONAL GRAPH UNION FILTER MINUS BIND EXISTS NOT IN COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT
SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW
UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL
ISNUMERIC REGEX SUBSTR REPLACE TRUE FALSE
"""
_KEYWORDS = _WORDS.split()


@dataclass(frozen=True)
class _Slip:
    """What is wrong, and the place of it in the query (None: at its end)."""

    what: str
    start: int | None


def explain(query: str, error: str) -> dict[str, Any]:
    """Explain why a query was not parsed, `error` being what the engine says: what, and line and column from 1."""
    slip = _find(query, error)
    place = len(query.rstrip()) if slip.start is None else slip.start
    line = query.count("\n", 0, place) + 1
    return {"what": slip.what, "line": line, "column": place - (query.rfind("\n", 0, place) + 1) + 1}


def _find(query: str, error: str) -> _Slip:
    found = list(tokens(query))
    drawn, starts = _drawn_apart(query, found)
    try:
        pyoxigraph.Store().query(drawn)
    except SyntaxError as again:
        error, place = str(again), _offset(drawn, str(again))
    except (ValueError, RuntimeError, OSError):
        place = None
    else:
        place = None
    if place is None:
        # Drawn apart, it is parsed: what stands together there must, and the first place is the best there is.
        return _Slip(_sentence(error) or "something cannot stand here", _offset(query, error))
    index = bisect_right(starts, place) - 1
    if place >= len(drawn) - 1 or index < 0:
        return _at_the_end(found, error)
    return _at(query, found, index, error, exact=starts[index] == place)


def _drawn_apart(query: str, found: Sequence[Token]) -> tuple[str, list[int]]:
    """Write the tokens apart where blanks may stand between them; give the text and the place of each in it."""
    pieces, starts, length, before = [], [], 0, None
    for token in found:
        text = query[token.start : token.end]
        apart = before is None or token.start > before.end or _stands_alone(token) or _stands_alone(before)
        piece = _PAD + text if apart else text
        starts.append(length + len(piece) - len(text))
        pieces.append(piece)
        length += len(piece)
        before = token
    return "".join(pieces) + _PAD, starts


def _stands_alone(token: Token) -> bool:
    return token.kind in {"open", "close", "other"}


def _offset(text: str, error: str) -> int | None:
    """Turn the line and the column of an error into a place in the text."""
    match = _PLACE.match(error)
    if match is None:
        return None
    start = 0
    for _ in range(int(match[1]) - 1):
        start = text.find("\n", start) + 1
    return min(start + int(match[2]) - 1, len(text))


def _at(query: str, found: Sequence[Token], index: int, error: str, *, exact: bool) -> _Slip:
    """Tell what is wrong with a token."""
    token = found[index]
    if token.kind == "iri" and not _SCHEME.match(unescape(token.text)):
        if not any(each.word == "BASE" for each in found[:index]):
            return _Slip(f"the IRI <{_short(token.text)}> is relative, and the query has no BASE", token.start)
    elif token.kind == "iri" and "IRI parsing failed" in error:
        return _Slip(f"<{_short(token.text)}> is no well-formed IRI", token.start)
    elif token.kind == "close" and _opener(found[:index]) is None:
        return _Slip(f"the {token.text} closes nothing", token.start)
    sentence = _sentence(error)
    if sentence:
        return _Slip(sentence, token.start)
    what = f"{_short(query[token.start : token.end])} cannot stand here"
    near = get_close_matches(token.word, _KEYWORDS, 1, _NEAR) if token.word not in _KEYWORDS else []
    if near:
        what += f"; is {near[0]} meant?"
    elif exact:
        what += _expected(error)
    return _Slip(what, token.start)


def _at_the_end(found: Sequence[Token], error: str) -> _Slip:
    opener = _opener(found)
    if opener is not None:
        return _Slip(f"the {opener.text} that opens here is never closed", opener.start)
    return _Slip(_sentence(error) or f"the query ends too early{_expected(error)}", None)


def _opener(found: Sequence[Token]) -> Token | None:
    """Give the bracket that is open at the end of these tokens, None where there is none."""
    still: list[Token] = []
    for token in found:
        if token.kind == "open":
            still.append(token)
        elif token.kind == "close" and still and still[-1].text == _CLOSES[token.text]:
            still.pop()
    return still[-1] if still else None


def _sentence(error: str) -> str:
    match = _PLACE.match(error)
    told = _SENTENCE.search((match[3] if match else error).removeprefix("expected ").removeprefix("one of "))
    return told[0].strip()[:300] if told else ""


def _expected(error: str) -> str:
    """Give the few signs that could stand there; nothing where they are many, or the engine names whole classes."""
    match = _PLACE.match(error)
    text = match[3] if match else ""
    signs = _QUOTED.findall(text)
    whole = re.sub(r'expected |one of |[,\s]|"(?:[^"\\]|\\.)+"', "", text) == ""
    return f": expected {' or '.join(signs)}" if whole and 0 < len(signs) <= _FEW else ""


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
