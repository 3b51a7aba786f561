"""The checker of one world: judges what a change concerns, and tells the log what opened and what cleared.

Only the holder of the views has one. What it tells is a record a focus node (`finding.py`); what the log has already
adds no row, so doing the same twice tells it once. Its own rows change nothing that a rule reads: it never answers
itself.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from pyoxigraph import NamedNode

from graph.findings.control import Said
from graph.findings.finding import Finding, Found, Report, finding_iri, record_of, report_iri
from graph.findings.links import LINKS, linked
from graph.findings.recorder import ANEW, Recorder
from graph.findings.standards import Standard
from graph.findings.view import FindingsView
from graph.governance.rejudging.candidates import Change, TooMany, Walk
from graph.governance.rejudging.judging import Bench, Judged
from graph.governance.rejudging.patterns import patterns_of
from graph.governance.rejudging.reads import Read, reads_of_query
from graph.log.clock import now
from graph.log.log import Log
from graph.log.rows import PUBLIC, Entry
from graph.log.sources import CHECKER, CHECKER_ADDRESS
from graph.records.record import Record
from graph.terms import DCAT, TYPE

_REPORTS_AT_ONCE = 500
_SECONDS_A_TURN = 0.25
_TYPE = NamedNode(TYPE[1:-1])
_DATASET = NamedNode(f"{DCAT}Dataset")
_NOBODY = "<urn:x-civigraph:nobody>"


class Judge:
    """Judges one world, by what its recorder notes. Used by one thread; `view` holds what the log says of findings."""

    def __init__(self, recorder: Recorder, view: FindingsView, log: Log, standard: Standard) -> None:
        self._recorder = recorder
        self._seat = recorder.seat
        self._triples = recorder.triples
        self._control = recorder.control
        self._seen = recorder.seen
        self._view = view
        self._log = log
        self._standard = standard
        self._ways = _ways()
        self._is_known = False
        self.bench = Bench(self._triples.store, self._seen, standard.units)
        self._begin()

    def _begin(self) -> None:
        """Begin where the last one ended, or anew where something passed unseen or the rules are others."""
        control = self._control
        same = control.get("version") == self._standard.version
        if not same or control.get(ANEW):
            with control.together():
                control.begin_anew([unit.name for unit in self._standard.units], forgetting=not same)
                control.remember("version", self._standard.version)
                control.remember(ANEW, "")

    @property
    def settled(self) -> bool:
        """Whether all that is known is judged and told."""
        control = self._control
        waits = control.get(ANEW) or control.get("compare") or control.stale() or control.pending()
        return not (waits or control.dirty(1))

    def step(self) -> bool:
        """Judge what a change concerns, where no more than that is to be done; say whether the log has new rows."""
        self._begin()
        if self._control.stale():
            return False
        self._judge_pending()
        return self._tell()

    def turn(self) -> bool:
        """Judge units for a moment; say whether anything was to be done."""
        self._begin()
        control = self._control
        units = {unit.name: unit for unit in self._standard.units}
        end = time.monotonic() + _SECONDS_A_TURN
        waiting = control.stale()
        if not waiting:
            return not self.settled and (self.step() or True)
        for name in waiting:
            judged = self.bench.all_of(units[name])
            with control.together():
                self._put([judged])
                control.fresh(name)
            if time.monotonic() > end:
                return True
        self.step()
        return True

    def _judge_pending(self) -> None:
        change = self._control.journal()
        if not change:
            return
        again = list(self.bench.again(change, self._control))
        with self._control.together():
            self._put(again)
            self._control.touch(self._relinked(change))
            self._control.looked()

    def _put(self, judged: Sequence[Judged]) -> None:
        self._control.put([Said(each.unit.name, each.nodes, self._found(each)) for each in judged])

    def _found(self, judged: Judged) -> list[tuple[str, str]]:
        public = self._seat.audiences == (PUBLIC,)
        found = ((each.focus, self._standard.found(judged.unit, each, public=public)) for each in judged.results)
        return [(focus, json.dumps(told.plain(), sort_keys=True)) for focus, told in found]

    def _relinked(self, change: Change) -> set[str]:
        """Give those with something open whom other actors or domains may concern now."""
        walk = Walk(self._triples.store, self._seen(), change.removed)
        ends: set[str] = set()
        try:
            for statement in change.removed | change.added:
                for read in self._ways.get(statement[1], ()):
                    ends |= walk.follow({statement}, read.ways)
        except TooMany:
            return self._control.all_foci()
        known = self._control.found(ends)
        return {focus for focus in ends if known[focus]}

    def _tell(self) -> bool:
        """Write the reports that changed; say whether any did."""
        control = self._control
        if control.get("compare"):
            with control.together():
                # What was found before is forgotten: what the log has, and nobody finds any more, is cleared.
                control.touch(self._view.reported(self._seat.world) | control.all_foci())
                control.remember("compare", "")
        told = False
        while foci := control.dirty(_REPORTS_AT_ONCE):
            told |= self._write(foci)
            with control.together():
                control.written(foci)
        return told

    def _write(self, foci: Sequence[str]) -> bool:
        found = {focus: [_found(data) for data in some] for focus, some in self._control.found(foci).items()}
        entries, gone = [], []
        links = {name: linked(self._triples.store, self._seen(), name, foci) for name in LINKS}
        for focus in foci:
            name = report_iri(self._triples.base, self._seat.world, focus)
            if not found[focus] and not self._view.has_report(name):
                continue
            if not found[focus] and not self._is_described(focus):
                # The history of a finding goes with what it was about.
                gone.append(name)
                continue
            record = self._record(name, focus, found[focus], (links["actors"], links["domains"]))
            entries.append(Entry(record, self._seat.audience))
        return self._append(entries, gone)

    def _append(self, entries: Sequence[Entry], gone: Sequence[str]) -> bool:
        if not self._is_known:
            self._log.sources.ensure(CHECKER, CHECKER_ADDRESS)
            self._is_known = True
        told = [self._log.append(entries, agent=CHECKER, source=CHECKER)] if entries else []
        told += [self._log.retract(CHECKER, gone, agent=CHECKER)] if gone else []
        for appended in told:
            self._view.take(self._log.told(CHECKER, appended.first - 1, appended.last))
        return any(appended.first <= appended.last for appended in told)

    def _record(
        self, name: str, focus: str, found: Sequence[Found], links: tuple[dict[str, list[str]], dict[str, list[str]]]
    ) -> Record:
        named = {finding_iri(name, each): each for each in found}
        since, today = self._view.opened(list(named)), now()
        findings = tuple(
            Finding(iri, self._seat.world, since.get(iri, today), each) for iri, each in sorted(named.items())
        )
        actors, domains = (some.get(focus, []) for some in links)
        return record_of(
            self._triples.base,
            Report(
                self._seat.world,
                focus,
                findings,
                tuple(actors),
                tuple(domains),
                is_dataset=self._is_dataset(focus),
            ),
        )

    def _is_dataset(self, focus: str) -> bool:
        if focus[0] != "<":
            return False
        values = (self._triples.store.values(focus[1:-1], _TYPE, graph) for graph in self._seen())
        return any(quad.object == _DATASET for some in values for quad in some)

    def _is_described(self, focus: str) -> bool:
        return focus[0] == "<" and any(self._triples.store.about(focus[1:-1], graph) for graph in self._seen())


def _found(data: str) -> Found:
    plain = json.loads(data)
    return Found(**{**plain, "evidence": tuple(plain["evidence"])})


def _ways() -> dict[str, list[Read]]:
    """Predicate -> the ways from its statements to those whose actors or domains they may change."""
    found: dict[str, list[Read]] = {}
    for template in LINKS.values():
        for read in reads_of_query(patterns_of(template.substitute(nodes=_NOBODY))):
            assert read.predicate is not None
            found.setdefault(read.predicate, []).append(read)
    return found
