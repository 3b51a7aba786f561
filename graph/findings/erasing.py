"""What is erased is erased from findings too: reports of the checker may name a thing, or quote what it said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.log.log import Log
from graph.log.rows import Row
from graph.log.sources import CHECKER
from graph.terms import parse_payload

_ROWS_AT_ONCE = 5_000


def erase_all(log: Log, iri: str, sources: Sequence[str], *, agent: str) -> int:
    """Erase what some sources said about an IRI, with every report that names it or quotes it; give the last row.

    The checker judges anew afterwards, and tells what it still finds. Raises NotKnown where a source said nothing.
    """
    quoted = {text for source in sources for row in log.history(source, iri) for text in _literals(row)}
    reports = sorted({row.iri for row in _reports(log) if _tells(row, iri, quoted)})
    last = max(log.erase(source, iri, agent=agent) for source in sources)
    return max([last, *(log.erase(CHECKER, report, agent=agent) for report in reports)])


def _reports(log: Log) -> Iterator[Row]:
    """Give every row that the checker wrote, a bounded number at a time."""
    last = log.sequence()
    for start in range(0, last, _ROWS_AT_ONCE):
        yield from log.told(CHECKER, start, min(last, start + _ROWS_AT_ONCE))


def _literals(row: Row) -> set[str]:
    """Give the literals of a row, as they are written."""
    return {value for _, _, value in parse_payload(row.payload) if value.startswith('"')} if row.payload else set()


def _tells(row: Row, iri: str, quoted: set[str]) -> bool:
    """Say whether a report names a thing or a node of it, or holds one of some literals."""
    if not row.payload:
        return False
    named = (f"<{iri}>".encode(), f"<{iri}#".encode())
    return any(each in row.payload for each in named) or not quoted.isdisjoint(_literals(row))
