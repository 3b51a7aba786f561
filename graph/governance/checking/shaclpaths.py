"""Paths of SPARQL, as results have them, written back in SHACL's terms (SHACL, 2.3.1) as Turtle."""

from __future__ import annotations

import re
from collections.abc import Callable

from graph.terms import SH

_TOKEN = re.compile(r"<[^>]*>|[()/|^*+?]")
_AFTER = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def shacl_path(path: str) -> str:
    """Write a path as a node of Turtle: `<p>`, `[ <…inversePath> <p> ]`, `( <p> <q> )`. Raises ValueError."""
    tokens = _TOKEN.findall(path)
    if "".join(tokens) != path:
        raise ValueError(f"not a path: {path}")
    written, rest = _alternatives(tokens)
    if rest:
        raise ValueError(f"not a path: {path}")
    return written


def _alternatives(tokens: list[str]) -> tuple[str, list[str]]:
    parts, tokens = _joined(tokens, "|", _sequence)
    return (parts[0] if len(parts) == 1 else f"[ <{SH}alternativePath> ( {' '.join(parts)} ) ]"), tokens


def _sequence(tokens: list[str]) -> tuple[str, list[str]]:
    parts, tokens = _joined(tokens, "/", _step)
    return (parts[0] if len(parts) == 1 else f"( {' '.join(parts)} )"), tokens


def _joined(
    tokens: list[str], sign: str, part: Callable[[list[str]], tuple[str, list[str]]]
) -> tuple[list[str], list[str]]:
    first, tokens = part(tokens)
    parts = [first]
    while tokens and tokens[0] == sign:
        more, tokens = part(tokens[1:])
        parts.append(more)
    return parts, tokens


def _step(tokens: list[str]) -> tuple[str, list[str]]:
    if not tokens:
        raise ValueError("a path ends too early")
    if tokens[0] == "^":
        inner, tokens = _step(tokens[1:])
        return f"[ <{SH}inversePath> {inner} ]", tokens
    if tokens[0] == "(":
        inner, tokens = _alternatives(tokens[1:])
        if not tokens or tokens[0] != ")":
            raise ValueError("a bracket of a path is not closed")
    elif tokens[0][0] == "<":
        inner = tokens[0]
    else:
        raise ValueError(f"a path has {tokens[0]} in a wrong place")
    tokens = tokens[1:]
    while tokens and tokens[0] in _AFTER:
        inner = f"[ <{SH}{_AFTER[tokens[0]]}> {inner} ]"
        tokens = tokens[1:]
    return inner, tokens
