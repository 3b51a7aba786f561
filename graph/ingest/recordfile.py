"""Records of a run in a file: what a worker hands over, read by the process that appends them to the log.

Each record is one line of JSON (`iri`, `kind`, `label`, `length` of the payload in bytes, `private`), then the payload.
Files are written completely before anything of them is appended, so that a worker which dies half way leaves nothing in
the log. Meanwhile the reader compresses what is there already, into files beside them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from graph.errors import WorkerDied
from graph.log.packing import pack
from graph.records.record import Record

# What others name is handed over before those who name it, so that no view has to come back to them.
_NAMED = frozenset({"actor", "body", "concept", "contact", "law", "licence", "place", "scheme", "standard"})

SECOND = "second"
"""The folder, in that of the records, of those that a second worker hands over."""

_MAX_HEADER = 1 << 16
_BUFFER = 1 << 18
_encode = json.JSONEncoder(ensure_ascii=False).encode
_LENGTH = struct.Struct("!I")


class RecordWriter:
    """Writes records, those that others name apart from the rest; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._streams = [path.open("wb", _BUFFER) for path in _paths(folder)]
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
        stream.write(_encode(head).encode() + b"\n")
        stream.write(record.payload)
        self.count += 1

    def ready(self) -> list[int]:
        """Let all that was written be seen, and give the length of each file."""
        for stream in self._streams:
            stream.flush()
        return [stream.tell() for stream in self._streams]

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in self._streams:
            stream.close()


class Given(NamedTuple):
    """A record as it is handed over: whether its source keeps it private, and its payload packed where that is done."""

    record: Record
    private: bool
    packed: bytes | None = None


class Packer:
    """Packs the payloads of records while their worker is still at others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places = [0 for _ in _paths(folder)]

    def follow(self, ready: Sequence[int]) -> None:
        """Pack what came since last time, up to these lengths of the files. Raises WorkerDied where it is not there."""
        for number, (path, length) in enumerate(zip(_paths(self._folder), ready, strict=True)):
            if self._places[number] < length:
                self._places[number] = _pack(path, self._places[number], length)


def _pack(path: Path, place: int, length: int) -> int:
    """Pack the payloads between two places of a file; give the place that was reached."""
    with path.open("rb") as stream, _packed(path).open("ab") as out:
        stream.seek(place)
        while stream.tell() < length and (line := stream.readline(_MAX_HEADER)):
            packed = pack(_record(line, stream).record.payload)
            out.write(_LENGTH.pack(len(packed)) + packed)
        return stream.tell()


def read_records(folder: Path) -> Iterator[Given]:
    """Give each record. Raises WorkerDied for a file that is not whole."""
    second = folder / SECOND
    rooms = (_paths(room) for room in (folder, second) if room.exists())
    for path in chain.from_iterable(zip(*rooms, strict=True)):
        packed = _read_packed(_packed(path))
        with path.open("rb") as stream:
            while line := stream.readline(_MAX_HEADER):
                yield _record(line, stream)._replace(packed=next(packed, None))


def _read_packed(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as stream:
            while head := stream.read(_LENGTH.size):
                yield stream.read(_LENGTH.unpack(head)[0])


def _record(line: bytes, stream: IO[bytes]) -> Given:
    try:
        head = json.loads(line.decode())
        payload = stream.read(int(head["length"]))
        if len(payload) != head["length"]:
            raise ValueError("the payload is cut")
        return Given(Record(str(head["iri"]), str(head["kind"]), str(head["label"]), payload), head["private"] is True)
    except (ValueError, KeyError, TypeError) as error:
        raise WorkerDied(f"a worker handed over what is no record: {error}") from None


def _paths(folder: Path) -> tuple[Path, Path]:
    return folder / "named.records", folder / "other.records"


def _packed(path: Path) -> Path:
    return path.with_suffix(".packed")
