"""The format of a file: by extension, by content where that is open."""

from __future__ import annotations

import pytest

from graph.errors import UnknownFormat
from graph.ingest.formats import Family, Format, recognise

TRIPLE = b"<http://example.org/a> <http://example.org/p> <http://example.org/b> "


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.ttl", b"", Format.TURTLE),
        ("a.TTL.GZ", b"", Format.TURTLE),
        ("a.nt", b"@prefix", Format.N_TRIPLES),
        ("a.nq.gz", b"", Format.N_QUADS),
        ("a.trig", b"", Format.TRIG),
        ("a.n3", b"", Format.N3),
        ("a.jsonld", b"{", Family.JSON),
        ("a.json", b"[", Family.JSON),
        ("a.xml", b"<?xml version='1.0'?>", Family.XML),
        ("a.rdf", b"<rdf:RDF", Family.XML),
        ("a.rdf", b"@prefix ex: <http://example.org/> .", Format.TURTLE),
        ("a.rdf", b'{"@id": "x"}', Family.JSON),
        ("a.xml", b" \n# hello\nPREFIX ex: <http://example.org/>", Format.TURTLE),
        ("dump", TRIPLE + b".", Format.N_TRIPLES),
        ("dump.txt", TRIPLE + b"<http://example.org/g> .", Format.N_QUADS),
        ("dump", b"@prefix ex: <http://example.org/> .\n<http://example.org/g> {", Format.TRIG),
        ("catalog.data", b'{"dataset": []}', Family.JSON),
    ],
)
def test_recognised(name: str, head: bytes, expected: Format | Family) -> None:
    assert recognise(name, head) is expected


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.pdf", "README", "archive.zip", "a.csv.gz", ".ttl"])
def test_unknown(name: str) -> None:
    with pytest.raises(UnknownFormat, match="no reader"):
        recognise(name, b"a,b\n1,2\n")
