"""Each statement of a document knows the line that it ends on, where that can be told."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.ingest.numbered import Lines
from graph.ingest.uploads import Uploads
from tests.graph.ingest.uploads.sending import DOCUMENTS, XMLNS, parse

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
