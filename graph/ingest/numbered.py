"""Strict reading that tells of each statement the line it ends on, which pyoxigraph's readers keep to themselves.

They ask for more only when they need it. So a stream that gives one line at a time knows, when a statement comes, how
far its reader had to read.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from graph.errors import UnreadableFile
from graph.ingest.formats import Format
from graph.ingest.parse import WITH_GRAPHS, Broken, Source, attempts, quads_of, telling
from graph.terms import Statement

# A reader begins a long text again with each line of it; so beyond this many lines it gets much at once.
_PATIENCE = 1_000
_PIECE = 1 << 16

# Their statements come when a whole node was read.
_WITHOUT_LINES = frozenset({Format.JSON_LD})


def numbered(source: Source) -> Iterator[tuple[Statement, int | None]]:
    """Give each statement with the line on which it ends, counted from 1, None where that cannot be told.

    Raises UnreadableFile at the first thing that is wrong.
    """
    if source.format in _WITHOUT_LINES:
        strict = next(attempts(source))
        return ((statement, None) for batch in strict(_refuse(source)) for statement in batch)
    return _with_lines(source)


def _with_lines(source: Source) -> Iterator[tuple[Statement, int | None]]:
    with telling(source), source.open() as stream:
        lines = Lines(stream)
        with_graphs = source.format in WITH_GRAPHS
        for quad in quads_of(source, cast("BinaryIO", lines), lenient=False):
            # Of the whole text, since a triple term alone would be written without its brackets.
            subject, predicate, value = str(quad.triple if with_graphs else quad).split(" ", 2)
            yield (subject, predicate, value), lines.tell_line()


def _refuse(source: Source) -> Callable[[Broken], None]:
    def refuse(broken: Broken) -> None:
        raise UnreadableFile(
            f"{broken.why}, in the statement {broken.subject} {broken.predicate} {broken.value}",
            where=source.file.name,
        )

    return refuse


class Lines(io.RawIOBase):
    """A stream that gives no more than a line at each read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._line = 1
        self._ended = False
        self._since = 0
        self._known = True

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Give the next line, or a piece of a long one, or many lines where no statement has come for long.

        Never more than `size` bytes: the reader would end the process.
        """
        most = _PIECE if size is None or size < 0 else size
        if self._ended:
            self._line += 1
        self._since += 1
        self._known = self._since < _PATIENCE
        piece = self._stream.readline(most)
        if not self._known:
            piece += self._stream.read(most - len(piece))
            self._line += piece.count(b"\n", 0, -1)
        self._ended = piece.endswith(b"\n")
        return piece

    def tell_line(self) -> int | None:
        """Give the line that was read last, None where it was one of many."""
        self._since = 0
        return self._line if self._known else None
