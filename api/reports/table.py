"""A report as CSV (RFC 4180), a finding a row; for spreadsheets with no cell that is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from api.endpoint.spreadsheet import HarmlessTable
from api.reports.told import Told, no_advice
from graph.governance.checking.report import Finding
from graph.terms import CG, SH, value_of

COLUMNS = ("rule", "severity", "class", "focus", "path", "value", "line", "message_fr", "message_en")
"""What a row tells; the last column is a heading alone, which says what such a report is not."""


def write(told: Told) -> Iterator[str]:
    """Write the report row by row."""
    yield _row([*COLUMNS, "; ".join(no_advice().values())])
    for finding in told.report.findings:
        yield _row([*_cells(told, finding), ""])


def write_harmless(told: Told) -> Iterator[bytes]:
    """Write the report for a spreadsheet: UTF-8 with its mark, what would be a formula behind an apostrophe."""
    table = HarmlessTable()
    for row in write(told):
        yield table.feed(row.encode())
    yield table.feed(b"", last=True)


def _cells(told: Told, finding: Finding) -> list[str]:
    line = told.line_of(finding)
    return [
        finding.rule.number if finding.rule else "",
        finding.severity.removeprefix(SH),
        (finding.finding_class or "").removeprefix(CG),
        _plain(finding.focus),
        finding.path or "",
        _plain(finding.value) if finding.value is not None else "",
        str(line) if line is not None else "",
        *(finding.messages.get(language, finding.messages.get("", "")) for language in ("fr", "en")),
    ]


def _plain(term: str) -> str:
    return term if term.startswith("_:") else value_of(term).value


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
