"""A query written anew for a remote engine, from its tokens: the engine reads what was read here, and nothing else.

No comment, prefix, escape or name of a graph of the caller's choice reaches the engine: what engines understand beyond
SPARQL 1.1 (`DEFINE`, prefixes that nobody declared, functions that run SQL) has no place to stand. The dataset goes
beside the query, by the protocol; FROM is left out here since Virtuoso adds it to what the protocol says. A real parser
then reads both texts in a cage (`graph.store.remote.worker`): these steps rely on the query being SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from graph.errors import BadTerm, QueryRefused
from graph.store.query_text import LOCAL_ESCAPE, PROLOGUE, Token, tokens, unescape
from graph.terms import XSD, iri, literal

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
# Names by which engines offer what is no SPARQL: Virtuoso's SQL functions, full text search and internal views.
_ENGINES_OWN = re.compile(r"(?:bif|sql|virt\w*|long|short|sqlval):|https?://www\.openlinksw\.com/", re.IGNORECASE)
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_MODIFIERS = {"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


@dataclass(frozen=True)
class EngineText:
    """A query for an engine.

    `counted` finds as many solutions as make the graph of a CONSTRUCT. `resources` are the IRIs that a DESCRIBE names:
    its `text` finds the others, '' where it names all. Both are None for other queries.
    """

    text: str
    counted: str | None = None
    resources: tuple[str, ...] | None = None


@dataclass
class _Piece:
    """A token as it is sent; `word` is a keyword in upper case, `depth` the brackets around it."""

    text: str
    word: str
    depth: int
    apart: bool


@dataclass
class _Scope:
    """What the prologue declared."""

    base: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)


class _Context:
    """Whether an IRI with a bracket behind it would be a call here, or else a subject or property before one.

    Calls stand inside round brackets, after FILTER, and among the modifiers behind a pattern.
    """

    def __init__(self) -> None:
        self._brackets = [""]
        self._last = ""

    @property
    def takes_calls(self) -> bool:
        """Whether the next token may be a function."""
        return self._brackets[-1] in {"(", "modifiers"} or self._last == "FILTER"

    def take(self, token: Token) -> None:
        """Go on behind a token."""
        if token.kind == "open":
            self._brackets.append(token.text)
        elif token.kind == "close" and len(self._brackets) > 1:
            self._brackets.pop()
        elif token.word in {"GROUP", "HAVING", "ORDER"}:
            self._brackets[-1] = "modifiers"
        self._last = token.word


def write(query: str, renamed: Mapping[str, str]) -> EngineText:
    """Write a query that `graph.store.query_text.check` let pass; `renamed` are names of graphs here and in the engine.

    Raises QueryRefused for what is not passed on.
    """
    pieces = list(_pieces(query, renamed))
    form = pieces[0].word if pieces else ""
    if form not in _FORMS:
        raise QueryRefused("this is no query")
    if form == "DESCRIBE":
        return _described(pieces)
    if form == "CONSTRUCT":
        return EngineText(_text(pieces), f"SELECT (1 AS ?civigraph_n) WHERE {_text(_pattern(pieces))}")
    return EngineText(_text(pieces))


def _pieces(query: str, renamed: Mapping[str, str]) -> Iterator[_Piece]:
    """The tokens of a query as they are sent, prologue and dataset left out."""
    scope, context, depth, end, started, waiting = _Scope(), _Context(), 0, 0, False, ""
    found = list(tokens(query))
    for place, token in enumerate(found):
        word = token.word
        started = started or (bool(word) and word not in PROLOGUE)
        if not started:
            waiting = _declare(token, waiting, scope)
            continue
        if depth == 0 and word == "FROM":
            waiting = word
            continue
        if waiting == "FROM":
            waiting = "FROM" if word == "NAMED" else ""
            end = token.end
            continue
        depth -= token.kind == "close"
        text = _written(token, scope, renamed)
        if token.kind in ("iri", "name") and context.takes_calls:
            _check_call(text, found[place + 1 : place + 2])
        context.take(token)
        yield _Piece(text, word, depth, apart=token.start > end)
        depth += token.kind == "open"
        end = token.end


def _declare(token: Token, waiting: str, scope: _Scope) -> str:
    """Take a token of the prologue; give what the next one belongs to."""
    if token.word in {"BASE", "PREFIX", "VERSION"}:
        return token.word
    if token.kind == "name":
        return f"PREFIX {token.text[:-1]}"
    if token.kind == "iri":
        address = _resolved(unescape(token.text), scope)
        if waiting == "BASE":
            scope.base = address
        elif waiting.startswith("PREFIX "):
            scope.prefixes[waiting.removeprefix("PREFIX ")] = address
    return ""


def _written(token: Token, scope: _Scope, renamed: Mapping[str, str]) -> str:
    match token.kind:
        case "iri":
            return _iri(_resolved(unescape(token.text), scope), renamed)
        case "name" if not token.text.startswith("_:"):
            return _iri(_expanded(token.text, scope), renamed)
        case "string":
            return literal(_value(token.text))
        case "variable":
            return f"?{token.text[1:]}"
    return unescape(token.text) if token.kind == "word" else token.text


def _expanded(name: str, scope: _Scope) -> str:
    prefix, _, local = name.partition(":")
    if prefix not in scope.prefixes:
        raise QueryRefused(f"the prefix {prefix}: is not declared")
    return scope.prefixes[prefix] + LOCAL_ESCAPE.sub(r"\1", local)


def _resolved(address: str, scope: _Scope) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", address):
        return address
    if not scope.base.startswith(("http://", "https://")):
        raise QueryRefused(f"<{address[:100]}> is relative to nothing", remedy="write IRIs whole, or BASE before them")
    return urljoin(scope.base, address)


def _iri(address: str, renamed: Mapping[str, str]) -> str:
    if _ENGINES_OWN.match(address):
        raise QueryRefused(
            f"<{address[:100]}> names something of the remote store's engine that is no SPARQL", remedy="leave it out"
        )
    try:
        return iri(renamed.get(address, address))
    except BadTerm as error:
        raise QueryRefused(f"<{address[:100]}> is no IRI") from error


def _check_call(text: str, following: Sequence[Token]) -> None:
    """Refuse to call what is no cast of XML Schema: an engine's functions may read files or run SQL."""
    if following and following[0].text == "(" and not text.startswith(f"<{XSD}"):
        raise QueryRefused(
            f"functions of the remote store's engine are not offered: {text}",
            remedy="use the functions of SPARQL 1.1; write a list in a pattern by rdf:first and rdf:rest",
        )


def _value(text: str) -> str:
    """The value of a string with its quotes."""
    quotes = 3 if text.startswith(('"""', "'''")) else 1

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code is None:
            return _PLAIN_ESCAPES.get(match[3], match[3])
        number = int(code, 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise QueryRefused(f"{match[0]} is no character")
        return chr(number)

    return _ESCAPE.sub(character, text[quotes:-quotes])


def _text(pieces: Sequence[_Piece]) -> str:
    return "".join(f"{' ' if piece.apart else ''}{piece.text}" for piece in pieces).strip()


def _pattern(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    """The pattern of a CONSTRUCT with its modifiers: behind the template, or the template that is the pattern too."""
    start = next(
        (
            place
            for place, piece in enumerate(pieces)
            if piece.depth == 0 and (piece.word == "WHERE" or (piece.text == "{" and place > 1))
        ),
        None,
    )
    if start is None:
        raise QueryRefused("this is no query")
    return pieces[start + 1 if pieces[start].word == "WHERE" else start :]


def _described(pieces: Sequence[_Piece]) -> EngineText:
    """The resources of a DESCRIBE: what is said of them is looked up from here: engines describe in many ways."""
    body = next(
        (
            place
            for place, piece in enumerate(pieces)
            if piece.depth == 0 and (piece.word in {"WHERE", *_MODIFIERS} or piece.text == "{")
        ),
        len(pieces),
    )
    named = [piece.text for piece in pieces[1:body]]
    resources = tuple(each[1:-1] for each in named if each[0] == "<")
    variables = [each for each in named if each[0] != "<"]
    if not variables or body == len(pieces):
        return EngineText("", resources=resources)
    return EngineText(f"SELECT {' '.join(variables)} {_text(pieces[body:])}", resources=resources)
