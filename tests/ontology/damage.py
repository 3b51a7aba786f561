"""Damaged copies of the sample: statements lost, values exchanged, rare cases added."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import pyoxigraph as ox

from tests.ontology.world import iri

LOST, EXCHANGED = 1 / 25, 1 / 6

# What the sample has little or nothing of: (property that marks the subject, property said of it, values), how often.
RARE = (
    ("odrl:leftOperand", "odrl:operator", ("odrl:neq", "odrl:isNoneOf", "odrl:isAnyOf"), 15),
    ("odrl:permission", "odrl:conflict", ("odrl:perm", "odrl:invalid"), 4),
    ("cg:consumesDataset", "adms:status", ("cg:Ended", "cg:Operating"), 6),
    ("cg:barrierKind", "cg:barrierStatus", ("cg:Lifted", "cg:Upheld"), 5),
    ("cg:controlledBy", "cg:controlledBy", ("cg:MemberControl", "cg:PublicControl"), 4),
)
# What is said anew of some subjects in place of what was: its values come from the whole sample.
DRAWN = (
    ("cg:needsDataset", "cg:needsDataset", 6),
    ("cg:consumesDataset", "cg:consumesDataset", 10),
    ("prov:wasDerivedFrom", "prov:wasDerivedFrom", 6),
    ("cg:hasBarrier", "cg:hasBarrier", 6),
    ("dga:hasDataHolder", "cg:substitutableBy", 6),
    ("dga:hasDataHolder", "dpv:hasData", 4),
    ("dga:hasDataHolder", "dcatap:applicableLegislation", 6),
    ("dga:hasDataHolder", "cg:essentialToOperation", 6),
    ("cg:effectKind", "cg:dataKind", 5),
    ("cc:permits", "odrs:compatibleWith", 4),
    ("odrl:permission", "odrl:prohibition", 4),
    ("odrl:target", "odrl:target", 12),
    ("odrl:constraint", "odrl:constraint", 15),
    ("odrl:permission", "odrl:permission", 8),
    ("odrl:assignee", "odrl:assignee", 6),
)


def damaged(triples: list[ox.Triple], lottery: Random) -> list[ox.Triple]:
    """Give a copy of the statements, damaged as the lottery has it."""
    kept = [triple for triple in triples if lottery.random() > LOST]
    return list(set(_exchanged(kept + _rare(kept, lottery), lottery)))


def _exchanged(triples: list[ox.Triple], lottery: Random) -> list[ox.Triple]:
    """Exchange values among statements of one property and one sort of value."""
    drawn: dict[tuple[object, object], list[ox.Triple]] = defaultdict(list)
    result = []
    for triple in triples:
        value = triple.object
        sort = value.datatype if isinstance(value, ox.Literal) else type(value)
        if lottery.random() < EXCHANGED and triple.predicate.value != iri("rdf:type"):
            drawn[triple.predicate, sort].append(triple)
        else:
            result.append(triple)
    for some in drawn.values():
        values = [triple.object for triple in some]
        lottery.shuffle(values)
        pairs = zip(some, values, strict=True)
        result += [ox.Triple(triple.subject, triple.predicate, value) for triple, value in pairs]
    return result


def _rare(triples: list[ox.Triple], lottery: Random) -> list[ox.Triple]:
    by_property: dict[str, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        by_property[triple.predicate.value].append(triple)
    added = []
    for mark, name, values, times in RARE:
        for subject in _subjects(by_property[iri(mark)], times, lottery):
            added.append(ox.Triple(subject, ox.NamedNode(iri(name)), ox.NamedNode(iri(lottery.choice(values)))))
    for mark, name, times in DRAWN:
        values_of = by_property[iri(name)]
        for subject in _subjects(by_property[iri(mark)], times, lottery) if values_of else ():
            added.append(ox.Triple(subject, ox.NamedNode(iri(name)), lottery.choice(values_of).object))
    added += _ended_seats(by_property[iri("org:memberDuring")], lottery)
    return added + _void(by_property[iri("odrl:permission")], lottery) + _needed(by_property, lottery)


def _void(permissions: list[ox.Triple], lottery: Random) -> list[ox.Triple]:
    """Prohibit what is permitted, with or without a word on what prevails."""
    added = []
    for triple in lottery.sample(permissions, min(6, len(permissions))):
        added.append(ox.Triple(triple.subject, ox.NamedNode(iri("odrl:prohibition")), triple.object))
        strategy = lottery.choice(("odrl:perm", "odrl:invalid", ""))
        if strategy:
            added.append(ox.Triple(triple.subject, ox.NamedNode(iri("odrl:conflict")), ox.NamedNode(iri(strategy))))
    return added


def _needed(by_property: dict[str, list[ox.Triple]], lottery: Random) -> list[ox.Triple]:
    """Let services need what agreements cover."""
    targets, services = by_property[iri("odrl:target")], by_property[iri("odrl:rightOperand")]
    named = {triple.object for triple in services} & {triple.subject for triple in by_property[iri("cg:operatedBy")]}
    needs = ox.NamedNode(iri("cg:needsDataset"))
    return [
        ox.Triple(service, needs, lottery.choice(targets).object)
        for service in sorted(named, key=str)
        for _ in range(3)
        if isinstance(service, ox.NamedNode)
    ]


def _ended_seats(spans: list[ox.Triple], lottery: Random) -> list[ox.Triple]:
    """End some memberships, at some day."""
    added = []
    for number, span in enumerate(lottery.sample(spans, min(8, len(spans)))):
        instant = ox.BlankNode(f"ended{number}")
        day = ox.Literal(f"20{lottery.randint(24, 29)}-03-31", datatype=ox.NamedNode(f"{iri('xsd:')}date"))
        assert isinstance(span.object, ox.BlankNode)
        added.append(ox.Triple(span.object, ox.NamedNode(iri("time:hasEnd")), instant))
        added.append(ox.Triple(instant, ox.NamedNode(iri("time:inXSDDate")), day))
    return added


def _subjects(triples: list[ox.Triple], times: int, lottery: Random) -> list[ox.NamedNode | ox.BlankNode]:
    subjects = [triple.subject for triple in triples if not isinstance(triple.subject, ox.Triple)]
    return [lottery.choice(subjects) for _ in range(times)] if subjects else []
