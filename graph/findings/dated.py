"""Findings at another date than the recorded one: what reads the date is judged anew, in memory; all else stands.

Nothing is stored, so no row of the log and no reader of the present date knows of it.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Literal

from graph.errors import InputError, ResultTooLarge
from graph.findings.finding import Found, finding_iri, report_iri
from graph.findings.links import LINKS, linked
from graph.findings.reading import Filter, Findings, Known, Page
from graph.findings.standards import Standard
from graph.findings.view import FindingsView
from graph.governance.checking.dates import at_date, evaluation
from graph.governance.compiling.running import Run, below_classes
from graph.governance.rejudging.reads import Unit, units_of
from graph.store.store import Answer, Graph, TripleStore

MOST = 50_000
"""Of more findings by rules that read the date, no list is made."""

_ROWS_A_READ = 400
# Those that are open at the supposed date only come first: no time of opening is later.
_SUPPOSED = "9999"


@dataclass(frozen=True, slots=True)
class Dated:
    """What the parts of rules that read the date find at one; `rules` are theirs.

    `links` give by focus node whom it concerns (`actor`) and its domains (`domain`).
    """

    date: datetime.date
    world: str
    parts: frozenset[str]
    rules: frozenset[str]
    found: Mapping[str, Found]
    """By the address that each would have."""
    links: Mapping[str, Mapping[str, Sequence[str]]]


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


def judge_at(place: Place, standard: Standard, date: datetime.date, still: Callable[[], None]) -> Dated:
    """Judge what reads the date of evaluation at another one. `still` is called between rules, and may raise.

    Raises ResultTooLarge above `MOST` findings, DataError where the engine fails.
    """
    units = _reading_the_date(place, standard, date)
    run = Run(place.ask, below_classes(place.ask))
    found: dict[str, Found] = {}
    for unit in units:
        still()
        for result in run.results(unit.shape, unit.source):
            each = standard.found(unit, result, public=place.world == "public")
            found[finding_iri(report_iri(place.base, place.world, each.focus), each)] = each
            if len(found) > MOST:
                raise ResultTooLarge(
                    f"more than {MOST} findings hang on the date", remedy="check on the command line: civigraph check"
                )
    foci = {each.focus for each in found.values()}
    links = {name.removesuffix("s"): linked(place.store, place.graphs, name, foci) for name in LINKS}
    parts = frozenset(map(standard.part_of, units))
    return Dated(date, place.world, parts, frozenset(part.partition(" ")[0] for part in parts), found, links)


def _reading_the_date(place: Place, standard: Standard, date: datetime.date) -> list[Unit]:
    """Give the units that read the date, with this one in them, and those whose findings bear the same name."""
    others = units_of(at_date(standard.shapes.shapes, evaluation(place.ask, date)))
    # A constraint that does not read the date is the same object at both.
    parts = {
        standard.part_of(unit)
        for unit, other in zip(standard.units, others, strict=True)
        if unit.shape.constraints[0] is not other.shape.constraints[0]
    }
    return [other for other in others if standard.part_of(other) in parts]


class FindingsAt(Findings):
    """The findings of a world at a supposed date: only what is open then, with or without a note that contests it."""

    def __init__(self, view: FindingsView, dated: Dated, audiences: Sequence[str]) -> None:
        super().__init__(view, dated.world, audiences)
        self._dated = dated
        opened: dict[str, str] = {}
        names = sorted(dated.found)
        for start in range(0, len(names), _ROWS_A_READ):
            opened |= view.opened(names[start : start + _ROWS_A_READ])
        self._then = sorted(
            (Known(iri, iri.partition("#")[0], found, opened.get(iri, ""), None, 0)
            for iri, found in dated.found.items()),
            key=_key,
            reverse=True,
        )  # fmt: skip

    def page(self, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
        """Give a page: first what is open then only, then the newest first."""
        opened, _, iri = (after or "").partition(" ")
        then = (each for each in self._fitting(wanted) if after is None or _key(each) < (opened, iri))
        still = super().page(wanted, after=after, limit=limit)
        shown = list(islice(merge(then, still.findings, key=_key, reverse=True), limit + 1))
        more = len(shown) > limit or still.after is not None
        shown = shown[:limit]
        return Page(tuple(shown), " ".join(_key(shown[-1])) if more else None)

    def counts(self, wanted: Filter, by: Literal["rule", "family", "severity", "class"]) -> dict[str, int]:
        """Count what fits by rule, family, severity or class."""
        name = "finding_class" if by == "class" else by
        then = Counter(str(getattr(each.found, name)) for each in self._fitting(wanted))
        return dict(sorted((then + Counter(super().counts(wanted, by))).items()))

    def total(self, wanted: Filter) -> int:
        """Count what fits."""
        return super().total(wanted) + len(self._fitting(wanted))

    def _where(self, wanted: Filter) -> tuple[list[str], list[object]]:
        """Leave out what reads the date. Raises InputError for a filter that asks what happened."""
        if wanted.status not in ("open", "contested") or wanted.since:
            raise InputError("at another date there is no history", remedy="ask for what is open, without since")
        where, values = super()._where(wanted)
        rules, parts = sorted(self._dated.rules), json.dumps(sorted(self._dated.parts))
        marks = ",".join("?" * len(rules))
        part = "json_extract(f.data, '$.part') IN (SELECT value FROM json_each(?))"
        where.append(f"NOT (f.rule IN ({marks}) AND {part})")
        return where, [*values, *rules, parts]

    def _fitting(self, wanted: Filter) -> list[Known]:
        """Give what is found at the date and fits."""
        fitting = self._noted([each for each in self._then if self._fits(each.found, wanted)])
        return fitting if wanted.status == "open" else [each for each in fitting if each.notes]

    def _fits(self, found: Found, wanted: Filter) -> bool:
        plain = (
            (wanted.rule, found.rule), (wanted.family, found.family), (wanted.severity, found.severity),
            (wanted.finding_class, found.finding_class), (wanted.focus and f"<{wanted.focus}>", found.focus),
        )  # fmt: skip
        if any(asked and asked != is_so for asked, is_so in plain):
            return False
        linked_to = (("actor", wanted.actor), ("domain", wanted.domain))
        return all(f"<{asked}>" in self._dated.links[kind].get(found.focus, ()) for kind, asked in linked_to if asked)


def _key(each: Known) -> tuple[str, str]:
    """Give what findings are put in order by, the greatest first."""
    return each.opened or _SUPPOSED, each.iri
