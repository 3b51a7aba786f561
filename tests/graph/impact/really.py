"""A change made for real: in the statements of every record, from which a graph is made, derived and checked anew."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from graph.governance.checking.checker import Checked, Checker
from graph.governance.rules.shapesets import named
from graph.impact.outcome import FindingKey, key
from graph.impact.supposition import Supposition
from graph.instance import Instance
from graph.log.rows import PUBLIC
from graph.reasoning.facts import Facts
from graph.reasoning.routes import Legality, legality
from graph.terms import PREFIXES, Statement, iri, parse_payload
from ontology import loader

Records = dict[str, set[Statement]]
"""The public statements that each thing's records make."""


@dataclass(frozen=True)
class State:
    """What is found of a graph."""

    findings: frozenset[FindingKey]
    uses: dict[tuple[str, str], Legality]


def records_of(instance: Instance) -> Records:
    """Read all public records."""
    heads = list(instance.log.heads(audiences=[PUBLIC]))
    payloads = instance.log.payloads([head.sequence for head in heads])
    found: Records = {}
    for head in heads:
        payload = payloads[head.sequence]
        assert payload is not None
        found.setdefault(head.iri, set()).update(parse_payload(payload))
    return found


def look(records: Records, at: datetime.date | None) -> State:
    """Make a graph of records, derive what follows, check it by every rule and judge every use."""
    store = ox.Store()
    lines = "".join(f"{' '.join(each)} .\n" for said in records.values() for each in said)
    store.bulk_load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    made = []
    for _, text in loader.queries("derivations"):
        answer = store.query(text)
        assert isinstance(answer, ox.QueryTriples)
        made += [ox.Quad(each.subject, each.predicate, each.object) for each in answer]
    store.bulk_extend(made)
    report = checker().check(Checked(store.query), at=at)
    facts = Facts(store.query)
    found = legality(facts, facts.uses(), report.date)
    return State(frozenset(map(key, report.findings)), {(each.service, each.dataset): each for each in found})


@cache
def checker() -> Checker:
    """Make the rules ready, once."""
    return Checker(named("governance"))


def changed(records: Records, supposed: Supposition) -> Records:
    """Change what records say as a supposition has it."""
    own = {iri(thing): {each[0] for each in said} - {iri(other) for other in records if other != thing}
           for thing, said in records.items()}  # fmt: skip
    everything = {each for said in records.values() for each in said}
    thing = iri(supposed.thing) if supposed.thing else ""
    if supposed.how == "remove":
        gone = {subject for each in falling(everything, thing) for subject in own.get(each, {each})}
        return _kept(records, lambda each: each[0] not in gone and each[2] not in gone)
    if supposed.how == "hide":
        return _kept(records, lambda each: each[0] not in own[thing])
    if supposed.how == "access":
        return _instead(records, [thing], "dct:accessRights", iri(supposed.value))
    if supposed.how == "licence":
        files = _values(everything, thing, "dcat:distribution")
        licensed = bool(_values(everything, thing, "dct:license"))
        return _instead(
            records, [*files, *([thing] if licensed or not files else [])], "dct:license", iri(supposed.value)
        )
    if supposed.how == "end":
        day = f'"{supposed.value}"^^<{PREFIXES["xsd"]}date>'
        return _instead(records, _values(everything, thing, "dct:temporal"), "dcat:endDate", day)
    return records


def falling(everything: set[Statement], thing: str) -> set[str]:
    """Give all that falls with a thing: what has a holder, a giver, a receiver, an operator or a law, and now none."""
    gone = {thing}
    policies = {one for one, prop, value in everything if prop == _name("rdf:type")
                and value in {_name("odrl:Agreement"), _name("cg:SharingAgreement"), _name("odrl:Offer")}}  # fmt: skip
    while True:
        more = set()
        for prop in ("dga:hasDataHolder", "cg:operatedBy", "cg:effectOf"):
            for one in {one for one, each, value in everything if each == _name(prop) and value in gone}:
                if set(_values(everything, one, prop)) <= gone:
                    more.add(one)
        for policy in policies:
            rules = [policy, *(rule for kind in ("permission", "prohibition", "obligation")
                               for rule in _values(everything, policy, f"odrl:{kind}"))]  # fmt: skip
            for role in ("odrl:assigner", "odrl:assignee"):
                parties = {party for rule in rules for party in _values(everything, rule, role)}
                if parties and parties <= gone:
                    more.add(policy)
        if more <= gone:
            return gone
        gone |= more


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return iri(PREFIXES[prefix] + local)


def _values(everything: Iterable[Statement], subject: str, prop: str) -> list[str]:
    return [value for one, each, value in everything if one == subject and each == _name(prop)]


def _kept(records: Records, keep: Callable[[Statement], bool]) -> Records:
    return {thing: {each for each in said if keep(each)} for thing, said in records.items()}


def _instead(records: Records, subjects: list[str], prop: str, value: str) -> Records:
    found = _kept(records, lambda each: each[0] not in subjects or each[1] != _name(prop))
    for said in found.values():
        said |= {(subject, _name(prop), value) for subject in subjects if any(each[0] == subject for each in said)}
    return found
