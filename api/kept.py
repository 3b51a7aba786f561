"""What is worked out once for each state of the graph and each reader's audiences, and kept until something changes.

What changes is what the reader's world holds: were public things made anew after a write that is not public, how long
an answer takes would tell of it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from graph.knowledge import Knowledge

_READERS = 50

T = TypeVar("T")


class Kept(Generic[T]):
    """One thing by audiences, the newest of each; safe to use from any thread.

    What was made for some audiences is given to no others.
    """

    def __init__(self, make: Callable[[Knowledge], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], tuple[int, int, T]] = OrderedDict()

    def of(self, known: Knowledge) -> T:
        """Give it for what a reader knows now."""
        sequence = known.views.sequence()
        with self._lock:
            kept = self._kept.get(known.audiences)
        if kept and kept[0] == sequence:
            return kept[2]
        state = known.state(sequence)
        made = kept[2] if kept and kept[1] == state else self._make(known)
        with self._lock:
            self._kept[known.audiences] = (sequence, state, made)
            self._kept.move_to_end(known.audiences)
            while len(self._kept) > _READERS:
                self._kept.popitem(last=False)
        return made
