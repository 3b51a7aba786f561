"""Documents that are made to harm are refused, and the next one is read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from time import sleep

import pytest

from graph.errors import (
    CivigraphError,
    DeadlineReached,
    InputTooLarge,
    UnreadableFile,
)
from graph.ingest.uploads import Caps, Uploads
from graph.terms import XSD
from tests.graph.ingest.uploads.sending import BASE, TURTLE, XMLNS, parse, refused

# Bombs


LEVELS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
PREFIX = f"@prefix p: <http://e/{'x' * 60_000}> .\n"
BOMBS: dict[str, tuple[str, bytes, type[CivigraphError]]] = {
    "billion laughs": (
        "text/xml",
        f'<!DOCTYPE r [<!ENTITY l0 "http://l/">{LEVELS}]><rdf:RDF {XMLNS}>&l9;</rdf:RDF>'.encode(),
        UnreadableFile,
    ),
    "quadratic entities": (
        "text/xml",
        f'<!DOCTYPE r [<!ENTITY a "http://a/{"x" * 1000}">]><rdf:RDF {XMLNS}>{"&a;" * 60_000}</rdf:RDF>'.encode(),
        UnreadableFile,
    ),
    "nested elements": ("text/xml", b"<a>" * 100_000, UnreadableFile),
    "nested arrays": ("application/ld+json", b"[" * 1_000_000, UnreadableFile),
    "nested objects": ("application/ld+json", b'{"http://e/p":' * 100_000 + b"1" + b"}" * 100_000, UnreadableFile),
    "nested nodes that are not closed": (TURTLE, b"[ <http://e/p> " * 100_000, UnreadableFile),
    "nested lists that are not closed": (TURTLE, b"(" * 1_000_000, InputTooLarge),
    "nested triple terms": (TURTLE, b"<http://a> <http://b> " + b"<<( <a> <b> " * 100_000, UnreadableFile),
    "nested formulas": ("text/n3", b"{" * 500_000, UnreadableFile),
    "a literal of megabytes": (TURTLE, b'<http://a> <http://b> "' + b"x" * (2 << 20) + b'" .', UnreadableFile),
    "a literal that does not end": (TURTLE, b'<http://a> <http://b> """' + b"ab\n" * 3_000_000, UnreadableFile),
    "a term over the reader's buffer": (
        "application/n-triples", b'<http://a> <http://b> "' + b"x" * (9 << 20) + b'" .', UnreadableFile,
    ),
    "endless digits": (
        TURTLE, f'<http://a> <http://b> "{"1" * 1_000_000}"^^<{XSD}integer> .'.encode(), UnreadableFile,
    ),
    "a number of endless digits in JSON": (
        "application/ld+json", b'{"http://e/p": ' + b"1" * 1_000_000 + b"}", UnreadableFile,
    ),
    "names that grow when they are written out": (TURTLE, PREFIX.encode() + b"p: p: p: .\n" * 20_000, InputTooLarge),
    "too many statements": (TURTLE, b"<http://a><http://b>" + b"1,2," * 110_000 + b"3.", InputTooLarge),
    "too many bytes": (TURTLE, b"#" * (11 << 20), InputTooLarge),
    "a context for each of many nodes": (
        "application/ld+json", json.dumps([{"@context": "https://schema.org"}] * 100_000).encode(), DeadlineReached,
    ),
    "zeros": ("application/n-triples", bytes(1_000_000), UnreadableFile),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(uploads: Uploads, name: str) -> None:
    media_type, content, kind = BOMBS[name]
    # On a busy machine too, only what ends by the deadline comes near it.
    caps = Caps(seconds=3 if kind is DeadlineReached else 60)
    assert type(refused(uploads, content, media_type, caps=caps)) is kind


def test_what_ends_the_reader_itself_is_told_of_the_document(uploads: Uploads) -> None:
    """A hundred thousand triple terms take more stack than a process has."""
    content = b"<http://a> <http://b> " + b"<<( <a> <b> " * 100_000 + b"<c>" + b" )>>" * 100_000 + b" ."
    error = refused(uploads, content)
    assert isinstance(error, UnreadableFile)
    assert "broke down" in error.what
    assert "SIGSEGV" in str(error.__cause__)


@pytest.mark.parametrize("opening", [b"[ <http://e/p> ", b"( "])
def test_deep_nesting_that_is_closed_is_sound(uploads: Uploads, opening: bytes) -> None:
    """The reader needs no stack for it: how deep records may be is the split's to say."""
    closing = b" ]" if opening[:1] == b"[" else b" )"
    content = b"<http://e/a> <http://e/p> " + opening * 5_000 + b"1" + closing * 5_000 + b" ."
    assert len(parse(uploads, content).statements) >= 5_000


@pytest.mark.parametrize("levels", [1, 2])
def test_gzip_bombs(uploads: Uploads, levels: int) -> None:
    packed = bytes(60 << 20)
    for _ in range(levels):
        packed = gzip.compress(packed, 1)
    error = refused(uploads, packed, encoding="gzip")
    assert isinstance(error, InputTooLarge if levels == 1 else UnreadableFile)


def test_streams_without_end(uploads: Uploads) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b" " * 65_536

    with pytest.raises(InputTooLarge):
        uploads.parse(endless(), TURTLE, base=BASE, caps=Caps(bytes=1 << 20))
    assert taken == 17


def test_streams_that_come_too_slowly(uploads: Uploads) -> None:
    def slow() -> Iterator[bytes]:
        while True:
            sleep(0.02)
            yield b" "

    with pytest.raises(DeadlineReached, match=r"0\.1 s"):
        uploads.parse(slow(), TURTLE, base=BASE, caps=Caps(seconds=0.1))
