"""Where rules are told of: the address and the name of a rule, a family of rules, a shape of a rule."""

from __future__ import annotations

from graph.governance.rules.rulebook import RULE, Words, rulebook


def rule_address(iri: str) -> tuple[str, str] | None:
    """Give the path and the anchor where a rule, a family, a shape or all rules are told of; None for anything else."""
    if not iri.startswith(RULE):
        return None
    book = rulebook()
    if iri == f"{RULE}Rules":
        return "rules", ""
    if any(family.iri == iri for family in book.families):
        return "rules", f"#{iri.removeprefix(RULE)}"
    rule = book.of_shape(iri)
    if rule is None:
        return None
    return f"rules/{rule.number}", "" if iri == rule.iri else f"#{iri.removeprefix(RULE)}"


def rule_title(iri: str) -> Words | None:
    """Give what a rule or a family is called; None for anything else."""
    if not iri.startswith(RULE):
        return None
    book = rulebook()
    titles = {rule.iri: rule.title for rule in book.rules} | {family.iri: family.title for family in book.families}
    return titles.get(iri)
