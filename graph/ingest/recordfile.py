"""Records of a run in a file: what a worker hands over, read by the process that appends them to the log.

Each record is one line of JSON (`iri`, `kind`, `label`, `length` of the payload in bytes, `private`), then the payload.
Files are written completely before they are read, so that a worker which dies half way leaves nothing in the log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from graph.errors import WorkerDied
from graph.records.record import Record

# What others name is handed over before those who name it, so that no view has to come back to them.
_NAMED = frozenset({"actor", "body", "concept", "contact", "law", "licence", "place", "scheme", "standard"})

_MAX_HEADER = 1 << 16


class RecordWriter:
    """Writes records, those that others name apart from the rest; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._streams = [path.open("wb") for path in _paths(folder)]
        self.count = 0

    def write(self, record: Record, *, private: bool) -> None:
        """Add a record."""
        head = {
            "iri": record.iri,
            "kind": record.kind,
            "label": record.label,
            "length": len(record.payload),
            "private": private,
        }
        stream = self._streams[0 if record.kind in _NAMED else 1]
        stream.write(json.dumps(head, ensure_ascii=False).encode() + b"\n" + record.payload)
        self.count += 1

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in self._streams:
            stream.close()


def read_records(folder: Path) -> Iterator[tuple[Record, bool]]:
    """Give each record, and whether its source keeps it private. Raises WorkerDied for a file that is not whole."""
    for path in _paths(folder):
        with path.open("rb") as stream:
            while line := stream.readline(_MAX_HEADER):
                yield _record(line, stream)


def _record(line: bytes, stream: IO[bytes]) -> tuple[Record, bool]:
    try:
        head = json.loads(line)
        payload = stream.read(int(head["length"]))
        if len(payload) != head["length"]:
            raise ValueError("the payload is cut")
        return Record(str(head["iri"]), str(head["kind"]), str(head["label"]), payload), head["private"] is True
    except (ValueError, KeyError, TypeError) as error:
        raise WorkerDied(f"a worker handed over what is no record: {error}") from None


def _paths(folder: Path) -> tuple[Path, Path]:
    return folder / "named.records", folder / "other.records"
