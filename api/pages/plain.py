"""What the page of an entity says in plain words: its facts in sentences, an agreement's rules, what a law does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from api.languages import mark
from api.pages.names import Names
from api.pages.plain_agreements import AgreementWriter, Item, Part, PlainWords
from api.pages.plain_facts import asked, facts
from api.pages.plain_words import Sentence, Writer
from api.visit import Visit
from graph.entities import Entity
from graph.incoming import incoming_page
from graph.reading.agreements import Agreement, read_agreement
from graph.reading.data_returns import DataReturn, data_returns
from graph.reading.paths import Walker
from graph.terms import CG, PROV

_MOST_EFFECTS = 60
_DERIVED = {f"{CG}opennessStatus", f"{CG}pole"}
_DISSENT, _CONSENT = f"{CG}dissentedBy", f"{CG}agreedBy"


class Plain:
    """Gathers all that the sentences of one page need, so that their names are read at once, then writes them."""

    def __init__(self, visit: Visit, entity: Entity, kind: str) -> None:
        self._visit = visit
        self._entity = entity
        self._kind = kind
        triples = visit.known.triples
        self._walker = Walker(triples, entity)
        self._agreement = read_agreement(entity) if kind == "agreement" else None
        self._decisions = self._read(self._agreement.decisions if self._agreement else ())
        self._successors = self._pointing(f"{PROV}wasRevisionOf") if self._agreement else []
        self._effects = self._read(self._pointing(f"{CG}effectOf")) if kind == "law" else []
        self._returns = data_returns(triples, entity.iri) if kind == "contract" else []

    @property
    def mentioned(self) -> set[str]:
        """The IRIs that the sentences may name."""
        walked = {text[1:-1] for path in asked(self._kind) for text in self._values(path) if text[0] == "<"}
        others = (each.mentioned | {each.iri} for each in (*self._decisions, *self._effects))
        returned = {iri for each in self._returns for iri in (each.data, each.who)}
        return walked.union(*others) | set(self._successors) | returned

    def _values(self, path: str) -> tuple[str, ...]:
        """Follow a path; what follows from other records is read from the triples, for no record states it."""
        return self._derived.get(path, ()) if path in _DERIVED else self._walker.values(path)

    @cached_property
    def _derived(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for _, prop, value in self._visit.known.triples.describe(self._entity.iri):
            if prop[1:-1] in _DERIVED:
                found[prop[1:-1]] = (*found.get(prop[1:-1], ()), value)
        return found

    def words(self, names: Names, *, illustrative: bool) -> PlainWords | None:
        """Write the sentences; None where there is nothing that sentences would say better than the statements do."""
        writer = Writer(names, self._visit.texts, self._visit.links, illustrative=illustrative)
        if self._agreement is not None:
            return self._agreed(writer, self._agreement)
        lead = facts(self._kind, writer, self._values)
        lead += self._given_back(writer) if self._kind == "contract" else []
        effects = [self._effect(writer, each) for each in self._effects]
        parts = [Part(mark("What it does to data"), effects)] if effects else []
        return PlainWords(lead, parts) if lead or parts else None

    def _agreed(self, writer: Writer, agreement: Agreement) -> PlainWords:
        rules = AgreementWriter(writer, agreement)
        parts = rules.parts()
        for title, sentences in (
            (mark("Who made the terms"), self._makers(writer, agreement)),
            (mark("Clauses and successors"), self._clauses(writer, agreement)),
        ):
            if sentences:
                parts.append(Part(title, [Item(sentence) for sentence in sentences]))
        return PlainWords(rules.lead(), parts, rules.warning())

    def _makers(self, writer: Writer, agreement: Agreement) -> list[Sentence]:
        """Say who made the terms, by which decision, and who dissented from it."""
        said = []
        if agreement.bodies:
            said.append(writer.say(mark("The terms were defined by %(body)s."), body=writer.things(agreement.bodies)))
        for iri in agreement.decisions:
            said.append(writer.say(mark("Decision: %(decision)s."), decision=writer.thing(iri)))
        for decision in self._decisions:
            for prop, message in (
                (_CONSENT, mark("Agreed: %(who)s.")),
                (_DISSENT, mark("Dissented: %(who)s.")),
            ):
                who = [each.value[1:-1] for each in decision.own.get(prop, ()) if each.value.startswith("<")]
                if who:
                    said.append(writer.say(message, who=writer.things(who)))
            if _DISSENT not in decision.own:
                said.append(writer.say(mark("No dissent is on record.")))
        return said

    def _clauses(self, writer: Writer, agreement: Agreement) -> list[Sentence]:
        """Say what keeps the data coming, what is given in return, what came before and after."""
        said = []
        for prop, message in (
            (f"{CG}continuityClause", mark("Should the holder withdraw: %(clause)s.")),
            (f"{CG}reciprocityClause", mark("Given in return: %(clause)s.")),
            (f"{CG}reciprocityExemption", mark("Nothing is given in return, for this reason: %(clause)s.")),
        ):
            if clauses := self._walker.values(prop):
                said.append(writer.say(message, clause=writer.listed([writer.value(text) for text in clauses])))
        for iris, message in (
            (agreement.inherits, mark("It takes over the rules of %(other)s.")),
            (agreement.revises, mark("It takes the place of %(other)s.")),
            (self._successors, mark("Its place was taken by %(other)s.")),
        ):
            if iris:
                said.append(writer.say(message, other=writer.things(iris)))
        return said

    def _effect(self, writer: Writer, effect: Entity) -> Item:
        """Say what a law does to data, by one of its effects."""
        walker = Walker(self._visit.known.triples, effect)
        name = writer.thing(effect.iri)
        kinds = writer.listed([writer.value(text) for text in walker.values(f"{CG}effectKind")])
        articles = writer.listed([writer.value(text) for text in walker.values(f"{CG}article")])
        if kinds and articles:
            head = writer.say(
                mark("%(name)s (article %(article)s): %(effect)s"), name=name, article=articles, effect=kinds
            )
        else:
            head = writer.say(mark("%(name)s: %(effect)s"), name=name, effect=kinds) if kinds else name
        # The first sentence names the law, which the page is about.
        return Item(head, facts("legal-effect", writer, walker.values)[1:])

    def _given_back(self, writer: Writer) -> list[Sentence]:
        """Say what was given back under a contract, or that nothing of the kind is on record."""
        if self._returns or self._walker.values(f"{CG}dataClauseExemption"):
            return [_returned(writer, each) for each in self._returns]
        return [writer.say(mark("Neither a return of data nor an exemption from it is on record."))]

    def _pointing(self, prop: str) -> list[str]:
        return incoming_page(self._visit.known.triples, self._entity.iri, prop, limit=_MOST_EFFECTS)

    def _read(self, iris: Iterable[str]) -> list[Entity]:
        wanted = list(iris)
        found = self._visit.known.entities(wanted) if wanted else {}
        return [found[iri] for iri in wanted if iri in found]


def _returned(writer: Writer, each: DataReturn) -> Sentence:
    """Say what was given back to whom."""
    data, who = writer.thing(each.data), writer.thing(each.who)
    if each.day is None:
        return writer.say(mark("Given back to %(who)s: %(data)s."), who=who, data=data)
    return writer.say(mark("Given back to %(who)s on %(day)s: %(data)s."), who=who, data=data, day=writer.day(each.day))
