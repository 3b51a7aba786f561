"""The names that graphs have in a remote engine, which may hold other data, other worlds and other generations.

A *generation* is one making of a world's triples; its name holds 128 random bits. So nobody who writes into an old
generation touches the present one, and nobody names a graph that was not shown to him.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pyoxigraph import DefaultGraph, NamedNode

from graph.store.store import STATE, Graph

GRAPH = NamedNode(f"{STATE.value}/graph")
"""A mark: the name of a graph that this generation has."""

WORLD = NamedNode(f"{STATE.value}/world")
"""A mark in the list of generations: of which world it is."""


@dataclass(frozen=True)
class Names:
    """The names of one generation; `prefix` is an IRI that ends with a slash and is the start of all of them."""

    prefix: str

    @property
    def state(self) -> str:
        """The graph, and its one subject, of the store's own marks."""
        return f"{self.prefix}state"

    @property
    def probe(self) -> str:
        """The graph in which literals are tried."""
        return f"{self.prefix}probe"

    @property
    def nothing(self) -> str:
        """A graph that never exists: it stands where a list of graphs is empty, for no list would say nothing."""
        return f"{self.prefix}nothing"

    def there(self, graph: Graph) -> str:
        """The name of a graph in the engine."""
        if isinstance(graph, DefaultGraph):
            return f"{self.prefix}default"
        return f"{self.prefix}graph/{quote(graph.value, safe='')}"

    def here(self, name: str) -> Graph:
        """The graph that has this name in the engine."""
        local = name.removeprefix(f"{self.prefix}graph/")
        return DefaultGraph() if local == name else NamedNode(unquote(local))

    def all(self, graphs: Sequence[Graph]) -> list[str]:
        """The names of graphs in the engine, that of none where there are none."""
        return [self.there(graph) for graph in graphs] or [self.nothing]
