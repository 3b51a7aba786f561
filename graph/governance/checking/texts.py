"""The statements of a graph as they were written, which a store may have changed (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Protocol
from zlib import crc32

from graph.governance.checking.textual import PIECE_BYTES, selected
from graph.log.log import Log
from graph.log.pages import pages_of
from graph.terms import Statement

_PARTS = 64


class Texts(Protocol):
    """Gives N-Triples. `wanted` are the properties (N-Triples texts) that matter, None for all."""

    def pieces(self, wanted: frozenset[str] | None) -> Iterator[str]:
        """Give all statements in pieces of bounded size; what is said of one subject stands in one of them."""

    def whole(self, wanted: frozenset[str] | None) -> str:
        """Give all statements together."""

    def about(self, nodes: Collection[str], wanted: frozenset[str] | None) -> str:
        """Give at least all statements about some nodes (IRIs)."""


class StatementTexts:
    """Statements in memory, blank nodes allowed."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements

    def pieces(self, wanted: frozenset[str] | None) -> Iterator[str]:
        """Give all statements, in one piece."""
        yield self.whole(wanted)

    def whole(self, wanted: frozenset[str] | None) -> str:
        """Give all statements together."""
        return _lines(each for each in self._statements if wanted is None or each[1] in wanted)

    def about(self, nodes: Collection[str], wanted: frozenset[str] | None) -> str:
        """Give all statements about some nodes."""
        named = {f"<{node}>" for node in nodes}
        return _lines(each for each in self._statements if each[0] in named and (wanted is None or each[1] in wanted))


def _lines(statements: Iterable[Statement]) -> str:
    return "".join(f"{subject} {name} {value} .\n" for subject, name, value in statements)


class LogTexts:
    """The present records of a log that some audiences may see, None for all.

    `types` gives the types that are derived for some nodes, None for all: targets hang on them. `owners` tells, for
    nodes, the IRIs of all records that state something about them; without it, what is said of a node is looked for in
    its own records and in those that its name begins with.
    """

    def __init__(
        self,
        log: Log,
        audiences: Collection[str] | None = None,
        types: Callable[[Collection[str] | None], Iterable[Statement]] | None = None,
        owners: Callable[[Collection[str]], Iterable[str]] | None = None,
    ) -> None:
        self._log = log
        self._audiences = audiences
        self._types = types or (lambda _: ())
        self._owners = owners or _by_name

    def pieces(self, wanted: frozenset[str] | None) -> Iterator[str]:
        """Give all statements in pieces of bounded size, by subject."""
        return in_pieces(chain(self._payloads(), [_lines(self._types(None)).encode()]), wanted)

    def whole(self, wanted: frozenset[str] | None) -> str:
        """Give all statements together."""
        return b"".join(selected(each, wanted) for each in self._payloads()).decode() + _lines(self._types(None))

    def about(self, nodes: Collection[str], wanted: frozenset[str] | None) -> str:
        """Give the records that say something about some nodes."""
        iris = {*nodes, *self._owners(nodes)}
        return b"".join(selected(each, wanted) for each in self._payloads(iris)).decode() + _lines(self._types(nodes))

    def _payloads(self, iris: Collection[str] | None = None) -> Iterator[bytes]:
        for page in pages_of(self._log.heads(iris=iris, audiences=self._audiences)):
            yield from self._log.payloads(head.sequence for head in page).values()


def in_pieces(texts: Iterable[bytes], wanted: frozenset[str] | None) -> Iterator[str]:
    """Give the lines of N-Triples whose property is wanted, all for None, in pieces of bounded size.

    What is said of one subject stands in one piece.
    """
    names = None if wanted is None else {name.encode() for name in wanted}
    parts: list[list[bytes]] = [[] for _ in range(_PARTS)]
    for text in texts:
        for line in text.splitlines(keepends=True):
            subject, name, _ = line.split(b" ", 2)
            if names is None or name in names:
                parts[crc32(subject) % _PARTS].append(line)
    piece, size = [b"".join(parts.pop())], 0
    while parts:
        text = b"".join(parts.pop())
        if size + len(text) > PIECE_BYTES:
            yield b"".join(piece).decode()
            piece, size = [], 0
        piece.append(text)
        size += len(text)
    yield b"".join(piece).decode()


def _by_name(nodes: Collection[str]) -> Iterator[str]:
    for node in nodes:
        yield node.partition("#")[0]
