"""Findings at another date than the recorded one: what reads the date is judged anew, in memory; all else stands.

Nothing is stored, so no row of the log and no reader of the present date knows of it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.errors import InputError, ResultTooLarge
from graph.findings.finding import Found, finding_iri, report_iri
from graph.findings.links import links_of
from graph.findings.overlay import Links, Order, Overlaid, Place
from graph.findings.parties import Beside
from graph.findings.reading import Filter
from graph.findings.standards import Standard
from graph.findings.view import FindingsView
from graph.governance.checking.dates import at_date, evaluation
from graph.governance.compiling.running import Run, below_classes
from graph.governance.rejudging.reads import Unit, units_of

MOST = 50_000
"""Of more findings by rules that read the date, no list is made."""


@dataclass(frozen=True, slots=True)
class Dated:
    """What the parts of rules that read the date find at one; `rules` are theirs, `found` by its address.

    `gone` are addresses of what clears for another reason.
    """

    date: datetime.date
    world: str
    parts: frozenset[str]
    rules: frozenset[str]
    found: Mapping[str, Found]
    links: Links
    gone: frozenset[str] = frozenset()
    order: Order = field(default_factory=Order, compare=False, repr=False)


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
    links = links_of(place.store, place.graphs, {each.focus for each in found.values()})
    parts = frozenset(map(standard.part_of, units))
    return Dated(date, place.world, parts, frozenset(part.partition(" ")[0] for part in parts), found, links)


def beside(dated: Dated, changed: Beside) -> Dated:
    """Give the same with what agreements change in all that does not read the date, for who is party to them."""
    others = {iri: each for iri, each in changed.found.items() if each.part not in dated.parts}
    links = {kind: {**changed.links[kind], **some} for kind, some in dated.links.items()}
    return replace(dated, found={**others, **dated.found}, links=links, gone=changed.gone, order=Order())


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


class FindingsAt(Overlaid):
    """The findings of a world at a supposed date: only what is open then, with or without a note that contests it."""

    def __init__(self, view: FindingsView, dated: Dated, audiences: Sequence[str]) -> None:
        super().__init__(view, dated, audiences)
        self._dated = dated

    def _left_out(self) -> tuple[str, list[object]]:
        """Leave out what reads the date, and what clears for another reason."""
        rules, parts = sorted(self._dated.rules), json.dumps(sorted(self._dated.parts))
        marks = ",".join("?" * len(rules))
        part = "json_extract(f.data, '$.part') IN (SELECT value FROM json_each(?))"
        gone = json.dumps(sorted(self._dated.gone))
        others = "f.iri IN (SELECT value FROM json_each(?))"
        return f"(f.rule IN ({marks}) AND {part} OR {others})", [*rules, parts, gone]

    def _where(self, wanted: Filter) -> tuple[list[str], list[object]]:
        """Raise InputError for a filter that asks what happened."""
        if wanted.status not in ("open", "contested") or wanted.since:
            raise InputError("at another date there is no history", remedy="ask for what is open, without since")
        return super()._where(wanted)
