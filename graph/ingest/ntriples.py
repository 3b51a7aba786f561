"""N-Triples and N-Quads that are canonical already, read a block at a time by one pattern.

The pattern takes what the strict reader takes and writes back the same, and no more: of IRIs by RFC 3987, absolute ones
with an ASCII host, of language tags those of two or three letters with or without a region. What else is right or wrong
is left to that reader, from the first block on that holds any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from graph.terms import RDF, XSD, Statement

BLOCK_BYTES = 1 << 16
"""The statements of a block stay in the processor's cache until they are done with; ten times more take half again."""

# A longer line is left to the strict reader, which says how long is too long.
_LINE_BYTES = 1 << 20

# Letters outside ASCII up to the surrogates: all of them `ucschar`.
_LETTERS = r"A-Za-z0-9._~!$&'()*+,;=:@/\u00a0-\ud7ff"
_PATH = rf"[{_LETTERS}-]*+(?:%[0-9A-Fa-f]{{2}}[{_LETTERS}-]*+)*"
_AFTER = rf"[{_LETTERS}?-]*+(?:%[0-9A-Fa-f]{{2}}[{_LETTERS}?-]*+)*"
_AUTHORITY = r"(?://[A-Za-z0-9._-]++(?::[0-9]{1,4})?(?=[/?#>])|(?!//))"
_IRI = rf"<[a-z]++:{_AUTHORITY}{_PATH}(?:\?{_AFTER})?(?:#{_AFTER})?>"
_BLANK = r"_:[A-Za-z][A-Za-z0-9]*+"
_PLAIN = r'[^\x00-\x1f\x7f"\\\ud800-\udfff\ufffe\uffff]*+'
_DATATYPE = rf"\^\^(?!<{re.escape(XSD)}string>|<{re.escape(RDF)}){_IRI}"
_LITERAL = rf'"{_PLAIN}(?:\\[tbnrf"\\]{_PLAIN})*"(?:@[a-z]{{2,3}}(?:-[a-z]{{2}})?|{_DATATYPE})?'
_TRIPLE = rf"^({_IRI}|{_BLANK}) ({_IRI}) ({_IRI}|{_BLANK}|{_LITERAL})"

_TRIPLES = re.compile(rf"{_TRIPLE} \.\n", re.MULTILINE)
_LINES = re.compile(r"^([^ \n]+) ([^ \n]+) (.+)\n", re.MULTILINE)
_QUADS = re.compile(rf"{_TRIPLE}(?: ({_IRI}))? \.\n", re.MULTILINE)


def statements_of(text: str) -> list[Statement]:
    """Take apart lines of three canonical terms with a space between, a line feed after each; nothing is checked."""
    statements: list[Statement] = _LINES.findall(text)
    return statements


def read_triples(stream: BinaryIO) -> Iterator[list[Statement]]:
    """Give the statements of blocks of lines, as long as all of a block are canonical.

    The stream is then at the first block that is not, or at its end.
    """
    for start, block in _blocks(stream):
        statements: list[Statement] = _TRIPLES.findall(block)
        if len(statements) != block.count("\n"):
            stream.seek(start)
            return
        yield statements


def read_quads(stream: BinaryIO) -> Iterator[tuple[list[Statement], set[str]]]:
    """Give the statements of N-Quads, and the graphs that they stand in, like `read_triples`."""
    for start, block in _blocks(stream):
        quads: list[tuple[str, str, str, str]] = _QUADS.findall(block)
        if len(quads) != block.count("\n"):
            stream.seek(start)
            return
        yield [(s, p, o) for s, p, o, _ in quads], {graph for *_, graph in quads if graph}


def _blocks(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Give blocks of whole lines, each with its place in the stream; end before one that is not UTF-8."""
    while True:
        start = stream.tell()
        block = stream.read(BLOCK_BYTES)
        block += stream.readline(_LINE_BYTES)
        if block and not block.endswith(b"\n"):
            block += b"\n"
        try:
            text = block.decode()
        except UnicodeDecodeError:
            stream.seek(start)
            return
        if not text:
            return
        yield start, text
