"""How a finding hangs together with the thing that is supposed to change: the shortest way between them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from graph.reasoning.facts import Facts
from graph.terms import expand

_STEPS = frozenset(
    expand(
        """
        dga:hasDataHolder dct:publisher dct:creator dct:rightsHolder cg:operatedBy cg:consumesDataset cg:needsDataset
        cg:producedThrough cg:producedFrom cg:substitutableBy prov:wasDerivedFrom dct:hasPart dcat:distribution
        dct:license dcat:servesDataset cg:coversDataset cg:authorises odrl:assigner odrl:assignee odrl:permission
        odrl:prohibition odrl:obligation odrl:target dct:temporal cg:conditionsDefinedBy cg:decidedBy prov:wasRevisionOf
        dcatap:applicableLegislation cg:effectOf cg:hasBarrier cg:about cg:legalGround cg:concerns
        cv:hasContractingAuthority cv:hasEconomicOperator cg:deliveredTo prov:used org:member org:organization
        foaf:primaryTopic dcat:dataset
        """
    )
)
"""The properties by which one thing matters to another; what both share with everything (a place, a theme) is none."""

_DEEP = 4
_MOST = 4_000


class Ways:
    """Looks for ways in a graph as it is; `still` is called between steps, and may raise to end the search."""

    def __init__(self, facts: Facts, still: Callable[[], None]) -> None:
        self._facts = facts
        self._still = still

    def to(self, start: str, ends: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Give the shortest way from a node to each of some, both included; where there is no short one, none."""
        before: dict[str, str | None] = {start: None}
        front, wanted = {start}, set(ends) - {start}
        for _ in range(_DEEP):
            if not front or not wanted or len(before) > _MOST:
                break
            fresh: dict[str, str] = {}
            for one, prop, value in self._facts.everything(front):
                if prop in _STEPS and value.startswith("<"):
                    fresh.setdefault(value[1:-1], one)
            for one, prop, other in self._facts.pointing(front):
                if prop in _STEPS:
                    fresh.setdefault(one, other)
            new = {node: one for node, one in sorted(fresh.items()) if node not in before}
            before |= new
            wanted -= new.keys()
            front = set(new)
            self._still()
        return {end: _back(end, before) for end in sorted(ends) if end in before}


def _back(end: str, before: dict[str, str | None]) -> tuple[str, ...]:
    way: list[str] = []
    node: str | None = end
    while node is not None:
        way.append(node)
        node = before[node]
    return tuple(reversed(way))
