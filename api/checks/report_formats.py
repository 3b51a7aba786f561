"""The forms that a report is answered in, by Accept or by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from api.negotiation import HTML, choose
from api.reports import document, table, turtle
from api.reports.told import Told

Pieces = Callable[[Told], Iterable[str | bytes]]


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """One form: its name in addresses and forms, its media type, the other types it goes by, what writes it.

    `file` is the name under which a browser saves it, None where it shows it. A page is written by its route.
    """

    name: str
    media_type: str
    also: tuple[str, ...]
    write: Pieces | None
    file: str | None = None


PAGE = ReportFormat("html", HTML, ("application/xhtml+xml",), None)
FORMATS = (
    ReportFormat("json", "application/json", (), document.write),
    ReportFormat("turtle", "text/turtle", ("application/x-turtle",), turtle.write),
    ReportFormat("csv", "text/csv", (), table.write, "report.csv"),
    ReportFormat("spreadsheet", "text/csv", (), table.write_harmless, "report.csv"),
    PAGE,
)
BY_NAME = {each.name: each for each in FORMATS}
MEDIA_TYPES = tuple(dict.fromkeys(each.media_type for each in FORMATS))


def report_format(accept: str | None) -> ReportFormat | None:
    """Choose by the Accept header, JSON where nothing is asked for; None where none is acceptable."""
    named = [each for each in FORMATS if each.name != "spreadsheet"]
    return choose(accept, [(media_type, each) for each in named for media_type in (each.media_type, *each.also)])
