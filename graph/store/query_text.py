"""Looks at a query before a worker parses it: refuses in clear words what would end a worker or is not offered.

The cage makes a query harmless; this makes the refusal understood. A few tokens are told apart (SPARQL 1.1 Query,
section 19.8), enough to never mistake a comment, a string, an IRI or a name for a keyword. What is no SPARQL is left to
the engine. It runs in the server's process: every step is linear in the length of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from graph.errors import QueryRefused
from graph.terms import PREFIXES

MAX_BYTES = 64 * 1024
# The parser's stack ends at a thousand nested EXISTS or two thousand nested groups.
MAX_DEPTH = 200
MAX_OPERATORS = 1000

_CODE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
# A prefix, or a word with what stands close behind it: told apart by the colon, so that nothing is read twice.
_RUN = rf"(?:[^\W\d_]|{_CODE})(?:[\w.\-·]|{_CODE})*+"
_LOCAL = r"(?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]|\.(?=[\w:.\-%\\]))"

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+|\#[^\n\r]*)
  | (?P<string>\"{{3}}(?:\"{{0,2}}(?:[^"\\]|\\.))*+\"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*+'{{3}}
             | (?!\"{{3}})"(?:[^"\\\n\r]|\\.)*+" | (?!'{{3}})'(?:[^'\\\n\r]|\\.)*+')
  | (?P<unclosed>["'])
  | <(?P<iri>(?:[^<>"{{}}|^`\\\x00-\x20]|{_CODE})*+)>
  | (?P<variable>[?$]\w+)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>(?:_|{_RUN})?:{_LOCAL}*+)
  | (?P<run>{_RUN})
  | (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)
  | (?P<open><<|[({{\[])
  | (?P<close>>>|[)}}\]])
  | (?P<operator>\^\^|\|\||&&|!=|<=|>=|[!=<>|^/*+?-])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(rf"(?P<word>(?:\w|{_CODE})+)|(?P<operator>-)|(?P<other>.)", re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
LOCAL_ESCAPE = re.compile(r"\\(.)")

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
PROLOGUE = {"BASE", "PREFIX", "VERSION"}
# Each of these makes the engine's tree one level deeper, as an operator does.
_CLAUSES = {"UNION", "OPTIONAL", "MINUS", "BIND", "FILTER", "EXISTS", "IN", "GRAPH", "LATERAL"}


# What gives another value each time: SPARQL 1.1 Query 17.4.2.9, 17.4.2.12, 17.4.2.13, 17.4.4.5, 17.4.5.1.
_VARYING = {"BNODE", "UUID", "STRUUID", "RAND", "NOW"}


@dataclass(frozen=True)
class QueryText:
    """What the look found.

    `default_graphs`, `named_graphs`: the graphs that the query names itself, None where it has no FROM and no FROM
    NAMED. `form`: SELECT, ASK, CONSTRUCT or DESCRIBE, "" for what is no query. `varies`: whether it may be answered
    otherwise although the data are the same, by the clock, by chance or by the names of new blank nodes.
    """

    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    form: str = ""
    varies: bool = False

    @property
    def makes_graph(self) -> bool:
        """Whether the answer is a graph rather than solutions or a boolean."""
        return self.form in {"CONSTRUCT", "DESCRIBE"}


@dataclass(frozen=True)
class Token:
    """A token where it stands; `text` is without the brackets of an IRI, `end` the place behind all of it."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The keyword in upper case, with its escapes resolved, '' for what is none."""
        return unescape(self.text).upper() if self.kind == "word" else ""


# The endpoint looks to choose a format, the pool to choose the graphs.
@lru_cache(maxsize=32)
def check(query: str) -> QueryText:
    """Look at a query.

    Raises QueryRefused, with line and column, for a query that is too large or too deep, an update, a SERVICE or a
    prefix without declaration.
    """
    _check_size(query)
    walk = _Walk(query)
    for token in tokens(query):
        walk.take(token)
    return walk.found()


def form_of(query: str) -> str:
    """Give the form of a query (SELECT, ASK, CONSTRUCT, DESCRIBE), refusing nothing; "" for what is no query."""
    words = (token.word for token in tokens(query))
    first = next((word for word in words if word and word not in PROLOGUE), "")
    return first if first in _FORMS else ""


class _Walk:
    """One pass over the tokens of a query."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._depth = 0
        self._operators = 0
        self._values_depth: int | None = None
        self._at_start = True
        self._form = ""
        self._varies = False
        self._in_template = False
        self._last = ("", "")
        self._base = ""
        self._prefixes: dict[str, str] = {}
        self._from: list[str] = []
        self._named: list[str] = []

    def take(self, token: Token) -> None:
        """Look at the next token."""
        if token.kind == "open":
            self._enter(token)
        elif token.kind == "close":
            self._leave(token)
        elif token.kind == "operator":
            self._count(token)
        elif token.kind == "word":
            self._look_at(token)
        elif token.kind in ("iri", "name"):
            self._check_prefix(token)
            self._name_graph(token)
            self._varies = self._varies or (self._in_template and token.text.startswith("_:"))
        elif token.kind == "unclosed":
            raise self._refusal("a string starts here and does not end", token, "close it by the same quote")
        elif token.text == ";" and self._depth == 0:
            # After it could only come another operation, and only an update has several.
            self._at_start = True
        self._last = (self._last[1], token.word or (token.text if token.kind == "name" else ""))

    def found(self) -> QueryText:
        """Give what the pass found."""
        if not self._from and not self._named:
            return QueryText(form=self._form, varies=self._varies)
        return QueryText(tuple(self._from), tuple(self._named), self._form, self._varies)

    def _enter(self, token: Token) -> None:
        # A template is CONSTRUCT's first group, also where it is the pattern too; only there are blank nodes made.
        if self._in_template and self._depth:
            self._varies = self._varies or token.text in {"[", "("}
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refusal(
                f"brackets are nested more than {MAX_DEPTH} deep", token, "write the query with less nesting"
            )

    def _leave(self, token: Token) -> None:
        self._depth = max(0, self._depth - 1)
        self._in_template = self._in_template and self._depth > 0
        if self._depth == self._values_depth and token.text == "}":
            self._values_depth = None

    def _count(self, token: Token) -> None:
        # In a VALUES block a sign belongs to its number, and long blocks of numbers are harmless.
        if self._values_depth is not None:
            return
        self._operators += 1
        if self._operators > MAX_OPERATORS:
            raise self._refusal(
                f"the query has more than {MAX_OPERATORS} operators", token, "use VALUES, or ask in several queries"
            )

    def _look_at(self, token: Token) -> None:
        word = token.word
        if word == "SERVICE":
            raise self._refusal(
                "SERVICE is not offered: this endpoint asks no other server",
                token,
                "ask the other endpoint by yourself and bring its values in by VALUES",
            )
        self._varies = self._varies or word in _VARYING
        if self._at_start and word not in PROLOGUE:
            self._at_start = False
            self._form = word if word in _FORMS else ""
            self._in_template = word == "CONSTRUCT"
            if word in _UPDATES:
                raise self._refusal(
                    f"{word} changes data, and there is no SPARQL Update here: writes go through the log",
                    token,
                    "import a file, or write a record by the API",
                )
        if word == "VALUES":
            self._values_depth = self._depth
        elif word in _CLAUSES:
            self._count(token)

    def _check_prefix(self, token: Token) -> None:
        # The engine's own word for it is lost among all else that it expected there.
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and self._last[1] != "PREFIX" and prefix != "_" and prefix not in self._prefixes:
            known = PREFIXES.get(prefix)
            remedy = f"write PREFIX {prefix}: <{known or '…'}> before the query"
            raise self._refusal(f"the prefix {prefix}: is not declared", token, remedy)

    def _name_graph(self, token: Token) -> None:
        before, last = self._last
        if last == "BASE":
            self._base = self._resolve(token)
        elif before == "PREFIX" and last.endswith(":"):
            self._prefixes[last[:-1]] = self._resolve(token)
        elif last == "FROM" and self._depth == 0:
            self._from.append(self._resolve(token))
        elif (before, last) == ("FROM", "NAMED") and self._depth == 0:
            self._named.append(self._resolve(token))

    def _resolve(self, token: Token) -> str:
        if token.kind == "iri":
            return urljoin(self._base, unescape(token.text)) if self._base else unescape(token.text)
        prefix, _, local = token.text.partition(":")
        return self._prefixes.get(prefix, "") + LOCAL_ESCAPE.sub(r"\1", local)

    def _refusal(self, what: str, token: Token, remedy: str) -> QueryRefused:
        line = self._query.count("\n", 0, token.start) + 1
        column = token.start - (self._query.rfind("\n", 0, token.start) + 1) + 1
        return QueryRefused(what, where=f"line {line}, column {column}", remedy=remedy, line=line, column=column)


def _check_size(query: str) -> None:
    try:
        size = len(query.encode())
    except UnicodeEncodeError as error:
        raise QueryRefused("the query is no Unicode text", remedy="send it as UTF-8") from error
    if size > MAX_BYTES:
        raise QueryRefused(
            f"the query has {size} bytes, more than the {MAX_BYTES} that are taken", remedy="ask in several queries"
        )


def tokens(query: str) -> Iterator[Token]:
    """Give the tokens of a query in their order, without blanks and comments."""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "other"
        if kind == "run":
            for part in _PART.finditer(match["run"]):
                start = match.start()
                yield Token(part.lastgroup or "other", part[0], start + part.start(), start + part.end())
        elif kind != "space":
            yield Token(kind, match[kind], match.start(), match.end())


def unescape(text: str) -> str:
    """Resolve the escapes of code points (section 19.2)."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code <= 0x10FFFF else "�"

    return _ESCAPE.sub(character, text) if "\\" in text else text
