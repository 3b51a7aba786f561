"""What an engine makes of a typed literal, found by giving it the literal and reading it back.

Oxigraph makes 7 of "007"^^xsd:integer, Virtuoso 1 of "true"^^xsd:boolean and an error of "P1Y"^^xsd:duration; others
keep every text. So what shall be compared with what the engine holds is first put into the engine's terms. IRIs, plain
strings and strings with a language are the same everywhere (pyoxigraph writes languages small).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import pyoxigraph
from pyoxigraph import Literal, RdfFormat, Triple

from graph.errors import QueryRefused
from graph.terms import XSD

Probe = Callable[[Sequence[Literal]], dict[int, Literal]]
"""Gives what the engine stores for literals, by their place; raises QueryRefused where it does not take one of them."""

_KNOWN = 200_000
_LITERALS_A_PROBE = 200
_IN = re.escape(f'"^^<{XSD}'.encode())
_TYPED = re.compile(rb'"(?:[^"\\\n]|\\.)*"\^\^<[^>\n]*>')
# Forms that every engine takes, whatever it makes of them.
_SURE = re.compile(
    rb'"(?:[+-]?\d{1,15}' + _IN + rb"(?:integer|decimal|double|float)>"
    rb"|[+-]?\d{1,9}\.\d{1,6}" + _IN + rb"(?:decimal|double|float)>"
    rb"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])" + _IN + rb"date>"
    rb"|(?:true|false)" + _IN + rb"boolean>)"
)


class Literals:
    """Remembers what an engine makes of literals. `probe` is asked for at most two hundred at a time.

    `refused` is called with each literal that the engine does not take.
    """

    def __init__(self, probe: Probe, refused: Callable[[Literal], None] = lambda _: None) -> None:
        self._probe = probe
        self._refused = refused
        self._known: dict[Literal, Literal | None] = {}

    def stored(self, literals: Iterable[Literal]) -> dict[Literal, Literal | None]:
        """What the engine stores for typed literals; None for one that it does not take."""
        wanted = {literal for literal in literals if is_typed(literal)}
        unknown = sorted(wanted - self._known.keys(), key=str)
        if len(self._known) + len(unknown) > _KNOWN:
            self._known.clear()
            unknown = sorted(wanted, key=str)
        for start in range(0, len(unknown), _LITERALS_A_PROBE):
            self._learn(unknown[start : start + _LITERALS_A_PROBE])
        return {literal: self._known[literal] for literal in wanted}

    def without_refused(self, lines: bytes) -> bytes:
        """N-Triples lines without those whose literal the engine does not take."""
        odd = {text for text in set(_TYPED.findall(lines)) if not _SURE.fullmatch(text)}
        refused = [text for text, made in self._of_texts(odd) if made is None]
        if not refused:
            return lines
        kept = (line for line in lines.splitlines(keepends=True) if not any(text in line for text in refused))
        return b"".join(kept)

    def _of_texts(self, texts: Collection[bytes]) -> Iterator[tuple[bytes, Literal | None]]:
        literals = {text: _read(text) for text in texts}
        stored = self.stored(literals.values())
        for text, literal in literals.items():
            yield text, stored.get(literal, literal)

    def _learn(self, literals: Sequence[Literal]) -> None:
        """Probe; where something is refused, each half by itself."""
        try:
            made = self._probe(literals)
        except QueryRefused:
            if len(literals) == 1:
                self._known[literals[0]] = None
                self._refused(literals[0])
                return
            middle = len(literals) // 2
            self._learn(literals[:middle])
            self._learn(literals[middle:])
            return
        for number, literal in enumerate(literals):
            # What was taken and is not there is as good as refused.
            self._known[literal] = made.get(number)
            if number not in made:
                self._refused(literal)


def is_typed(literal: Literal) -> bool:
    """Say whether a literal has a datatype beside those of strings."""
    return literal.language is None and literal.datatype.value != f"{XSD}string"


def _read(text: bytes) -> Literal:
    statement = next(iter(pyoxigraph.parse(b"<x:s> <x:p> " + text + b" .", RdfFormat.N_TRIPLES)))
    assert isinstance(statement, Triple | pyoxigraph.Quad)
    assert isinstance(statement.object, Literal)
    return statement.object
