"""The sequence of the log and that of public knowledge, turned into each other: an answer tells the second only."""

from __future__ import annotations

from functools import lru_cache

from graph.log.log import Log

_REMEMBERED = 4096


class Sequences:
    """Looks them up in a log. Rows never change, so what was found once is remembered."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._remembered = lru_cache(maxsize=_REMEMBERED)(log.public_at)
        self._firsts = lru_cache(maxsize=_REMEMBERED)(self._first)

    def public_at(self, sequence: int) -> int:
        """Say how many rows up to this one touched public knowledge."""
        return self._remembered(sequence) if sequence else 0

    def first_with(self, public: int) -> int:
        """Give the first row by which so many rows have touched public knowledge; the log must have it."""
        return self._firsts(public) if public else 0

    def _first(self, public: int) -> int:
        # Both only grow, the public one at most as fast: so it lies at or after the row of that number.
        low, high = public, self._log.sequence()
        while low < high:
            middle = (low + high) // 2
            if self._log.public_at(middle) >= public:
                high = middle
            else:
                low = middle + 1
        return low
