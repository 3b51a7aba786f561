"""The findings that a visitor sees: those of the world, with what agreements change for who is party to them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from api.checks.triples_copy import triples_copy
from api.endpoint.shares import Clock, in_share
from api.visit import Visit
from graph.errors import LimitReached, NotAllowed
from graph.findings.checkers import CURATORS
from graph.findings.overlay import Place
from graph.findings.parties import Beside, FindingsBeside, judge_beside
from graph.findings.reading import Findings
from graph.findings.standards import Standard, governance
from graph.governance.compiling.running import below_classes
from graph.governance.rejudging.judging import Bench
from graph.log.rows import MEMBERS, PUBLIC
from graph.store.store import TripleStore

AUDIENCES = {"public": PUBLIC, "members": MEMBERS, "full": CURATORS}
"""For whom the findings of a world are."""


def findings_of(visit: Visit) -> Findings:
    """Give the findings that a visitor sees.

    Where it would take more than a query may, or the visitor's share is used up, the members' findings stand for those
    of a party: a page is shown all the same.
    """
    known, agreements = visit.known, agreements_of(visit)
    if not agreements:
        return known.findings
    try:
        beside = _beside(visit, agreements)
    except LimitReached:
        return known.findings
    return FindingsBeside(known.views.findings, beside, known.audiences)


def audience_of(visit: Visit, findings: Findings, iri: str) -> str:
    """Give the audience of what is written about a finding: nobody is in it who may not see the finding.

    Raises NotAllowed for what only several agreements together make, LimitReached where telling takes too long.
    """
    seen_by = seen_in(findings, iri)
    if seen_by != "parties":
        return AUDIENCES[seen_by]
    for each in agreements_of(visit):
        if iri in _beside(visit, (each,)).found:
            return each
    raise NotAllowed(
        "the finding follows from several agreements together, and a note would be for the parties of one",
        where=iri,
        remedy="speak with those who are party to all of them",
    )


def seen_in(findings: Findings, iri: str) -> str:
    """Say in which world a finding is seen: `parties` where only agreements make it."""
    is_own = isinstance(findings, FindingsBeside) and findings.is_own(iri)
    return "parties" if is_own else findings.world


def agreements_of(visit: Visit) -> tuple[str, ...]:
    """Give the agreements whose records a visitor sees as party to them; none for who sees everything anyhow."""
    known = visit.known
    if known.findings.world != "members":
        return ()
    return tuple(each for each in known.audiences if each not in (PUBLIC, MEMBERS))


def _beside(visit: Visit, agreements: tuple[str, ...]) -> Beside:
    kept, key = visit.site.parties, (agreements, visit.known.views.triples.sequence())
    return kept.get(key) or in_share(visit, lambda: kept.get(key) or _judged(visit, agreements))


def _judged(visit: Visit, agreements: tuple[str, ...]) -> Beside:
    clock = Clock(visit.site.settings.query_deadline)
    with triples_copy(visit) as (store, sequence):
        return judged_on(visit, agreements, store, sequence, clock.check)


def judged_on(
    visit: Visit, agreements: tuple[str, ...], store: TripleStore, sequence: int, still: Callable[[], None]
) -> Beside:
    """Give what agreements change in the members' findings in one state of the triples, judged where nobody has yet."""
    triples, kept, key = visit.known.views.triples, visit.site.parties, (agreements, sequence)
    if (beside := kept.get(key)) is None:
        common, own = ([triples.graph_of(each) for each in some] for some in ((PUBLIC, MEMBERS), agreements))
        place = Place(store, common, "members", triples.base)
        beside = judge_beside(place, own, _ready.get(place, governance()), governance(), still)
        kept.put(key, beside)
    return beside


class _Ready:
    """The bench that all others are made beside: what rules read takes a second or two to work out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bench: Bench | None = None

    def get(self, place: Place, standard: Standard) -> Bench:
        """Give a bench with the classes of a place, made again when classes have others below them."""
        classes = below_classes(place.ask)
        with self._lock:
            if self._bench is None or self._bench.classes != classes:
                made = Bench(place.store, lambda: place.graphs, standard.units)
                made.prepare()
                self._bench = made
            return self._bench


_ready = _Ready()
