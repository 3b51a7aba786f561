"""What one subject adds to the statistics: all of them are sums over subjects of what follows from its signature.

A signature is what a subject states without the subject and, but for classes, without the objects: the properties, each
followed by the class, or by what follows the lexical form of a literal. Most subjects of a catalogue share theirs with
thousands of others, so that what follows from one is worked out once. It is one text, since it is made for millions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from graph.terms import RDF, TYPE, XSD, Statement

Row = tuple[str, str, str]
"""What is counted: statements of subjects of a class, by a property, with a datatype or in a language; '' for any.

A language is written `@fr`, all else as N-Triples text.
"""

Counted = tuple[Row, int, int]
"""A row with a number of statements and of subjects."""

ALL: Row = ("", "", "")

_PART = re.compile(r'(<[^>]*>)("(?:@[a-z0-9-]+|\^\^<[^>]*>)?)?')
_TEXT = f"<{RDF}langString>"
_STRING = f"<{XSD}string>"


def _ends(names: str) -> frozenset[str]:
    """What follows the lexical forms of literals of these datatypes of XML Schema."""
    return frozenset(f'"^^<{XSD}{name}>' for name in names.split())


_INTEGER = f'"^^<{XSD}integer>'
_INTEGERS = _ends(
    """byte short int long unsignedByte unsignedShort unsignedInt unsignedLong
    negativeInteger nonNegativeInteger nonPositiveInteger positiveInteger"""
)
"""Oxigraph makes an xsd:integer of 64 bits of these; what does not fit keeps its own datatype."""

_FITS = re.compile(r'"[+-]?[0-9]{1,18}"')
_NATIVE = _ends(
    """integer decimal double float boolean date time dateTime duration dayTimeDuration yearMonthDuration
    gYear gYearMonth gMonth gMonthDay gDay"""
)
"""Of these the store keeps the value alone: two texts may be one triple."""

_CHANGING = f'"^^<{XSD}dateTimeStamp>'


def signature(statements: Iterable[Statement]) -> str:
    """Give the signature of a subject from its statements as the store has them."""
    return "".join(sorted(p + end_of(p, o) for _, p, o in statements))


def part(predicate: str, value: str) -> str:
    """Give what one statement more adds to a signature."""
    return predicate + end_of(predicate, value)


def end_of(predicate: str, value: str) -> str:
    """Give the class that a statement gives, or what follows the lexical form of its literal, '' for another IRI."""
    if value[0] == '"':
        return value[value.rfind('"') :]
    return value if predicate == TYPE else ""


def collect(statements: Iterable[Statement], into: dict[str, str], doubtful: set[str]) -> None:
    """Note the signature of each subject of a record, whose statements are sorted, as its texts have it.

    `doubtful` are those of which other statements were noted before, or whose integers may not be stored as such.
    """
    subject = found = ""
    for s, p, o in statements:
        if s != subject:
            if subject in into:
                doubtful.add(subject)
            into[subject], subject, found = found, s, ""
        found += p
        if o[0] == '"':
            end = o[o.rfind('"') :]
            if end in _INTEGERS:
                if _FITS.match(o):
                    end = _INTEGER
                else:
                    doubtful.add(s)
            found += end
        elif p == TYPE:
            found += o
    if subject in into:
        doubtful.add(subject)
    into[subject] = found
    into.pop("", None)


@lru_cache(maxsize=50_000)
def is_stored_so(found: str) -> bool:
    """Say whether a store surely makes one triple, and one of this datatype, of each statement of a signature."""
    native = Counter(each for each in _parts(found) if each[1] in _NATIVE)
    return _CHANGING not in found and all(count == 1 for count in native.values())


@lru_cache(maxsize=50_000)
def contributions(found: str) -> tuple[Counted, ...]:
    """Give the rows that a subject with this signature counts in."""
    parts = list(_parts(found))
    if not parts:
        return ()
    classes = sorted({end for p, end in parts if end[:1] == "<"})
    properties = Counter(p for p, _ in parts)
    kinds = Counter((p, kind) for p, end in parts if end[:1] == '"' for kind in _kinds(end))
    rows: list[Counted] = []
    for cls in ("", *classes):
        rows.append(((cls, "", ""), len(parts), 1))
        rows += [((cls, p, ""), count, 1) for p, count in properties.items()]
        # Languages by class would double the description and tell little.
        rows += [((cls, p, kind), count, 0) for (p, kind), count in kinds.items() if not cls or kind[0] != "@"]
    rows += [(("", "", kind), count, 0) for (_, kind), count in kinds.items()]
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Growth:
    """What follows anew about a subject of some classes: a number of statements by a property that makes no class.

    `end` is what follows the lexical form of a literal, '' for an IRI; `first` says that there was none before.
    """

    classes: frozenset[str]
    predicate: str
    end: str
    times: int
    first: bool

    def contributions(self) -> Iterator[Counted]:
        """Give the rows that count more, and how much."""
        kinds = _kinds(self.end) if self.end else ()
        for cls in ("", *self.classes):
            yield (cls, "", ""), self.times, 0
            yield (cls, self.predicate, ""), self.times, int(self.first)
            for kind in kinds:
                if not cls or kind[0] != "@":
                    yield (cls, self.predicate, kind), self.times, 0
        for kind in kinds:
            yield ("", "", kind), self.times, 0


def _parts(found: str) -> Iterator[tuple[str, str]]:
    """Give property and end (class, or what follows a lexical form, '' for other IRIs) of each statement."""
    matches = _PART.finditer(found)
    for match in matches:
        predicate, end = match.groups(default="")
        # A class follows wherever no literal does.
        yield predicate, end or (next(matches)[1] if predicate == TYPE else "")


@lru_cache(maxsize=10_000)
def _kinds(end: str) -> tuple[str, ...]:
    """Give the datatype and, where there is one, the language of a literal with this end."""
    if end[1:2] == "@":
        return _TEXT, end[1:]
    if end[1:2] == "^":
        return (end[3:],)
    return (_STRING,)
