"""What was worked out last, kept for who asks the same again: bounded in number and in size."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps the last ones that were used, the newest whatever its `size`. Safe to use from any thread."""

    def __init__(self, number: int, most: int, size: Callable[[V], int]) -> None:
        """`number` is how many are kept, `most` the size of all together."""
        self._number = number
        self._most = most
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Give what is kept."""
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: K, made: V) -> None:
        """Keep it in the place of what was used longest ago."""
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > 1 and self._is_too_much():
                self._kept.popitem(last=False)

    def _is_too_much(self) -> bool:
        return len(self._kept) > self._number or sum(map(self._size, self._kept.values())) > self._most
