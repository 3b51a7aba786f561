"""What things are called, read from a store alone: for the command line, where nothing has a page."""

from __future__ import annotations

from collections.abc import Iterable

from api.pages.names import Name, choose_name
from graph.reasoning.facts import Facts
from graph.records.kinds import LABEL_RANKS
from graph.terms import is_iri, value_of


class StoreNames:
    """The names of some IRIs in one language."""

    def __init__(self, facts: Facts, iris: Iterable[str], language: str) -> None:
        properties = [prop[1:-1] for prop in LABEL_RANKS]
        self._language = language
        self._said = facts.about((each for each in iris if is_iri(each)), properties)

    def name(self, iri: str) -> Name | None:
        """Give what an IRI is called by its best property, None where nothing names it."""
        for prop in LABEL_RANKS:
            texts = [value_of(text) for text in self._said.get(iri, {}).get(prop[1:-1], ()) if text.startswith('"')]
            if texts:
                return choose_name([(each.value, each.language) for each in texts], self._language)
        return None

    def kind(self, iri: str) -> str | None:
        """Give no kind: it only chooses a sign on a page."""
        return None

    def page(self, iri: str) -> str | None:
        """Give no address."""
        return None
