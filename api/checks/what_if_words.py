"""What-if in words: what may be supposed of each kind of thing, and how what it gains and loses is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from api.languages import mark
from api.pages.names import Name
from api.pages.plain_routes import RouteWriter, UseLines
from api.pages.plain_routes import mentioned as in_routes
from api.pages.plain_words import Sentence, Writer, text_of
from api.pictures.canvas import Canvas
from api.pictures.flows import Flow, draw_flows
from api.pictures.legend import Meaning
from api.reports.told import in_language, message_of
from graph.governance.checking.report import Finding
from graph.impact.outcome import Outcome, UseChange
from graph.impact.supposition import ACCESS, Gone, How, Supposition, Why
from graph.terms import SH

HOWS_OF: dict[str, tuple[How, ...]] = {
    "dataset": ("remove", "access", "licence", "hide"),
    "agreement": ("remove", "end", "hide"),
    "actor": ("remove", "hide"),
    "service": ("remove", "hide"),
    "contract": ("remove", "hide"),
    "barrier": ("remove", "hide"),
    "decision": ("remove", "hide"),
    "body": ("remove", "hide"),
    "law": ("remove",),
    "licence": ("remove",),
    "legal-effect": ("remove",),
}
"""What may be supposed of a thing of each kind, the likeliest first."""

OFFERS: dict[How, str] = {
    "remove": mark("It is no longer there"),
    "hide": mark("Its description is no longer public"),
    "access": mark("Its access right is another"),
    "licence": mark("Its licence is another"),
    "end": mark("It ends on another day"),
    "date": mark("It is another day"),
}
RIGHTS = {
    f"{ACCESS}PUBLIC": mark("Public"),
    f"{ACCESS}RESTRICTED": mark("Restricted: shared with some"),
    f"{ACCESS}NON_PUBLIC": mark("Not public: closed"),
}
_ASKED: dict[How, str] = {
    "remove": mark("What if %(thing)s were no longer there?"),
    "hide": mark("What if the description of %(thing)s were no longer public?"),
    "access": mark("What if the access to %(thing)s were: %(value)s?"),
    "licence": mark("What if %(thing)s were under %(value)s?"),
    "end": mark("What if %(thing)s ended on %(value)s?"),
    "date": mark("What if it were %(value)s?"),
}
_WHY: dict[Why, str] = {
    "asked": mark("%(thing)s, as supposed"),
    "holder": mark("%(thing)s: nobody else holds it than %(because)s"),
    "operator": mark("%(thing)s: nobody else runs it than %(because)s"),
    "assigner": mark("%(thing)s: nobody else grants it than %(because)s"),
    "assignee": mark("%(thing)s: nobody else receives by it than %(because)s"),
    "law": mark("%(thing)s: an effect of %(because)s"),
}
LOST, WEAKER, GAINED = (
    Meaning("private", mark("lost"), "severity-violation"),
    Meaning("shared", mark("hangs on one route"), "severity-warning"),
    Meaning("open", mark("gained"), "rung-open"),
)
_MOST_DRAWN = 24


@dataclass(frozen=True)
class Told:
    """A finding in words: its rule, the severity's sign, what it is about, what is wrong, the way from the thing."""

    rule: str
    title: str
    sign: str
    focus: Sentence
    message: str
    way: list[Sentence]


@dataclass(frozen=True)
class UseTold:
    """A use whose routes change. `change`: lost, gained, weaker or other; a side without lines is no use at all."""

    service: Sentence
    dataset: Sentence
    change: str
    before: UseLines | None
    after: UseLines | None


class OutcomeWriter:
    """Writes an outcome in the reader's language; `named` gives the public name of an IRI."""

    def __init__(self, writer: Writer, language: str, named: Callable[[str], Name | None]) -> None:
        self._writer = writer
        self._routes = RouteWriter(writer)
        self._language = language
        self._named = named

    def question(self, supposed: Supposition) -> Sentence:
        """Ask what is supposed."""
        places = {"thing": self._writer.thing(supposed.thing)} if supposed.thing else {}
        if supposed.how in ("end", "date"):
            places["value"] = self._writer.day(f'"{supposed.value}"')
        elif supposed.how == "access":
            places["value"] = self._writer.say(RIGHTS[supposed.value])
        elif supposed.how == "licence":
            places["value"] = self._writer.thing(supposed.value)
        return self._writer.say(_ASKED[supposed.how], **places)

    def headline(self, outcome: Outcome) -> list[Sentence]:
        """Say in a few sentences what counts most."""
        losing, gaining = outcome.services_losing, outcome.services_gaining
        found = []
        if losing:
            said = self._writer.plural(
                "%(number)s service would lose data, or the right to use them: %(services)s.",
                "%(number)s services would lose data, or the right to use them: %(services)s.",
                len(losing),
                services=self._writer.things(losing),
            )
            found.append(said)
        if gaining:
            said = self._writer.plural(
                "%(number)s service would gain a right to data: %(services)s.",
                "%(number)s services would gain a right to data: %(services)s.",
                len(gaining),
                services=self._writer.things(gaining),
            )
            found.append(said)
        if not losing and not gaining:
            found.append(self._writer.say(mark("No service would gain or lose a right to data.")))
        return found

    def gone(self, gone: Iterable[Gone]) -> list[Sentence]:
        """Say what goes, and why."""
        return [
            self._writer.say(
                _WHY[each.why],
                thing=self._writer.thing(each.iri),
                **({"because": self._writer.things(each.because)} if each.because else {}),
            )
            for each in gone
        ]

    def uses(self, changes: Iterable[UseChange]) -> list[UseTold]:
        """Write the uses whose routes change, the losses first."""
        order = {"lost": 0, "weaker": 1, "gained": 2, "other": 3}
        return sorted((self._use(each) for each in changes), key=lambda told: order[told.change])

    def _use(self, change: UseChange) -> UseTold:
        service, dataset = change.use
        before, after = (None if each is None else self._routes.line(each) for each in (change.before, change.after))
        return UseTold(self._writer.thing(service), self._writer.thing(dataset), kind_of(change), before, after)

    def findings(self, findings: Iterable[Finding], outcome: Outcome) -> list[Told]:
        """Write findings, each with the way that leads to it from what is supposed."""
        return [self._finding(each, outcome) for each in findings]

    def _finding(self, finding: Finding, outcome: Outcome) -> Told:
        focus = finding.focus.strip("<>")
        way = [each for each in outcome.ways.get(focus, ()) if self._named(each) is not None]
        rule = finding.rule
        return Told(
            rule.number if rule else "",
            in_language(rule.title, self._language) if rule else "",
            finding.severity.removeprefix(SH).lower(),
            self._writer.thing(focus),
            message_of(finding, self._language, self._name),
            [self._writer.thing(each) for each in way] if len(way) > 1 else [],
        )

    def _name(self, iri: str) -> str | None:
        name = self._named(iri)
        return name.text if name else None

    def picture(self, outcome: Outcome) -> Canvas | None:
        """Draw what leads from the thing by data to services; None where nothing changes for any."""
        drawn = [each for each in outcome.uses if kind_of(each) != "other"][:_MOST_DRAWN]
        if not drawn:
            return None
        meanings = {"lost": LOST, "weaker": WEAKER, "gained": GAINED}
        worded = {name: Meaning(each.tone, self._said(each.word), each.sign) for name, each in meanings.items()}
        start = outcome.supposed.thing or outcome.supposed.value
        pairs = [(each.use, worded[kind_of(each)]) for each in drawn]
        # A dataset may lead to services that lose and to others that gain: its own band is the gravest of them.
        grave = {dataset: meaning for (_, dataset), meaning in reversed(pairs)}
        first = [Flow(f"start {start}", f"data {dataset}", meaning) for dataset, meaning in sorted(grave.items())]
        second = [Flow(f"data {dataset}", f"service {service}", meaning) for (service, dataset), meaning in pairs]
        labels = {f"start {start}": text_of(self._label(outcome.supposed))}
        for service, dataset in (use for use, _ in pairs):
            labels |= {f"data {dataset}": text_of(self._writer.thing(dataset)),
                       f"service {service}": text_of(self._writer.thing(service))}  # fmt: skip
        signs = {"start": ("kind-other", "ink"), "data": ("kind-dataset", "ink"), "service": ("kind-service", "ink")}
        return draw_flows(
            text_of(self.question(outcome.supposed)),
            " ".join(text_of(each) for each in self.headline(outcome)),
            heads=[self._said(mark("What is supposed")), self._said(mark("Data")), self._said(mark("Services"))],
            steps=[first, second],
            labels=labels,
            signs=lambda key: signs[key.partition(" ")[0]],
            legend=[worded[name] for name in meanings if any(meaning is worded[name] for _, meaning in pairs)],
        )

    def _said(self, text: str) -> str:
        return text_of(self._writer.say(text))

    def _label(self, supposed: Supposition) -> Sentence:
        return self._writer.thing(supposed.thing) if supposed.thing else self._writer.day(f'"{supposed.value}"')


def kind_of(change: UseChange) -> str:
    """Say what a change of a use comes to."""
    return "lost" if change.lost else "weaker" if change.weakened else "gained" if change.gained else "other"


def mentioned(outcome: Outcome) -> set[str]:
    """Give the IRIs that the sentences name."""
    found = {iri for iri in (outcome.supposed.thing, outcome.supposed.value) if iri}
    found |= in_routes(side for each in outcome.uses for side in (each.before, each.after) if side is not None)
    found.update(iri for each in outcome.gone for iri in (each.iri, *each.because))
    found.update(iri for way in outcome.ways.values() for iri in way)
    for finding in (*outcome.gained, *outcome.lost):
        terms = (finding.focus, finding.value or "", *(term for _, term in finding.evidence))
        found.update(term[1:-1] for term in terms if term.startswith("<"))
    return found
