"""JSON as it comes, and JSON-LD with every remote context written into it: none is ever fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from graph.errors import UnknownFormat, UnreadableFile
from graph.ingest.files import Plain

MAX_DEPTH = 128

_KEYWORDS = ("@context", "@graph", "@id", "@type")
_BUNDLE = "graph.ingest.contexts"


def load(file: Plain) -> object:
    """Read a JSON file whole. Raises UnreadableFile with line and column, or for what is nested deeper than 128."""
    try:
        document = json.loads(file.read(), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise UnreadableFile(f"not JSON: {error.msg}", where=file.name, line=error.lineno, column=error.colno) from None
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"not UTF-8: {error.reason}", where=file.name) from None
    except ValueError as error:
        raise UnreadableFile(f"not JSON: {error}", where=file.name) from None
    except RecursionError:
        raise UnreadableFile(f"nested deeper than {MAX_DEPTH}", where=file.name) from None
    if _depth(document) > MAX_DEPTH:
        raise UnreadableFile(f"nested deeper than {MAX_DEPTH}", where=file.name)
    return document


def is_jsonld(document: object) -> bool:
    """Say whether a JSON document speaks JSON-LD: a keyword in its object, or in each object of its array."""
    objects = document if isinstance(document, list) else [document]
    return bool(objects) and all(isinstance(each, dict) and any(word in each for word in _KEYWORDS) for each in objects)


def names_contexts(document: object) -> bool:
    """Say whether any context of the document stands elsewhere."""
    return any(True for _ in _remote(document))


def inline(document: object, name: str) -> object:
    """Write every context that the document names by address into it; `name` is the file's, for the error.

    Raises UnknownFormat with the address of a context that is not bundled.
    """
    if isinstance(document, list):
        return [inline(each, name) for each in document]
    if not isinstance(document, dict):
        return document
    return {key: _context(value, name) if key == "@context" else inline(value, name) for key, value in document.items()}


def _context(value: object, name: str) -> object:
    """Write out one value of `@context`: an address, an object, or an array of both."""
    if isinstance(value, str):
        return _bundled_context(value, name)
    if isinstance(value, list):
        # A bundled context may itself be an array; arrays of contexts do not nest.
        parts = [_context(each, name) for each in value]
        return [each for part in parts for each in (part if isinstance(part, list) else [part])]
    if isinstance(value, dict):
        own = {key: inline(each, name) for key, each in value.items() if key != "@import"}
        if "@import" in value:
            # What imports overrides what is imported.
            # https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm (5.6)
            return {**_imported(value["@import"], name), **own}
        return own
    return value


def _imported(address: object, name: str) -> dict[str, object]:
    context = _bundled_context(address, name) if isinstance(address, str) else None
    if not isinstance(context, dict):
        raise UnreadableFile(f"@import names no single context: {address!r}", where=name)
    return context


def _bundled_context(address: str, name: str) -> object:
    file = _addresses().get(_normal(address))
    if file is None:
        raise UnknownFormat(
            f"its JSON-LD context {address!r} is not bundled, and no context is ever fetched",
            where=name,
            remedy="put the context itself into the file in place of its address",
        )
    return _read(file)


@cache
def _addresses() -> dict[str, str]:
    """Map each address to the bundled file that holds its context."""
    text = files(_BUNDLE).joinpath("addresses.tsv").read_text("utf-8")
    return {_normal(address): file for address, file in (line.split("\t") for line in text.splitlines()[1:])}


@cache
def _read(file: str) -> object:
    return json.loads(files(_BUNDLE).joinpath(file).read_text("utf-8"))["@context"]


def _normal(address: str) -> str:
    return address.strip().removeprefix("https://").removeprefix("http://").rstrip("/#")


def _remote(document: object) -> Iterator[str]:
    """Find the addresses of contexts, wherever a context may stand."""
    if isinstance(document, list):
        for each in document:
            yield from _remote(each)
    elif isinstance(document, dict):
        context = document.get("@context")
        yield from (each for each in (context if isinstance(context, list) else [context]) if isinstance(each, str))
        if "@import" in document:
            yield str(document["@import"])
        for each in document.values():
            yield from _remote(each)


def _depth(document: object) -> int:
    """Measure nesting level by level, so that no depth can exhaust the stack."""
    depth, level = 0, [document]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        if depth > MAX_DEPTH:
            return depth
        level = [child for each in level for child in (each.values() if isinstance(each, dict) else each)]
    return depth


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number in JSON")
