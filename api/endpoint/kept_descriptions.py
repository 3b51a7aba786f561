"""Descriptions of the endpoint as they were last written: half a megabyte that changes only when a count does."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from graph.statistics.partitions import Counts

# Who comes by many names gets no more room than others.
_MOST = 12

Key = tuple[str, ...]


class KeptDescriptions:
    """Documents by what they depend on beside the counts, the least recently asked for going first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[Counts, bytes]] = OrderedDict()

    def get(self, key: Key, counts: Counts, write: Callable[[], bytes]) -> bytes:
        """Give the document for these very counts, written where it is not kept."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known[0] is counts:
                self._kept.move_to_end(key)
                return known[1]
        body = write()
        with self._lock:
            self._kept[key] = counts, body
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return body
