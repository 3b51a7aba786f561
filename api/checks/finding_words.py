"""What findings and rules are called in words: severities, and the sentence that stands on every report."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from graph.terms import SH

SEVERITIES = {
    f"{SH}Violation": mark("Violation"),
    f"{SH}Warning": mark("Warning"),
    f"{SH}Info": mark("Information"),
}
"""The severities of SHACL (section 2.1.4), the gravest first."""

NO_ADVICE = mark("These are checks of recorded metadata, not legal advice.")
"""What every report says of itself."""


def by_gravity(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Put what was counted by severity in order, the gravest first; what is no severity of SHACL is left out."""
    return [(severity, counts[severity]) for severity in SEVERITIES if severity in counts]


def severity_sign(severity: str) -> str:
    """Give the name of a severity for styles: violation, warning or info."""
    return severity.removeprefix(SH).lower()


READERS = {
    "public": mark("Everybody sees the note."),
    "members": mark("Everybody who signs in sees the note."),
    "parties": mark("Those who see the finding by the same agreement see the note."),
    "full": mark("Who may read everything sees the note."),
}
"""Who sees a note on a finding, by the world of the finding or, of one that only agreements make, `parties`."""
