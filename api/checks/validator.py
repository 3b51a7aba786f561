"""What checks documents that nobody stores: parsed and judged in caged workers, started when first needed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from time import monotonic

from api.checks.workers import Workers
from api.pages.names import choose_name
from api.reports.told import Told
from graph.closing import Closing
from graph.governance.checking import validation
from graph.governance.checking.report import Finding, Report
from graph.ingest import uploads
from graph.ingest.uploads import Upload, Uploads
from graph.records.kinds import LABEL_RANKS
from graph.terminology.explain import curie
from graph.terms import TYPE, Statement, value_of


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

    def __init__(self, *, seconds: float, workers: Workers | None = None) -> None:
        """`workers` are those that others use too; own ones where none are given."""
        self._seconds = seconds
        self._workers = workers or Workers()

    def check(
        self, document: Document, asked: Asked, *, client: str, cancelled: Callable[[], bool] | None = None
    ) -> Checked:
        """Read and check a document, one of each client at a time.

        Raises what `Uploads.parse`, `Validations.check` and `Workers.turn` raise.
        """
        with self._workers.turn(client) as ready:
            end = monotonic() + self._seconds
            upload = read_document(ready.reading, document, self._seconds, cancelled)
            statements = relabelled(upload.statements)
            left = validation.Caps(seconds=max(0.1, end - monotonic()))
            report = ready.checking.check(statements, asked.profile, at=asked.at, caps=left, cancelled=cancelled)
            return Checked(report, statements, upload.lines, document.name)

    def warm(self) -> None:
        """Let workers start, for someone who is about to send a document."""
        self._workers.ready()

    def close(self) -> None:
        """End every worker; who waits for one gets an error."""
        self._workers.close()


def read_document(
    reading: Uploads, document: Document, seconds: float, cancelled: Callable[[], bool] | None = None
) -> Upload:
    """Have a document read. Raises what `Uploads.parse` raises."""
    caps = uploads.Caps(bytes=len(document.content), seconds=min(seconds, uploads.DEFAULT_CAPS.seconds))
    return reading.parse(
        document.content,
        document.media_type,
        base=document.base,
        caps=caps,
        name=document.name,
        cancelled=cancelled,
    )


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


def relabelled(statements: list[Statement], prefix: str = "b") -> list[Statement]:
    """Name blank nodes in the order in which they are met, so that one document always has one report."""
    labels: dict[str, str] = {}

    def known(term: str) -> str:
        return labels.setdefault(term, f"_:{prefix}{len(labels) + 1}") if term.startswith("_:") else term

    return [(known(subject), prop, known(value)) for subject, prop, value in statements]
