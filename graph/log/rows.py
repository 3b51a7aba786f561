"""The log's own data types: what is appended, what is read back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from graph.records.record import Record

PUBLIC = "public"
MEMBERS = "members"


class Operation(StrEnum):
    """What a row of the log does to a record."""

    CREATE = "create"
    REPLACE = "replace"
    DELETE = "delete"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record to append; `audience` is `public`, `members` or the IRI of an agreement.

    `slug` is the last segment of the address that it shall have, None for one made of its label. `packed` is the
    payload as `graph.log.packing.pack` gives it, where that was done ahead to shorten the append.
    """

    record: Record
    audience: str = PUBLIC
    packed: bytes | None = None
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log.

    `payload` is None for a deletion and for what was erased. `audience` is that of the new version, or of the one that
    a deletion or erasure ends; `previous_audience` that of the version this row ends, None where it ends none.
    `public_sequence` counts the rows up to this one that touched public knowledge.
    """

    sequence: int
    public_sequence: int
    time: str
    agent: str
    source: str
    run: int | None
    operation: Operation
    iri: str
    kind: str
    audience: str
    previous_audience: str | None
    payload: bytes | None
    chain: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The present version of a record: where it stands in the log, and what it is."""

    sequence: int
    source: str
    iri: str
    kind: str
    audience: str
    label: str
    content_digest: bytes = b""

    @property
    def state(self) -> str:
        """What tells this version of a record from others, also those that others may not see: not its number."""
        return state_of(self.content_digest, self.audience)


def state_of(content_digest: bytes, audience: str) -> str:
    """Digest what a record says and to whom."""
    return blake2b(content_digest + audience.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What a view needs to know of a row: which record is dirty, for whom it was and is visible (None: for nobody)."""

    sequence: int
    public_sequence: int
    source: str
    iri: str
    audience: str | None
    previous_audience: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A row of an IRI's history without its payload: when which source did what, for whom it was before and after."""

    sequence: int
    public_sequence: int
    time: str
    source: str
    operation: Operation
    kind: str
    audience: str
    previous_audience: str | None


@dataclass(frozen=True, slots=True)
class Appended:
    """What one call appended.

    `first` and `last` are the sequences of its first and last row; where nothing was appended `last` is the log's
    sequence and `first` the one after it, so that `range(first, last + 1)` is empty.
    """

    first: int
    last: int
    created: int = 0
    replaced: int = 0
    deleted: int = 0
    unchanged: int = 0
