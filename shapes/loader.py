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


def governance() -> Iterator[tuple[str, bytes]]:
    """Yield (file name, Turtle) of each file of governance rules, a family each, in order of name."""
    yield from _folder("governance")


def profile(name: str) -> bytes:
    """Give the Turtle of a profile of others that is written as shapes of our own: `dcat-ap` or `hvd`."""
    return (files("shapes") / "profiles" / f"{name}.ttl").read_bytes()


def cases(rule: str) -> Iterator[tuple[str, str]]:
    """Yield (file name, text) of each case of a rule (`R15`) and of each remedy, an update, in order of name."""
    folder = files("shapes") / "cases" / rule
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith((".ttl", ".ru")):
            yield file.name, file.read_text(encoding="utf-8")


def _folder(name: str) -> Iterator[tuple[str, bytes]]:
    folder = files("shapes") / name
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".ttl"):
            yield file.name, file.read_bytes()


def texts() -> Iterator[tuple[str, bytes]]:
    """Yield (path below the package, text) of every Turtle file of shapes, in order of path; cases are data."""
    for path, text in texts_below(files("shapes")):
        if not path.startswith("cases/"):
            yield path, text
