"""How a query finds its focus nodes by itself: the properties of which each of its rows has a statement about $this.

Only what its first triples say is read, and of paths only plain ones. What is not understood ends the reading: so fewer
properties may be told than there are, and none that a row can be without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from graph.governance.compiling.model import Path
from graph.governance.compiling.scopes import name_of
from graph.governance.compiling.sources import TYPE
from graph.store.query_text import Token

_PREFIX = re.compile(r"PREFIX (\S*:) <(.*)>")
_PLAIN_NAME = re.compile(r"[\w.\-]*:[\w\-]+")


def read_entries(tokens: Sequence[Token], prologue: str, path: Path | None) -> tuple[frozenset[str], ...]:
    """Read the triples that the tokens (those behind the first brace) begin with; `path` stands for $PATH.

    Gives N-Triples texts; of several in a set, a row has a statement by one.
    """
    if not tokens or name_of(tokens[0]) != "this":
        return ()
    names = dict(_PREFIX.findall(prologue))
    return tuple(_Reader(tokens, names, path).entries())


class _Reader:
    """Goes from token to token."""

    def __init__(self, tokens: Sequence[Token], prefixes: Mapping[str, str], path: Path | None) -> None:
        self._tokens = tokens
        self._prefixes = prefixes
        self._path = path
        self._place = 1

    def entries(self) -> Iterator[frozenset[str]]:
        """Go over the triples about $this."""
        while True:
            found = self._properties()
            if found is None or not self._objects():
                return
            if found:
                yield found
            if self._text() != ";":
                return
            self._place += 1

    def _properties(self) -> frozenset[str] | None:
        """Read a path: the properties that its first steps go by, none where it may take no step; None: not plain."""
        found: set[str] = set()
        sure, first = True, True
        while True:
            name = self._property()
            if name is None:
                return None
            self._place += 1
            sign = self._text()
            if sign in ("*", "?", "+"):
                sure &= sign == "+" or not first
                self._place += 1
            if first:
                found.add(name)
            if (sign := self._text()) not in ("|", "/"):
                return frozenset(found) if sure else frozenset()
            first = sign == "|"
            self._place += 1

    def _property(self) -> str | None:
        token = self._token()
        if token is None:
            return None
        if token.kind == "word" and token.text == "a":
            return TYPE
        if name_of(token) == "PATH":
            return self._path.predicate if self._path is not None else None
        return self._iri(token)

    def _iri(self, token: Token) -> str | None:
        if token.kind == "iri":
            return f"<{token.text}>" if ":" in token.text and "\\" not in token.text else None
        if token.kind != "name" or not _PLAIN_NAME.fullmatch(token.text):
            return None
        prefix, _, local = token.text.partition(":")
        return f"<{self._prefixes[prefix + ':']}{local}>" if f"{prefix}:" in self._prefixes else None

    def _objects(self) -> bool:
        """Go over objects; say whether all were variables or names."""
        while True:
            token = self._token()
            if token is None or token.kind not in ("variable", "iri", "name"):
                return False
            self._place += 1
            if self._text() != ",":
                return True
            self._place += 1

    def _token(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _text(self) -> str:
        token = self._token()
        return token.text if token is not None and token.kind in ("operator", "other") else ""
