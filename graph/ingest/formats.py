"""Which format a file has: by media type, or by extension and, where that leaves it open, by its content."""

from __future__ import annotations

import re
from email.message import Message
from enum import StrEnum
from pathlib import PurePath

from graph.errors import UnknownFormat
from graph.ingest.report import shorten


class Format(StrEnum):
    """The formats that are read; each value is the word that reports use."""

    TURTLE = "Turtle"
    N_TRIPLES = "N-Triples"
    N_QUADS = "N-Quads"
    TRIG = "TriG"
    N3 = "N3"
    RDF_XML = "RDF/XML"
    JSON_LD = "JSON-LD"
    RUDI = "RUDI JSON"


class Family(StrEnum):
    """What the content must still decide."""

    XML = "XML"
    JSON = "JSON"


_EXTENSIONS: dict[str, Format | Family] = {
    ".ttl": Format.TURTLE,
    ".turtle": Format.TURTLE,
    ".nt": Format.N_TRIPLES,
    ".ntriples": Format.N_TRIPLES,
    ".nq": Format.N_QUADS,
    ".nquads": Format.N_QUADS,
    ".trig": Format.TRIG,
    ".n3": Format.N3,
    ".jsonld": Family.JSON,
    ".json": Family.JSON,
    ".xml": Family.XML,
    ".owl": Family.XML,
}
MEDIA_TYPES: dict[str, Format | Family] = {
    "text/turtle": Format.TURTLE,
    "application/x-turtle": Format.TURTLE,
    "application/n-triples": Format.N_TRIPLES,
    "application/n-quads": Format.N_QUADS,
    "application/trig": Format.TRIG,
    "text/n3": Format.N3,
    "text/rdf+n3": Format.N3,
    "application/rdf+xml": Format.RDF_XML,
    "application/xml": Family.XML,
    "text/xml": Family.XML,
    "application/ld+json": Format.JSON_LD,
    "application/json": Family.JSON,
}
"""Media type to format, as it is sent; what a family holds is seen in its content."""

_UNICODE = frozenset({"", "utf-8", "utf8", "us-ascii"})

# `.rdf` is nearly always RDF/XML, but any RDF is met under it.
_OPEN_EXTENSIONS = frozenset({"", ".rdf", ".xml", ".json", ".txt", ".data", ".owl"})

_DIRECTIVE = re.compile(r"(#[^\n]*\n|\s)*(@prefix|@base|PREFIX\s|BASE\s)", re.IGNORECASE)
_NODE = r"(?:<[^<>\s]+>|_:\S+)"
_STATEMENT = re.compile(rf"(?:#[^\n]*\n|\s)*{_NODE}\s+<[^<>\s]+>\s+(?:{_NODE}|\"[^\n]*\"\S*)\s*({_NODE})?\s*\.")


def recognise(name: str, head: bytes) -> Format | Family:
    """Tell the format of a file from its name and its first kilobytes, decompressed, in UTF-8 without byte order mark.

    XML and JSON are families: their content must be looked at. Raises UnknownFormat.
    """
    path = PurePath(name.lower().removesuffix(".gz"))
    by_name = _EXTENSIONS.get(path.suffix)
    if by_name is not None and path.suffix not in _OPEN_EXTENSIONS:
        return by_name
    if path.suffix in _OPEN_EXTENSIONS and (by_content := _by_content(head)) is not None:
        return by_content
    if by_name is not None:
        return by_name
    raise UnknownFormat(
        f"no reader for {path.suffix or 'a file without extension'}",
        where=name,
        remedy="use .ttl, .nt, .nq, .trig, .n3, .rdf, .xml, .jsonld or RUDI's .json, each also with .gz",
    )


def by_media_type(text: str, name: str) -> Format | Family:
    """Tell the format from a Content-Type, parameters included; `name` is what it is of, for the error.

    Raises UnknownFormat, also for a charset that is not UTF-8: of the formats here only XML may have another, and says
    so itself.
    """
    message = Message()
    message["Content-Type"] = text.replace("\r", "").replace("\n", "")
    media_type = message.get_content_type() if text.strip() else ""
    found = MEDIA_TYPES.get(media_type)
    if found is None:
        what = f"the media type {shorten(media_type, 100)!r} is none that is read" if media_type else "no media type"
        raise UnknownFormat(what, where=name, remedy=f"send one of {', '.join(MEDIA_TYPES)}")
    charset = str(message.get_param("charset", "")).strip().lower()
    if charset not in _UNICODE:
        raise UnknownFormat(f"the charset {shorten(charset, 40)!r} is not read", where=name, remedy="send it as UTF-8")
    return found


def _by_content(head: bytes) -> Format | Family | None:
    text = head.decode("utf-8", "replace").lstrip()
    if _DIRECTIVE.match(text):
        return Format.TRIG if re.search(r"(^|\n)\s*(GRAPH\s+)?<[^<>\s]*>\s*\{", text) else Format.TURTLE
    if found := _STATEMENT.match(text):
        return Format.N_QUADS if found[1] else Format.N_TRIPLES
    if text.startswith("<"):
        return Family.XML
    if text.startswith(("{", "[")):
        return Family.JSON
    return None
