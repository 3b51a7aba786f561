"""Tables for people who open them in a spreadsheet: no cell of them is a formula.

A spreadsheet takes a cell that begins with one of a few characters for a formula, whoever wrote it, and a formula can
send the other cells away (OWASP, CSV injection). The plain CSV of SPARQL stays to the letter; this is another export.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

# What begins a formula: the ASCII characters, those that hide them, and their full-width forms.
_BEGINS = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?\Z", re.ASCII)
# A spreadsheet guesses another encoding without it, and letters with accents come out wrong.
_MARK = codecs.BOM_UTF8


def harmless(cell: str) -> str:
    """Give a cell that is taken for text: with an apostrophe before it where it would be a formula; numbers stay."""
    return f"'{cell}" if cell.startswith(_BEGINS) and not _NUMBER.match(cell) else cell


class HarmlessTable:
    """Rewrites a CSV (RFC 4180, UTF-8) that comes in pieces, of any size and cut anywhere."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._waiting: list[str] = []
        self._quoted = False
        self._begun = False

    def feed(self, piece: bytes, *, last: bool = False) -> bytes:
        """Take a piece and give what is complete of the table."""
        text = self._decoder.decode(piece, last)
        cut = len(text) if last else self._end_of_rows(text)
        if not cut:
            self._waiting.append(text)
            return b""
        rows = "".join((*self._waiting, text[:cut]))
        self._waiting = [text[cut:]]
        opening, self._begun = b"" if self._begun else _MARK, True
        return opening + _rewritten(rows)

    def _end_of_rows(self, text: str) -> int:
        """Find the end of the last whole row in a further piece; 0 where there is none."""
        cut, place = 0, 0
        for number, part in enumerate(text.split('"')):
            if number:
                self._quoted = not self._quoted
                place += 1
            if not self._quoted and (found := part.rfind("\n")) >= 0:
                cut = place + found + 1
            place += len(part)
        return cut


def _rewritten(rows: str) -> bytes:
    """Rewrite whole rows, every cell in quotes: in some countries a semicolon would cut it in two."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in csv.reader(io.StringIO(rows, newline="")))
    return out.getvalue().encode()
