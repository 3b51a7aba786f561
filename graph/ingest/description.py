"""Statements made from JSON: what a mapper of a JSON catalogue needs to write descriptions and to account for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from graph.errors import BadTerm
from graph.ingest.report import Line, shorten
from graph.terms import CG, TYPE, Statement, iri, literal

Json = Mapping[str, object]


@dataclass(slots=True)
class Account:
    """One file being mapped: the base of local IRIs, the node its catalogue belongs to, the mark of its blank nodes.

    The rest is told afterwards: lines, fields left out with their number, what code tables mapped, and of each local
    IRI whether a description that all may see names it.
    """

    base: str
    node: str
    name: str
    mark: str = ""
    lines: list[Line] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    mapped: Counter[str] = field(default_factory=Counter)
    named: dict[str, bool] = field(default_factory=dict)

    def local(self, kind: str, name: str) -> str:
        """Name a thing by the identifier that its source gave it."""
        return f"{self.base}id/{self.node}/{kind}/{quote(name.strip(), safe='')}"

    def tell(self, where: str, what: str, why: str) -> None:
        """Add a line about something that is not taken over."""
        self.lines.append(Line(f"{self.name}, {where}", shorten(what), shorten(why)))

    def private(self) -> set[str]:
        """Give the IRIs that are not for all."""
        return {name for name, is_public in self.named.items() if not is_public}

    def finish(self) -> list[Line]:
        """Give the lines, those about whole fields last."""
        why = "a field of the source's own that no property here carries"
        fields = [Line(self.name, f"{name} ({count} times)", why) for name, count in sorted(self.left.items())]
        return [*self.lines, *fields]


class Description:
    """A description while it is written; `number` is its place in the file, `where` its name in lines of the report."""

    def __init__(self, account: Account, number: int, where: str, *, is_public: bool) -> None:
        self.account = account
        self.statements: list[Statement] = []
        self._blank = f"_:{account.mark}r{number}n"
        self._nodes = 0
        self._where = where
        self._is_public = is_public

    def own(self, kind: str, name: str) -> str:
        """Name a thing, and remember whether all may see who names it."""
        local = self.account.local(kind, name)
        self.account.named[local] = self.account.named.get(local, False) or self._is_public
        return local

    def add(self, subject: str, predicate: str, value: str) -> None:
        """Add a statement about an IRI or a blank node; the value is an N-Triples text."""
        self.statements.append((_subject(subject), iri(predicate), value))

    def type(self, subject: str, *classes: str) -> None:
        """Say what something is, by IRIs of classes."""
        self.statements.extend((_subject(subject), TYPE, iri(cls)) for cls in classes)

    def text(
        self, subject: str, predicate: str, text: object, language: str | None = None, datatype: str | None = None
    ) -> None:
        """Add a text or number as the source wrote it; what is neither is left, what is no literal is told."""
        if isinstance(text, str | int | float) and not isinstance(text, bool):
            try:
                self.add(subject, predicate, literal(str(text), language, datatype))
            except BadTerm as error:
                self.tell(str(text), error.what)

    def link(self, subject: str, predicate: str, address: object) -> bool:
        """Add a link to an address that the source wrote; False, and a line, where it is none."""
        try:
            self.add(subject, predicate, iri(str(address).strip()))
        except BadTerm as error:
            self.tell(str(address), error.what)
            return False
        return True

    def part(self, subject: str, predicate: str, cls: str) -> str:
        """Begin a part that has no identifier of its own; give its blank node."""
        self._nodes += 1
        node = f"{self._blank}{self._nodes}"
        self.add(subject, predicate, node)
        self.type(node, cls)
        return node

    def mapped(self, subject: str, predicate: str, found: str | None, *, stated: str, text: str, scheme: str) -> None:
        """Add what a table found, and the original on the property `stated`; or the original alone if it found none."""
        if found is None:
            self.text(subject, predicate, text)
            return
        self.add(subject, predicate, iri(found))
        self.text(subject, f"{CG}{stated}", text)
        self.account.mapped[scheme] += 1

    def tell(self, what: str, why: str) -> None:
        """Add a line about something that is not taken over."""
        self.account.tell(self._where, what, why)

    def leave(self, name: str) -> None:
        """Count a field that is not taken over."""
        self.account.left[name] += 1

    def leave_others(self, name: str, value: Json, known: str) -> None:
        """Count the fields of an object beside the known ones."""
        for key, each in value.items():
            if key not in known.split() and each not in (None, "", [], {}):
                self.leave(f"{name}.{key}")


def as_object(value: object) -> Json:
    """Read an object; what is none is an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Read an array; a single value is an array of one, null of none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def as_strings(value: object) -> list[str]:
    """Read the texts of an array, or a single one; empty ones are none."""
    return [each for each in as_list(value) if isinstance(each, str) and each.strip()]


def _subject(text: str) -> str:
    return text if text[0] == "_" else iri(text)
