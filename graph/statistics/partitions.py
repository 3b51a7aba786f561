"""Rows of statistics as VoID: each is a partition of the public dataset, named by what it counts.

Properties of VoID itself (https://www.w3.org/TR/void/#statistics), and of its extension void-ext for datatypes and
languages, where editors look for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b

from graph.statistics.signature import ALL, Row
from graph.terms import TYPE, VOID, VOID_EXT, XSD, Statement, value_of

Counts = Mapping[Row, tuple[int, int]]
"""Row -> number of statements, number of subjects (0 where they are not counted)."""

_CLASS_PARTITION = f"<{VOID}classPartition>"
_PROPERTY_PARTITION = f"<{VOID}propertyPartition>"
_DATATYPE_PARTITION = f"<{VOID_EXT}datatypePartition>"
_LANGUAGE_PARTITION = f"<{VOID_EXT}languagePartition>"
_LINKS = (_CLASS_PARTITION, _PROPERTY_PARTITION, _DATATYPE_PARTITION, _LANGUAGE_PARTITION)
_CLASS, _PROPERTY = f"<{VOID}class>", f"<{VOID}property>"
_DATATYPE, _LANGUAGE = f"<{VOID_EXT}datatype>", f"<{VOID_EXT}language>"
_TRIPLES, _ENTITIES, _SUBJECTS = f"<{VOID}triples>", f"<{VOID}entities>", f"<{VOID}distinctSubjects>"
# What is counted of the subjects of a partition.
_COUNTED = {"class": _ENTITIES, "property": _SUBJECTS}
_CLASSES, _PROPERTIES = f"<{VOID}classes>", f"<{VOID}properties>"


def document_of(base: str) -> str:
    """The IRI of the description of an instance's public dataset; what is described are nodes in it."""
    return f"{base}.well-known/void"


def dataset_of(base: str) -> str:
    """The IRI of an instance's public dataset, which is the default graph of its endpoint."""
    return f"{document_of(base)}#public"


class Naming:
    """Names the partitions of one instance's public dataset."""

    def __init__(self, base: str) -> None:
        self.dataset = f"<{dataset_of(base)}>"
        self._start = f"<{document_of(base)}#"

    def node(self, row: Row) -> str:
        """The N-Triples text of the IRI of the partition that a row counts."""
        if row == ALL:
            return self.dataset
        digest = blake2b("\n".join(row).encode(), digest_size=10).hexdigest()
        return f"{self._start}{_sort_of(row)}-{digest}>"

    def statements(self, row: Row, triples: int, subjects: int) -> Iterator[Statement]:
        """What is said of the partition that a row counts, and where it belongs."""
        node = self.node(row)
        cls, predicate, kind = row
        sort = _sort_of(row)
        if sort == "class":
            yield self.dataset, _CLASS_PARTITION, node
            yield node, _CLASS, cls
        elif sort == "property":
            yield self.node((cls, "", "")), _PROPERTY_PARTITION, node
            yield node, _PROPERTY, predicate
        elif sort == "datatype":
            yield self.node((cls, predicate, "")), _DATATYPE_PARTITION, node
            yield node, _DATATYPE, kind
        elif sort == "language":
            yield self.node((cls, predicate, "")), _LANGUAGE_PARTITION, node
            yield node, _LANGUAGE, f'"{kind[1:]}"'
        yield from self.numbers(row, triples, subjects)

    def numbers(self, row: Row, triples: int, subjects: int) -> Iterator[Statement]:
        """How much the partition that a row counts holds."""
        node = self.node(row)
        yield node, _TRIPLES, _number(triples)
        if (name := _COUNTED.get(_sort_of(row))) is not None:
            yield node, name, _number(subjects)

    def whole(self, counts: Counts) -> Iterator[Statement]:
        """What is said of the dataset as a whole, but for its statements; nothing of an empty one."""
        if not counts:
            return
        _, subjects = counts.get(ALL, (0, 0))
        sorts = Counter(_sort_of(row) for row in counts if not (row[0] and row[1]))
        yield self.dataset, TYPE, f"<{VOID}Dataset>"
        yield self.dataset, _SUBJECTS, _number(subjects)
        yield self.dataset, _ENTITIES, _number(subjects)
        yield self.dataset, _CLASSES, _number(sorts["class"])
        yield self.dataset, _PROPERTIES, _number(sorts["property"])

    def described(self, counts: Counts) -> Iterator[Statement]:
        """The whole description of what was counted."""
        yield from self.whole(counts)
        for row, (triples, subjects) in counts.items():
            yield from self.statements(row, triples, subjects)


def read(about: Callable[[str], Iterable[Statement]], dataset: str) -> dict[Row, tuple[int, int]]:
    """Read the counts back from a description; `about` gives what is said of a node, IRIs as N-Triples text."""
    found: dict[Row, tuple[int, int]] = {}
    _read(about, dataset, ALL, found)
    return found


def _read(
    about: Callable[[str], Iterable[Statement]], node: str, above: Row, found: dict[Row, tuple[int, int]]
) -> None:
    """Read a partition and those in it; `above` is the row of the one that it lies in."""
    said: dict[str, list[str]] = {}
    for _, predicate, value in about(node):
        said.setdefault(predicate, []).append(value)
    if _TRIPLES not in said:
        return
    row = _row(said, above)
    subjects = said.get(_SUBJECTS) or said.get(_ENTITIES) or ['"0"']
    found[row] = (int(value_of(said[_TRIPLES][0]).value), int(value_of(subjects[0]).value))
    for link in _LINKS:
        for below in said.get(link, ()):
            _read(about, below, row, found)


def _row(said: Mapping[str, list[str]], above: Row) -> Row:
    """Say what a partition counts."""
    cls, predicate, kind = above
    if _CLASS in said:
        return said[_CLASS][0], predicate, kind
    if _PROPERTY in said:
        return cls, said[_PROPERTY][0], kind
    if _DATATYPE in said:
        return cls, predicate, said[_DATATYPE][0]
    if _LANGUAGE in said:
        return cls, predicate, f"@{value_of(said[_LANGUAGE][0]).value}"
    return above


def _sort_of(row: Row) -> str:
    """Name what a row counts by the narrowest of its parts."""
    cls, predicate, kind = row
    if kind:
        return "language" if kind[0] == "@" else "datatype"
    return "property" if predicate else "class" if cls else ""


def _number(count: int) -> str:
    return f'"{count}"^^<{XSD}integer>'
