"""What the sentence of an answer counts and names: in its rows, by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.questions.solutions import Row, Solutions, number_of

Words = tuple[str, str]
"""The words for one and for many, with `%(number)s`."""

Count = Callable[[Solutions], int]
"""What is counted in an answer."""

Naming = Callable[[Solutions], Row | None]
"""Which row a sentence names."""


def plural(one: str, many: str) -> Words:
    """Mark the words for one and for many for translation."""
    return one, many


@dataclass(frozen=True)
class Also:
    """A further sentence: said where its count is not 0, or with the row it names; `named` are that row's columns."""

    words: Words
    count: Count
    row: Naming | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Telling:
    """The sentence of a question and what follows it."""

    count: Count
    none: str
    some: Words
    also: tuple[Also, ...] = ()


def different(column: str, holds: Callable[[Row], bool] = lambda row: True) -> Count:
    """Count what stands in a column, each thing once, in rows for which something holds."""
    return lambda found: len({row[column] for row in found.rows if column in row and holds(row)})


def total_of(column: str, holds: Callable[[Row], bool] = lambda row: True) -> Count:
    """Add up a column in rows for which something holds."""
    return lambda found: int(sum(number_of(row, column) for row in found.rows if holds(row)))


def row_count(found: Solutions) -> int:
    return len(found.rows)


def equals(column: str, value: str) -> Callable[[Row], bool]:
    return lambda row: column in row and row[column].value == value


def is_some(column: str) -> Callable[[Row], bool]:
    return lambda row: number_of(row, column) > 0


def lacks(column: str) -> Callable[[Row], bool]:
    return lambda row: column not in row


def first_row(found: Solutions) -> Row | None:
    return found.rows[0] if found.rows else None


def most(column: str) -> Naming:
    """The first of the rows with the largest number in a column."""
    return lambda found: max(found.rows, key=lambda row: number_of(row, column), default=None)


def of_row(naming: Naming, column: str) -> Count:
    """The number in a column of the row that is named."""

    def count(found: Solutions) -> int:
        row = naming(found)
        return int(number_of(row, column)) if row else 0

    return count
