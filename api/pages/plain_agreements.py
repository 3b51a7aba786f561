"""An agreement in sentences: who permits, forbids or asks what of whom, with which data, on which conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.languages import mark
from api.pages.odrl_words import ACTIONS, JOINS, LEFT_OPERANDS, MOMENTS, OPERATORS
from api.pages.plain_words import FEW, Piece, Sentence, Writer
from graph.reading.agreements import (
    COMPENSATE,
    DATE_TIME,
    INFORM,
    NAMING,
    PAY_AMOUNT,
    PRODUCT,
    PURPOSE,
    SPATIAL,
    Act,
    Agreement,
    Combination,
    Condition,
    Rule,
)
from graph.terms import ODRL

_PLAINLY = {PRODUCT, PURPOSE, SPATIAL}
"""Left operands that have a clause of their own where a constraint names what is allowed."""


_USE = f"{ODRL}use"

_OPENINGS = {
    ("", True, True): mark("Between %(assigner)s, who grants, and %(assignee)s, who receives."),
    ("Request", True, True): mark("Request of %(assignee)s to %(assigner)s: what is asked for is below."),
    ("Offer", True, True): mark("Offer of %(assigner)s to %(assignee)s: it binds once it is accepted."),
    ("Offer", True, False): mark("Standing offer of %(assigner)s: whoever accepts these terms may rely on them."),
    ("", True, False): mark("Granted by %(assigner)s."),
    ("", False, True): mark("For %(assignee)s."),
}
"""How it opens, by the kind of policy (any where it is empty) and whether it says who grants and who receives."""

_CONFLICTS: dict[str | None, str] = {
    f"{ODRL}perm": mark("Where rules clash, what is permitted prevails."),
    f"{ODRL}prohibit": mark("Where rules clash, what is forbidden prevails."),
    f"{ODRL}invalid": mark("Where rules clash, all is void."),
}

_VOID = mark(
    "The rules permit and forbid one and the same thing and do not say which prevails: read as ODRL asks, all is void."
)


@dataclass(frozen=True)
class Item:
    """A sentence with those that hang on it."""

    sentence: Sentence
    below: list[Sentence] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Sentences under a heading; `sign` is `yes`, `no` or `must`, for a sign before each."""

    title: str
    items: list[Item]
    sign: str = ""


@dataclass(frozen=True)
class PlainWords:
    """What a page says in sentences: first of all, then under headings; `warning` stands out."""

    lead: list[Sentence]
    parts: list[Part] = field(default_factory=list)
    warning: Sentence = ()


class AgreementWriter:
    """Writes the rules of one agreement."""

    def __init__(self, writer: Writer, agreement: Agreement) -> None:
        self._writer = writer
        self._agreement = agreement

    def lead(self) -> list[Sentence]:
        """Say what it is, between whom, from when to when and where."""
        sentences = [self._opening(), self._term()]
        if self._agreement.places:
            sentences.append(
                self._writer.say(mark("Territory: %(place)s."), place=self._things(self._agreement.places))
            )
        if self._agreement.conflict in _CONFLICTS:
            sentences.append(self._writer.say(_CONFLICTS[self._agreement.conflict]))
        return [sentence for sentence in sentences if sentence]

    def parts(self) -> list[Part]:
        """Say its rules."""
        read = self._agreement
        # What is most asked first: plain use.
        permissions = sorted(read.permissions, key=lambda rule: all(act.action != _USE for act in rule.acts))
        parts = [
            Part(mark("What is permitted"), [self._permission(rule) for rule in permissions], "yes"),
            Part(mark("What is forbidden"), [self._prohibition(rule) for rule in read.prohibitions], "no"),
            Part(mark("What is owed in any case"), [self._obligation(rule) for rule in read.obligations], "must"),
        ]
        return [part for part in parts if part.items]

    def warning(self) -> Sentence:
        """Say that its rules contradict each other, where they do."""
        if not self._agreement.void:
            return ()
        return self._writer.say(_VOID)

    def _opening(self) -> Sentence:
        read = self._agreement
        assigner, assignee = self._things(read.assigners), self._things(read.assignees)
        message = _OPENINGS.get((read.kind, bool(assigner), bool(assignee))) or _OPENINGS.get(
            ("", bool(assigner), bool(assignee))
        )
        return self._writer.say(message, assigner=assigner, assignee=assignee) if message else ()

    def _term(self) -> Sentence:
        read, say = self._agreement, self._writer.say
        start = self._writer.listed([self._writer.day(text) for text in read.starts])
        end = self._writer.listed([self._writer.day(text) for text in read.ends])
        if start and end:
            return say(mark("In force from %(start)s to %(end)s."), start=start, end=end)
        if end:
            return say(mark("In force until %(end)s."), end=end)
        return say(mark("In force from %(start)s, without a stated end."), start=start) if start else ()

    def _permission(self, rule: Rule) -> Item:
        say, action = self._writer.say, self._action(rule)
        granter, receiver = self._things(rule.assigners), self._things(rule.assignees)
        if granter and receiver:
            start = self._writer.plural(
                "%(assigner)s permits %(assignee)s to %(action)s",
                "%(assigner)s permit %(assignee)s to %(action)s",
                len(rule.assigners), assigner=granter, assignee=receiver, action=action,
            )  # fmt: skip
        elif granter:
            start = self._writer.plural(
                "%(assigner)s permits anyone to %(action)s",
                "%(assigner)s permit anyone to %(action)s",
                len(rule.assigners), assigner=granter, action=action,
            )  # fmt: skip
        elif receiver:
            start = say(mark("%(assignee)s may %(action)s"), assignee=receiver, action=action)
        else:
            start = say(mark("Anyone may %(action)s"), action=action)
        duties = [duty for duty in rule.duties if not duty.price]
        return Item(self._closed([start, *self._clauses(rule), *self._prices(rule)]), self._owed(duties, rule))

    def _prohibition(self, rule: Rule) -> Item:
        say, action = self._writer.say, self._action(rule)
        granter, receiver = self._things(rule.assigners), self._things(rule.assignees)
        if granter and receiver:
            start = self._writer.plural(
                "%(assigner)s forbids %(assignee)s to %(action)s",
                "%(assigner)s forbid %(assignee)s to %(action)s",
                len(rule.assigners), assigner=granter, assignee=receiver, action=action,
            )  # fmt: skip
        elif granter:
            start = self._writer.plural(
                "%(assigner)s forbids anyone to %(action)s",
                "%(assigner)s forbid anyone to %(action)s",
                len(rule.assigners), assigner=granter, action=action,
            )  # fmt: skip
        elif receiver:
            start = say(mark("%(assignee)s may not %(action)s"), assignee=receiver, action=action)
        else:
            start = say(mark("No one may %(action)s"), action=action)
        below = [
            say(mark("Should it be done all the same: %(action)s."), action=self._duty(duty, rule))
            for duty in rule.remedies
        ]
        return Item(self._closed([start, *self._clauses(rule)]), below)

    def _obligation(self, rule: Rule) -> Item:
        say, action = self._writer.say, self._action(rule)
        receiver = self._things(rule.assignees)
        if receiver:
            start = say(mark("%(assignee)s must %(action)s"), assignee=receiver, action=action)
        else:
            start = say(mark("It is required to %(action)s"), action=action)
        return Item(self._closed([start, *self._clauses(rule)]), self._failing(rule))

    def _owed(self, duties: Sequence[Rule], rule: Rule) -> list[Sentence]:
        """Say what is owed in return for a permission."""
        said: list[Sentence] = []
        for duty in duties:
            receiver = self._things(duty.assignees or rule.assignees)
            action = self._duty(duty, rule)
            said.append(
                self._writer.say(mark("In return, %(assignee)s must %(action)s."), assignee=receiver, action=action)
                if receiver
                else self._writer.say(mark("In return, it is required to %(action)s."), action=action)
            )
            said += self._failing(duty)
        return said

    def _failing(self, rule: Rule) -> list[Sentence]:
        """Say what follows where a duty is not done."""
        return [
            self._writer.say(mark("Failing that: %(action)s."), action=self._duty(each, rule))
            for each in rule.consequences
        ]

    def _duty(self, duty: Rule, rule: Rule) -> Sentence:
        """Say what a duty asks for, its conditions behind."""
        return self._writer.join(self._action(duty, fallback=rule), *self._clauses(duty))

    def _closed(self, parts: Sequence[Sentence]) -> Sentence:
        return self._writer.join(*parts, (Piece("."),))

    def _action(self, rule: Rule, fallback: Rule | None = None) -> Sentence:
        """Say what a rule is about: its actions, each with its data."""
        if rule.targets:
            data = self._things(rule.targets)
        else:
            # A duty without data of its own is about those of its rule.
            data = self._writer.say(mark("these data") if fallback is not None else mark("any data"))
        if not rule.acts:
            return self._writer.say(mark("do anything with %(data)s"), data=data)
        return self._writer.listed_all([self._act(act, rule, data) for act in rule.acts])

    def _act(self, act: Act, rule: Rule, data: Sentence) -> Sentence:
        say = self._writer.say
        refinements = list(act.refinements)
        if act.action == COMPENSATE:
            amounts = [
                each
                for each in refinements
                if isinstance(each, Condition) and each.left == PAY_AMOUNT and each.operator == f"{ODRL}eq"
            ]
            refinements = [each for each in refinements if each not in amounts]
            phrase = self._payment(amounts, rule)
        elif act.action == INFORM:
            informed = rule.parties.get(f"{ODRL}informedParty") or rule.assigners
            phrase = (
                say(mark("inform %(party)s"), party=self._things(informed))
                if informed
                else say(mark("inform who grants"))
            )
        elif act.action is None:
            phrase = say(mark("do anything with %(data)s"), data=data)
        elif act.action in ACTIONS:
            phrase = say(ACTIONS[act.action], data=data)
        else:
            unworded = (self._writer.unworded(act.action),)
            phrase = say(mark("do “%(action)s” with %(data)s"), action=unworded, data=data)
        return self._writer.join(phrase, *self._conditions(refinements))

    def _payment(self, amounts: list[Condition], rule: Rule) -> Sentence:
        say = self._writer.say
        amount = self._writer.listed([self._writer.value(text, each.unit) for each in amounts for text in each.right])
        party = self._things(rule.parties.get(f"{ODRL}compensatedParty", ()))
        if amount and party:
            return say(mark("pay %(amount)s to %(party)s"), amount=amount, party=party)
        if amount:
            return say(mark("pay %(amount)s"), amount=amount)
        return say(mark("pay %(party)s"), party=party) if party else say(mark("pay what is agreed"))

    def _prices(self, rule: Rule) -> list[Sentence]:
        """Say the prices among a permission's duties."""
        said = []
        for duty in rule.duties:
            if price := duty.price:
                free = all(text.split('"')[1].strip("0.") == "" for text in price.right)
                amount = self._writer.listed([self._writer.value(text, price.unit) for text in price.right])
                party = self._things(duty.parties.get(f"{ODRL}compensatedParty", ()))
                if free:
                    said.append(self._writer.say(mark(", free of charge")))
                elif party:
                    said.append(
                        self._writer.say(mark(", for %(amount)s paid to %(party)s"), amount=amount, party=party)
                    )
                else:
                    said.append(self._writer.say(mark(", for %(amount)s"), amount=amount))
        return said

    def _clauses(self, rule: Rule) -> list[Sentence]:
        """Say for which service and purpose, where, until when, on which further conditions."""
        say, said = self._writer.say, []
        if services := rule.named(PRODUCT):
            said.append(say(mark(", for the service %(service)s"), service=self._values(services)))
        if purposes := rule.named(PURPOSE):
            said.append(say(mark(", for the purpose “%(purpose)s”"), purpose=self._values(purposes)))
        if places := rule.named(SPATIAL):
            said.append(say(mark(", in %(place)s"), place=self._values(places)))
        plain = [
            each
            for each in rule.conditions
            if isinstance(each, Condition) and each.operator in NAMING and each.left in _PLAINLY
        ]
        rest = [each for each in rule.conditions if each not in plain]
        said += self._conditions(rest)
        if rule in self._agreement.permissions:
            said += self._until()
        return said

    def _until(self) -> list[Sentence]:
        """Say the end of the whole agreement, which ends each right."""
        if not self._agreement.ends:
            return []
        end = self._writer.listed([self._writer.day(text) for text in self._agreement.ends])
        return [self._writer.say(mark(", until %(end)s"), end=end)]

    def _conditions(self, conditions: Sequence[Condition | Combination]) -> list[Sentence]:
        """Say conditions that have no clause of their own."""
        return [
            self._writer.join((Piece(", "),), self._condition(each))
            if self._momentary(each)
            else self._writer.say(mark(", if %(condition)s"), condition=self._condition(each))
            for each in conditions
        ]

    def _momentary(self, condition: Condition | Combination) -> bool:
        """Say whether a condition is about the date alone, and so needs no “if”."""
        if isinstance(condition, Combination):
            return all(self._momentary(each) for each in condition.members)
        return condition.left == DATE_TIME and condition.operator in MOMENTS

    def _condition(self, condition: Condition | Combination) -> Sentence:
        writer = self._writer
        if isinstance(condition, Combination):
            return self._combination(condition)
        right = writer.listed([writer.value(text, condition.unit) for text in condition.right])
        if condition.left == DATE_TIME and condition.operator in MOMENTS:
            return writer.say(MOMENTS[condition.operator], right=right)
        left = writer.term(condition.left or "", LEFT_OPERANDS)
        if condition.operator in OPERATORS:
            return writer.say(OPERATORS[condition.operator], left=left, right=right)
        operator = (writer.unworded(condition.operator or ""),)
        return writer.join(left, (Piece(" "),), operator, (Piece(" "),), right)

    def _combination(self, combination: Combination) -> Sentence:
        """Say several conditions under one operator; of very many, the first and how many more."""
        members = [self._member(each) for each in combination.members[: FEW * 2]]
        if len(combination.members) > len(members):
            rest = len(combination.members) - len(members)
            members.append(self._writer.plural("%(number)s more case", "%(number)s more cases", rest))
        if not members:
            return self._writer.say(mark("nothing further holds"))
        sentence = members[0]
        for member in members[1:]:
            sentence = self._writer.say(JOINS[combination.operator], one=sentence, other=member)
        return sentence

    def _member(self, condition: Condition | Combination) -> Sentence:
        """Say one of several conditions, in brackets where it is several itself."""
        said = self._condition(condition)
        return self._writer.join((Piece("("),), said, (Piece(")"),)) if isinstance(condition, Combination) else said

    def _things(self, iris: Sequence[str]) -> Sentence:
        return self._writer.things(iris)

    def _values(self, texts: Sequence[str]) -> Sentence:
        return self._writer.listed([self._writer.value(text) for text in texts])
