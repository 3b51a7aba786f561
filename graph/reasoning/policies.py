"""Policies as a store has them: read for many datasets at once, each into the one shape that agreements are read in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from graph.entities import Entity
from graph.entities import Said as Told
from graph.reading.agreements import PRODUCT, Agreement, read_agreement
from graph.reasoning.facts import TYPE_IRI, Facts, Said
from graph.terms import CG, DCAT, DCT, ODRL, RDF

COVERS, AUTHORISES = f"{CG}coversDataset", f"{CG}authorises"
_POLICY = (
    TYPE_IRI,
    COVERS,
    AUTHORISES,
    f"{DCT}temporal",
    *(
        f"{ODRL}{name}"
        for name in ("assigner", "assignee", "target", "action", "conflict", "permission", "prohibition")
    ),
)
_RULE = tuple(f"{ODRL}{name}" for name in ("assigner", "assignee", "target", "action", "constraint"))
_LOGICAL = tuple(f"{ODRL}{name}" for name in ("and", "or", "xone", "andSequence"))
_INNER = (
    f"{RDF}value",
    f"{DCAT}startDate",
    f"{DCAT}endDate",
    *(f"{ODRL}{name}" for name in ("leftOperand", "operator", "rightOperand", "rightOperandReference")),
    *_LOGICAL,
)


@dataclass(frozen=True)
class Policy:
    """A policy: its rules as they are read, its classes, and what its flat views say."""

    iri: str
    agreement: Agreement
    types: frozenset[str]
    covers: frozenset[str]
    authorises: frozenset[str]

    @cached_property
    def datasets(self) -> frozenset[str]:
        """What any of its permissions, or its flat view, targets."""
        return self.covers.union(*(rule.targets for rule in self.agreement.permissions))

    @cached_property
    def named(self) -> frozenset[str]:
        """The services that a permission, or its flat view, names."""
        rules = (right for rule in self.agreement.permissions for right in rule.named(PRODUCT))
        return self.authorises | _iris(rules)


def policies_about(facts: Facts, datasets: Iterable[str]) -> dict[str, Policy]:
    """Read every policy that covers one of some datasets, by the target of a permission, its own, or a flat view."""
    wanted = dict.fromkeys(datasets)
    covering = {policy for policy, _ in facts.towards(COVERS, wanted)}
    targeting = {node for node, _ in facts.towards(f"{ODRL}target", wanted)}
    granting = {policy for policy, _ in facts.towards(f"{ODRL}permission", targeting)}
    return read_policies(facts, covering | targeting | granting)


def policies_for(facts: Facts, services: Iterable[str]) -> dict[str, Policy]:
    """Read every policy that authorises one of some services."""
    return read_policies(facts, {policy for policy, _ in facts.towards(AUTHORISES, services)})


def read_policies(facts: Facts, policies: Iterable[str]) -> dict[str, Policy]:
    """Read policies by their IRIs; what is none, as a rule that was found by its target, is left out."""
    own = facts.about(sorted(policies), _POLICY)
    own = {iri: said for iri, said in own.items() if said.get(TYPE_IRI) and not _is_rule(said)}
    rules = facts.about(_nodes(own, f"{ODRL}permission", f"{ODRL}prohibition"), _RULE)
    inner = facts.about(
        {*_nodes(own, f"{DCT}temporal"), *_nodes(rules, f"{ODRL}constraint"), *_owned(rules, f"{ODRL}action")}, _INNER
    )
    deeper = facts.about(_nodes(inner, *_LOGICAL), _INNER)
    nodes = {**rules, **inner, **deeper}
    return {iri: _policy(iri, said, nodes) for iri, said in sorted(own.items())}


def _policy(iri: str, said: dict[str, tuple[str, ...]], nodes: Said) -> Policy:
    types, covers, authorises = (_iris(said.get(name, ())) for name in (TYPE_IRI, COVERS, AUTHORISES))
    told = {
        node: {name: tuple(Told(value, ()) for value in values) for name, values in each.items()}
        for node, each in _around(iri, said, nodes).items()
    }
    return Policy(iri, read_agreement(Entity(iri, (), told)), types, covers, authorises)


def _around(iri: str, said: dict[str, tuple[str, ...]], nodes: Said) -> Said:
    """Collect a policy with the nodes that it leads to; an action without anything said of it is just a name."""
    found: Said = {iri: said}
    waiting = [said]
    while waiting:
        for values in waiting.pop().values():
            for value in values:
                node = value[1:-1]
                if node in nodes and nodes[node] and node not in found:
                    found[node] = nodes[node]
                    waiting.append(nodes[node])
    return found


def _is_rule(said: dict[str, tuple[str, ...]]) -> bool:
    """Say whether a node is a rule of a policy: it has a target and none of what makes a policy."""
    return not _iris(said.get(TYPE_IRI, ())) - {
        f"{ODRL}{name}" for name in ("Permission", "Prohibition", "Duty", "Rule")
    }


def _nodes(said: Said, *properties: str) -> set[str]:
    return {iri for each in said.values() for name in properties for iri in _iris(each.get(name, ()))}


def _owned(said: Said, prop: str) -> set[str]:
    """The nodes of a property that are no terms of ODRL itself: those have nothing to read."""
    return {node for node in _nodes(said, prop) if not node.startswith(ODRL)}


def _iris(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value[1:-1] for value in values if value.startswith("<"))
