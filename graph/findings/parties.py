"""Findings for who is party to agreements: what the agreements' records open and clear in the members' world.

Only what these records may concern is judged, for the reader who asks; the members' findings stand for all else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from string import Template

from pyoxigraph import QuerySolutions

from graph.errors import DataError, ResultTooLarge
from graph.findings.finding import Found, finding_iri, report_iri
from graph.findings.links import links_of
from graph.findings.overlay import Links, Order, Overlaid, Place
from graph.findings.reading import Changed, Findings, Known
from graph.findings.standards import Standard
from graph.findings.view import FindingsView
from graph.governance.rejudging.candidates import Change
from graph.governance.rejudging.judging import Bench, Judged
from graph.store.store import Graph

MOST_STATEMENTS = 20_000
"""Of agreements with more statements nothing is judged for one reader."""

_STATEMENTS = Template(files("graph.findings").joinpath("statements.rq").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Beside:
    """What some agreements change in the findings of a world: addresses of what clears, what opens by its address."""

    world: str
    gone: frozenset[str]
    found: Mapping[str, Found]
    links: Links
    order: Order = field(default_factory=Order, compare=False, repr=False)


def judge_beside(
    place: Place, own: Sequence[Graph], ready: Bench, standard: Standard, still: Callable[[], None]
) -> Beside:
    """Judge what statements in the graphs `own` may make different for who sees them beside those of a place.

    `ready` is a bench with the classes of the place; `still` is called between constraints, and may raise. Raises
    ResultTooLarge where there are more statements than are judged for one reader, DataError where the engine fails.
    """
    change = Change(added=_statements(place, own))
    graphs = [*place.graphs, *own]
    before, after = ready.beside(place.store, lambda: place.graphs), ready.beside(place.store, lambda: graphs)
    known: dict[str, Found] = {}
    seen: dict[str, Found] = {}
    for unit, nodes in after.concerned(change):
        known |= _found(place, standard, before.of(unit, nodes))
        seen |= _found(place, standard, after.of(unit, nodes))
        still()
    come = {iri: found for iri, found in seen.items() if iri not in known}
    links = links_of(place.store, graphs, {found.focus for found in come.values()})
    return Beside(place.world, frozenset(known.keys() - seen.keys()), come, links)


def changed_beside(before: Beside, seen: FindingsBeside, world: Findings, changed: Changed, time: str) -> Changed:
    """Give what opened and cleared for who is party to agreements: by their own records, and by what `changed` besides.

    `before` is what they changed then, `seen` the findings as the party sees them now, `world` those of its members.
    What only the agreements cleared did so at `time` (ISO, UTC).
    """
    opened = {each.iri for each in changed.opened}
    cleared = {each.iri for each in changed.cleared}
    after = seen.beside
    touched = (before.found.keys() ^ after.found.keys()) | (before.gone ^ after.gone) | opened | cleared
    came: list[Known] = []
    went: list[Known] = []
    for iri in sorted(touched):
        known = world.one(iri)
        is_open = known is not None and known.cleared is None
        was_open = iri in cleared or (is_open and iri not in opened)
        saw = iri in before.found or (was_open and iri not in before.gone)
        sees = iri in after.found or (is_open and iri not in after.gone)
        if sees and not saw and (shown := seen.one(iri)) is not None:
            came.append(shown)
        elif saw and not sees:
            last = known or Known(iri, iri.partition("#")[0], before.found[iri], "", None, 0)
            went.append(replace(last, cleared=last.cleared or time))
    return Changed(tuple(came), tuple(went))


def _statements(place: Place, own: Sequence[Graph]) -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for graph in own:
        answer = place.store.query(_STATEMENTS.substitute(most=MOST_STATEMENTS + 1), graphs=[graph])
        if not isinstance(answer, QuerySolutions):
            raise DataError("the store gave no solutions")
        found |= {(str(row["subject"]), str(row["predicate"]), str(row["object"])) for row in answer}
        if len(found) > MOST_STATEMENTS:
            raise ResultTooLarge(f"the agreements have more than {MOST_STATEMENTS} statements")
    return found


def _found(place: Place, standard: Standard, judged: Judged) -> dict[str, Found]:
    some = (standard.found(judged.unit, result, public=False) for result in judged.results)
    return {finding_iri(report_iri(place.base, place.world, each.focus), each): each for each in some}


class FindingsBeside(Overlaid):
    """The findings of a world as who is party to some agreements sees it."""

    def __init__(self, view: FindingsView, beside: Beside, audiences: Sequence[str]) -> None:
        super().__init__(view, beside, audiences)
        self.beside = beside
        self._gone = json.dumps(sorted(beside.gone))

    def is_own(self, iri: str) -> bool:
        """Say whether a finding is one that only the agreements make."""
        return iri in self._made.found

    def _left_out(self) -> tuple[str, list[object]]:
        """Leave out what the agreements clear."""
        return "f.cleared IS NULL AND f.iri IN (SELECT value FROM json_each(?))", [self._gone]
