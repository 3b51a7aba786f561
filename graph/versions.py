"""What a source said of a thing, version by version, as far as a reader may see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from graph.log.log import Log
from graph.log.rows import Operation, Row

_ENDS = (Operation.DELETE, Operation.ERASE)


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a record. `payload` is None where the record was deleted, or what it said was erased since.

    `change` is created, replaced, deleted or erased, told as who sees these versions alone would tell it.
    """

    time: str
    change: str
    agent: str
    source: str
    audience: str
    payload: bytes | None

    @property
    def moment(self) -> datetime:
        """When it was made, in UTC."""
        return datetime.strptime(self.time, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)

    @property
    def name(self) -> str:
        """The part of an address that names it: its time, without what stands out in addresses."""
        return self.time.replace("-", "").replace(":", "").replace(".", "")

    def lines(self) -> set[str]:
        """Its statements as lines of N-Triples."""
        return set((self.payload or b"").decode().splitlines())


@dataclass(frozen=True, slots=True)
class Difference:
    """What one version says that the one before did not, and the other way round, as sorted lines of N-Triples."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def versions_of(log: Log, source: str, iri: str, audiences: Collection[str]) -> list[Version]:
    """Give the versions that these audiences may see, oldest first.

    A version is visible to who may see both its own audience and the record's present one: what was once public and is
    so no longer is nobody's business, and a version that was not for the reader is as if it had never been.
    """
    rows = log.history(source, iri)
    if not rows or rows[-1].audience not in audiences:
        return []
    return _named([row for row in rows if row.audience in audiences])


def _named(rows: list[Row]) -> list[Version]:
    """Say what each row did to what is seen."""
    found: list[Version] = []
    alive = False
    for row in rows:
        ends = row.operation in _ENDS
        if ends and not alive and row.operation is not Operation.ERASE:
            continue
        change = f"{row.operation.value}d" if ends else "replaced" if alive else "created"
        found.append(Version(row.time, change, row.agent, row.source, row.audience, row.payload))
        alive = not ends
    return found


def differences(versions: list[Version]) -> list[Difference]:
    """Give what each version changed of the one before it."""
    before = [set[str](), *(version.lines() for version in versions)]
    return [Difference(tuple(sorted(now - was)), tuple(sorted(was - now))) for was, now in pairwise(before)]


def version_at(versions: list[Version], moment: datetime) -> Version | None:
    """Give the version that stood at a moment, before all of them the first (RFC 7089 4.5.3); None for none."""
    told = [version for version in versions if version.payload is not None]
    past = [version for version in told if version.moment <= moment]
    return past[-1] if past else told[0] if told else None
