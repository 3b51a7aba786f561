"""What prohibitions, where they prevail, leave of a permission (ODRL Information Model 2.2, section 2.6.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product
from math import prod

from graph.reading.agreements import EXCLUDING, NAMING, PRODUCT, Agreement, Condition, Rule
from graph.reasoning.facts import Use
from graph.terms import iri

_CASES = 10_000

Case = Mapping[str, str | None]
"""A value for each left operand that some rule names; None stands for any value that none names."""


def leaves_room(rule: Rule, agreement: Agreement, use: Use, parties: Collection[str]) -> bool:
    """Say whether the prohibitions of an agreement leave anything of one of its permissions, for a use by some parties.

    One case that nothing forbids is enough. More cases than can be looked at leave none: nobody writes so many.
    """
    service, dataset = use
    against = [each for each in agreement.prohibitions if not each.targets or dataset in each.targets]
    named = _named(rule, *against)
    lefts = sorted({each.left for each in named if each.left is not None and each.left != PRODUCT})
    values = [_values(rule, left, named) for left in lefts]
    if prod(map(len, values)) * len(rule.acts) * len(parties) > _CASES:
        return False
    cases: list[Case] = [{**dict(zip(lefts, some, strict=True)), PRODUCT: iri(service)} for some in product(*values)]
    return any(
        not any(_holds(each, rule, act.action, party) and _meets(each, case) for each in against)
        for act in rule.acts
        for party in parties
        for case in cases
    )


def _holds(against: Rule, rule: Rule, action: str | None, party: str) -> bool:
    """Say whether a prohibition is of an action, to a party, without a condition that the permission may not meet."""
    named = _named(against)
    return (
        action in {act.action for act in against.acts}
        and (not against.assignees or party in against.assignees)
        and all(each in named or each in rule.conditions for each in against.conditions)
    )


def _meets(rule: Rule, case: Case) -> bool:
    """Say whether a case is one that a rule's naming conditions let through."""
    for left, value in case.items():
        allowed = rule.allowed(left)
        if (allowed is not None and value not in allowed) or value in rule.excluded(left):
            return False
    return True


def _values(rule: Rule, left: str, named: Collection[Condition]) -> list[str | None]:
    """Give the values of a left operand that a permission leaves and that rules tell apart."""
    allowed = rule.allowed(left)
    known = {right for each in named if each.left == left for right in each.right}
    some: set[str | None] = {None, *known} if allowed is None else {*allowed}
    return sorted(some - rule.excluded(left), key=str)


def _named(*rules: Rule) -> list[Condition]:
    """Give the conditions of rules that name what a left operand may be, or what it may not be."""
    conditions = (each for rule in rules for each in rule.conditions if isinstance(each, Condition))
    return [each for each in conditions if each.operator in NAMING | EXCLUDING]
