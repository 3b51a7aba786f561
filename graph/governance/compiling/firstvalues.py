"""What a query asks of its values alone: told once for each value, where many focus nodes have the same.

A query that says `$this PATH ?value` and has filters that no other variable comes into gives no row but for the values
that they let pass. These are found first, from the property, and the query is then asked for them only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from graph.governance.compiling.model import FirstValues, Path
from graph.governance.compiling.scopes import name_of
from graph.store.query_text import Token

_SIGNS = {"|", "/", "(", ")", "^"}


def read_first_values(
    query: str, tokens: Sequence[Token], start: int, path: Path | None, bound: frozenset[str]
) -> FirstValues | None:
    """Read what can be asked of values alone in the group that begins at a token; `bound` are variables with a value.

    Only of values that the query tells: of those it is to be expected that few are wrong.
    """
    told = {name_of(token) for token in tokens[:start]}
    end = _end(tokens, start)
    filters = list(_filters(tokens, start, end))
    inside = {place for first, behind in filters for place in range(first, behind)}
    own = [place for place in range(start, end) if place not in inside]
    names = {name_of(tokens[place]) for place in own} | bound | {"this", "PATH"}
    for steps, variable in _paths(tokens, own):
        kept = tuple(
            query[tokens[first].start : tokens[behind - 1].end]
            for first, behind in filters
            if {name_of(token) for token in tokens[first:behind]} & names - {""} == {variable}
        )
        ways = _ways(steps, path)
        if kept and ways and variable in told:
            return FirstValues(variable, ways, kept)
    return None


def _paths(tokens: Sequence[Token], own: Sequence[int]) -> Iterator[tuple[list[Token], str]]:
    """Give the path and the value's name of each `$this PATH ?value .` that a group begins with.

    What comes behind OPTIONAL, BIND or a group of its own is left alone: these would know the value too early. So is a
    path that repeats steps: from every node of a graph it leads to too many.
    """
    depth, fresh = 0, True
    for at, place in enumerate(own):
        if tokens[place].text == "{" or tokens[place].word in ("OPTIONAL", "BIND"):
            return
        if depth == 0 and fresh and name_of(tokens[place]) == "this":
            steps = list(takewhile(_is_of_path, (tokens[each] for each in own[at + 1 :])))
            value, sign = (tokens[each] for each in [*own, own[-1], own[-1]][at + len(steps) + 1 :][:2])
            if steps and name_of(value) not in ("", "PATH") and (sign.text == "." or sign is value):
                yield steps, name_of(value)
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        fresh = tokens[place].text in (".", "}")


def _is_of_path(token: Token) -> bool:
    return token.kind in ("iri", "name") or token.text in _SIGNS or token.text == "a" or name_of(token) == "PATH"


def _ways(steps: Sequence[Token], path: Path | None) -> tuple[str, ...]:
    """Write a path as the alternatives that it is made of, which an engine follows one by one; none that is unknown."""
    if any(name_of(token) == "PATH" for token in steps):
        return (path.text,) if path is not None and path.predicate and len(steps) == 1 else ()
    text = " ".join(f"<{token.text}>" if token.kind == "iri" else token.text for token in steps)
    return (text,) if "(" in text or "^" in text else tuple(text.split("|"))


def _filters(tokens: Sequence[Token], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give where the filters of a group stand that are brackets or EXISTS: their first token, and that behind them."""
    depth = 0
    for place in range(start, end):
        if depth == 0 and tokens[place].word == "FILTER":
            first = place + 1
            while tokens[first].word in ("NOT", "EXISTS"):
                first += 1
            if tokens[first].text in ("(", "{"):
                yield place, _end(tokens, first + 1) + 1
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")


def _end(tokens: Sequence[Token], start: int) -> int:
    """Find the token that closes what is open at a token."""
    depth = 0
    for place in range(start, len(tokens)):
        if tokens[place].kind == "close":
            if depth == 0:
                return place
            depth -= 1
        depth += tokens[place].kind == "open"
    return len(tokens)
