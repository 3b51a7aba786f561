"""The first pass over XML, by expat: well-formed to the end, no DOCTYPE that could grow or reach out, bounded depth.

The readers of RDF/XML that come after it expand entities without bound and take a cut file for a whole one; so nothing
that this pass has not seen through reaches them. What a DOCTYPE may say, and why: `docs/decisions/0004-doctype.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from graph.errors import UnreadableFile
from graph.ingest.files import Plain

MAX_DEPTH = 128
MAX_ENTITIES = 256
MAX_ENTITY = 1024
# All references together may add this much, or eight times the file: an ontology writes five bytes for forty.
MAX_EXPANSION = 16 << 20
MAX_EXPANSION_FACTOR = 8

RDF_NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# Small until the DOCTYPE is behind: then the longest entity is known before much can use it.
_FIRST_CHUNK = 1 << 12
_CHUNK = 1 << 20
_PREDEFINED = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<&]*")


@dataclass(frozen=True, slots=True)
class Root:
    """The root element: its namespace, its name, and whether it is `rdf:RDF` or a node with an `rdf:` attribute."""

    namespace: str
    name: str
    is_rdf: bool


def check(file: Plain) -> Root:
    """Read an XML file through and give its root element.

    Raises UnreadableFile with line and column where it is not well-formed, nested deeper than 128, or has a DOCTYPE
    that declares anything but prefixes of absolute IRIs.
    """
    return _Pass(file).run()


class _Pass:
    """One reading: what expat tells, held against the rules."""

    def __init__(self, file: Plain) -> None:
        self._file = file
        self._parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        self._parser.buffer_text = True
        self._root: Root | None = None
        self._depth = 0
        self._longest = 0
        self._entities = 0
        self._ampersands = 0
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.ElementDeclHandler = lambda *_: self._refuse("the DOCTYPE declares elements")
        self._parser.AttlistDeclHandler = lambda *_: self._refuse("the DOCTYPE declares attributes")
        self._parser.NotationDeclHandler = lambda *_: self._refuse("the DOCTYPE declares a notation")
        self._parser.ExternalEntityRefHandler = lambda *_: self._refuse("an entity points outside the file")
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def run(self) -> Root:
        with self._file.open() as stream:
            try:
                while chunk := stream.read(_CHUNK if self._root else _FIRST_CHUNK):
                    self._bound(chunk)
                    self._parser.Parse(chunk, False)
                self._parser.Parse(b"", True)
            except expat.ExpatError as error:
                raise UnreadableFile(
                    f"not well-formed XML: {expat.ErrorString(error.code)}",
                    where=self._file.name,
                    line=error.lineno,
                    column=error.offset + 1,
                ) from None
        assert self._root is not None, "expat ends with an error where there is no element"
        return self._root

    def _bound(self, chunk: bytes) -> None:
        """Bound what entities may add before the chunk that uses them is parsed: expat expands within one call."""
        self._ampersands += chunk.count(b"&")
        if self._ampersands * self._longest > max(MAX_EXPANSION, self._file.size * MAX_EXPANSION_FACTOR):
            self._refuse("its entities expand to too much text")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse(f"elements nested deeper than {MAX_DEPTH}")
        if self._root is None:
            namespace, _, local = name.rpartition(" ")
            is_rdf = name == f"{RDF_NAMESPACE} RDF" or any(each.startswith(f"{RDF_NAMESPACE} ") for each in attributes)
            self._root = Root(namespace, local, is_rdf)

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _doctype(self, _: str, system: str | None, public: str | None, __: bool) -> None:
        if system is not None or public is not None:
            self._refuse("the DOCTYPE points outside the file")

    def _entity(
        self, name: str, is_parameter: bool, value: str | None, _: str | None, system: str | None, *__: str | None
    ) -> None:
        if is_parameter:
            self._refuse(f"the DOCTYPE declares the parameter entity {name!r}")
        if value is None or system is not None:
            self._refuse(f"the entity {name!r} points outside the file")
        plain = re.sub("&(amp|lt|gt|quot|apos);", lambda found: _PREDEFINED[found[0]], value)
        if "&" in re.sub("&(amp|lt|gt|quot|apos);", "", value) or not _ADDRESS.fullmatch(plain):
            self._refuse(f"the entity {name!r} is not the beginning of an absolute IRI")
        self._entities += 1
        self._longest = max(self._longest, len(value.encode()))
        if self._longest > MAX_ENTITY or self._entities > MAX_ENTITIES:
            self._refuse("the DOCTYPE declares too many entities, or too long ones")

    def _refuse(self, why: str) -> NoReturn:
        raise UnreadableFile(
            why,
            where=self._file.name,
            line=self._parser.CurrentLineNumber,
            column=self._parser.CurrentColumnNumber + 1,
        )
