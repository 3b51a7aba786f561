"""The caged side of an upload: takes a document, reads it strictly, and gives its statements, or why not.

A request is one frame with the caps, then frames of the document until all of it is there. The answer is frames of
statements, one a line behind the number of its line (0 where unknown), then `done`; or `refused` at any place.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from graph.cages.channel import Channel
from graph.errors import InputError, InputTooLarge, UnknownFormat, UnreadableFile
from graph.ingest import rudi
from graph.ingest.clean import harm
from graph.ingest.description import Account
from graph.ingest.files import Plain, make_plain
from graph.ingest.formats import Format, by_media_type
from graph.ingest.memory import MemoryFolder
from graph.ingest.numbered import numbered
from graph.ingest.opening import open_source
from graph.ingest.parse import MAX_GRAPHS, Source
from graph.ingest.refusals import told
from graph.ingest.report import Line
from graph.terms import Statement

FRAME = 256 << 10

_GZIP = b"\x1f\x8b"
_ENCODINGS = ("gzip", "x-gzip", "identity", "")


def serve(channel: Channel) -> None:
    """Read one document a request until the channel closes."""
    while True:
        request, body = channel.receive()
        with MemoryFolder() as folder:
            _receive(channel, folder, int(request["length"]), body)
            try:
                header, rest = _Reading(channel, folder, request).read()
            except (InputError, InputTooLarge) as error:
                header, rest = {"event": "refused", "error": told(error)}, b""
        header["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        channel.send(header, rest)


def _receive(channel: Channel, folder: MemoryFolder, length: int, body: bytes) -> None:
    """Put the document into a file in memory."""
    with (folder / "document").open("wb") as out:
        out.write(body)
        while out.tell() < length:
            out.write(channel.receive()[1])


class _Reading:
    """One document being read."""

    def __init__(self, channel: Channel, folder: MemoryFolder, request: dict[str, Any]) -> None:
        self._channel = channel
        self._folder = folder
        self._request = request
        self._name = str(request["name"])
        self._count = 0
        self._text = 0
        self._notes: list[Line] = []

    def read(self) -> tuple[dict[str, Any], bytes]:
        """Send the statements and give the last frame."""
        source = self._open()
        frame = bytearray()
        for (subject, predicate, value), line in self._statements(source):
            frame += f"{line or 0} {subject} {predicate} {value}\n".encode()
            self._bound(frame)
            if len(frame) >= FRAME:
                self._channel.send({"event": "statements"}, bytes(frame))
                self._text += len(frame)
                frame = bytearray()
        if frame:
            self._channel.send({"event": "statements"}, bytes(frame))
        rest = {"graphs": sorted(source.graphs), "notes": [asdict(note) for note in self._notes]}
        return {"event": "done", "format": source.format.value}, json.dumps(rest).encode()

    def _open(self) -> Source:
        found = by_media_type(self._request["media_type"], self._name)
        return open_source(self._plain(), found, self._folder, base=self._request["base"])

    def _plain(self) -> Plain:
        path = self._folder / "document"
        encoding = self._request["encoding"].strip().lower()
        if encoding not in _ENCODINGS:
            raise UnknownFormat(f"the encoding {encoding[:40]!r} is not read", where=self._name, remedy="send gzip")
        with path.open("rb") as stream:
            if encoding.endswith("gzip") and stream.read(2) != _GZIP:
                raise UnreadableFile("it is not compressed by gzip, as it says", where=self._name)
        return make_plain(path, self._folder, name=self._name, most=self._request["plain_bytes"])

    def _statements(self, source: Source) -> Iterator[tuple[Statement, int | None]]:
        if source.format is Format.RUDI:
            yield from self._mapped(source)
            return
        for statement, line in numbered(source):
            if (why := _harm(statement)) is not None:
                raise UnreadableFile(why, where=self._name, line=line)
            yield statement, line

    def _mapped(self, source: Source) -> Iterator[tuple[Statement, None]]:
        account = Account(self._request["base"], rudi.NODE, self._name)
        for statement in rudi.map_rudi(source.document, account):
            yield statement, None
        self._notes = account.finish()[:MAX_GRAPHS]

    def _bound(self, frame: bytearray) -> None:
        """End a document of too many statements, or of names that grow beyond all measure when they are written out."""
        self._count += 1
        most, text = self._request["statements"], self._request["text_bytes"]
        if self._count > most:
            raise InputTooLarge(f"it has more than {most} statements", where=self._name, remedy="send it in parts")
        if self._text + len(frame) > text:
            what = f"its statements written out have more than {text} bytes"
            raise InputTooLarge(what, where=self._name, remedy="send it in parts")


def _harm(statement: Statement) -> str | None:
    subject, _, value = statement
    if value[0] == '"':
        return harm(value)
    return "RDF 1.2 triple terms are not read" if value.startswith("<<") or subject.startswith("<<") else None
