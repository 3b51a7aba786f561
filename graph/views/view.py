"""What every view promises: it follows the log, can be emptied, and is then the same again."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from graph.log.rows import PUBLIC
from graph.views.batch import Batch


class World(StrEnum):
    """A body of knowledge: what is public, or everything."""

    PUBLIC = "public"
    FULL = "full"

    def holds(self, audience: str | None) -> bool:
        """Say whether a record with this audience belongs to the world (None: to no world)."""
        return audience is not None and (self is World.FULL or audience == PUBLIC)


class View(Protocol):
    """Derived from the log, never written by hand."""

    def sequence(self) -> int:
        """The sequence of the last log row that is applied, 0 for an empty view; never more than really is."""

    def position(self) -> int:
        """The sequence up to which changes were given; beyond `sequence()` they are not visible yet, and not kept."""

    def flush(self) -> None:
        """Bring `sequence()` to `position()`."""

    def apply(self, batch: Batch) -> None:
        """Bring every record named in the batch to what the log's heads say now.

        Idempotent, and safe to be stopped anywhere: a change only says what is dirty, the heads say what is true, and
        the sequence is written with the data or after it. After it, `position()` is that of the last change.
        """

    def close(self) -> None:
        """Let go of files and locks."""
