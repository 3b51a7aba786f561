"""From whole groups of statements to records that may enter the log: split, gate, and the files of records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from pathlib import Path

from graph.cages.channel import Channel
from graph.errors import Violation
from graph.gate import check
from graph.ingest.recordfile import RecordWriter
from graph.ingest.report import Line, shorten
from graph.ingest.spool import Piece
from graph.log.log import MAX_IRI_BYTES
from graph.records.owners import Owners
from graph.records.record import Record
from graph.records.split import Refusal, split_groups
from graph.terms import FOAF, Statement

GATE_RECORDS = 2_000
"""So many records are shown to the gate at once."""

Advance = Callable[[int, Sequence[int]], None]
"""Called with the statements handed over so far and the lengths of the files of records."""

_PRIMARY_TOPIC = f"<{FOAF}primaryTopic> <".encode()


class Handover:
    """Takes bundles and writes records to `folder`; `private` are the IRIs of records that are not for all.

    `note_double` is called with the number of a file and a statement that it makes once more. `records` is how many
    were found, `accepted` how many were written, `lines` what is to be told.
    """

    def __init__(
        self, folder: Path, owners: Owners, private: Set[str], note_double: Callable[[int, Statement], None]
    ) -> None:
        self._folder = folder
        self._owners = owners
        self._private = private
        self._note_double = note_double
        self.records = 0
        self.accepted = 0
        self.lines: list[Line] = []

    def take(self, bundles: Iterable[list[Piece]], advance: Advance) -> None:
        """Hand over all that the bundles hold."""
        done = 0
        with RecordWriter(self._folder) as out:
            for bundle in bundles:
                found = list(self._found(bundle))
                self.records += len(found)
                for record in self._let_through(found):
                    out.write(record, private=_is_private(record, self._private))
                done += sum(len(piece.statements) for piece in bundle)
                advance(done, out.ready())
        self.accepted = out.count

    def _found(self, bundle: list[Piece]) -> Iterator[Record]:
        """Split one bundle; count what stood more than once in a file."""
        statements = [each for piece in bundle for each in piece.statements]
        out = refused = 0
        for record in split_groups(statements, self._owners):
            if isinstance(record, Refusal):
                refused += 1
                self.lines.append(Line(record.iri, "the record is refused", shorten(record.reason.what)))
            else:
                out += record.payload.count(b"\n")
                yield record
        if refused or out != len(statements):
            for piece in bundle:
                self._count_doubled(piece)

    def _count_doubled(self, piece: Piece) -> None:
        seen: set[Statement] = set()
        for statement in piece.statements:
            if statement in seen:
                self._note_double(piece.file, statement)
            else:
                seen.add(statement)

    def _let_through(self, records: list[Record]) -> Iterator[Record]:
        """Give the records that the gate lets through; a line for each other."""
        for start in range(0, len(records), GATE_RECORDS):
            batch = records[start : start + GATE_RECORDS]
            refused = check(batch)
            for record in batch:
                if record.iri in refused:
                    why = _reasons(refused[record.iri])
                    self.lines.append(Line(record.iri, f"the record is refused ({record.kind})", why))
                elif len(record.iri.encode()) > MAX_IRI_BYTES:
                    why = f"its IRI is longer than {MAX_IRI_BYTES} bytes"
                    self.lines.append(Line(shorten(record.iri), "the record is refused", why))
                else:
                    yield record


def send_lines(channel: Channel, head: dict[str, object], lines: list[Line]) -> None:
    """Send an event with lines of the report as its body."""
    rows = [[line.where, line.what, line.why, line.kept] for line in lines]
    channel.send(head, json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace"))


def read_lines(body: bytes) -> list[Line]:
    """Give the lines that came as a body. Raises ValueError or TypeError for what are none."""
    return [Line(*map(str, row)) for row in json.loads(body)]


def _reasons(violations: Iterable[Violation]) -> str:
    return shorten(" ".join(dict.fromkeys(violation.message_en for violation in violations)), 1000)


def _is_private(record: Record, private: Set[str]) -> bool:
    """Say whether a record is one that its source does not show to all, or the catalogue record about such a one."""
    if record.iri in private:
        return True
    if record.kind != "catalog-record" or not private:
        return False
    lines = record.payload.split(b"\n")
    return any(
        line.partition(_PRIMARY_TOPIC)[2].rpartition(b"> .")[0].decode() in private
        for line in lines
        if _PRIMARY_TOPIC in line
    )
