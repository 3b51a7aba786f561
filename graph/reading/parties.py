"""Who is party to an agreement, and which agreements' records an actor may therefore see."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from graph.entities import Entity, read_entities
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.reading.agreements import read_agreement

_REMEMBERED = 10_000


def parties_of(agreement: Entity) -> frozenset[str]:
    """Give the IRIs of all who give or receive by an agreement or one of its rules (ODRL Information Model 2.3)."""
    read = read_agreement(agreement)
    rules = (*read.permissions, *read.prohibitions, *read.obligations)
    named = [*read.assigners, *read.assignees]
    named += [party for rule in rules for party in (*rule.assigners, *rule.assignees)]
    return frozenset(named)


class Parties:
    """Looks at agreements when somebody asks, for whom alone: what is read of one stays until its record changes.

    All sources count, whatever the audience of the agreement itself; an agreement that nobody describes any more has no
    parties. One that has ended keeps them: they may still read what they had agreed on.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[tuple[int, ...], frozenset[str]]] = OrderedDict()

    def audiences(self) -> list[str]:
        """Give the agreements whose records are for their parties alone, in order."""
        return [audience for audience in self._log.audiences() if audience not in (PUBLIC, MEMBERS)]

    def agreements_of(self, actor: str) -> list[str]:
        """Give those to which an actor is party."""
        named = self.audiences()
        found = self.of(named)
        return [iri for iri in named if actor in found[iri]]

    def of(self, agreements: Iterable[str]) -> dict[str, frozenset[str]]:
        """Give the parties of each agreement."""
        asked = list(agreements)
        states: dict[str, list[int]] = {iri: [] for iri in asked}
        for head in self._log.heads(iris=asked):
            states[head.iri].append(head.sequence)
        found: dict[str, frozenset[str]] = {}
        with self._lock:
            for iri in asked:
                known = self._known.get(iri)
                if known is not None and known[0] == tuple(states[iri]):
                    found[iri] = known[1]
        missing = [iri for iri in asked if iri not in found]
        for iri, entity in read_entities(self._log, missing, None).items() if missing else ():
            self._keep(iri, tuple(telling.sequence for telling in entity.tellings), parties_of(entity))
            found[iri] = parties_of(entity)
        return {iri: found.get(iri, frozenset()) for iri in asked}

    def _keep(self, iri: str, state: tuple[int, ...], parties: frozenset[str]) -> None:
        with self._lock:
            self._known[iri] = state, parties
            self._known.move_to_end(iri)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
