"""By what right an urban service uses data, in sentences: each route, and what comes nearest where there is none."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.languages import mark
from api.pages.plain_words import Sentence, Writer
from graph.knowledge import Knowledge
from graph.reasoning.coverage import Want, Why
from graph.reasoning.facts import Facts
from graph.reasoning.routes import Legality, Miss, Route, legality

_WHOLE: dict[Why, str] = {
    "ended": mark("it ended on %(about)s"),
    "not begun": mark("it begins on %(about)s"),
    "no term": mark("it states no beginning"),
    "other service": mark("it is for another service: %(about)s"),
    "other operator": mark("it is given to another: %(about)s"),
    "other dataset": mark("it is about other data: %(about)s"),
    "void": mark("it is void: it both permits and forbids one thing (%(about)s) and does not say which prevails"),
    "prohibited": mark("what it permits it also forbids, and the prohibition prevails"),
    "no agreement": mark("it is an offer or a request, not an agreement"),
    "not open": mark("%(about)s is not an open licence"),
    "no licence": mark("no licence says what may be done with them"),
    "not for this operator": mark("what it gives is for others: %(about)s"),
    "withheld": mark("a barrier upheld on a legal ground stands against it: %(about)s"),
}
_BARE: dict[Why, str] = {
    "other service": mark("it names no service"),
    "other operator": mark("it does not say to whom it is given"),
    "other dataset": mark("it is about other data"),
    "not for this operator": mark("it does not say for whom it is"),
}
_DAYS = frozenset(("ended", "not begun"))


@dataclass(frozen=True)
class RouteLine:
    """One route in words; `ground` chooses its sign."""

    ground: str
    sentence: Sentence


@dataclass(frozen=True)
class UseLines:
    """A use in words. `state`: none, one, several or ended; `near`: what comes nearest where there is no route."""

    service: Sentence
    dataset: Sentence
    state: str
    verdict: Sentence
    routes: list[RouteLine]
    near: list[Sentence]


def day_of_judging(facts: Facts) -> datetime.date:
    """Give the date that the graph is judged at, else today (UTC)."""
    return facts.evaluation_date() or datetime.datetime.now(datetime.UTC).date()


def uses_of(known: Knowledge, *, service: str | None = None, dataset: str | None = None) -> list[Legality]:
    """Judge all that a service uses, or every use of a dataset, as one reader may know it."""
    facts = Facts(known.triples.query)
    if service is not None:
        uses = facts.uses(services=[service])
    else:
        uses = facts.uses(datasets=[] if dataset is None else [dataset])
    return legality(facts, uses, day_of_judging(facts)) if uses else []


def mentioned(uses: Iterable[Legality]) -> set[str]:
    """Give the IRIs that the sentences name."""
    found: set[str] = set()
    for use in uses:
        found |= {use.service, use.dataset, *use.holders}
        found.update(iri for route in use.routes for iri in (*route.by, *route.records))
        for miss in use.misses:
            found.update((*miss.by, *(about for want in miss.wants for about in want.about)))
    return found


class RouteWriter:
    """Writes uses in the reader's language."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def lines(self, uses: Iterable[Legality]) -> list[UseLines]:
        """Write uses: those that lack a route first, then those that hang on one."""
        order = {"none": 0, "one": 1, "several": 2, "ended": 3}
        return sorted(map(self.line, uses), key=lambda line: order[line.state])

    def line(self, use: Legality) -> UseLines:
        """Write one use."""
        state = "ended" if use.ended else ("none", "one", "several")[min(len(use.routes), 2)]
        return UseLines(
            self._writer.thing(use.service),
            self._writer.thing(use.dataset),
            state,
            self._verdict(use, state),
            [RouteLine(route.ground, self.route(route)) for route in use.routes],
            [self.miss(miss) for miss in self._nearest(use)] if not use.routes else [],
        )

    def route(self, route: Route) -> Sentence:
        """Say what gives a route."""
        writer, by = self._writer, self._writer.things(route.by)
        if route.ground == "open":
            return writer.say(mark("Open to all, under %(licence)s."), licence=by)
        if route.ground == "own":
            return writer.say(mark("%(holder)s runs the service and holds the data."), holder=by)
        if route.ground == "law":
            law, effects = writer.thing(route.by[0]), writer.things(route.by[1:])
            return writer.say(mark("By law: %(law)s (%(effects)s)."), law=law, effects=effects)
        if route.ends is None:
            return writer.say(mark("By agreement, without an end: %(agreement)s."), agreement=by)
        return writer.say(
            mark("By agreement, until %(day)s: %(agreement)s."), agreement=by, day=self._day(route.ends.isoformat())
        )

    def miss(self, miss: Miss) -> Sentence:
        """Say what keeps something from being a route."""
        wants = self._writer.listed_all([self._want(want) for want in miss.wants])
        if miss.ground == "open":
            return self._writer.say(mark("The data are public, but %(wants)s."), wants=wants)
        return self._writer.say(mark("%(thing)s: %(wants)s."), thing=self._writer.thing(miss.by[0]), wants=wants)

    def _verdict(self, use: Legality, state: str) -> Sentence:
        writer = self._writer
        if state == "ended":
            return writer.say(mark("The service has ended: it needs no legal route."))
        if state == "none":
            return writer.say(mark("No legal route is on record."))
        if state == "several":
            return writer.plural("%(number)s legal route", "%(number)s legal routes", len(use.routes))
        if use.ends is not None:
            return writer.say(mark("One legal route alone, until %(day)s"), day=self._day(use.ends.isoformat()))
        return writer.say(mark("One legal route alone"))

    def _want(self, want: Want) -> Sentence:
        writer = self._writer
        if not want.about:
            return writer.say(_BARE.get(want.why) or _WHOLE[want.why])
        if want.why in _DAYS:
            return writer.say(_WHOLE[want.why], about=self._day(want.about[0]))
        return writer.say(_WHOLE[want.why], about=writer.things(want.about))

    def _day(self, day: str) -> Sentence:
        return self._writer.day(f'"{day}"')

    @staticmethod
    def _nearest(use: Legality) -> Sequence[Miss]:
        """Choose the nearest misses: the first, and what is as near."""
        weight = [sum(want.weight for want in miss.wants) for miss in use.misses]
        return [miss for miss, each in zip(use.misses, weight, strict=True) if each == weight[0]][:3]
