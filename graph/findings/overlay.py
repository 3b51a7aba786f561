"""Findings of a world with some put in the place of others, for one reader: worked out when asked, stored nowhere."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Literal

from graph.findings.finding import Found
from graph.findings.reading import Filter, Findings, Known, Page
from graph.findings.view import FindingsView
from graph.store.store import Answer, Graph, TripleStore

_ROWS_A_READ = 400
# What nobody knows the opening of comes first: no time of opening is later.
_UNKNOWN = "9999"

Links = Mapping[str, Mapping[str, Sequence[str]]]
"""Whom (`actor`) each focus node concerns and its domains (`domain`)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is judged: the store and the graphs of a world, its name, and the base of local addresses."""

    store: TripleStore
    graphs: Sequence[Graph]
    world: str
    base: str

    def ask(self, query: str) -> Answer:
        """Ask the graphs of the world."""
        return self.store.query(query, graphs=self.graphs)


class Overlaid(Findings):
    """Findings of a view, but for those that `_left_out` names, with `found` (by address) among them."""

    def __init__(
        self, view: FindingsView, world: str, audiences: Sequence[str], found: Mapping[str, Found], links: Links
    ) -> None:
        super().__init__(view, world, audiences)
        self._links = links
        opened: dict[str, str] = {}
        names = sorted(found)
        for start in range(0, len(names), _ROWS_A_READ):
            opened |= view.opened(names[start : start + _ROWS_A_READ])
        self._others = sorted(
            (Known(iri, iri.partition("#")[0], each, opened.get(iri, ""), None, 0) for iri, each in found.items()),
            key=_key,
            reverse=True,
        )

    @abstractmethod
    def _left_out(self) -> tuple[str, list[object]]:
        """Give the condition of SQL by which a finding `f` of the view is left out, with its values."""

    def page(self, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
        """Give a page: first those of which no opening is known, then the newest first."""
        opened, _, iri = (after or "").partition(" ")
        others = (each for each in self._fitting(wanted) if after is None or _key(each) < (opened, iri))
        kept = super().page(wanted, after=after, limit=limit)
        shown = list(islice(merge(others, kept.findings, key=_key, reverse=True), limit + 1))
        more = len(shown) > limit or kept.after is not None
        shown = shown[:limit]
        return Page(tuple(shown), " ".join(_key(shown[-1])) if more else None)

    def counts(self, wanted: Filter, by: Literal["rule", "family", "severity", "class"]) -> dict[str, int]:
        """Count what fits by rule, family, severity or class."""
        name = "finding_class" if by == "class" else by
        others = Counter(str(getattr(each.found, name)) for each in self._fitting(wanted))
        return dict(sorted((others + Counter(super().counts(wanted, by))).items()))

    def total(self, wanted: Filter) -> int:
        """Count what fits."""
        return super().total(wanted) + len(self._fitting(wanted))

    def one(self, iri: str) -> Known | None:
        """Give a finding by its address, None where there is none."""
        found = next((each for each in self._others if each.iri == iri), None)
        return self._noted([found])[0] if found is not None else super().one(iri)

    def _where(self, wanted: Filter) -> tuple[list[str], list[object]]:
        where, values = super()._where(wanted)
        condition, further = self._left_out()
        return [*where, f"NOT ({condition})"], [*values, *further]

    def _fitting(self, wanted: Filter) -> list[Known]:
        """Give those that are put in and fit: they are open, and nobody knows since when."""
        if wanted.status == "cleared" or wanted.since:
            return []
        fitting = self._noted([each for each in self._others if self._fits(each.found, wanted)])
        return [each for each in fitting if each.notes] if wanted.status == "contested" else fitting

    def _fits(self, found: Found, wanted: Filter) -> bool:
        plain = (
            (wanted.rule, found.rule), (wanted.family, found.family), (wanted.severity, found.severity),
            (wanted.finding_class, found.finding_class), (wanted.focus and f"<{wanted.focus}>", found.focus),
        )  # fmt: skip
        if any(asked and asked != is_so for asked, is_so in plain):
            return False
        linked_to = (("actor", wanted.actor), ("domain", wanted.domain))
        return all(f"<{asked}>" in self._links[kind].get(found.focus, ()) for kind, asked in linked_to if asked)


def _key(each: Known) -> tuple[str, str]:
    """Give what findings are put in order by, the greatest first."""
    return each.opened or _UNKNOWN, each.iri
