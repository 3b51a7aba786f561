"""Whether a policy lets an urban service use a dataset at a date, and if not, all that is wanting.

A permission covers a use where it names the dataset, the service and an operator of it (docs/decisions, 0006); the
agreement must be in force, and not void by a clash of its own rules (ODRL Information Model 2.2, section 2.6.4).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf

from graph.reading.agreements import PRODUCT, Agreement, Rule, clashes
from graph.reasoning.facts import day_of
from graph.reasoning.policies import Policy
from graph.reasoning.prohibitions import leaves_room
from graph.terms import CG, ODRL, iri

Why = OneOf[
    "ended", "not begun", "no term", "other service", "other operator", "other dataset", "void", "prohibited",
    "no agreement", "not open", "no licence", "not for this operator", "withheld",
]  # fmt: skip
"""What keeps a ground from being a route."""

_WEIGHT: dict[Why, int] = {"other service": 2, "other operator": 2, "no agreement": 2, "other dataset": 3}
_AGREEMENTS = frozenset((f"{ODRL}Agreement", f"{CG}SharingAgreement"))


@dataclass(frozen=True, order=True, slots=True)
class Want:
    """One thing that is wanting; `about` are the IRIs or days (ISO) that tell it: the services named, the end, ..."""

    why: Why
    about: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """How far it is from being mended."""
        return _WEIGHT.get(self.why, 1)


def wanting(policy: Policy, service: str, operators: Collection[str], dataset: str, at: date) -> tuple[Want, ...]:
    """Give all that keeps a policy from letting a service use a dataset; nothing where it does let it.

    `operators` are those of the service; one of them has to be the one to whom the permission is given.
    """
    return (*_standing(policy, at), *_reach(policy, service, operators, dataset))


def end_of(agreement: Agreement, at: date) -> date | None:
    """Give the last day of the term in which a date lies, None where that has no end."""
    ends = [
        last for first, last in terms(agreement) if first is not None and first <= at and (last is None or last >= at)
    ]
    return None if None in ends else max((each for each in ends if each is not None), default=None)


def terms(agreement: Agreement) -> list[tuple[date | None, date | None]]:
    """Give the terms of an agreement: first and last day, None where there is none."""
    return [(_first(min, period.starts), _first(max, period.ends)) for period in agreement.periods]


def _first(choose: Callable[[Iterable[date]], date], texts: Iterable[str]) -> date | None:
    days = [day for text in texts if (day := day_of(text)) is not None]
    return choose(days) if days else None


def _standing(policy: Policy, at: date) -> list[Want]:
    """Give what keeps the policy as a whole from giving any right."""
    found = []
    agreement = policy.agreement
    if not policy.types & _AGREEMENTS:
        found.append(Want("no agreement"))
    if agreement.void:
        found.append(Want("void", tuple(sorted({each for clash in clashes(agreement) for each in clash.actions}))))
    begun = [(first, last) for first, last in terms(agreement) if first is not None]
    if not begun:
        found.append(Want("no term"))
    elif all(first > at for first, _ in begun):
        found.append(Want("not begun", (min(first for first, _ in begun).isoformat(),)))
    elif not any(first <= at and (last is None or last >= at) for first, last in begun):
        ends = [last for first, last in begun if first <= at and last is not None]
        found.append(Want("ended", (max(ends).isoformat(),)))
    return found


def _reach(policy: Policy, service: str, operators: Collection[str], dataset: str) -> tuple[Want, ...]:
    """Give what is wanting in the permission that comes nearest."""
    agreement = policy.agreement
    if not agreement.permissions:
        return _flat_reach(policy, service, operators, dataset)
    found = [
        _rule_reach(rule, agreement, service, operators, dataset)
        for rule in agreement.permissions
        if dataset in rule.targets
    ]
    if not found:
        return (Want("other dataset", tuple(sorted(policy.datasets))),)
    return min(found, key=lambda wants: (sum(want.weight for want in wants), wants))


def _flat_reach(policy: Policy, service: str, operators: Collection[str], dataset: str) -> tuple[Want, ...]:
    """Read an agreement without any permission by its flat views, as R15 does; R25 says that they rest on nothing."""
    found = []
    if dataset not in policy.covers:
        found.append(Want("other dataset", tuple(sorted(policy.covers))))
    if service not in policy.authorises:
        found.append(Want("other service", tuple(sorted(policy.authorises))))
    if not set(policy.agreement.assignees) & set(operators):
        found.append(Want("other operator", tuple(sorted(policy.agreement.assignees))))
    return tuple(found)


def _rule_reach(
    rule: Rule, agreement: Agreement, service: str, operators: Collection[str], dataset: str
) -> tuple[Want, ...]:
    found = []
    if not _names(rule, service):
        named = rule.allowed(PRODUCT) or frozenset()
        found.append(Want("other service", tuple(sorted(each.strip("<>") for each in named))))
    parties = set(rule.assignees) & set(operators)
    if not parties:
        found.append(Want("other operator", tuple(sorted(rule.assignees))))
    if agreement.conflict == f"{ODRL}prohibit" and not leaves_room(rule, agreement, (service, dataset), parties):
        found.append(Want("prohibited", tuple(sorted(act.action for act in rule.acts if act.action is not None))))
    return tuple(found)


def _names(rule: Rule, service: str) -> bool:
    """Say whether a rule names a service, by every one of its conditions on the product."""
    named = rule.allowed(PRODUCT)
    return named is not None and iri(service) in named and iri(service) not in rule.excluded(PRODUCT)
