"""What a bulk load brings, remembered so that it need not be looked up in the store, nor be there yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from graph.derivations.derivation import Derivation
from graph.store.store import Graph

Pair = tuple[str, str]
"""Subject and object as N-Triples texts."""

Said = dict[str, dict[str, list[str]]]
"""Predicate -> subject -> objects."""


class Recent:
    """All that is said of subjects unknown before, in the properties that derivations read.

    `awaited` has, for each property that is followed backwards, the hashes of the objects that may be pointed at before
    they are described.
    """

    def __init__(self, properties: Set[str] = frozenset(), awaited: dict[str, set[int]] | None = None) -> None:
        self.subjects: set[str] = set()
        self._properties = properties
        self._awaited = awaited or {}
        self._said: dict[Graph, Said] = {}
        self._pointing: dict[tuple[Graph, str], dict[str, list[str]]] = {}

    def said(self, graph: Graph) -> Said:
        """The table of what is said in a graph, to be filled; every property that matters has its part."""
        if graph not in self._said:
            self._said[graph] = {predicate: {} for predicate in self._properties}
        return self._said[graph]

    def forget(self, subjects: Iterable[str]) -> None:
        """Note that others too say something of these: no longer is all of it here, and they are looked up."""
        self.subjects.difference_update(subjects)

    def forward(self, graphs: Sequence[Graph], predicate: str, subjects: Set[str]) -> Iterator[Pair]:
        """What the load says of some subjects by a property in some graphs."""
        for graph in graphs:
            said = self._said.get(graph, {}).get(predicate, {})
            for subject in subjects & said.keys():
                for value in said[subject]:
                    yield subject, value

    def backward(self, graphs: Sequence[Graph], predicate: str, objects: Set[str]) -> Iterator[Pair]:
        """What the load says towards some objects by a property in some graphs."""
        for graph in graphs:
            if (graph, predicate) not in self._pointing:
                pointing = self._pointing[graph, predicate] = {}
                for subject, values in self._said.get(graph, {}).get(predicate, {}).items():
                    for value in values:
                        pointing.setdefault(value, []).append(subject)
            pointing = self._pointing[graph, predicate]
            for value in objects & pointing.keys():
                for subject in pointing[value]:
                    yield subject, value

    def towards_others(self, predicate: str) -> Iterator[str]:
        """The objects of a property that the load does not describe."""
        for said in self._said.values():
            for values in said.get(predicate, {}).values():
                yield from (value for value in values if value not in self.subjects)

    def awaited(self, predicate: str, objects: Set[str]) -> set[str]:
        """Those subjects of the load towards which the store may have said something before."""
        if predicate not in self._awaited:
            return set(objects)
        awaited = self._awaited[predicate]
        return {value for value in objects if hash(value) in awaited}

    def having(self, predicate: str, subjects: Set[str]) -> set[str]:
        """Those subjects of which the load says something by a property."""
        found: set[str] = set()
        for said in self._said.values():
            found |= subjects & said.get(predicate, {}).keys()
        return found

    def possible(self, derivation: Derivation, foci: Set[str]) -> set[str]:
        """The foci about which something may follow: not those of the load that lack what each solution needs."""
        if not derivation.anchored:
            return set(foci)
        new = foci & self.subjects
        able = set(foci - new)
        for needs in derivation.needs:
            some = set(new)
            for predicate in needs:
                some = self.having(predicate, some)
            able |= some
        return able
