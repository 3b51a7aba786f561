"""The shapes as they are shipped: names and bytes, nothing parsed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def structure() -> Iterator[tuple[str, bytes]]:
    """Yield (file name, Turtle) of each file of structure shapes, in order of name."""
    folder = files("shapes") / "structure"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".ttl"):
            yield file.name, file.read_bytes()
