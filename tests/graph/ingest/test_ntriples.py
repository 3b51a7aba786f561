"""The pattern that reads canonical lines takes nothing that the strict reader refuses or would write otherwise."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.errors import UnreadableFile
from graph.ingest.files import Plain
from graph.ingest.formats import Format
from graph.ingest.ntriples import read_quads, read_triples
from graph.ingest.parse import Source, attempts
from graph.terms import Statement

GOOD = '<http://x/é?q=%C3%A9#f> <urn:p:1> "a\\tb\\\\ é"@fr-fr .\n'

# Mostly right, so that the pattern has something to take, and a little of all that may be wrong.
schemes = st.sampled_from(["http"] * 40 + ["urn", "mailto", "h2", "H", ""])
hosts = st.sampled_from(["//x"] * 40 + ["", "//x:80", "//x:", "//x:a", "//é", "//u@x", "//[::1]", "//", "///"])
ends = st.text(st.sampled_from("ab/:?é" * 30 + "#" + "%4%\u200e\ud7ff\ue000\U0001f600[]^|'-@ \\"), max_size=5)
iris = st.builds("<{}:{}{}>".format, schemes, hosts, ends | st.sampled_from(["/%C3%A9", "/a?b=%20&c#d?e/f"]))
blanks = st.text(st.sampled_from("abc01.-_é"), min_size=1, max_size=3).map("_:{}".format)
tags = st.sampled_from(["", "@fr", "@FR", "@fr-be", "@fr-Latn", "@x", "@abcd", "@en--ltr", "^^<http://x/d>"])
types = st.sampled_from(["string", "date", "integer"]).map("^^<http://www.w3.org/2001/XMLSchema#{}>".format)
words = st.text(st.sampled_from("abé" * 40 + '"\\\x00\x7f\x80\ufffe\U0001f600\t '), max_size=4)
texts = words | st.sampled_from(["\\t", "a\\\\b", "\\u0041", "\\u0000", '\\"', "\\'"])
literals = st.builds('"{}"{}'.format, texts, tags | types | iris.map("^^{}".format))
spaces = st.sampled_from([" "] * 90 + ["", "  ", "\t"])
stops = st.sampled_from([".\n"] * 20 + [".", ".\r\n", ". # x\n", "\n", "<http://x/g> .\n"])
lines = st.tuples(iris | blanks, spaces, iris, spaces, iris | blanks | literals, spaces, stops).map("".join)


def read(text: str) -> list[Statement]:
    """Read as much as the pattern takes."""
    return [statement for batch in read_triples(io.BytesIO(text.encode())) for statement in batch]


@given(lines)
@example(GOOD)
@example('_:0a <http://x/p> "" .\n')
def test_what_is_taken_is_what_the_strict_reader_gives(line: str) -> None:
    for statement in read(line):
        (triple,) = ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)
        assert statement == tuple(str(triple).split(" ", 2))


@given(lines)
@example("<http://x/s> <http://x/p> <http://x/o> <http://x/g> .\n")
def test_so_it_is_with_quads(line: str) -> None:
    for batch, graphs in read_quads(io.BytesIO(line.encode())):
        (quad,) = ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS)
        assert batch == [tuple(str(quad.triple).split(" ", 2))]
        assert graphs == (set() if isinstance(quad.graph_name, ox.DefaultGraph) else {str(quad.graph_name)})


def test_common_lines_are_taken() -> None:
    assert read(GOOD) == [("<http://x/é?q=%C3%A9#f>", "<urn:p:1>", '"a\\tb\\\\ é"@fr-fr')]


@pytest.mark.parametrize(("format", "graph"), [(Format.N_TRIPLES, ""), (Format.N_QUADS, " <http://x/g>")])
def test_the_parser_goes_on_where_the_pattern_ends(tmp_path, monkeypatch, format, graph) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("graph.ingest.ntriples.BLOCK_BYTES", 200)
    content = [f'<http://x/{number}> <http://x/p> "{number}"{graph} .' for number in range(100)]
    file = tmp_path / "file"
    # An escape that canonical N-Triples does not write, and a comment.
    content[60] = f'<http://x/60> <http://x/p> "\\u00e9" {graph} . # é'
    file.write_text("\n".join(content))
    source = Source(Plain("file", file, 0), format, "http://x/", mark="m")
    statements = [each for batch in next(attempts(source))(lambda _: None) for each in batch]
    assert [subject for subject, *_ in statements] == [f"<http://x/{number}>" for number in range(100)]
    assert statements[60][2] == '"é"'
    assert source.graphs == ({graph.strip()} if graph else set())


def test_an_error_is_told_with_its_line_in_the_file(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("graph.ingest.ntriples.BLOCK_BYTES", 200)
    content = [f'_:b{number} <http://x/p> "{number}" .' for number in range(100)]
    content[70] = "<http://x/s> <http://x/p> .\n"
    file = tmp_path / "file"
    file.write_text("\n".join(content))
    source = Source(Plain("file", file, 0), Format.N_TRIPLES, "http://x/")
    for attempt in attempts(source):
        with pytest.raises(UnreadableFile) as told:
            list(attempt(lambda _: None))
        assert told.value.line == 71
