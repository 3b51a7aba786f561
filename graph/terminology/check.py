"""Whether the ontology is well made: its layout, its style, and what a reasoner makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.rendering.layout import lay_out
from graph.terminology import hierarchy, reasoner
from graph.terminology.contradictions import Contradiction, contradictions
from graph.terminology.reasoner import Reasoned
from graph.terminology.style import Flaw, flaws
from ontology import loader
from shapes import loader as shapes_loader

File = tuple[str, bytes]
"""A name and a Turtle text."""

DESCRIBED = ("vocabularies", "examples", "sample")
"""What the ontology is used in: with it, it must be consistent too."""


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What the reasoner found; `changes` are lines of the inferred hierarchy: `+` new, `-` gone."""

    reasoned: Reasoned
    contradictions: tuple[Contradiction, ...]
    changes: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Say whether nothing is wrong."""
        return self.reasoned.consistent and not self.reasoned.unsatisfiable and not self.changes


def check_layout() -> list[str]:
    """Name the shipped files that are not in the one layout."""
    return [name for name, text in authored() if lay_out(text, where=name) != text]


def authored() -> list[File]:
    """Give the shipped files that people edit in the one layout, each by its path in the project."""
    ours = [(f"ontology/{name}", text) for name, text in loader.turtle(*loader.AUTHORED)]
    return ours + [(f"shapes/{name}", text) for name, text in shapes_loader.texts() if name.endswith(".ttl")]


def check_style() -> list[Flaw]:
    """Find what breaks the shapes about the ontology."""
    return flaws(loader.turtle(*loader.TERMS))


def check_reasoning(schema: Sequence[File] | None = None, described: Sequence[File] | None = None) -> Reasoning:
    """Reason over the classes, then over all that is described by them; default: what is shipped.

    Raises ConfigurationError where the reasoner cannot run (`reasoner.missing` says so beforehand).
    """
    schema = list(loader.turtle(*loader.SCHEMA)) if schema is None else schema
    described = list(loader.turtle(*DESCRIBED)) if described is None else described
    classes = reasoner.reason(schema)
    whole = reasoner.reason([*schema, *described])
    causes = () if whole.consistent else tuple(contradictions([*schema, *described], classes.ancestors))
    reasoned = Reasoned(whole.consistent, classes.unsatisfiable, classes.ancestors)
    return Reasoning(reasoned, causes, _changes(hierarchy.table(schema, classes.ancestors)))


def _changes(table: str) -> tuple[str, ...]:
    """Compare a table with the one that is kept, line by line."""
    now, kept = set(table.splitlines()), set(loader.inferred().splitlines())
    return tuple(sorted([f"+ {line}" for line in now - kept] + [f"- {line}" for line in kept - now]))
