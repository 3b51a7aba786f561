"""What an answer worked out in plain Python is, and the place where each is entered under its question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from tests.ontology.world import Cell, World

Row = tuple[Cell, ...]
Values = Mapping[str, list[Cell]]
"""The parameters of a question, by name."""


@dataclass(frozen=True)
class Answer:
    """The rows, and what was looked at and kept on the way to them."""

    rows: Set[Row]
    considered: Set[Hashable]
    kept: Set[Hashable]


ANSWERS: dict[str, Callable[[World, Values], Answer]] = {}


def answers(number: str) -> Callable[[Callable[[World, Values], Answer]], Callable[[World, Values], Answer]]:
    """Enter a function as the answer to a question."""

    def enter(function: Callable[[World, Values], Answer]) -> Callable[[World, Values], Answer]:
        ANSWERS[number] = function
        return function

    return enter


def day(values: Values, name: str = "today") -> date:
    """Give the one day that a parameter holds."""
    (found,) = values[name]
    assert isinstance(found, date)
    return found


def grouped(pairs: Iterable[tuple[Cell, Cell]]) -> dict[Cell, set[Cell]]:
    """Collect the second of each pair under the first."""
    found: dict[Cell, set[Cell]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
    return found


def or_none(values: set[Cell]) -> set[Cell]:
    """Give the values, or an empty cell where there is none."""
    return values or {None}
