"""What a portal makes of a dataset: whether it takes it, what it would show, and each rule that something falls to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from graph.preflight.description import Description

Words = Mapping[str, str]
"""A text by language."""


class Effect(StrEnum):
    """What a rule does to what falls to it, the worst first."""

    STOPS = "stops"
    """The portal takes nothing at all from the whole document."""
    DROPS = "drops"
    """The portal does not take the dataset."""
    LOSES = "loses"
    """The portal takes nothing of what is stated there."""
    CHANGES = "changes"
    """The portal shows something else than what is stated, or a part of it."""
    FAULTS = "faults"
    """The portal takes it, and tells that something is wrong or missing."""


KEEPS_OUT = (Effect.STOPS, Effect.DROPS)
MOST_REMARKS = 1000
"""Remarks that one verdict has; of further ones their number."""


@dataclass(frozen=True)
class Rule:
    """One way in which a portal reads: what it does, how to mend what falls to it, and where that is known from."""

    effect: Effect
    says: Words
    mend: Words
    source: str


Rules = Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that falls to a rule, by its name: in which field, on which node (N-Triples), which value, as text.

    `says` and `mend` are the words of the rule, or more exact ones.
    """

    rule: str
    effect: Effect
    field: str
    node: str
    value: str | None
    says: Words
    mend: Words

    def as_data(self) -> dict[str, Any]:
        """Give it as what JSON can hold."""
        return {
            "rule": self.rule,
            "effect": str(self.effect),
            "field": self.field,
            "node": self.node,
            "value": self.value,
            "says": dict(self.says),
            "mend": dict(self.mend),
        }


@dataclass(frozen=True)
class Verdict:
    """What one portal makes of one dataset; `shown` are the values that it would have, by field.

    The worst remarks stand first; `more` is how many are left out.
    """

    portal: str
    dataset: str
    shown: Mapping[str, Sequence[str]]
    remarks: Sequence[Remark]
    more: int = 0

    @property
    def taken(self) -> bool:
        """Say whether the portal would have the dataset."""
        return not any(remark.effect in KEEPS_OUT for remark in self.remarks)

    @property
    def stops(self) -> bool:
        """Say whether the portal takes nothing of the whole source over it."""
        return any(remark.effect is Effect.STOPS for remark in self.remarks)

    @property
    def whole(self) -> bool:
        """Say whether it would have all that is stated."""
        return not any(remark.effect is not Effect.FAULTS for remark in self.remarks)

    def as_data(self) -> dict[str, Any]:
        """Give it as what JSON can hold."""
        return {
            "portal": self.portal,
            "dataset": self.dataset,
            "taken": self.taken,
            "shown": {name: list(values) for name, values in self.shown.items()},
            "remarks": [remark.as_data() for remark in self.remarks],
            "more": self.more,
        }

    def cut(self, most: int) -> Verdict:
        """Leave the less bad remarks out where there are more; what they come to stays, as the worst decides it."""
        left_out = len(self.remarks) - most
        return self if left_out <= 0 else replace(self, remarks=self.remarks[:most], more=self.more + left_out)


STOPPED = "stopped"
"""The rule, of portals that something stops, by which they take nothing of a dataset over something else."""


def settle(source: Iterable[Verdict], datasets: Sequence[Verdict], rules_of: Mapping[str, Rules]) -> list[Verdict]:
    """Say of every dataset that a portal does not take it where anything of the same source stops that portal.

    `source` are the verdicts on the source as a whole. What else is said of a dataset stays.
    """
    stopping: dict[str, str] = {}
    for verdict in (*source, *datasets):
        if verdict.stops:
            stopping.setdefault(verdict.portal, verdict.dataset)
    return [
        verdict if verdict.stops or verdict.portal not in stopping else _stopped(verdict, stopping, rules_of)
        for verdict in datasets
    ]


def _stopped(verdict: Verdict, stopping: Mapping[str, str], rules_of: Mapping[str, Rules]) -> Verdict:
    rule, over = rules_of[verdict.portal][STOPPED], stopping[verdict.portal]
    told = Remark(STOPPED, rule.effect, "source", verdict.dataset, over.strip("<>"), rule.says, rule.mend)
    return replace(verdict, remarks=(told, *verdict.remarks))


Reader = Callable[[str], Verdict]
"""Reads one dataset of a description, named by its node."""


def packed(verdict: Verdict, rules: Rules) -> dict[str, Any]:
    """Give a verdict as what JSON can hold, in few bytes: of a rule its name, and words only where they are others."""
    return {
        "portal": verdict.portal,
        "dataset": verdict.dataset,
        "shown": {name: list(values) for name, values in verdict.shown.items()},
        "remarks": [_packed(remark, rules[remark.rule]) for remark in verdict.remarks],
        "more": verdict.more,
    }


def _packed(remark: Remark, rule: Rule) -> list[Any]:
    says, mend = (
        None if own is known else dict(own) for own, known in ((remark.says, rule.says), (remark.mend, rule.mend))
    )
    return [remark.rule, remark.field, remark.node, remark.value, says, mend]


def unpacked(data: Mapping[str, Any], rules_of: Mapping[str, Rules]) -> Verdict:
    """Read it back by each portal's rules. Raises KeyError, ValueError, TypeError, AttributeError for what is none."""
    portal = str(data["portal"])
    shown = {str(name): tuple(map(str, values)) for name, values in data["shown"].items()}
    remarks = tuple(_unpacked(each, rules_of[portal]) for each in data["remarks"])
    return Verdict(portal, str(data["dataset"]), shown, remarks, int(data["more"]))


def _unpacked(data: Sequence[Any], rules: Rules) -> Remark:
    name, field_, node, value, says, mend = data
    rule = rules[name]
    return Remark(
        name,
        rule.effect,
        str(field_),
        str(node),
        None if value is None else str(value),
        rule.says if says is None else _words(says),
        rule.mend if mend is None else _words(mend),
    )


def _words(data: Mapping[str, Any]) -> Words:
    return {str(language): str(text) for language, text in data.items()}


@dataclass
class Reading:
    """One dataset while a portal's rules read it: gathers what is shown and what is remarked."""

    portal: str
    rules: Rules
    told: Description
    dataset: str
    shown: dict[str, tuple[str, ...]] = field(default_factory=dict)
    remarks: dict[tuple[str, str, str, str | None, str | None], Remark] = field(default_factory=dict)
    """What was remarked, by rule, field, node, value and more exact words."""

    def show(self, name: str, values: Iterable[str | None]) -> None:
        """Note what the portal has of a field; what is empty is nothing."""
        kept = tuple(value for value in values if value)
        if kept:
            self.shown[name] = kept

    def remark(
        self,
        rule: str,
        name: str,
        *,
        node: str | None = None,
        value: str | None = None,
        says: Words | None = None,
        mend: Words | None = None,
    ) -> None:
        """Note that something falls to a rule, once."""
        known = self.rules[rule]
        made = Remark(rule, known.effect, name, node or self.dataset, value, says or known.says, mend or known.mend)
        self.remarks.setdefault((rule, name, made.node, value, str(says) if says else None), made)

    def compare(self, name: str, stated: Iterable[str], shown: Iterable[str | None], *, lost: str, partly: str) -> None:
        """Show what the portal has, and remark what of what is stated is not among it, by one of two rules."""
        self.show(name, shown)
        kept = set(self.shown.get(name, ()))
        missing = next((text for text in stated if text and text not in kept), None)
        if missing is not None:
            self.remark(partly if name in self.shown else lost, name, value=missing)

    def done(self) -> Verdict:
        """Give the verdict, the worst first."""
        order = list(Effect)
        remarks = sorted(self.remarks.values(), key=lambda remark: order.index(remark.effect))
        return Verdict(self.portal, self.dataset, self.shown, tuple(remarks)).cut(MOST_REMARKS)
