"""What checks documents that nobody stores: parsed and judged in caged workers, started when first needed."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from time import monotonic

from api.pages.names import choose_name
from api.reports.told import Told
from graph.cages.zygote import Zygote
from graph.closing import Closing
from graph.errors import DataError, Overloaded, ShareUsedUp
from graph.governance.checking import validation
from graph.governance.checking.report import Finding, Report
from graph.governance.checking.validation import Validations
from graph.ingest import uploads
from graph.ingest.uploads import Uploads
from graph.records.kinds import LABEL_RANKS
from graph.terminology.explain import curie
from graph.terms import TYPE, Statement, value_of

CHECKS_AT_ONCE = 1
PARSED_AT_ONCE = 2
MOST_CLIENTS = 8
"""Clients whose documents are checked or wait for that; a further one is told to come back."""


@dataclass(frozen=True)
class Document:
    """What is to be checked: its bytes, their media type, what errors call it."""

    content: bytes
    media_type: str
    name: str
    base: str


@dataclass(frozen=True)
class Asked:
    """By what a document is checked, and at which date (None: the one it records, else today)."""

    profile: str
    at: datetime.date | None = None


class Validator(Closing):
    """Checks documents; safe to use from any thread. `seconds` is the longest that one may take, reading included."""

    def __init__(self, *, seconds: float, allow_network: bool = False) -> None:
        self._seconds = seconds
        self._network = allow_network
        self._lock = threading.Lock()
        self._clients: set[str] = set()
        self._opened: ExitStack | None = None
        self._workers: tuple[Uploads, Validations] | None = None
        self._closed = False

    def check(
        self, document: Document, asked: Asked, *, client: str, cancelled: Callable[[], bool] | None = None
    ) -> Checked:
        """Read and check a document, one of each client at a time.

        Raises what `Uploads.parse` and `Validations.check` raise, and ShareUsedUp while another one of the client's is
        being checked.
        """
        with self._turn(client):
            reading, checking = self._ready()
            end = monotonic() + self._seconds
            caps = uploads.Caps(bytes=len(document.content), seconds=min(self._seconds, uploads.DEFAULT_CAPS.seconds))
            upload = reading.parse(
                document.content,
                document.media_type,
                base=document.base,
                caps=caps,
                name=document.name,
                cancelled=cancelled,
            )
            statements = relabelled(upload.statements)
            left = validation.Caps(seconds=max(0.1, end - monotonic()))
            report = checking.check(statements, asked.profile, at=asked.at, caps=left, cancelled=cancelled)
            return Checked(report, statements, upload.lines, document.name)

    def warm(self) -> None:
        """Let workers start, for someone who is about to send a document."""
        self._ready()

    @contextmanager
    def _turn(self, client: str) -> Iterator[None]:
        """Let each client have one document checked at a time."""
        with self._lock:
            if len(self._clients) >= MOST_CLIENTS:
                raise Overloaded("too many documents are being checked", remedy="try again in some seconds")
            if client in self._clients:
                raise ShareUsedUp("another document of yours is being checked", remedy="send one after the other")
            self._clients.add(client)
        try:
            yield
        finally:
            with self._lock:
                self._clients.discard(client)

    def _ready(self) -> tuple[Uploads, Validations]:
        """Give the workers, started now where nobody asked before. Raises DataError once the site is closed."""
        with self._lock:
            if self._closed:
                raise DataError("documents are no longer checked: the service is closing")
            if self._workers is None:
                opened = ExitStack()
                zygote = opened.enter_context(Zygote((*uploads.PRELOAD, *validation.PRELOAD)))
                reading = opened.enter_context(Uploads(zygote, size=PARSED_AT_ONCE, allow_network=self._network))
                checking = opened.enter_context(Validations(zygote, size=CHECKS_AT_ONCE, allow_network=self._network))
                self._opened, self._workers = opened, (reading, checking)
            return self._workers

    def close(self) -> None:
        """End every worker; who waits for one gets an error."""
        with self._lock:
            opened, self._opened, self._workers, self._closed = self._opened, None, None, True
        if opened is not None:
            opened.close()


@dataclass(frozen=True)
class Checked:
    """A document that was checked: the report, its statements with the lines on which they end (None: unknown)."""

    report: Report
    statements: list[Statement]
    lines: list[int | None]
    name: str

    def told(self, language: str) -> Told:
        """Give the report with the lines and the names that the document has."""

        def name(node: str) -> str | None:
            found = choose_name(self._names.get(node, ()), language)
            return found.text if found is not None else self._types.get(node)

        return Told(self.report, self.name, line_of=self.line_of, name_of=name)

    def line_of(self, finding: Finding) -> int | None:
        """Give the line of the statement that a finding is about, else the first that says something of its focus."""
        path, focus = finding.path or "", finding.focus
        known = self._places
        places = ((focus, path, finding.value), (focus, path), (focus,), (finding.value,))
        return next((known[place] for place in places if place in known), None)

    @cached_property
    def _places(self) -> dict[tuple[str | None, ...], int]:
        """The first line of each statement, of each subject with a property, of each subject."""
        found: dict[tuple[str | None, ...], int] = {}
        for (subject, prop, value), line in zip(self.statements, self.lines, strict=True):
            if line is not None:
                for place in ((subject, prop, value), (subject, prop), (subject,)):
                    found[place] = min(line, found.get(place, line))
        return found

    @cached_property
    def _names(self) -> dict[str, list[tuple[str, str | None]]]:
        """The texts that name each subject best, with their languages."""
        best: dict[str, tuple[int, list[tuple[str, str | None]]]] = {}
        for subject, prop, value in self.statements:
            rank = LABEL_RANKS.get(prop)
            if rank is None or value[0] != '"':
                continue
            known, texts = best.get(subject, (rank, []))
            if rank <= known:
                term = value_of(value)
                best[subject] = (rank, [*(texts if rank == known else []), (term.value, term.language)])
        return {subject.strip("<>"): texts for subject, (_, texts) in best.items()}

    @cached_property
    def _types(self) -> dict[str, str]:
        """What the nodes without an address are, which have no other name."""
        return {s: curie(o[1:-1]) for s, p, o in self.statements if s.startswith("_:") and p == TYPE and o[0] == "<"}


def relabelled(statements: list[Statement]) -> list[Statement]:
    """Name blank nodes in the order in which they are met, so that one document always has one report."""
    labels: dict[str, str] = {}

    def known(term: str) -> str:
        return labels.setdefault(term, f"_:b{len(labels) + 1}") if term.startswith("_:") else term

    return [(known(subject), prop, known(value)) for subject, prop, value in statements]
