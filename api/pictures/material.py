"""What a picture is composed from: the answer, the names of what is in it, the reader's language and chosen values."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from api.languages import Texts, mark
from api.pages.access import AUTHORITY
from api.pages.names import Names
from api.pages.signs import POLES, RUNGS
from api.pictures.legend import Meaning
from api.questions.solutions import Row, Solutions
from graph.terms import local_name, value_of
from ontology.picture_queries import columns

_ILLUSTRATION = re.compile(r"\[Illustration\]\s+", re.IGNORECASE)
_MOST = 20

ACCESS = {
    f"{AUTHORITY}NON_PUBLIC": ("closed", mark("Closed")),
    f"{AUTHORITY}RESTRICTED": ("shared", mark("Shared")),
    f"{AUTHORITY}PUBLIC": ("public-not-open", mark("Public, open or not")),
}
"""Access rights, the most closed first: (tone of the rung that it lies on, word). Public may be open or not."""


@dataclass(frozen=True)
class Material:
    """An answer with all that its picture needs; `title` and `comment` are the words of what it answers."""

    title: str
    comment: str
    found: Solutions
    names: Names
    texts: Texts
    values: Mapping[str, Sequence[str]]

    def label(self, iri: str) -> str:
        """Name a thing as a picture does: that it is an illustration is said above the picture once."""
        name = self.names.name(iri)
        text = _ILLUSTRATION.sub("", name.text if name else local_name(iri) or iri)
        return text[:1].upper() + text[1:]

    def cell(self, row: Row, column: str) -> str:
        """Name what stands in a cell, or say that it is not known."""
        term = row.get(column)
        if term is None:
            return self.texts.text("Not stated")
        return self.label(term.value) if term.kind == "iri" else term.value

    def heading(self, column: str) -> str:
        """Give the heading of a column as it stands within a sentence."""
        words = columns().get(column)
        return words[self.texts.language] if words else column

    def by(self, label: str, *amounts: str) -> str:
        """Say what bars are: how much of what, for each of what."""
        told = self.texts.text("For each %(label)s: %(amounts)s.")
        return told % {"label": self.heading(label), "amounts": ", ".join(map(self.heading, amounts))}

    def described(self, shown: int, of: int) -> str:
        """Say what a picture shows, and of how much."""
        if shown >= of:
            return self.comment
        told = self.texts.text("The first %(shown)s of %(all)s are drawn; the table has all.")
        return f"{self.comment} {told % {'shown': self.number(shown), 'all': self.number(of)}}"

    def rung(self, row: Row, column: str = "rung") -> Meaning:
        """Give the rung that a cell names."""
        return self._meaning(row, column, RUNGS, "rung")

    def pole(self, concept: str) -> Meaning:
        """Give a pole."""
        sign, word = POLES.get(concept, ("unknown", "Not stated"))
        return Meaning("edge" if sign == "unknown" else sign, self.texts.text(word), f"pole-{sign}")

    @cached_property
    def rungs(self) -> list[Meaning]:
        """All rungs, the highest first, and then what is not known."""
        known = [Meaning(sign, self.texts.text(word), f"rung-{sign}") for sign, word in RUNGS.values()]
        return [*known, Meaning("unknown", self.texts.text("Not stated"))]

    def _meaning(self, row: Row, column: str, table: Mapping[str, tuple[str, str]], family: str) -> Meaning:
        term = row.get(column)
        sign, word = table.get(term.value if term else "", ("unknown", "Not stated"))
        return Meaning(sign, self.texts.text(word), "" if sign == "unknown" else f"{family}-{sign}")

    def number(self, value: float) -> str:
        """Write a number in the reader's way."""
        return self.texts.number(int(value) if float(value).is_integer() else value)

    def day(self, name: str) -> datetime.date:
        """Give the day that a parameter has."""
        return datetime.date.fromisoformat(value_of(self.values[name][0]).value)


def day_of(row: Row, column: str) -> datetime.date | None:
    """Give the day in a cell, of a date or a time; None where there is none that a calendar knows."""
    try:
        return datetime.date.fromisoformat(row[column].value[:10]) if column in row else None
    except ValueError:
        return None


def distinct(found: Solutions, column: str, most: int = _MOST) -> list[str]:
    """Give the IRIs in a column once each, in the order of the rows, at most so many."""
    return list(dict.fromkeys(found.values(column)))[:most]
