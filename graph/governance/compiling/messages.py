"""Messages with their placeholders filled (SHACL, 5.3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graph.terms import literal, value_of

PLACEHOLDER = re.compile(r"\{[?$]([^{}\s]+)\}")
"""Where a value is put; the group is the name of it."""


def fill(messages: Sequence[str], row: Mapping[str, str]) -> tuple[str, ...]:
    """Put values into `{?name}` and `{$name}`; messages and values are N-Triples texts; an unknown name stays."""
    return tuple(_filled(message, row) if "{" in message else message for message in messages)


def _filled(message: str, row: Mapping[str, str]) -> str:
    term = value_of(message)
    text = PLACEHOLDER.sub(lambda match: _plain(row[match[1]]) if match[1] in row else match[0], term.value)
    return literal(text, term.language, term.datatype)


def _plain(text: str) -> str:
    """Write a term for people: the lexical form of a literal, the address of an IRI, the label of a blank node."""
    return text if text.startswith("_:") else value_of(text).value
