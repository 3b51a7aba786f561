"""Documents that are sent: parsed in a caged worker that stands ready, whole, within the caps, or not at all.

The syntaxes are those of the import; the reading is strict, for who sends a document can mend it: the first thing that
is wrong ends it with one error. Nothing that a document names is ever fetched, nothing of it is written to disk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from graph.cages.limits import Limits
from graph.cages.pool import Pool
from graph.cages.task import Task
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.closing import Closing
from graph.errors import (
    BadTerm,
    CivigraphError,
    DeadlineReached,
    InputError,
    InputTooLarge,
    UnreadableFile,
    WorkerDied,
)
from graph.ingest.refusals import heard
from graph.ingest.report import Line
from graph.terms import Statement, is_iri

ENTRY = "graph.ingest.upload_worker:serve"
PRELOAD = ("graph.ingest.upload_worker",)
"""What a zygote imports so that a worker starts at once."""

LIMITS = Limits(memory_bytes=1 << 30, file_bytes=256 << 20, niceness=5)
"""What a worker may use, over all the documents that it reads: queries go before uploads."""

MAX_RESIDENT = 192 << 20

# No reader takes a term of more than 16 MiB, and a statement has three.
_MAX_FRAME = 64 << 20
_STATEMENT = re.compile(r"^(\d+) ([^ \n]+) ([^ \n]+) (.+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Caps:
    """What one document may have: bytes as sent and decompressed, statements, bytes of these as N-Triples, seconds."""

    bytes: int = 10 << 20
    plain_bytes: int = 32 << 20
    statements: int = 200_000
    text_bytes: int = 64 << 20
    seconds: float = 10.0


DEFAULT_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Upload:
    """What a document says: `lines[n]` is the line on which `statements[n]` ends, counted from 1, None where unknown.

    `format` is the word that reports use; `graphs` names the graphs whose statements were merged; `notes` tells what a
    mapper had no place for (only of RUDI's JSON).
    """

    format: str
    statements: list[Statement]
    lines: list[int | None]
    graphs: tuple[str, ...] = ()
    notes: tuple[Line, ...] = ()

    def line_of(self, subject: str) -> int | None:
        """Give the first line on which something is said of a subject, None where that is not known."""
        told = zip(self.statements, self.lines, strict=True)
        return min((line for statement, line in told if statement[0] == subject and line is not None), default=None)


class Uploads(Closing):
    """The workers that parse documents from outside; safe to use from any thread.

    `size` documents are parsed at the same time; `queue_seconds` is the longest wait for a worker. `allow_network`
    as in `Pool`.
    """

    def __init__(
        self,
        zygote: Zygote,
        *,
        size: int = 2,
        limits: Limits = LIMITS,
        queue_seconds: float = 5.0,
        allow_network: bool = False,
    ) -> None:
        self._queue_seconds = queue_seconds
        self._pool = Pool(
            zygote, ENTRY, what="uploads", size=size, limits=limits, max_body=_MAX_FRAME, allow_network=allow_network
        )

    def parse(
        self,
        content: bytes | Iterable[bytes],
        media_type: str,
        *,
        base: str,
        caps: Caps = DEFAULT_CAPS,
        encoding: str = "",
        name: str = "the document",
        cancelled: Callable[[], bool] | None = None,
    ) -> Upload:
        """Parse a document, given whole or in pieces, which are gathered before a worker is asked for.

        `media_type` is the value of Content-Type, `encoding` that of Content-Encoding, `base` the IRI that relative
        ones are resolved against, `name` what errors call the document. `cancelled` is asked ten times a second.

        Raises UnknownFormat, UnreadableFile (with line and column where known), InputTooLarge, DeadlineReached,
        MemoryReached, Overloaded, LimitReached where it was cancelled, CageUnavailable, WorkerDied; BadTerm for a base
        that is no IRI.
        """
        if not is_iri(base):
            raise BadTerm(f"not an absolute IRI: {base!r}", where="base")
        end = monotonic() + caps.seconds
        document = _gather(content, caps, end, name)
        request = {
            "media_type": media_type,
            "encoding": encoding,
            "base": base,
            "name": name,
            "length": len(document),
            "plain_bytes": caps.plain_bytes,
            "statements": caps.statements,
            "text_bytes": caps.text_bytes,
        }
        parsing = _Parsing(request, document, caps=caps, end=end, cancelled=cancelled, name=name)
        return parsing.run(self._pool, self._queue_seconds)

    def close(self) -> None:
        """End every worker; who waits for one gets an error."""
        self._pool.close()


class _Parsing(Task[Upload]):
    """One document put to workers."""

    doing, done, called, remedy = "reading", "read", "upload", "send it in parts"
    refusals = (InputError, InputTooLarge)
    most_resident = MAX_RESIDENT

    def __init__(
        self,
        request: dict[str, Any],
        document: bytearray,
        *,
        caps: Caps,
        end: float,
        cancelled: Callable[[], bool] | None,
        name: str,
    ) -> None:
        super().__init__(request, document, seconds=caps.seconds, end=end, cancelled=cancelled, name=name)
        self._caps = caps

    def broken(self) -> CivigraphError:
        """Give the error for a document over which two readers died."""
        what = "its reader broke down over it, twice"
        return UnreadableFile(what, where=self._name, remedy="is it nested very deep?")

    def gather(self, worker: Worker) -> Upload:
        """Gather all statements of the document."""
        statements: list[Statement] = []
        lines: list[int | None] = []
        text = 0
        while True:
            event, body = self.next(worker)
            if event["event"] == "refused":
                self.resident = int(event["memory"])
                raise heard(event["error"])
            if event["event"] == "done":
                self.resident = int(event["memory"])
                rest = json.loads(body)
                notes = tuple(Line(**note) for note in rest["notes"])
                return Upload(str(event["format"]), statements, lines, tuple(map(str, rest["graphs"])), notes)
            text += len(body)
            rows = _STATEMENT.findall(body.decode())
            if text > self._caps.text_bytes or len(rows) != body.count(b"\n"):
                raise WorkerDied("a worker told what cannot be")
            statements.extend((s, p, o) for _, s, p, o in rows)
            lines.extend(int(line) or None for line, *_ in rows)


def _gather(content: bytes | Iterable[bytes], caps: Caps, end: float, name: str) -> bytearray:
    """Take a document whole, never more of it than the cap."""
    document = bytearray()
    for piece in [content] if isinstance(content, bytes) else content:
        if len(document) + len(piece) > caps.bytes:
            raise InputTooLarge(f"it has more than {caps.bytes} bytes", where=name, remedy="send it in parts")
        if monotonic() > end:
            what = f"it was not there within {caps.seconds:g} s"
            raise DeadlineReached(what, where=name, remedy="send it faster, or in parts")
        document += piece
    return document
