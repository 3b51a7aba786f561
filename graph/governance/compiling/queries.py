"""SPARQL-based constraints and the validators of constraint components, made ready to run (SHACL, sections 5 and 6).

A query is kept as pieces between the places where bindings go, found on its tokens. Run for many focus nodes, the
binding is the pattern that finds them; run for one, it is that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal as OneOf

import pyoxigraph as ox

from graph.errors import QueryRefused, ShapesRefused
from graph.governance.compiling.entries import read_entries
from graph.governance.compiling.firstvalues import read_first_values
from graph.governance.compiling.model import FirstValues, Path, Text
from graph.governance.compiling.scopes import Scopes, find_scopes, name_of
from graph.governance.compiling.sources import Classes, Given, Source, Targets, distinct, reached
from graph.store import query_text
from graph.store.query_text import Token

RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})
"""What no parameter of a component may be called (SHACL, 6.2.1)."""

Form = OneOf["select", "ask"]
_OWN_NAMES = {"PREFIX", "BASE"}
_NOBODY = Given(("<urn:x-civigraph:nobody>",))


def write(text: Text, source: Source, path: Path | None, classes: Classes, values: Given | None = None) -> str:
    """Write a query for the nodes of a source; an ASK becomes the pairs of focus and value that it holds for.

    `values` are those that its first values are among, None for any.
    """
    if text.form == "ask":
        body = reached(source, path, "this", "value", classes)
        bound = f" {{ SELECT DISTINCT ?this ?value WHERE {{ {body} }} }} "
    else:
        bound = f" {_bound(text, source, classes)} "
        if values is not None and text.first is not None:
            bound += f"{values.pattern(text.first.variable, classes)} "
    return text.prologue + (bound + text.values).join(text.pieces)


def write_first(text: Text, first: FirstValues) -> str:
    """Write the query for the first values that a query can give a row for."""
    ways = (f"{{ ?{first.variable}_ {path} ?{first.variable} }}" for path in first.paths)
    pattern = distinct(first.variable, " UNION ".join(ways))
    return f"{text.prologue}SELECT ?{first.variable} WHERE {{ {pattern} {' '.join(first.filters)} }}"


def _bound(text: Text, source: Source, classes: Classes) -> str:
    """Write what binds $this, or holds it to the focus nodes where a row has it bound by itself."""
    if isinstance(source, Targets) and any(map(source.are_found_by, text.entries)):
        return ""
    if isinstance(source, Targets) and text.late:
        return source.test("this", classes)
    return source.pattern("this", classes)


def prepare(
    query: str, form: Form, *, prefixes: str, path: Path | None, values: Mapping[str, str | None], where: str
) -> Text:
    """Make a query ready. `values` are the terms bound beforehand beside $this, None where no query can name one.

    Raises ShapesRefused for what is no SPARQL 1.1, or cannot be run with values bound beforehand.
    """
    tokens = _tokens(query, prefixes, where)
    _check_form(tokens, form, where)
    needed = frozenset({"this", "value"} if form == "ask" else {"this"})
    scopes = find_scopes(tokens, needed | {"currentShape", "PATH"} | set(values), needed=needed, where=where)
    if scopes.single and form == "ask":
        raise ShapesRefused("an ASK with LIMIT, or that counts for all values together", where=where)
    text = Text(
        form=form,
        prologue=prefixes,
        pieces=tuple(_pieces(query, tokens, scopes.starts, form=form, path=path, where=where)),
        values=_values(tokens, values, where),
        single=scopes.single,
    )
    _check_syntax(text, path, where)
    if form != "select" or not _has_one_start(tokens, scopes):
        return text
    start = scopes.starts[0]
    return replace(
        text,
        entries=read_entries(tokens[start:], prefixes, path),
        first=read_first_values(query, tokens, start, path, frozenset(values)),
    )


def _has_one_start(tokens: Sequence[Token], scopes: Scopes) -> bool:
    """Say whether all rows of a query come from one group that is told $this, its prefixes being those of the shape."""
    return not scopes.single and len(scopes.starts) == 1 and not any(token.word in _OWN_NAMES for token in tokens)


def _tokens(query: str, prefixes: str, where: str) -> list[Token]:
    try:
        query_text.check(prefixes + query)
    except QueryRefused as error:
        raise ShapesRefused(f"the query is refused: {error.what}", where=where, remedy=error.remedy) from error
    return list(query_text.tokens(query))


def _check_form(tokens: Sequence[Token], form: Form, where: str) -> None:
    first = next((token.word for token in tokens if token.word in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}), "")
    if first != form.upper():
        raise ShapesRefused(f"sh:{form} does not hold a query of that form", where=where)


def _pieces(
    query: str, tokens: Sequence[Token], starts: Sequence[int], *, form: Form, path: Path | None, where: str
) -> list[str]:
    """Cut a query before the tokens that bindings go to; $PATH becomes the path, ASK a SELECT."""
    pieces = [""]
    last = 0
    for place, token in enumerate([*tokens, Token("end", "", len(query), len(query))]):
        pieces[-1] += query[last : token.start]
        if place in starts:
            pieces.append("")
        pieces[-1] += _written(query, token, form, path, where)
        last = token.end
    return pieces


def _written(query: str, token: Token, form: Form, path: Path | None, where: str) -> str:
    if form == "ask" and token.word == "ASK":
        return "SELECT DISTINCT ?this ?value"
    if name_of(token) == "PATH":
        if path is None:
            raise ShapesRefused("$PATH in a query of a node shape, which has no path", where=where)
        return path.text
    return query[token.start : token.end]


def _values(tokens: Sequence[Token], values: Mapping[str, str | None], where: str) -> str:
    """Write the terms that a query uses as one row of values."""
    used = sorted({name_of(token) for token in tokens} & set(values))
    terms = [values[name] for name in used]
    if not used:
        return ""
    for name, term in zip(used, terms, strict=True):
        if term is None:
            raise ShapesRefused(f"${name} is a blank node, which cannot be named in a query", where=where)
    return f"VALUES ({' '.join(f'?{name}' for name in used)}) {{ ({' '.join(term or '' for term in terms)}) }} "


def _check_syntax(text: Text, path: Path | None, where: str) -> None:
    try:
        ox.Store().query(write(text, _NOBODY, path, {}))
    except (SyntaxError, ValueError) as error:
        raise ShapesRefused(f"the query is no SPARQL 1.1: {error}", where=where) from error
