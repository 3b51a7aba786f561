"""Turtle with prefixes: https://www.w3.org/TR/turtle/."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graph.rendering.grouping import group, prefixed, term
from graph.terms import PREFIXES, TYPE, Statement

# A safe part of PN_LOCAL: no escapes, no dots, so that no reader can differ.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\Z")


def write(statements: Iterable[Statement], first: Sequence[str] = ()) -> bytes:
    """Write the statements with the prefixes they use; `first` names the subjects that open the document."""
    used: set[str] = set()
    blocks = [
        f"{_term(subject, used)} "
        + " ;\n    ".join(_property(prop, values, used) for prop, values in properties.items())
        for subject, properties in group(statements, first).items()
    ]
    head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(used))
    return "\n".join([head, *(f"{block} .\n" for block in blocks)]).encode()


def _property(prop: str, values: Sequence[str], used: set[str]) -> str:
    """Write one property with all its objects."""
    name = "a" if prop == TYPE else _term(prop, used)
    texts = [_term(value, used) for value in values]
    if len(texts) == 1:
        return f"{name} {texts[0]}"
    return f"{name}\n        " + " ,\n        ".join(texts)


def _term(text: str, used: set[str]) -> str:
    """Write a term: an IRI by its prefix where there is one, a literal as the log has it, its datatype by prefix."""
    if text.startswith("<"):
        return short(text, used)
    if not text.endswith(">"):
        return text
    datatype = term(text).datatype
    closing = f"<{datatype}>"
    return text[: -len(closing)] + short(closing, used)


def short(text: str, used: set[str]) -> str:
    """Write an IRI, given as N-Triples text, by its prefix where the rest of it is a plain name; note the prefix."""
    cut = prefixed(text[1:-1])
    if cut is None or not _LOCAL.match(cut[1]):
        return text
    used.add(cut[0])
    return f"{cut[0]}:{cut[1]}"
