"""Findings of a world with some put in the place of others, for one reader: worked out when asked, stored nowhere."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import islice
from threading import Lock
from typing import Literal, Protocol

from graph.derivations.premises import pieces
from graph.findings.finding import Found
from graph.findings.reading import Filter, Findings, Known, Page
from graph.findings.view import FindingsView, select
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


class Order:
    """The order in which findings that are put in are shown: it stands as long as no finding of the world changes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[int, list[Known]] | None = None

    def of(self, found: Mapping[str, Found], view: FindingsView, state: int) -> list[Known]:
        """Give them in order, as they are where the last change was at row `state`."""
        with self._lock:
            if self._kept is None or self._kept[0] != state:
                self._kept = state, sorted(_known(found, view), key=_key, reverse=True)
            return self._kept[1]


class Made(Protocol):
    """What was worked out for a world: findings by address, their links, and the order that they are kept in."""

    @property
    def world(self) -> str:
        """The name of the world."""

    @property
    def found(self) -> Mapping[str, Found]:
        """The findings by address."""

    @property
    def links(self) -> Links:
        """Their links."""

    @property
    def order(self) -> Order:
        """Their order."""


class Overlaid(Findings):
    """Findings of a view, but for those that `_left_out` names, with those that were made among them."""

    def __init__(self, view: FindingsView, made: Made, audiences: Sequence[str]) -> None:
        super().__init__(view, made.world, audiences)
        self._made = made
        self._asked: dict[Filter, list[Known]] = {}

    @cached_property
    def _others(self) -> list[Known]:
        return self._made.order.of(self._made.found, self._view, self.sequence())

    @abstractmethod
    def _left_out(self) -> tuple[str, list[object]]:
        """Give the condition of SQL by which a finding `f` of the view is left out, with its values."""

    def page(self, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
        """Give a page: first those of which no opening is known, then the newest first."""
        opened, _, iri = (after or "").partition(" ")
        kept = super().page(wanted, after=after, limit=limit)
        others = self._fitting(wanted)
        start = 0 if after is None else bisect_left(others, 1, key=lambda each: _key(each) < (opened, iri))
        shown = list(islice(merge(others[start : start + limit + 1], kept.findings, key=_key, reverse=True), limit + 1))
        more = len(shown) > limit or kept.after is not None
        shown = self._noted(shown[:limit])
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
        if (found := self._made.found.get(iri)) is None:
            condition, values = self._left_out()
            query = select("1", "findings f", ["f.iri = ?", condition])
            return None if self._view.rows(query, [iri, *values]) else super().one(iri)
        return self._noted(list(_known({iri: found}, self._view)))[0]

    def _where(self, wanted: Filter) -> tuple[list[str], list[object]]:
        where, values = super()._where(wanted)
        condition, further = self._left_out()
        return [*where, f"NOT ({condition})"], [*values, *further]

    def _fitting(self, wanted: Filter) -> list[Known]:
        """Give those that are put in and fit, in order: they are open, and nobody knows since when."""
        if wanted.status == "cleared" or wanted.since:
            return []
        if wanted not in self._asked:
            fitting = self._others
            for fits in self._conditions(wanted):
                fitting = [each for each in fitting if fits(each.found)]
            self._asked[wanted] = self._contested(fitting) if wanted.status == "contested" else fitting
        return self._asked[wanted]

    def _conditions(self, wanted: Filter) -> Iterator[Callable[[Found], bool]]:
        """Give what a finding has to fulfil, one condition for each thing that is asked."""
        plain = (
            ("rule", wanted.rule), ("family", wanted.family), ("severity", wanted.severity),
            ("finding_class", wanted.finding_class), ("focus", wanted.focus and f"<{wanted.focus}>"),
        )  # fmt: skip
        for name, asked in plain:
            if asked:
                yield _is(name, asked)
        for kind, iri in (("actor", wanted.actor), ("domain", wanted.domain)):
            if iri:
                yield _leads_to(f"<{iri}>", self._made.links[kind])

    def _contested(self, found: Sequence[Known]) -> list[Known]:
        """Give those with notes that these readers may see; a finding has the same anchor in each world."""
        anchors = {target.rpartition("#")[2] for target in self._view.noted(self._audiences)}
        noted = self._noted([each for each in found if each.iri.rpartition("#")[2] in anchors])
        return [each for each in noted if each.notes]


def _is(name: str, asked: str) -> Callable[[Found], bool]:
    return lambda found: bool(getattr(found, name) == asked)


def _leads_to(term: str, links: Mapping[str, Sequence[str]]) -> Callable[[Found], bool]:
    return lambda found: term in links.get(found.focus, ())


def _known(found: Mapping[str, Found], view: FindingsView) -> Iterator[Known]:
    """Give what is put in, with the time since when the view has it open."""
    for some in pieces(list(found), _ROWS_A_READ):
        opened = view.opened(some)
        for iri in some:
            yield Known(iri, iri.partition("#")[0], found[iri], opened.get(iri, ""), None, 0)


def _key(each: Known) -> tuple[str, str]:
    """Give what findings are put in order by, the greatest first."""
    return each.opened or _UNKNOWN, each.iri
