"""Documents from outside are read whole, in every syntax."""

from __future__ import annotations

import gzip
import json

import pytest

from graph.errors import (
    BadTerm,
    UnknownFormat,
    UnreadableFile,
)
from graph.ingest.formats import MEDIA_TYPES, Format
from graph.ingest.uploads import Uploads
from tests.graph.ingest.uploads.sending import BASE, DOCUMENTS, SAID, TURTLE, parse, refused

# What is read


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_every_syntax(uploads: Uploads, media_type: str) -> None:
    upload = parse(uploads, DOCUMENTS[media_type], media_type)
    assert set(upload.statements) == SAID
    assert len(upload.lines) == len(upload.statements)
    assert upload.graphs == (("<http://e/g>",) if media_type in ("application/n-quads", "application/trig") else ())


def test_every_format_of_the_import_can_be_sent(uploads: Uploads) -> None:
    document = [{"global_id": "d1", "resource_title": "T", "synopsis": [{"lang": "fr", "text": "S"}]}]
    upload = parse(uploads, json.dumps(document), "application/json")
    assert any(value in {'"T"', '"T"@fr'} for _, _, value in upload.statements)
    read = {parse(uploads, content, media_type).format for media_type, content in DOCUMENTS.items()}
    assert read | {upload.format} == set(Format)


def test_what_a_mapper_leaves_out_is_noted(uploads: Uploads) -> None:
    document = [{"global_id": "d1", "resource_title": "T", "no_such_field": "x"}]
    assert any("no_such_field" in note.what for note in parse(uploads, json.dumps(document), "application/json").notes)


def test_parameters_of_media_types(uploads: Uploads) -> None:
    for given_type in (
        "Text/Turtle",
        "text/turtle;charset=UTF-8",
        'text/turtle; charset="utf-8"; x=y',
        " text/turtle ",
    ):
        assert set(parse(uploads, DOCUMENTS[TURTLE], given_type).statements) == SAID
    profiled = 'application/ld+json; profile="http://www.w3.org/ns/json-ld#expanded"'
    assert set(parse(uploads, DOCUMENTS["application/ld+json"], profiled).statements) == SAID


@pytest.mark.parametrize(
    "media_type", ["", "text/html", "text/plain", "application/octet-stream", "turtle", "a/b\r\nc: d"]
)
def test_unknown_media_types(uploads: Uploads, media_type: str) -> None:
    error = refused(uploads, DOCUMENTS[TURTLE], media_type)
    assert isinstance(error, UnknownFormat)
    assert "text/turtle" in error.remedy


def test_charset_that_is_not_read(uploads: Uploads) -> None:
    error = refused(uploads, "<http://e/é> <http://e/p> 1 .".encode("latin-1"), "text/turtle; charset=iso-8859-1")
    assert isinstance(error, UnknownFormat)
    assert "iso-8859-1" in error.what


@pytest.mark.parametrize(("media_type", "wrong"), [
    (TURTLE, "application/rdf+xml"), (TURTLE, "application/ld+json"), (TURTLE, "application/n-triples"),
    ("application/rdf+xml", TURTLE), ("application/ld+json", TURTLE), ("application/ld+json", "text/xml"),
    ("application/n-quads", "application/n-triples"),
])  # fmt: skip
def test_wrong_media_type(uploads: Uploads, media_type: str, wrong: str) -> None:
    error = refused(uploads, DOCUMENTS[media_type], wrong)
    assert isinstance(error, UnreadableFile)
    assert error.line is not None


def test_json_and_xml_that_are_no_rdf(uploads: Uploads) -> None:
    assert isinstance(refused(uploads, '{"a": 1}', "application/json"), UnknownFormat)
    assert isinstance(refused(uploads, "<html/>", "text/xml"), UnknownFormat)
    # Said to be JSON-LD, it is: it only says nothing.
    assert parse(uploads, '{"a": 1}', "application/ld+json").statements == []


def test_a_document_may_be_empty(uploads: Uploads) -> None:
    assert parse(uploads, "").statements == []
    assert parse(uploads, "[]", "application/ld+json").statements == []
    assert isinstance(refused(uploads, "", "application/rdf+xml"), UnreadableFile)
    assert isinstance(refused(uploads, "", "application/ld+json"), UnreadableFile)


@pytest.mark.parametrize("media_type", [TURTLE, "application/rdf+xml", "application/ld+json"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(uploads: Uploads, media_type: str, encoding: str) -> None:
    assert set(parse(uploads, DOCUMENTS[media_type].encode(encoding), media_type).statements) == SAID


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_not_utf_8(uploads: Uploads, media_type: str) -> None:
    content = DOCUMENTS[media_type].replace("x", "é").encode("latin-1")
    assert isinstance(refused(uploads, content, media_type), UnreadableFile)


def test_xml_says_its_encoding_itself(uploads: Uploads) -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?>' + DOCUMENTS["text/xml"].replace(">x<", ">é<")
    assert '"é"@fr' in {each[2] for each in parse(uploads, content.encode("latin-1"), "text/xml").statements}


def test_gzip(uploads: Uploads) -> None:
    packed = gzip.compress(DOCUMENTS[TURTLE].encode())
    assert set(parse(uploads, packed, encoding="gzip").statements) == SAID
    assert isinstance(refused(uploads, DOCUMENTS[TURTLE], encoding="gzip"), UnreadableFile)
    assert isinstance(refused(uploads, packed[:-9], encoding="gzip"), UnreadableFile)
    assert isinstance(refused(uploads, packed, encoding="br"), UnknownFormat)


def test_pieces(uploads: Uploads) -> None:
    content = "".join(f"<http://e/{n}> <http://e/p> {n} .\n" for n in range(60_000)).encode()
    assert len(content) > 2 << 20
    pieces = (content[start : start + 10_000] for start in range(0, len(content), 10_000))
    upload = uploads.parse(pieces, TURTLE, base=BASE)
    assert upload.statements == uploads.parse(content, TURTLE, base=BASE).statements
    assert upload.lines == list(range(1, 60_001))
    assert upload.statements[-1][0] == "<http://e/59999>"


def test_base(uploads: Uploads) -> None:
    assert parse(uploads, "<> <#p> <../x> .").statements == [(f"<{BASE}>", f"<{BASE}#p>", f"<{BASE}x>")]
    for base in ("", "relative", "http://a b/", 'http://a/">'):
        with pytest.raises(BadTerm):
            uploads.parse(b"", TURTLE, base=base)


def test_blank_nodes_keep_apart_what_the_document_keeps_apart(uploads: Uploads) -> None:
    said = parse(uploads, "_:a <http://e/p> _:b , [] . _:a <http://e/q> [ <http://e/p> () ] .").statements
    assert len({term for statement in said for term in statement if term[0] == "_"}) == 4
