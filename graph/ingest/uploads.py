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
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.closing import Closing
from graph.errors import (
    BadTerm,
    DeadlineReached,
    InputError,
    InputTooLarge,
    LimitReached,
    MemoryReached,
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

_PIECE = 1 << 20
# No reader takes a term of more than 16 MiB, and a statement has three.
_MAX_FRAME = 64 << 20
_POLL_SECONDS = 0.1
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
        return self._parse(_Parsing(request, memoryview(document), caps, end, cancelled))

    def close(self) -> None:
        """End every worker; who waits for one gets an error."""
        self._pool.close()

    def _parse(self, parsing: _Parsing) -> Upload:
        """Put the document to a worker; to a second one where the first died, perhaps of something else."""
        for is_last in (False, True):
            worker = self._pool.take(min(parsing.end, monotonic() + self._queue_seconds))
            fit = False
            try:
                upload = parsing.parse(worker)
                fit = parsing.resident < MAX_RESIDENT
                return upload
            except (InputError, InputTooLarge):
                fit = parsing.resident < MAX_RESIDENT
                raise
            except WorkerDied as error:
                if is_last:
                    what = "its reader broke down over it, twice"
                    raise UnreadableFile(what, where=parsing.name, remedy="is it nested very deep?") from error
            finally:
                self._pool.give(worker, fit=fit)
        raise AssertionError("the last try answers or raises")


@dataclass(slots=True)
class _Parsing:
    """One document put to workers; `resident` is the memory that the last one had taken, in bytes."""

    request: dict[str, Any]
    document: memoryview
    caps: Caps
    end: float
    cancelled: Callable[[], bool] | None
    resident: int = 0

    @property
    def name(self) -> str:
        """What errors call the document."""
        return str(self.request["name"])

    def parse(self, worker: Worker) -> Upload:
        """Send the document and gather all its statements."""
        self.resident = MAX_RESIDENT
        try:
            self._send(worker)
            return self._receive(worker)
        except DeadlineReached:
            what = f"it was not read within {self.caps.seconds:g} s"
            raise DeadlineReached(what, where=self.name, remedy="send it in parts") from None
        except MemoryReached:
            what = "reading it took more memory than a worker may use"
            raise MemoryReached(what, where=self.name, remedy="send it in parts") from None
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise WorkerDied(f"a worker told what cannot be: {error!r}") from None

    def _send(self, worker: Worker) -> None:
        worker.send(self.request, self.document[:_PIECE], self._left())
        for start in range(_PIECE, len(self.document), _PIECE):
            worker.send({}, self.document[start : start + _PIECE], self._left())

    def _receive(self, worker: Worker) -> Upload:
        statements: list[Statement] = []
        lines: list[int | None] = []
        text = 0
        while True:
            event, body = self._next(worker)
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
            if text > self.caps.text_bytes or len(rows) != body.count(b"\n"):
                raise WorkerDied("a worker told what cannot be")
            statements.extend((s, p, o) for _, s, p, o in rows)
            lines.extend(int(line) or None for line, *_ in rows)

    def _next(self, worker: Worker) -> tuple[dict[str, Any], bytes]:
        if self.cancelled is not None:
            while not (cancelled := self.cancelled()) and not worker.wait(min(_POLL_SECONDS, self._left())):
                pass
            if cancelled:
                raise LimitReached("the upload was cancelled", where=self.name)
        return worker.receive(self._left())

    def _left(self) -> float:
        left = self.end - monotonic()
        if left <= 0:
            raise DeadlineReached("the deadline is over")
        return left


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
