"""Compact JSON-LD whose context stands in the document: https://www.w3.org/TR/json-ld11/."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from graph.rendering.grouping import BLANK, group, prefixed, term
from graph.terms import PREFIXES, TYPE, Statement

Json = str | Mapping[str, "Json"] | Sequence["Json"]


class _Names:
    """The prefixes that a document uses, and those that its IRIs forbid.

    An IRI such as `time:abc` would be read as a prefixed name where a prefix `time` is defined: that prefix stays out.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.used: dict[str, str] = {}
        texts = {text for statement in statements for text in statement}
        named = (text for text in texts if not text.startswith(BLANK))
        iris = {text[1:] if text.startswith("<") else term(text).datatype or "" for text in named}
        self.forbidden = {iri.partition(":")[0] for iri in iris} & PREFIXES.keys()

    def short(self, iri: str) -> str:
        """Give the IRI by its prefix where it has one that may be used."""
        cut = prefixed(iri)
        if cut is None or cut[0] in self.forbidden or cut[1].startswith("//"):
            return iri
        self.used[cut[0]] = PREFIXES[cut[0]]
        return f"{cut[0]}:{cut[1]}"


def write(statements: Iterable[Statement], first: Sequence[str] = ()) -> bytes:
    """Write one node object a subject under `@graph`; lexical forms stay as the log has them."""
    known = list(statements)
    names = _Names(known)
    nodes = [_node(subject, properties, names) for subject, properties in group(known, first).items()]
    document = {"@context": dict(sorted(names.used.items())), "@graph": nodes}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _node(subject: str, properties: dict[str, list[str]], names: _Names) -> dict[str, Json]:
    """Write all that is said about one subject."""
    node: dict[str, Json] = {"@id": subject if subject.startswith(BLANK) else subject[1:-1]}
    for prop, values in properties.items():
        iris = [value for value in values if value.startswith("<")]
        if prop == TYPE and iris:
            node["@type"] = _one_or_all([names.short(value[1:-1]) for value in iris])
            values = [value for value in values if value not in iris]  # noqa: PLW2901 a literal type goes the plain way
        if values:
            node[names.short(term(prop).value)] = _one_or_all([_value(value, names) for value in values])
    return node


def _value(text: str, names: _Names) -> Json:
    """Write one object: a plain string as it is, all else as a value or node object."""
    if text.startswith(BLANK):
        return {"@id": text}
    what = term(text)
    if what.kind == "iri":
        return {"@id": what.value}
    if what.language:
        return {"@language": what.language, "@value": what.value}
    if what.datatype:
        return {"@type": names.short(what.datatype), "@value": what.value}
    return what.value


def _one_or_all(values: Sequence[Json]) -> Json:
    """Give a single value by itself, several as an array."""
    return values[0] if len(values) == 1 else values
