"""The statements of a graph as they were written, which a store may have changed (docs/architecture.md)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Protocol

from graph.governance.checking.textual import PIECE_BYTES, selected
from graph.log.log import Log
from graph.log.pages import pages_of
from graph.terms import Statement


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
        return bucketed([*self._payloads(wanted), _lines(self._types(None)).encode()])

    def whole(self, wanted: frozenset[str] | None) -> str:
        """Give all statements together."""
        return b"".join(self._payloads(wanted)).decode() + _lines(self._types(None))

    def about(self, nodes: Collection[str], wanted: frozenset[str] | None) -> str:
        """Give the records that say something about some nodes."""
        iris = {*nodes, *self._owners(nodes)}
        return b"".join(self._payloads(wanted, iris)).decode() + _lines(self._types(nodes))

    def _payloads(self, wanted: frozenset[str] | None, iris: Collection[str] | None = None) -> Iterator[bytes]:
        for page in pages_of(self._log.heads(iris=iris, audiences=self._audiences)):
            for payload in self._log.payloads(head.sequence for head in page).values():
                yield selected(payload, wanted)


def bucketed(texts: list[bytes]) -> Iterator[str]:
    """Give N-Triples in pieces of bounded size; what is said of one subject stands in one of them. Empties the list."""
    count = 1 + sum(map(len, texts)) // PIECE_BYTES
    if count == 1:
        yield b"".join(texts).decode()
        return
    buckets: list[list[bytes]] = [[] for _ in range(count)]
    while texts:
        for line in texts.pop().splitlines(keepends=True):
            buckets[zlib.crc32(line[: line.index(b" ")]) % count].append(line)
    while buckets:
        yield b"".join(buckets.pop()).decode()


def _by_name(nodes: Collection[str]) -> Iterator[str]:
    for node in nodes:
        yield node.partition("#")[0]
