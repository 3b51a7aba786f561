"""Memento (RFC 7089): a record in the state of a moment, and the map of all its states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from api.languages import mark
from api.links import Links
from api.problems import bad_request
from graph.versions import Version

LINK_FORMAT = "application/link-format"


@dataclass(frozen=True)
class Mementos:
    """The versions of one record with their addresses; `path` is that of the record, without a leading slash."""

    links: Links
    path: str
    source: str | None
    versions: Sequence[Version]

    def original(self) -> str:
        """The address of the record itself, which is its own TimeGate (pattern 1.1)."""
        return self.links.absolute(self.path, self._query)

    def timemap(self) -> str:
        """The address of the map."""
        return self.links.absolute(f"{self.path}/timemap", self._query)

    def memento(self, version: Version) -> str:
        """The address of one version."""
        return self.links.absolute(f"{self.path}/versions/{version.name}", self._query)

    def relations(self) -> str:
        """The links that a TimeGate gives."""
        return ", ".join(self._related())

    def neighbours(self, here: Version) -> str:
        """The links that a memento gives: the record, the map, the first and last version, those beside it."""
        told = [version for version in self.versions if version.payload is not None]
        place = told.index(here)
        named = [(told[0], "first"), (told[-1], "last")]
        named += [(told[place - 1], "prev")] if place else []
        named += [(told[place + 1], "next")] if place + 1 < len(told) else []
        return ", ".join([*self._related(), *(self._linked(version, f"{name} memento") for version, name in named)])

    def map(self) -> bytes:
        """Write the map (RFC 6690)."""
        told = [version for version in self.versions if version.payload is not None]
        span = f'; from="{date_of(told[0])}"; until="{date_of(told[-1])}"' if told else ""
        lines = [
            f'<{self.original()}>;rel="original timegate"',
            f'<{self.timemap()}>;rel="self";type="{LINK_FORMAT}"{span}',
            *(self._linked(version, "memento") for version in told),
        ]
        return (",\n".join(lines) + "\n").encode()

    @property
    def _query(self) -> list[tuple[str, str]]:
        return [("source", self.source)] if self.source else []

    def _related(self) -> list[str]:
        return [
            f'<{self.original()}>;rel="original timegate"',
            f'<{self.timemap()}>;rel="timemap";type="{LINK_FORMAT}"',
        ]

    def _linked(self, version: Version, relation: str) -> str:
        return f'<{self.memento(version)}>;rel="{relation}";datetime="{date_of(version)}"'


def date_of(version: Version) -> str:
    """Write when a version was made, as HTTP does."""
    return format_datetime(version.moment.replace(microsecond=0), usegmt=True)


def read_date(header: str) -> datetime:
    """Read Accept-Datetime. Raises Problem (400)."""
    try:
        found = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError):
        found = None
    if found is None or found.tzinfo is None:
        raise bad_request(mark("Accept-Datetime takes a date like Sun, 31 Jan 2027 10:00:00 GMT."))
    # A memento's date is told in whole seconds; what was made within the second is meant too.
    return found.replace(microsecond=999_999)
