"""Documents from outside are parsed whole by a caged worker, with lines, or refused by one error that says why."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import (
    BadTerm,
    CivigraphError,
    DeadlineReached,
    InputTooLarge,
    LimitReached,
    MemoryReached,
    Overloaded,
    UnknownFormat,
    UnreadableFile,
)
from graph.ingest import uploads as module
from graph.ingest.formats import MEDIA_TYPES, Format
from graph.ingest.numbered import Lines
from graph.ingest.uploads import DEFAULT_CAPS, PRELOAD, Caps, Upload, Uploads
from graph.store.workers import PRELOAD as QUERY_PRELOAD
from graph.terms import RDF, XSD

BASE = "http://base.example/"
TURTLE = "text/turtle"
XMLNS = f'xmlns:rdf="{RDF}" xmlns:e="http://e/"'
SAID = {("<http://e/a>", "<http://e/p>", '"x"@fr'), ("<http://e/a>", "<http://e/q>", f"<{BASE}rel>")}
DOCUMENTS = {
    "text/turtle": '@prefix e: <http://e/> . e:a e:p "x"@fr ; e:q <rel> .',
    "application/n-triples": f'<http://e/a> <http://e/p> "x"@fr .\n<http://e/a> <http://e/q> <{BASE}rel> .\n',
    "application/n-quads": f'<http://e/a> <http://e/p> "x"@fr <http://e/g> .\n'
    f"<http://e/a> <http://e/q> <{BASE}rel> .\n",
    "application/trig": 'PREFIX e: <http://e/> e:g { e:a e:p "x"@fr } e:a e:q <rel> .',
    "text/n3": '@prefix e: <http://e/> . e:a e:p "x"@fr ; e:q <rel> .',
    "application/rdf+xml": f'<rdf:RDF {XMLNS}><rdf:Description rdf:about="http://e/a"><e:p xml:lang="fr">x</e:p>'
    '<e:q rdf:resource="rel"/></rdf:Description></rdf:RDF>',
    "application/ld+json": json.dumps({
        "@context": {"q": {"@id": "http://e/q", "@type": "@id"}},
        "@id": "http://e/a", "http://e/p": {"@value": "x", "@language": "fr"}, "q": "rel",
    }),
}  # fmt: skip
DOCUMENTS |= {
    "application/x-turtle": DOCUMENTS["text/turtle"],
    "text/rdf+n3": DOCUMENTS["text/n3"],
    "application/xml": DOCUMENTS["application/rdf+xml"],
    "text/xml": DOCUMENTS["application/rdf+xml"],
    "application/json": DOCUMENTS["application/ld+json"],
}


@pytest.fixture(scope="module")
def both() -> Iterator[Zygote]:
    """One process that starts workers for queries and for uploads, as the server's does."""
    with Zygote((*QUERY_PRELOAD, *PRELOAD)) as started:
        yield started


@pytest.fixture(scope="module")
def uploads(both: Zygote) -> Iterator[Uploads]:
    with Uploads(both) as opened:
        yield opened


def parse(
    uploads: Uploads, content: str | bytes, media_type: str = TURTLE, caps: Caps = DEFAULT_CAPS, **more: str
) -> Upload:
    document = content.encode() if isinstance(content, str) else content
    return uploads.parse(document, media_type, base=BASE, caps=caps, **more)


def refused(
    uploads: Uploads, content: str | bytes, media_type: str = TURTLE, caps: Caps = DEFAULT_CAPS, **more: str
) -> CivigraphError:
    """Give the error that a document is refused with; the next document finds a worker that reads it."""
    with pytest.raises(CivigraphError) as caught:
        parse(uploads, content, media_type, caps, **more)
    assert caught.value.what
    assert caught.value.where
    assert set(parse(uploads, DOCUMENTS[TURTLE]).statements) == SAID
    return caught.value


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


# Lines


def test_lines_of_turtle(uploads: Uploads) -> None:
    content = """@prefix e: <http://e/> .
e:a e:p "x" ;
    e:q "y"@en , "z"^^e:d ,
       e:o .

# a comment
e:b e:p [ e:r "1" ;
   e:s 2 ] ;
  e:l ( 1
   2 ) .
e:c e:p \"\"\"long
literal\"\"\" .
e:d a e:T .
"""
    upload = parse(uploads, content)
    placed = dict(zip(upload.statements, upload.lines, strict=True))
    assert placed["<http://e/a>", "<http://e/p>", '"x"'] == 2
    assert placed["<http://e/a>", "<http://e/q>", '"y"@en'] == 3
    assert placed["<http://e/a>", "<http://e/q>", '"z"^^<http://e/d>'] == 3
    assert placed["<http://e/a>", "<http://e/q>", "<http://e/o>"] == 4
    assert {line for (_, p, _), line in placed.items() if p == "<http://e/r>"} == {7}
    assert {line for (_, p, _), line in placed.items() if p == "<http://e/s>"} == {8}
    assert placed["<http://e/c>", "<http://e/p>", '"long\\nliteral"'] == 12
    assert [upload.line_of(f"<http://e/{name}>") for name in "adz"] == [2, 13, None]


def test_lines_of_rdf_xml(uploads: Uploads) -> None:
    lines = [f"<rdf:RDF {XMLNS}>", '<rdf:Description rdf:about="http://e/a">', "<e:p>x</e:p>",
             '<e:q rdf:resource="o"/>', "</rdf:Description>", "", '<e:T rdf:about="urn:b"/>', "</rdf:RDF>"]  # fmt: skip
    assert parse(uploads, "\r\n".join(lines), "text/xml").lines == [3, 4, 7]


def test_lines_are_none_where_they_cannot_be_told(uploads: Uploads) -> None:
    assert parse(uploads, DOCUMENTS["application/ld+json"], "application/ld+json").lines == [None, None]


def test_a_text_of_many_lines_is_read_in_time_and_what_comes_after_it_is_placed_again(uploads: Uploads) -> None:
    long = "<http://e/a> <http://e/p> '''" + "ab\n" * 200_000 + "''' .\n"
    after = "".join(f"<http://e/b> <http://e/p> {n} .\n" for n in range(3_000))
    upload = parse(uploads, long + after)
    assert upload.lines[0] is None
    assert upload.lines[-1] == 200_001 + 3_000


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([" ", "\n", "\r\n", " # . \n"])), max_size=40))
@settings(max_examples=60, deadline=None)
def test_line_of_each_statement(uploads: Uploads, parts: list[tuple[int, str]]) -> None:
    """Statements between line ends of every kind: the line is that of the statement's last term."""
    text, expected = "", []
    for number, (breaks, between) in enumerate(parts):
        text += f"<http://e/{number}>{between}<http://e/p>{between}"
        expected.append(text.count("\n") + 1)
        text += f'"{number}" .' + "\n" * breaks
    assert parse(uploads, text).lines == expected


def test_a_stream_of_lines_gives_what_the_file_holds() -> None:
    content = b"a\nb\n\nc" + b"x" * 200_000 + b"\n" + b"\n" * 3_000 + b"end"
    lines, read = Lines(io.BytesIO(content)), bytearray()
    while piece := lines.read(65536):
        assert len(piece) <= 65536
        read += piece
    assert bytes(read) == content


# What is wrong


@pytest.mark.parametrize(("media_type", "content", "line"), [
    (TURTLE, "@prefix e: <http://e/> .\ne:a e:p \"x\" .\n\ne:b e:p ;\n", 4),
    (TURTLE, "<http://e/a> a <http://e/T> .\n<http://e/b> a <http://a b> .", 2),
    ("application/n-triples", "<http://e/a> <http://e/p> <http://e/o> .\n<a> <b> <c> .\n", 2),
    ("application/rdf+xml", f"<rdf:RDF {XMLNS}>\n<rdf:Description>\n</rdf:RDF>", 3),
    ("application/ld+json", '{\n "@id": "http://e/a",\n}', 3),
])  # fmt: skip
def test_the_place_of_an_error(uploads: Uploads, media_type: str, content: str, line: int) -> None:
    error = refused(uploads, content, media_type, name="the body")
    assert isinstance(error, UnreadableFile)
    assert (error.line, error.where) == (line, "the body")
    assert error.column is not None


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_a_cut_document_is_refused(uploads: Uploads, media_type: str) -> None:
    assert isinstance(refused(uploads, DOCUMENTS[media_type][:-6], media_type), UnreadableFile)


def test_json_ld_is_read_as_strictly_as_the_rest(uploads: Uploads) -> None:
    """Its reader leaves out in silence what is no IRI."""
    error = refused(uploads, '{"@id": "http://e/a", "http://e/p": {"@id": "http://a b"}}', "application/ld+json")
    assert "http://a b" in error.what


@pytest.mark.parametrize("content", [
    "<http://e/a> <http://e/p> <<( <http://e/s> <http://e/p> <http://e/o> )>> .",
    '<http://e/a> <http://e/p> "x"@ar--rtl .',
])  # fmt: skip
def test_rdf_1_2_is_refused_by_name(uploads: Uploads, content: str) -> None:
    error = refused(uploads, f"\n{content}")
    assert isinstance(error, UnreadableFile)
    assert ("RDF 1.2" in error.what, error.line) == (True, 2)


def test_ill_typed_literals_stay_for_the_shapes_to_judge(uploads: Uploads) -> None:
    value = f'"32/13/2024"^^<{XSD}date>'
    assert parse(uploads, f"<http://e/a> <http://e/p> {value} .").statements[0][2] == value


# Nothing else is ever opened


@pytest.mark.parametrize("place", ["top", "array", "term", "node", "import"])
def test_contexts_elsewhere_are_refused_by_name(uploads: Uploads, place: str) -> None:
    address = "http://127.0.0.1:9/context.jsonld"
    document = {
        "top": {"@context": address},
        "array": [{"@context": ["https://schema.org", address]}],
        "term": {"@context": {"a": {"@id": "http://e/a", "@context": address}}},
        "node": {"@id": "http://x/", "http://e/p": {"@context": address, "name": "N"}},
        "import": {"@context": {"@version": 1.1, "@import": address}},
    }[place]
    error = refused(uploads, json.dumps(document), "application/ld+json")
    assert isinstance(error, UnknownFormat)
    assert address in error.what


def test_imports_of_ontologies_are_statements_and_no_more(uploads: Uploads) -> None:
    said = parse(uploads, f"<http://e/o> <http://www.w3.org/2002/07/owl#imports> <{BASE}other> .").statements
    assert said == [("<http://e/o>", "<http://www.w3.org/2002/07/owl#imports>", f"<{BASE}other>")]


@pytest.mark.parametrize("doctype", [
    '<!DOCTYPE r [ <!ENTITY x SYSTEM "file://{0}"> ]>', '<!DOCTYPE r SYSTEM "file://{0}">',
    '<!DOCTYPE r [ <!ENTITY % p SYSTEM "file://{0}"> %p; ]>',
])  # fmt: skip
def test_entities_bring_in_no_file(uploads: Uploads, tmp_path: Path, doctype: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    content = f'{doctype.format(secret)}<rdf:RDF {XMLNS}><e:T rdf:about="http://e/a" e:p="&x;"/></rdf:RDF>'
    error = refused(uploads, content, "application/rdf+xml")
    assert isinstance(error, UnreadableFile)
    assert "hush" not in str(error)


def test_workers_are_caged(uploads: Uploads) -> None:
    worker = uploads._pool.take(monotonic() + 10)
    uploads._pool.give(worker, fit=True)
    assert worker.cage in ("seccomp", "namespace")


def test_documents_leave_nothing_in_a_worker(both: Zygote) -> None:
    with Uploads(both, size=1) as uploads:
        seen = set()
        for _ in range(5):
            assert set(parse(uploads, DOCUMENTS[TURTLE]).statements) == SAID
            assert isinstance(refused(uploads, "<", "application/rdf+xml"), UnreadableFile)
            worker = uploads._pool.take(monotonic() + 10)
            seen.add((worker.pid, len(os.listdir(f"/proc/{worker.pid}/fd"))))
            uploads._pool.give(worker, fit=True)
        assert len(seen) == 1


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


# Limits


MANY = b"".join(b'<http://e/%d> <http://e/p> "%d" .\n' % (n, n) for n in range(150_000))


def test_caps(uploads: Uploads) -> None:
    caps = Caps(bytes=1000, plain_bytes=2000, statements=3, text_bytes=500)
    four = b"<http://a> <http://b> 1, 2, 3, 4 ."
    assert len(parse(uploads, four[:-3] + b"4 .", caps=replace(caps, statements=4)).statements) == 4
    for content, encoding, said in [
        (four, "", "more than 3 statements"),
        (b"#" * 1001, "", "more than 1000 bytes"),
        (gzip.compress(b"#" * 2001), "gzip", "more than 2000 bytes"),
        (f"@prefix p: <http://{'x' * 200}/> . p: p: p: .".encode(), "", "more than 500 bytes"),
    ]:
        with pytest.raises(InputTooLarge, match=said):
            parse(uploads, content, caps=caps, encoding=encoding)


def test_deadline(uploads: Uploads) -> None:
    with pytest.raises(DeadlineReached, match=r"0\.05 s") as caught:
        parse(uploads, MANY, caps=Caps(seconds=0.05))
    assert caught.value.remedy
    assert len(parse(uploads, MANY, caps=Caps(seconds=60)).statements) == 150_000


def test_memory(both: Zygote) -> None:
    document = json.dumps([{"@context": "https://schema.org"}] * 100_000)
    with Uploads(both, limits=Limits(memory_bytes=256 << 20)) as small:
        with pytest.raises(MemoryReached, match="more memory than a worker may use"):
            parse(small, document, "application/ld+json", Caps(seconds=60))
        assert set(parse(small, DOCUMENTS[TURTLE]).statements) == SAID


def test_cancelled(uploads: Uploads) -> None:
    with pytest.raises(LimitReached, match="cancelled"):
        uploads.parse(MANY, TURTLE, base=BASE, cancelled=_after(0.12))


def _after(seconds: float):
    end = monotonic() + seconds
    return lambda: monotonic() > end


def test_too_many_at_a_time(both: Zygote) -> None:
    with Uploads(both, size=1, queue_seconds=0.1) as uploads:
        worker = uploads._pool.take(monotonic() + 10)
        with pytest.raises(Overloaded):
            parse(uploads, "")
        uploads._pool.give(worker, fit=True)
        assert parse(uploads, "").statements == []


def test_many_at_a_time(uploads: Uploads) -> None:
    """Each client gets its own document back, also those between whom others are refused."""
    wrong: list[object] = []

    def send(client: int) -> None:
        for number in range(15):
            said = f"<http://e/{client}> <http://e/p> {number} ."
            try:
                if number % 3 == 2:
                    with pytest.raises(UnreadableFile):
                        parse(uploads, said[:-1])
                elif parse(uploads, said).statements[0][0] != f"<http://e/{client}>":
                    wrong.append((client, number))
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=send, args=(client,)) for client in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# Workers that die, or lie


def test_a_worker_that_died_is_replaced(both: Zygote) -> None:
    with Uploads(both, size=1) as uploads:
        for _ in range(3):
            worker = uploads._pool.take(monotonic() + 10)
            uploads._pool.give(worker, fit=True)
            worker.kill()
            assert set(parse(uploads, DOCUMENTS[TURTLE]).statements) == SAID


def test_a_worker_that_dies_over_a_document_is_followed_by_another(uploads: Uploads) -> None:
    killed = []

    def kill() -> None:
        while not uploads._pool._busy:
            sleep(0.001)
        killed.append(next(iter(uploads._pool._busy)))
        killed[0].kill()

    thread = threading.Thread(target=kill)
    thread.start()
    assert len(parse(uploads, MANY, caps=Caps(seconds=60)).statements) == 150_000
    thread.join()
    assert killed[0].has_ended(5)


@pytest.mark.parametrize("entry", ["no_event", "no_statements", "no_text", "no_refusal", "no_end"])
def test_a_worker_that_lies_is_not_believed(both: Zygote, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    monkeypatch.setattr(module, "ENTRY", f"tests.graph.ingest.nonsense:{entry}")
    with Uploads(both) as uploads, pytest.raises(UnreadableFile, match="broke down"):
        parse(uploads, "", caps=Caps(text_bytes=1 << 20))


def test_a_closed_pool_takes_nothing(both: Zygote) -> None:
    uploads = Uploads(both)
    parse(uploads, "")
    uploads.close()
    with pytest.raises(Overloaded, match="closing"):
        parse(uploads, "")
