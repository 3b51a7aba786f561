"""Whole answers kept for who asks the same again: bounded, for one state of the graph, told by RFC 9211.

What identifies an answer holds all that it depends on, the world it was drawn from included; so what one world's answer
says can never be handed out in another.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b

from graph.store.formats import QueryFormat

NAME = "civigraph"
# What an entry takes beside its body.
_OVERHEAD = 1000
# One answer takes at most this part of the room.
_LARGEST_PART = 16


@dataclass(frozen=True)
class Asked:
    """All that an answer depends on, beside the state of the graph.

    `world`: whose knowledge it is drawn from; `graphs`: the default and the named ones that the request names.
    """

    world: str
    query: str
    graphs: tuple[tuple[str, ...] | None, tuple[str, ...] | None]
    format: QueryFormat

    def digest(self, state: str) -> str:
        """Digest it together with what identifies the state of the graph and the software that reads it."""
        told = json.dumps([state, self.world, self.query, self.graphs, self.format], ensure_ascii=True)
        return blake2b(told.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class KeptAnswer:
    """A whole answer: its body, and how many changes of public knowledge it knows of."""

    body: bytes
    sequence: int


class AnswerCache:
    """Answers by their digest, the least recently used going first; safe to use from any thread.

    `room` is in bytes, 0 keeps nothing. Only answers of the newest state it was told of are kept: older ones are never
    asked for again.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, KeptAnswer] = OrderedDict()
        self._taken = 0
        self._sequence = 0

    @property
    def largest(self) -> int:
        """The bytes that a body may have to be kept."""
        return self.room // _LARGEST_PART - _OVERHEAD

    def get(self, digest: str) -> KeptAnswer | None:
        """Give a kept answer."""
        with self._lock:
            found = self._kept.get(digest)
            if found is not None:
                self._kept.move_to_end(digest)
            return found

    def put(self, digest: str, answer: KeptAnswer) -> bool:
        """Keep an answer; says whether it is kept: not if it is too large, or of a state that is over."""
        if len(answer.body) > self.largest:
            return False
        with self._lock:
            if answer.sequence < self._sequence:
                return False
            if answer.sequence > self._sequence:
                self._kept.clear()
                self._taken, self._sequence = 0, answer.sequence
            if digest not in self._kept:
                self._kept[digest] = answer
                self._taken += len(answer.body) + _OVERHEAD
            while self._taken > self.room:
                _, gone = self._kept.popitem(last=False)
                self._taken -= len(gone.body) + _OVERHEAD
            return True
