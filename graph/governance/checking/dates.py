"""The evaluation date: a statement in the graph, and how another date is put in its place for one check.

A rule reads the date by a triple pattern (`?context cg:evaluationDate ?today`). In a graph whose contexts stated
another date, this pattern would have one solution a context; these solutions are written into the query as VALUES.
So nothing is stored, any engine can do it, and the findings are those of the graph with that date. A query that reads
the date in another way is refused by name.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal as OneOf

from graph.errors import InputError, ShapesRefused
from graph.governance.compiling.model import Asked, Constraint, Logical, Nested, Qualified, Shape, Text
from graph.governance.compiling.running import Ask, rows
from graph.store.query_text import Token, tokens, unescape
from graph.terms import CG, XSD, iri, literal, value_of

PROPERTY = f"{CG}evaluationDate"
DATES = files("graph.governance.checking").joinpath("dates.rq").read_text(encoding="utf-8")

# A context of its own for a graph that has none; nothing is said of it.
_NOWHERE = f"{CG}evaluation"

Origin = OneOf["given", "recorded", "today"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """At which date a graph is judged, and whether that date was given, recorded, or is the day of the check.

    `contexts` (N-Triples texts) are those whose date another one takes the place of, empty where none does.
    """

    date: datetime.date
    origin: Origin
    contexts: tuple[str, ...] = ()


def evaluation(ask: Ask, at: datetime.date | None = None, today: datetime.date | None = None) -> Evaluation:
    """Tell the date of a check: the one given, else the latest that is recorded, else today (UTC).

    Raises DataError where the engine fails, InputError where what is recorded is no date.
    """
    recorded: dict[str, list[datetime.date]] = {}
    for row in rows(ask, DATES, PROPERTY):
        recorded.setdefault(row["context"], []).append(_date(row["date"]))
    contexts = tuple(sorted(recorded)) or (iri(_NOWHERE),)
    if at is not None:
        return Evaluation(at, "given", contexts)
    if recorded:
        dates = {each for several in recorded.values() for each in several}
        return Evaluation(max(dates), "recorded", contexts if len(dates) > 1 else ())
    return Evaluation(today or datetime.datetime.now(datetime.UTC).date(), "today", contexts)


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value_of(text).value[:10])
    except ValueError as error:
        raise InputError(f"the evaluation date is no date: {text[:80]}", where=PROPERTY) from error


def at_date(shapes: Sequence[Shape], chosen: Evaluation) -> tuple[Shape, ...]:
    """Give shapes whose queries read the chosen date; the same shapes where nothing has to be put in.

    Raises ShapesRefused for a query in which that cannot be done.
    """
    if not chosen.contexts:
        return tuple(shapes)
    date = literal(chosen.date.isoformat(), datatype=f"{XSD}date")
    return tuple(map(_Substitution(chosen.contexts, date).shape, shapes))


class _Substitution:
    """One date put into the queries of shapes; a shape that is used twice stays one."""

    def __init__(self, contexts: tuple[str, ...], date: str) -> None:
        self._rows = " ".join(f"({context} {date})" for context in contexts)
        self._known: dict[int, Shape] = {}

    def shape(self, shape: Shape) -> Shape:
        """Give a shape with the date in its queries."""
        if id(shape) not in self._known:
            constraints = tuple(self._constraint(each, shape.node) for each in shape.constraints)
            changed = any(new is not old for new, old in zip(constraints, shape.constraints, strict=True))
            self._known[id(shape)] = replace(shape, constraints=constraints) if changed else shape
        return self._known[id(shape)]

    def _constraint(self, constraint: Constraint, where: str) -> Constraint:
        if isinstance(constraint, Asked):
            pieces = tuple(self._piece(piece, constraint.text, where) for piece in constraint.text.pieces)
            return constraint if pieces == constraint.text.pieces else self._asked(constraint, pieces)
        if isinstance(constraint, Nested):
            inner = self.shape(constraint.shape)
            return constraint if inner is constraint.shape else Nested(inner)
        if isinstance(constraint, Logical):
            several = tuple(map(self.shape, constraint.shapes))
            return constraint if several == constraint.shapes else replace(constraint, shapes=several)
        if isinstance(constraint, Qualified):
            inner, beside = self.shape(constraint.shape), tuple(map(self.shape, constraint.siblings))
            same = inner is constraint.shape and beside == constraint.siblings
            return constraint if same else replace(constraint, shape=inner, siblings=beside)
        return constraint

    def _asked(self, constraint: Asked, pieces: tuple[str, ...]) -> Asked:
        return replace(constraint, text=replace(constraint.text, pieces=pieces))

    def _piece(self, piece: str, text: Text, where: str) -> str:
        """Write a part of a query with the date in place of the pattern that asks for it."""
        if "evaluationDate" not in unescape(piece):
            return piece
        prefixes = dict(_prefixes(text.prologue))
        found = list(tokens(piece))
        for place in reversed(range(len(found))):
            if _address(found[place], prefixes) == PROPERTY:
                start, end = _pattern(found, place, where)
                names = f"?{found[place - 1].text[1:]} ?{found[place + 1].text[1:]}"
                piece = f"{piece[:start]}VALUES ({names}) {{ {self._rows} }}{piece[end:]}"
        return piece


def _prefixes(prologue: str) -> Iterator[tuple[str, str]]:
    found = list(tokens(prologue))
    for place, token in enumerate(found[:-2]):
        if token.word == "PREFIX":
            yield found[place + 1].text.rstrip(":"), unescape(found[place + 2].text)


def _address(token: Token, prefixes: dict[str, str]) -> str:
    if token.kind == "iri":
        return unescape(token.text)
    prefix, colon, local = token.text.partition(":")
    return prefixes.get(prefix, "") + local if token.kind == "name" and colon else ""


def _pattern(found: list[Token], place: int, where: str) -> tuple[int, int]:
    """Give the place of the triple pattern that a property stands in. Raises ShapesRefused where it is no plain one."""
    around = [found[each] if 0 <= each < len(found) else None for each in (place - 2, place - 1, place + 1, place + 2)]
    before, subject, value, behind = around
    plain = (
        (subject is not None and subject.kind == "variable")
        and (value is not None and value.kind == "variable")
        and (before is None or before.text in (".", "{", "}", ")"))
        and (behind is None or behind.text in (".", "{", "}") or bool(behind.word))
    )
    if not plain:
        what = "the evaluation date is read by more than a plain pattern, so no other date can be put in its place"
        raise ShapesRefused(what, where=where, remedy="write `?context cg:evaluationDate ?today .`")
    assert subject is not None
    assert value is not None
    return subject.start, value.end
