"""A report as CSV (RFC 4180), a finding a row; for spreadsheets with no cell that is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from api.endpoint.spreadsheet import HarmlessTable
from api.reports.told import Told, no_advice
from graph.governance.checking.report import Finding
from graph.terms import CG, SH, value_of

_PIECE = 1 << 16
COLUMNS = ("rule", "severity", "class", "focus", "path", "value", "line", "message_fr", "message_en")
"""What a row tells; the last column is a heading alone, which says what such a report is not."""


def write(told: Told) -> Iterator[str]:
    """Write the report, many rows at a time."""
    out = io.StringIO(newline="")
    # One for all rows: to make a writer takes longer than to write a row.
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([*COLUMNS, "; ".join(no_advice().values())])
    for finding in told.report.findings:
        rows.writerow([*_cells(told, finding), ""])
        if out.tell() >= _PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def write_harmless(told: Told) -> Iterator[bytes]:
    """Write the report for a spreadsheet: UTF-8 with its mark, what would be a formula behind an apostrophe."""
    table = HarmlessTable()
    for rows in write(told):
        yield table.feed(rows.encode())
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
    match term[0]:
        case "<":
            return term[1:-1]
        case "_":
            return term
        case _:
            return value_of(term).value
