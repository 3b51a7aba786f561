"""A batch: changes of the log with the present state of the records that they touch, read once for all views."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from graph.log.log import Log
from graph.log.rows import Change, Head, Passage, Row
from graph.terms import Statement

CHANGES_A_BATCH = 6_000
"""About as many statements as one piece of a bulk load: more takes memory, fewer writes more files to be merged."""

_IRIS_A_READ = 1000
_STATEMENT = re.compile(r"([^ \n]+) ([^ \n]+) (.+) \.\n")
_SUBJECT = re.compile(rb"^<([^>]*)> ", re.MULTILINE)


@dataclass(frozen=True)
class Version:
    """What a source says now about an IRI: the head of the record and its payload."""

    head: Head
    payload: bytes

    @cached_property
    def statements(self) -> list[Statement]:
        """The statements as N-Triples texts; the log's payloads are canonical, so blanks part the terms."""
        return self.parsed()

    def parsed(self) -> list[Statement]:
        """The same, not kept: for who reads them once, and many together."""
        statements: list[Statement] = _STATEMENT.findall(self.payload.decode())
        return statements

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The IRIs of the subjects, without brackets."""
        return frozenset(subject.decode() for subject in set(_SUBJECT.findall(self.payload)))


class Batch:
    """Changes in the order of the log, at least one, and the versions that stand now for the IRIs they name.

    A view that is behind sees a batch as a list of dirty records: the versions may be newer than the last change, which
    then comes again in a later batch. `more` says that other changes wait already.
    """

    def __init__(self, changes: Sequence[Change], log: Log, *, more: bool = False) -> None:
        self.changes = changes
        self.more = more
        self.last = changes[-1].sequence
        self.public_last = changes[-1].public_sequence
        self._log = log
        self._present = _read(log, {change.iri for change in changes})

    def of(self, iri: str) -> list[Version]:
        """What each source says now about an IRI that the batch names."""
        return self._present.get(iri, [])

    def is_all(self, iri: str, kinds: Set[str]) -> bool:
        """Say whether all that is said of an IRI is of some kinds now; of what is gone nothing is known."""
        return bool(self.of(iri)) and all(version.head.kind in kinds for version in self.of(iri))

    def others(self, iris: Iterable[str]) -> dict[str, list[Version]]:
        """What each source says now about further IRIs, read from the log where the batch does not name them."""
        wanted = set(iris)
        known = {iri: self._present[iri] for iri in wanted & self._present.keys()}
        return known | _read(self._log, wanted - self._present.keys())

    @cached_property
    def passages(self) -> dict[str, list[Passage]]:
        """Every row of the log about the IRIs that the batch names, oldest first."""
        return self._log.passages(change.iri for change in self.changes)

    def unknown_at(self, position: int) -> set[str]:
        """The IRIs of which the log had no row up to a position: of them a view that is there has made nothing yet."""
        return {iri for iri, passages in self.passages.items() if passages[0].sequence > position}

    def payloads(self, sequences: Iterable[int]) -> dict[int, bytes]:
        """The payloads of rows of the log, of those that have one."""
        return self._log.payloads(sequences)

    def told(self, source: str) -> list[Row]:
        """The rows of a source among those of the batch, with what they said when they were written."""
        return self._log.told(source, self.changes[0].sequence - 1, self.last)

    def names(self, iris: Iterable[str]) -> dict[tuple[str, str], str]:
        """(IRI, audience) -> the label that the first source (in their order) with a label gives it now."""
        labels: dict[tuple[str, str], str] = {}
        for some in _pieces(sorted(set(iris))):
            for head in sorted(self._log.heads(iris=some), key=lambda head: (head.iri, head.source)):
                if head.label:
                    labels.setdefault((head.iri, head.audience), head.label)
        return labels


def _read(log: Log, iris: set[str]) -> dict[str, list[Version]]:
    """Read heads and payloads; an IRI without any head has an empty list."""
    present: dict[str, list[Version]] = {iri: [] for iri in iris}
    for some in _pieces(sorted(iris)):
        heads = list(log.heads(iris=some))
        payloads = log.payloads([head.sequence for head in heads])
        for head in heads:
            # An erased payload: its head is about to change, and the row that erased it will name it again.
            present[head.iri].append(Version(head, payloads.get(head.sequence) or b""))
    for versions in present.values():
        versions.sort(key=lambda version: version.head.source)
    return present


def _pieces(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    return (iris[start : start + _IRIS_A_READ] for start in range(0, len(iris), _IRIS_A_READ))
