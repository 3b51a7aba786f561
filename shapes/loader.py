"""The shapes as they are shipped: names and bytes, nothing parsed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from ontology.loader import texts_below


def structure() -> Iterator[tuple[str, bytes]]:
    """Yield (file name, Turtle) of each file of structure shapes, in order of name."""
    yield from _folder("structure")


def ontology() -> Iterator[tuple[str, bytes]]:
    """Yield (file name, Turtle) of each file of shapes about the ontology itself, in order of name."""
    yield from _folder("ontology")


def _folder(name: str) -> Iterator[tuple[str, bytes]]:
    folder = files("shapes") / name
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".ttl"):
            yield file.name, file.read_bytes()


def texts() -> Iterator[tuple[str, bytes]]:
    """Yield (path below the package, text) of every Turtle file, in order of path."""
    yield from texts_below(files("shapes"))
