"""Records to append, small and readable."""

from __future__ import annotations

from graph.log.rows import PUBLIC, Entry
from graph.records.record import Record
from graph.terms import iri, literal

AGREEMENT = "https://example.org/agreement/1"


def name(number: int | str) -> str:
    """Give the IRI of a dataset."""
    return f"https://example.org/dataset/{number}"


def entry(
    number: int | str, title: str = "Title", *, audience: str = PUBLIC, kind: str = "dataset", text: str = ""
) -> Entry:
    """Make an entry about `name(number)`, titled so, with a further text."""
    subject = iri(name(number))
    lines = [f"{subject} {iri('http://purl.org/dc/terms/title')} {literal(title)} .\n"]
    if text:
        lines.append(f"{subject} {iri('http://purl.org/dc/terms/description')} {literal(text)} .\n")
    payload = "".join(sorted(lines)).encode()
    return Entry(Record(name(number), kind, title, payload), audience)
