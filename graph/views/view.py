"""What every view promises: it follows the log, can be emptied, and is then the same again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from graph.log.log import Log
from graph.log.rows import PUBLIC, Change


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
        """The sequence of the last log row that is applied, 0 for an empty view; stored in the same transaction as the data."""

    def apply(self, changes: Sequence[Change], log: Log) -> None:
        """Bring every record named in the changes to what the log's heads say now.

        Idempotent: a change only says what is dirty, the heads say what is true. After it, `sequence()` is that of the last change.
        """

    def clear(self) -> None:
        """Forget everything; `sequence()` is 0."""

    def close(self) -> None:
        """Let go of files and locks."""
