"""The findings of the reader's world at a date that is only supposed, worked out once for each state of the graph."""

from __future__ import annotations

import datetime

from api.checks.party_findings import agreements_of, judged_on
from api.checks.triples_copy import triples_copy
from api.endpoint.shares import Clock, in_share
from api.visit import Visit
from graph.findings.checkers import SEATS
from graph.findings.dated import Dated, FindingsAt, beside, judge_at
from graph.findings.overlay import Place
from graph.findings.standards import governance


def findings_at(visit: Visit, date: datetime.date) -> FindingsAt:
    """Give the findings of the world that a visitor sees, at a date, with what agreements change for their parties.

    Raises what `in_share` and `judge_at` raise, DeadlineReached where it takes longer than a query may.
    """
    known, kept, agreements = visit.known, visit.site.dates, agreements_of(visit)
    key = (known.findings.world, agreements, known.state(known.views.triples.sequence()), date)
    dated = kept.get(key) or in_share(visit, lambda: kept.get(key) or _judged(visit, agreements, date))
    return FindingsAt(known.views.findings, dated, known.audiences)


def _judged(visit: Visit, agreements: tuple[str, ...], date: datetime.date) -> Dated:
    triples, world = visit.known.views.triples, visit.known.findings.world
    audiences = next(seat.audiences for seats in SEATS.values() for seat in seats if seat.world == world)
    own = [triples.graph_of(each) for each in agreements]
    graphs = triples.all_graphs() if audiences is None else [*map(triples.graph_of, audiences), *own]
    clock = Clock(visit.site.settings.query_deadline)
    with triples_copy(visit) as (store, sequence):
        dated = judge_at(Place(store, graphs, world, triples.base), governance(), date, clock.check)
        if agreements:
            dated = beside(dated, judged_on(visit, agreements, store, sequence, clock.check))
    visit.site.dates.put((world, agreements, visit.known.state(sequence), date), dated)
    return dated
