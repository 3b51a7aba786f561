"""What was last worked out of findings at supposed dates, kept for who asks the same again."""

from __future__ import annotations

import datetime
import threading
from collections import OrderedDict

from graph.findings.dated import MOST, Dated

_KEPT = 16

Key = tuple[str, int, datetime.date]
"""World, the last row of the log that its triples know, date."""


class KeptDates:
    """The newest by world, state of the graph and date; findings are bounded in all. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Dated] = OrderedDict()

    def get(self, key: Key) -> Dated | None:
        """Give what is kept."""
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Key, dated: Dated) -> None:
        """Keep it in the place of what was used longest ago."""
        with self._lock:
            self._kept[key] = dated
            while len(self._kept) > 1 and (len(self._kept) > _KEPT or self._size() > MOST):
                self._kept.popitem(last=False)

    def _size(self) -> int:
        return sum(len(each.found) for each in self._kept.values())
