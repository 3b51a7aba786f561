"""RDF files to statements: strict first, then lenient with every term looked at again, then, for RDF/XML, by rdflib.

An attempt gives statements some at a time and may then fail; whoever takes them must be ready to forget them and take
the next attempt's. The fast way, N-Triples texts as the strict reader writes them, needs no further look: that reader
checks every term by RFC 3987 and BCP 47.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

import pyoxigraph as ox
import rdflib
from rdflib.exceptions import ParserError
from rdflib.term import Node

from graph.errors import BadTerm, UnreadableFile
from graph.ingest.files import Plain
from graph.ingest.formats import Format
from graph.ingest.ntriples import read_quads, read_triples, statements_of
from graph.terms import Statement, iri, literal

BATCH = 500
"""So many statements are passed on together: few enough to stay in the processor's cache."""

MAX_GRAPHS = 1_000
"""So many names of graphs are kept."""

MAX_RDFLIB_BYTES = 64 << 20
"""rdflib holds a file whole, at some twenty times its size."""

_FORMATS = {
    Format.TURTLE: ox.RdfFormat.TURTLE,
    Format.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    Format.N_QUADS: ox.RdfFormat.N_QUADS,
    Format.TRIG: ox.RdfFormat.TRIG,
    Format.N3: ox.RdfFormat.N3,
    Format.RDF_XML: ox.RdfFormat.RDF_XML,
    Format.JSON_LD: ox.RdfFormat.JSON_LD,
}
WITH_GRAPHS = frozenset({Format.N_QUADS, Format.TRIG, Format.N3, Format.JSON_LD})
"""Formats whose statements may stand in graphs."""

_PLACE = re.compile(r"^Parser error at line \d+ (between columns \d+ and \d+|column \d+): ")
_RDFLIB_PLACE = re.compile(r"^\S*?:(\d+):(\d+): ")


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement of which a term is none; `culprit` is that term's text as read, `kept` the statement as repaired."""

    subject: str
    predicate: str
    value: str
    culprit: str
    why: str
    kept: Statement | None = None


@dataclass(slots=True)
class Source:
    """One file to parse: plain, of a known format, with the base of its relative IRIs and a mark for its blank nodes.

    `document` is the JSON-LD to read in place of the file, when contexts were written into it. `graphs` collects the
    names of graphs whose statements were merged.
    """

    file: Plain
    format: Format
    base: str
    mark: str = ""
    document: object = None
    graphs: set[str] = field(default_factory=set)
    stream: BinaryIO | None = None
    lines: int = 0  # which were read before the reader that counts lines began

    def note_graph(self, name: str) -> None:
        """Take note of a graph whose statements are merged."""
        if len(self.graphs) < MAX_GRAPHS:
            self.graphs.add(name)

    def open(self) -> BinaryIO:
        """Open what is to be parsed."""
        self.lines = 0
        self.stream = self.file.open() if self.document is None else io.BytesIO(json.dumps(self.document).encode())
        return self.stream

    def position(self) -> int:
        """How many bytes were read."""
        return 0 if self.stream is None or self.stream.closed else self.stream.tell() - self.file.start


Attempt = Callable[[Callable[[Broken], None]], Iterator[list[Statement]]]
"""One way to read a file: give it what takes broken statements, and it gives the sound ones, some at a time."""


def attempts(source: Source) -> Iterator[Attempt]:
    """Give the ways to read a file, best first; the next is for when one raises UnreadableFile."""
    if source.format is Format.JSON_LD:
        yield lambda report: _strict_jsonld(source, report)
    else:
        yield lambda _: _strict(source)
    yield lambda report: batches_of(_lenient(source, report))
    if source.format is Format.RDF_XML and source.file.size <= MAX_RDFLIB_BYTES:
        yield lambda report: batches_of(_rdflib(source, report))


def batches_of(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Give statements some at a time; no list is empty."""
    iterator = iter(statements)
    while batch := list(islice(iterator, BATCH)):
        yield batch


@contextmanager
def telling(source: Source) -> Iterator[None]:
    """Turn the errors of a pyoxigraph reader into ours."""
    try:
        yield
    except SyntaxError as error:
        what = _PLACE.sub("", error.msg or str(error))
        line = None if error.lineno is None else error.lineno + source.lines
        raise UnreadableFile(what, where=source.file.name, line=line, column=error.offset) from None
    except (ValueError, OSError) as error:
        raise UnreadableFile(str(error), where=source.file.name) from None
    except MemoryError as error:
        # pyoxigraph says so of a token over 16 MiB, when memory is not short at all.
        if "buffer" not in str(error):
            raise
        raise UnreadableFile("a term is longer than 16 MiB", where=source.file.name) from None


def quads_of(source: Source, stream: BinaryIO, *, lenient: bool) -> Iterator[ox.Quad]:
    """Give what a pyoxigraph reader makes of a stream; its errors are ours within `telling`."""
    line_based = source.format in (Format.N_TRIPLES, Format.N_QUADS)
    quads = ox.parse(
        stream, format=_FORMATS[source.format], base_iri=None if line_based else source.base, lenient=lenient
    )
    if source.format not in WITH_GRAPHS:
        return iter(quads)
    return _merged(source, quads)


def _merged(source: Source, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """Note the graphs that statements stand in; a graph of N3 is a formula, which is quoted and not said."""
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            if source.format is Format.N3:
                raise UnreadableFile("N3 formulas are not read", where=source.file.name, remedy="write it as Turtle")
            source.note_graph(str(quad.graph_name))
        yield quad


def _strict(source: Source) -> Iterator[list[Statement]]:
    with telling(source), source.open() as stream:
        for batch in _canonical(source, stream):
            source.lines += len(batch)
            yield _marked(batch, source.mark)
        with_graphs = source.format in WITH_GRAPHS
        quads = iter(quads_of(source, stream, lenient=False))
        # Without a graph, a quad's text is its triple's, and this is the one line that runs for each of millions.
        while texts := [str(quad.triple if with_graphs else quad) for quad in islice(quads, BATCH)]:
            yield _marked(statements_of("\n".join([*texts, ""])), source.mark)


def _canonical(source: Source, stream: BinaryIO) -> Iterator[list[Statement]]:
    """Read what needs no parser, which begins where this ends; each statement is a line."""
    if source.format is Format.N_TRIPLES:
        yield from read_triples(stream)
    elif source.format is Format.N_QUADS:
        for batch, graphs in read_quads(stream):
            for name in graphs:
                source.note_graph(name)
            yield batch


def _marked(batch: list[Statement], mark: str) -> list[Statement]:
    """Put the mark of the file before the labels of blank nodes."""
    if not mark:
        return batch
    label = f"_:{mark}"
    return [(label + s[2:] if s[0] == "_" else s, p, label + o[2:] if o[0] == "_" else o) for s, p, o in batch]


def _strict_jsonld(source: Source, report: Callable[[Broken], None]) -> Iterator[list[Statement]]:
    """Read JSON-LD, whose strict reader leaves out in silence what it would refuse of other formats."""
    yield from _strict(source)
    for _ in _lenient(source, report):
        pass


def _lenient(source: Source, report: Callable[[Broken], None]) -> Iterator[Statement]:
    with telling(source), source.open() as stream:
        for quad in quads_of(source, stream, lenient=True):
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                yield "", "", "<<("
                continue
            if source.format is Format.JSON_LD and ":" not in quad.predicate.value:
                # A key that no context explains says nothing in JSON-LD.
                continue
            parts = (_plain(quad.subject), _plain(quad.predicate), _plain(quad.object))
            sound = _sound(parts, source.mark, report)
            if sound is not None:
                yield sound


@dataclass(frozen=True, slots=True)
class _Plain:
    """A term as a lenient reader gives it: nothing about it is certain."""

    kind: str
    value: str
    language: str | None = None
    datatype: str | None = None

    def __str__(self) -> str:
        if self.kind == "iri":
            return f"<{self.value}>"
        if self.kind == "blank":
            return f"_:{self.value}"
        tail = f"@{self.language}" if self.language else f"^^<{self.datatype}>" if self.datatype else ""
        return f'"{self.value}"{tail}'


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> _Plain:
    if isinstance(term, ox.NamedNode):
        return _Plain("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return _Plain("blank", term.value)
    if term.language is not None:
        direction = f"--{term.direction.value}" if term.direction is not None else ""
        return _Plain("literal", term.value, f"{term.language}{direction}")
    return _Plain("literal", term.value, None, term.datatype.value)


def _sound(parts: tuple[_Plain, _Plain, _Plain], mark: str, report: Callable[[Broken], None]) -> Statement | None:
    """Write three terms as N-Triples; None, and a report, where one of them is none."""
    written: list[str] = []
    for part in parts:
        try:
            written.append(_write(part, mark))
        except BadTerm as error:
            kept = _repaired(parts, part, written, mark)
            subject, predicate, value = map(str, parts)
            culprit = part.value if part.kind == "iri" else str(part)
            report(Broken(subject, predicate, value, culprit, _why(error), kept))
            return kept
    subject, predicate, value = written
    return subject, predicate, value


def _write(part: _Plain, mark: str) -> str:
    if part.kind == "iri":
        return iri(part.value)
    if part.kind == "blank":
        return f"_:{mark}{part.value}"
    if part.language is not None and "--" in part.language:
        raise BadTerm("RDF 1.2 directional literals are not read")
    return literal(part.value, part.language, part.datatype)


def _why(error: BadTerm) -> str:
    return f"{error.what} ({error.remedy})" if error.remedy else error.what


def _repaired(parts: tuple[_Plain, ...], culprit: _Plain, written: list[str], mark: str) -> Statement | None:
    """Keep the text of a literal whose language tag is none: with the tag that was meant (`fr_FR`), or without one."""
    if culprit is not parts[2] or culprit.kind != "literal" or culprit.language is None or "--" in culprit.language:
        return None
    for language in (culprit.language.strip().replace("_", "-"), None):
        try:
            return written[0], written[1], literal(culprit.value, language or None)
        except BadTerm:
            continue
    return None


def _rdflib(source: Source, report: Callable[[Broken], None]) -> Iterator[Statement]:
    """Read RDF/XML as rdflib does, which takes some files that no other reader takes."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL + 1)
    # "007" must stay "007".
    rdflib.NORMALIZE_LITERALS = False
    graph = rdflib.Graph()
    try:
        graph.parse(data=source.file.read(), format="xml", publicID=source.base)
    except (ParserError, ValueError, RecursionError, AssertionError) as error:
        found = _RDFLIB_PLACE.match(str(error))
        place = (int(found[1]), int(found[2]) + 1) if found else (None, None)
        what = _RDFLIB_PLACE.sub("", str(error)) or type(error).__name__
        raise UnreadableFile(what, where=source.file.name, line=place[0], column=place[1]) from None
    for triple in graph:
        subject, predicate, value = map(_from_rdflib, triple)
        sound = _sound((subject, predicate, value), source.mark, report)
        if sound is not None:
            yield sound


def _from_rdflib(term: Node) -> _Plain:
    if isinstance(term, rdflib.URIRef):
        return _Plain("iri", str(term))
    if isinstance(term, rdflib.BNode):
        return _Plain("blank", str(term))
    assert isinstance(term, rdflib.Literal), "RDF/XML has no other terms"
    return _Plain("literal", str(term), term.language, None if term.datatype is None else str(term.datatype))
