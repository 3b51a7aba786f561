"""The ontology as it is shipped: names and bytes, nothing parsed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

TERMS = ("modules", "vocabularies", "alignments", "words")  # what every instance knows; sample and examples are apart


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
