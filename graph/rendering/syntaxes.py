"""The RDF syntaxes a document can be written in: one table of names, suffixes and media types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from graph.rendering import jsonld, ntriples, rdfxml, turtle
from graph.terms import Statement


class Writer(Protocol):
    """Writes statements as one document, opening with the subjects named in `first`."""

    def __call__(self, statements: Iterable[Statement], first: Sequence[str] = ...) -> bytes:
        """Give the bytes of the document."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """One RDF syntax: its name for people, its media type, the other types and suffixes it goes by, its writer."""

    name: str
    media_type: str
    also: tuple[str, ...]
    suffixes: tuple[str, ...]
    write: Writer
    block: str | None = None
    """Which text of a `graph.rendering.blocks.Block` its documents are made of, None where they need none."""

    @property
    def suffix(self) -> str:
        """The suffix that links use, without a dot."""
        return self.suffixes[0]


TURTLE = Syntax("Turtle", "text/turtle", ("application/x-turtle", "text/n3"), ("ttl",), turtle.write, "turtle")
JSON_LD = Syntax("JSON-LD", "application/ld+json", ("application/json",), ("jsonld",), jsonld.write, "jsonld")
RDF_XML = Syntax(
    "RDF/XML", "application/rdf+xml", ("application/xml", "text/xml"), ("rdf", "xml"), rdfxml.write, "rdfxml"
)
N_TRIPLES = Syntax("N-Triples", "application/n-triples", ("text/plain",), ("nt",), ntriples.write)

SYNTAXES: tuple[Syntax, ...] = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
BY_SUFFIX: dict[str, Syntax] = {suffix: syntax for syntax in SYNTAXES for suffix in syntax.suffixes}

# A document of Turtle is one of Notation 3 and of TriG too.
N3 = Syntax("Notation 3", "text/n3", (), ("n3",), turtle.write, "turtle")
TRIG = Syntax("TriG", "application/trig", (), ("trig",), turtle.write, "turtle")

FEED_SYNTAXES: tuple[Syntax, ...] = (*SYNTAXES, N3, TRIG)
"""What feeds are read in: some harvesters know no other."""

FEED_BY_SUFFIX: dict[str, Syntax] = {suffix: syntax for syntax in FEED_SYNTAXES for suffix in syntax.suffixes}
