"""Where values must be known in a query beforehand, told from its tokens (SHACL, 5.2.1 and appendix A).

Pre-binding means that $this has its value everywhere. A solution that is joined in at the start of a group says so to
that group; sub-selects and the parts of UNION are groups that do not see what is bound outside, and so need it anew.
What stands in EXISTS sees it already, and a group that begins by a triple pattern on $this finds it by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph.errors import ShapesRefused
from graph.store.query_text import Token

_REFUSED = {
    "MINUS": "the specification does not allow it",
    "VALUES": "the specification does not allow it",
    "SERVICE": "the specification does not allow it",
    "GRAPH": "what is checked is one graph",
    "FROM": "what is checked is one graph",
}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


@dataclass(eq=False, slots=True)
class Group:
    """A group between braces; `first` and `last` are the places of its braces among the tokens.

    `kind` is `where` (of the query or of a sub-select), `exists`, `optional` or `plain`.
    """

    kind: str
    first: int
    last: int
    select: Select | None
    inner: list[Group] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Select:
    """The head of a query or a sub-select: the place of its keyword, and of the group that it asks for."""

    start: int
    top: bool
    where: Group | None = None


@dataclass(frozen=True, slots=True)
class Scopes:
    """Before which tokens bindings are due, and whether the query can only be run for one focus node at a time."""

    starts: tuple[int, ...]
    single: bool


def find_scopes(tokens: Sequence[Token], bound: frozenset[str], *, needed: frozenset[str], where: str) -> Scopes:
    """Look through a query; `bound` are the variables with a value beforehand, `needed` those a sub-select must give.

    Raises ShapesRefused for what the specification does not allow beside pre-binding.
    """
    _refuse(tokens, bound, where)
    root, selects = _Parser(tokens, where).parse()
    single = False
    for select in selects:
        single |= _check_select(tokens, select, needed, where)
    starts = [group.first + 1 for group in _walk(root) if _needs(tokens, group, bound)]
    return Scopes(tuple(sorted(starts)), single)


def name_of(token: Token) -> str:
    """Give the name of a variable, "" for another token."""
    return token.text[1:] if token.kind == "variable" else ""


def _refuse(tokens: Sequence[Token], bound: frozenset[str], where: str) -> None:
    for place, token in enumerate(tokens):
        if token.kind == "unclosed":
            raise ShapesRefused("a string of the query does not end", where=where)
        if token.word in _REFUSED:
            raise ShapesRefused(f"{token.word} in a query: {_REFUSED[token.word]}", where=where)
        if name_of(token) == "shapesGraph":
            raise ShapesRefused("$shapesGraph in a query: the store that is checked holds no shapes", where=where)
        if token.word == "AS" and place + 1 < len(tokens) and name_of(tokens[place + 1]) in bound:
            raise ShapesRefused(f"AS {tokens[place + 1].text} in a query: it has a value beforehand", where=where)


class _Parser:
    """Finds groups and selects, from one token to the next."""

    def __init__(self, tokens: Sequence[Token], where: str) -> None:
        self._tokens = tokens
        self._where = where
        self._selects: list[Select] = []
        self._open: list[Group] = []
        self._tops: list[Group] = []

    def parse(self) -> tuple[list[Group], list[Select]]:
        """Give the outermost groups, and every select."""
        for place, token in enumerate(self._tokens):
            if token.word in ("SELECT", "ASK"):
                self._selects.append(Select(place, top=not self._open))
            elif token.kind == "open" and token.text == "{":
                self._enter(place)
            elif token.kind == "close" and token.text == "}":
                self._leave(place)
        if self._open or not self._tops or not self._selects:
            raise ShapesRefused("a query's braces do not match", where=self._where)
        return self._tops, self._selects

    def _enter(self, place: int) -> None:
        kind = self._kind(place)
        waiting = (each for each in reversed(self._selects) if each.where is None)
        select = next(waiting, None) if kind != "exists" else None
        kind = "where" if select is not None else kind
        group = Group(kind, place, place, select)
        if select is not None:
            select.where = group
        (self._open[-1].inner if self._open else self._tops).append(group)
        self._open.append(group)

    def _leave(self, place: int) -> None:
        if not self._open:
            raise ShapesRefused("a query's braces do not match", where=self._where)
        self._open.pop().last = place

    def _kind(self, place: int) -> str:
        before = self._tokens[place - 1].word if place else ""
        if before == "EXISTS":
            return "exists"
        return "optional" if before == "OPTIONAL" else "plain"


def _check_select(tokens: Sequence[Token], select: Select, needed: frozenset[str], where: str) -> bool:
    """Check what a select gives; say whether its rows hang on how many focus nodes there are."""
    group = select.where
    if group is None:
        raise ShapesRefused("a query without a pattern", where=where)
    head = tokens[select.start : group.first]
    tail = list(_tail(tokens, group.last + 1))
    if head[0].word == "ASK":
        return False
    given = set(_projected(head))
    if "*" in given and not select.top:
        raise ShapesRefused("a sub-select gives *: it must name $this", where=where)
    missing = needed - given
    if missing and "*" not in given:
        raise ShapesRefused(f"a SELECT does not give ${min(missing)}", where=where)
    words = {token.word for token in tail}
    grouped = {name_of(token) for token in tail}
    if "LIMIT" in words or "OFFSET" in words:
        return True
    if "GROUP" in words:
        return not needed <= grouped
    return bool({token.word for token in head} & _AGGREGATES)


def _projected(head: Sequence[Token]) -> Iterator[str]:
    """Give the variables that a head names outside brackets, those behind AS too, and `*`."""
    depth = 0
    for place, token in enumerate(head):
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == "*" and depth == 0:
            yield "*"
        elif name_of(token) and (depth == 0 or head[place - 1].word == "AS"):
            yield name_of(token)


def _tail(tokens: Sequence[Token], start: int) -> Iterator[Token]:
    """Give what stands behind the group of a select: grouping, order, limits."""
    for token in tokens[start:]:
        if token.kind == "close" and token.text == "}":
            return
        yield token


def _walk(groups: Sequence[Group], *, in_exists: bool = False) -> Iterator[Group]:
    """Give every group that does not see what is bound around it."""
    for group in groups:
        inside = group.kind == "exists" or (in_exists and group.kind != "where")
        if not inside:
            yield group
        yield from _walk(group.inner, in_exists=inside)


def _needs(tokens: Sequence[Token], group: Group, bound: frozenset[str]) -> bool:
    """Say whether a group must be told what is bound beforehand."""
    if tokens[group.first + 1].word == "SELECT":
        return False  # nothing may stand beside a sub-select, and it is told by itself
    if group.kind == "where" and group.select is not None and group.select.top:
        return True
    own = list(_own(tokens, group))
    if group.kind == "optional" and not any(token.word == "BIND" for token in own):
        return False  # its filters see what is bound outside
    used = {name_of(token) for token in own} & bound
    if used == {"this"} and _begins(own):
        return False
    return group.kind == "where" or bool(used)


def _begins(own: Sequence[Token]) -> bool:
    """Say whether a group begins by a triple pattern that binds $this to nodes of the graph.

    A path that leads from every node to itself does so of nodes that the graph does not have, too.
    """
    if name_of(own[0]) != "this":
        return False
    ends = (place for place, token in enumerate(own) if token.text in (".", ";") or token.word)
    return not {"*", "?"} & {token.text for token in own[: next(ends, len(own))]}


def _own(tokens: Sequence[Token], group: Group) -> Iterator[Token]:
    """Give the tokens of a group without those of the groups in it, but with what stands in EXISTS."""
    place = group.first + 1
    inner = iter(each for each in group.inner if each.kind != "exists")
    following = next(inner, None)
    while place < group.last:
        if following is not None and place == following.first:
            place = following.last + 1
            following = next(inner, None)
            continue
        yield tokens[place]
        place += 1
