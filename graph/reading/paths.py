"""Walking from an entity along properties, forwards and backwards, through its own statements and the public graph."""

from __future__ import annotations

from functools import lru_cache

from graph.entities import Entity
from graph.incoming import incoming_page
from graph.views.seen import Seen

MANY = 500
"""So many at most are found at each step."""


class Walker:
    """Follows paths from one entity; what it states itself is read in the log's own texts."""

    def __init__(self, triples: Seen, entity: Entity) -> None:
        self._triples = triples
        self._entity = entity
        self.values = lru_cache(maxsize=None)(self._values)

    def _values(self, path: str) -> tuple[str, ...]:
        """Give the N-Triples texts at the end of a path: property IRIs parted by spaces, `^` before a backward one."""
        found: tuple[str, ...] = (f"<{self._entity.iri}>",)
        for step in path.split():
            ahead: dict[str, None] = {}
            for text in found:
                if text.startswith("<") and len(ahead) <= MANY:
                    ahead |= dict.fromkeys(self._step(text[1:-1], step))
            found = tuple(ahead)
        return found

    def _step(self, iri: str, step: str) -> list[str]:
        if step.startswith("^"):
            subjects = incoming_page(self._triples, iri, step[1:], limit=MANY + 1)
            owners = self._triples.owners(subjects)
            return [f"<{owners.get(subject, subject)}>" for subject in subjects]
        if iri in self._entity.nodes:
            return [said.value for said in self._entity.nodes[iri].get(step, ())]
        return [value for _, prop, value in self._triples.describe(iri) if prop == f"<{step}>"]
