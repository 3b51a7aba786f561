"""What things are called, for a report: read from a store when it is first asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pyoxigraph import DefaultGraph, Literal, NamedNode

from api.pages.names import choose_name
from graph.records.kinds import LABEL_RANKS
from graph.store.store import TripleStore

_LABELS = [NamedNode(prop[1:-1]) for prop in sorted(LABEL_RANKS, key=lambda prop: LABEL_RANKS[prop])]


def names_in(store: TripleStore, language: str) -> Callable[[str], str | None]:
    """Give a function that tells the public name of an IRI in a language, None where it has none."""

    @lru_cache(maxsize=65536)
    def name(iri: str) -> str | None:
        for prop in _LABELS:
            values = (quad.object for quad in store.values(iri, prop, DefaultGraph()))
            found = choose_name([(each.value, each.language) for each in values if isinstance(each, Literal)], language)
            if found is not None:
                return found.text
        return None

    return name
