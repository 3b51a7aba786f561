"""What a supposition gains and loses: routes of services, and findings; told with how it came about."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import DeadlineReached
from graph.governance.checking.dates import Evaluation, evaluation
from graph.governance.checking.report import Finding, make_report
from graph.governance.compiling.model import Result
from graph.governance.rejudging.candidates import Change
from graph.governance.rules.shapesets import GOVERNANCE, named
from graph.impact.benches import GRAPHS, bench_of, get_ready
from graph.impact.copies import copied, make
from graph.impact.supposition import Gone, Meant, Supposing, Supposition
from graph.impact.ways import Ways
from graph.log.log import Log
from graph.reasoning.facts import Facts, Use
from graph.reasoning.policies import read_policies
from graph.reasoning.routes import Legality, legality
from graph.store.embedded import EmbeddedStore
from graph.store.store import Answer, TripleStore
from graph.terms import CG, DCAT, DCATAP, DCT, ODRL

DEADLINE = 10.0


@dataclass(frozen=True, slots=True)
class UseChange:
    """A use of data by a service, as it is and as it would be; None where there is no such use."""

    before: Legality | None
    after: Legality | None

    @property
    def use(self) -> Use:
        """The service and the dataset."""
        known = self.before or self.after
        assert known is not None
        return known.service, known.dataset

    @property
    def lost(self) -> bool:
        """Whether a running service loses data that it could use, or the right to it."""
        before = self.before is not None and bool(self.before.routes) and not self.before.ended
        return before and (self.after is None or not self.after.routes)

    @property
    def gained(self) -> bool:
        """Whether a running service gets a right that it did not have."""
        after = self.after is not None and bool(self.after.routes) and not self.after.ended
        return after and (self.before is None or not self.before.routes)

    @property
    def weakened(self) -> bool:
        """Whether it would hang on one route where it has several."""
        if self.before is None or self.after is None or self.after.ended:
            return False
        return len(self.before.routes) > 1 == len(self.after.routes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a supposition would change; `before` and `after` are the dates of judging.

    `uses` are those whose routes change. `vanished` are the foci (IRIs) of lost findings of which nothing would be said
    any more. `ways` lead from the thing to each focus of a finding, where a short one is known. `seconds`: its time.
    """

    supposed: Supposition
    before: datetime.date
    after: datetime.date
    gone: tuple[Gone, ...]
    uses: tuple[UseChange, ...]
    gained: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    vanished: frozenset[str] = frozenset()
    ways: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def mended(self) -> tuple[Finding, ...]:
        """The lost findings about what is still there."""
        return tuple(each for each in self.lost if each.focus[1:-1] not in self.vanished)

    @property
    def services_losing(self) -> tuple[str, ...]:
        """The services that lose data, or the right to them."""
        return tuple(dict.fromkeys(change.use[0] for change in self.uses if change.lost))

    @property
    def services_gaining(self) -> tuple[str, ...]:
        """The services that get a right to data."""
        return tuple(dict.fromkeys(change.use[0] for change in self.uses if change.gained))


def suppose(
    snapshot: Path,
    tmp: Path,
    log: Log,
    supposed: Supposition,
    *,
    at: datetime.date | None = None,
    deadline: float = DEADLINE,
) -> Outcome:
    """Work out what a supposition would change in the public graph of a snapshot; nothing of it is kept.

    `tmp` is a folder in the snapshot's file system; `at` the date of judging, else what the graph records, else today;
    `deadline` in seconds. Raises NotKnown, InputError (what cannot be supposed), DeadlineReached, DataError.
    """
    present = EmbeddedStore(snapshot, read_only=True)
    try:
        # Once for all who ask, so in nobody's time.
        get_ready(present)
        clock = _Clock(deadline)

        def ask(text: str) -> Answer:
            return present.query(text, graphs=GRAPHS)

        meant = Supposing(Facts(ask), log).meant(supposed)
        before = evaluation(ask, at)
        if supposed.how == "date":
            after = evaluation(ask, datetime.date.fromisoformat(supposed.value))
            return _Comparison(supposed, present, present, clock).dates(before, after)
        with copied(snapshot, tmp) as copy:
            change = make(copy, meant.removed, meant.added, clock.check)
            return _Comparison(supposed, present, copy, clock).changed(change, meant, before)
    finally:
        present.close()


class _Clock:
    """Looks whether there is time left."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.began = time.monotonic()

    def check(self) -> None:
        """Raise DeadlineReached when the time is up."""
        if time.monotonic() - self.began > self._seconds:
            raise DeadlineReached(
                f"the change touches more than can be worked out in {self._seconds:g} s",
                remedy="suppose a smaller change, or ask on the command line, where more time can be given",
            )


class _Comparison:
    """Compares two stores, or one at two dates."""

    def __init__(self, supposed: Supposition, present: TripleStore, other: TripleStore, clock: _Clock) -> None:
        self._supposed = supposed
        self._present = present
        self._other = other
        self._clock = clock
        self._facts = Facts(lambda text: present.query(text, graphs=GRAPHS))
        self._facts_after = Facts(lambda text: other.query(text, graphs=GRAPHS))

    def changed(self, change: Change, meant: Meant, chosen: Evaluation) -> Outcome:
        """Compare what is with what would be, for those whom the change concerns."""
        ends = (text for line in change.removed | change.added for text in (line[0], line[2]))
        touched = {text[1:-1] for text in ends if text[0] == "<"}
        touched |= {self._supposed.thing, *(each.iri for each in meant.gone)}
        uses = self._uses(_near(self._facts, touched) | _near(self._facts_after, touched), chosen.date, chosen.date)
        bench = bench_of(chosen, self._present)
        after = bench.beside(self._other, lambda: GRAPHS)
        found: list[Result] = []
        would: list[Result] = []
        for unit, nodes in after.concerned(change):
            found += bench.of(unit, nodes).results
            would += after.of(unit, nodes).results
            self._clock.check()
        return self._outcome(meant.gone, uses, (chosen, found), (chosen, would))

    def dates(self, before: Evaluation, after: Evaluation) -> Outcome:
        """Compare two days of judging: all uses, and those rules that read the date."""
        uses = self._uses(set(self._facts.uses()), before.date, after.date)
        found: list[Result] = []
        would: list[Result] = []
        now, then = bench_of(before, self._present), bench_of(after, self._present)
        for one, other in zip(now.units, then.units, strict=True):
            # A constraint that does not read the date is the same object at both.
            if one.shape.constraints[0] is not other.shape.constraints[0]:
                found += now.of(one, None).results
                would += then.of(other, None).results
            self._clock.check()
        return self._outcome((), uses, (before, found), (after, would))

    def _uses(self, pairs: set[Use], before: datetime.date, after: datetime.date) -> tuple[UseChange, ...]:
        ordered = sorted(pairs)
        now, then = self._judged(self._facts, ordered, before), self._judged(self._facts_after, ordered, after)
        changes = (UseChange(now.get(pair), then.get(pair)) for pair in ordered)
        return tuple(change for change in changes if _told(change.before) != _told(change.after))

    def _judged(self, facts: Facts, pairs: list[Use], at: datetime.date) -> dict[Use, Legality]:
        """Judge those pairs that are uses in a graph."""
        self._clock.check()
        there = set(facts.uses(services={service for service, _ in pairs}))
        found = legality(facts, [pair for pair in pairs if pair in there], at)
        return {(each.service, each.dataset): each for each in found}

    def _outcome(
        self,
        gone: tuple[Gone, ...],
        uses: tuple[UseChange, ...],
        found: tuple[Evaluation, Sequence[Result]],
        would: tuple[Evaluation, Sequence[Result]],
    ) -> Outcome:
        shapes = named(GOVERNANCE)
        before, after = (make_report(shapes, *each, public=True) for each in (found, would))
        known, later = set(map(key, before.findings)), set(map(key, after.findings))
        gained = _once(each for each in after.findings if key(each) not in known)
        lost = _once(each for each in before.findings if key(each) not in later)
        ways = self._ways({each.focus[1:-1] for each in (*gained, *lost) if each.focus[0] == "<"})
        foci = {each.focus[1:-1] for each in lost if each.focus[0] == "<"}
        vanished = frozenset(foci - {node for node, _, _ in self._facts_after.everything(foci)})
        seconds = time.monotonic() - self._clock.began
        return Outcome(self._supposed, before.date, after.date, gone, uses, gained, lost, vanished, ways, seconds)

    def _ways(self, ends: set[str]) -> dict[str, tuple[str, ...]]:
        if not self._supposed.thing:
            return {}
        return Ways(self._facts, self._clock.check).to(self._supposed.thing, ends)


FindingKey = tuple[str, str, str | None, str | None, str, tuple[tuple[str, str], ...]]


def key(finding: Finding) -> FindingKey:
    """Give what makes a finding the same before and after: shape, focus, path, value, constraint, evidence."""
    return (finding.shape, finding.focus, finding.path, finding.value, finding.component, finding.evidence)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple({key(each): each for each in findings}.values())


def _told(use: Legality | None) -> object:
    """Give what of a use is told: its routes, and why there is none."""
    if use is None:
        return None
    return (use.routes, use.ended, () if use.routes else use.misses)


def _near(facts: Facts, touched: set[str]) -> set[Use]:
    """Give the uses whose routes may hang on some nodes: theirs, of who runs them, of agreements, laws, files."""

    def above(nodes: set[str], *properties: str) -> set[str]:
        return {one for prop in properties for one, _ in facts.towards(prop, nodes)}

    rules = (f"{ODRL}permission", f"{ODRL}prohibition", f"{DCT}temporal")
    policies = read_policies(facts, touched | above(touched, *rules)).values()
    services = touched.union(*(policy.named for policy in policies), above(touched, f"{CG}operatedBy"))
    leading = (f"{DCATAP}applicableLegislation", f"{CG}producedThrough", f"{CG}hasBarrier", f"{DCAT}distribution")
    datasets = touched.union(*(policy.datasets for policy in policies), above(touched, *leading))
    return set(facts.uses(services=services)) | set(facts.uses(datasets=datasets))
