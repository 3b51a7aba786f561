"""The ontology as it is shipped: names and bytes, nothing parsed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

TERMS = ("modules", "vocabularies", "alignments", "words")  # what every instance knows; sample and examples are apart

SCHEMA = ("stubs", "modules", "alignments")  # what a reasoner classifies; stubs: what others state of their own terms
AUTHORED = (*TERMS, "stubs", "examples")  # files in the one layout; the sample keeps the order in which it tells


def turtle(*folders: str) -> Iterator[tuple[str, bytes]]:
    """Yield (`folder/file name`, Turtle) of each file of the folders, in the order given and then of name."""
    for folder in folders:
        for file in sorted((files("ontology") / folder).iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".ttl"):
                yield f"{folder}/{file.name}", file.read_bytes()


def queries(folder: str) -> Iterator[tuple[str, str]]:
    """Yield (file name without ending, SPARQL text) of each query of a folder, in the order of the names."""
    for file in sorted((files("ontology") / folder).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".rq"):
            yield file.name.removesuffix(".rq"), file.read_text(encoding="utf-8")


def texts() -> Iterator[tuple[str, bytes]]:
    """Yield (path below the package, text) of every Turtle file and query, in order of path."""
    yield from texts_below(files("ontology"))


def texts_below(folder: Traversable, path: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield (path, text) of every Turtle file and query below a folder of a package."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from texts_below(entry, f"{path}{entry.name}/")
        elif entry.name.endswith((".ttl", ".rq")):
            yield path + entry.name, entry.read_bytes()


def inferred() -> str:
    """Give the table of the inferred hierarchy: term and what is broader, by tabs, with a heading."""
    return (files("ontology") / "inferred.tsv").read_text(encoding="utf-8")
