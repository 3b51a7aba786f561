"""Cutting what is long into pieces that a database takes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

PAGE = 1000
"""Rows a page; under SQLite's limit of 32,766 values a statement."""

T = TypeVar("T")


def pages_of(items: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """Give the items in lists of at most `size`, in order; no list is empty."""
    iterator = iter(items)
    while page := list(islice(iterator, size)):
        yield page
