"""Agreements, their parties and their terms: questions 6 to 8, 12, 13, 23 and 26 to 28. Worked out in plain Python."""

from __future__ import annotations

from datetime import date

from tests.ontology.answer import Answer, Values, answers, day, grouped, or_none
from tests.ontology.world import Cell, World, iri


@answers("06")
def balance(world: World, values: Values) -> Answer:
    current = {each for each in world.agreements() if world.in_force(each, day(values))}
    given, received = grouped(()), grouped(())
    for agreement in (each for each in current if world.covered(each)):
        for side, role in ((given, "odrl:assigner"), (received, "odrl:assignee")):
            for actor in world.out(agreement, role):
                side[actor] |= world.covered(agreement)
    rows = {(a, len(given[a]), len(received[a]), len(given[a]) - len(received[a])) for a in {*given, *received}}
    return Answer(rows, world.agreements(), current)


def gifts(world: World, today: date) -> set[tuple[Cell, Cell, Cell]]:
    """Give every (giver, receiver, dataset) of the agreements in force."""
    return {
        (giver, receiver, dataset)
        for agreement in world.agreements()
        if world.in_force(agreement, today)
        for giver in world.out(agreement, "odrl:assigner")
        for receiver in world.out(agreement, "odrl:assignee")
        for dataset in world.covered(agreement)
    }


@answers("07")
def one_way(world: World, values: Values) -> Answer:
    given = gifts(world, day(values))
    pairs = {(giver, receiver) for giver, receiver, _ in given}
    kept = {(giver, receiver) for giver, receiver in pairs if (receiver, giver) not in pairs}
    rows = {(g, r, len({dataset for a, b, dataset in given if (a, b) == (g, r)})) for g, r in kept}
    return Answer(rows, pairs, kept)


@answers("08")
def network(world: World, _: Values) -> Answer:
    edges = grouped(
        ((giver, giver_pole, receiver, receiver_pole), agreement)
        for agreement in world.agreements()
        for giver in world.out(agreement, "odrl:assigner")
        for receiver in world.out(agreement, "odrl:assignee")
        for giver_pole in or_none(world.poles(giver))
        for receiver_pole in or_none(world.poles(receiver))
    )
    policies = world.agreements() | world.all("odrl:Offer") | world.all("odrl:Request")
    return Answer({(*edge, len(some)) for edge, some in edges.items()}, policies, set().union(*edges.values()))


def lets_use(world: World, agreement: Cell) -> set[tuple[Cell, Cell]]:
    """Give every (service, dataset) for which one permission of the agreement names both."""
    return {
        (service, dataset)
        for permission in world.permissions(agreement)
        for service in permission.services
        for dataset in permission.targets
    }


@answers("12")
def relied_on(world: World, values: Values) -> Answer:
    today = day(values)
    ends = {(each, end) for each in world.agreements() for end in world.out(each, "dct:temporal", "dcat:endDate")}
    over = {(agreement, end) for agreement, end in ends if end < today}
    rows = {
        (agreement, end, service, dataset)
        for agreement, end in over
        for service, dataset in lets_use(world, agreement) & world.uses(ended=True)
        if iri("cg:Operating") in world.out(service, "adms:status")
        and not world.is_public(dataset)
        and not world.is_own(service, dataset)
        and not world.has_agreement(service, dataset, today)
    }
    return Answer(rows, {agreement for agreement, _ in over}, {row[0] for row in rows})


@answers("13")
def ending(world: World, values: Values) -> Answer:
    today, horizon = day(values), day(values, "horizon")
    rows = set()
    for agreement in world.agreements():
        for start, end in world.periods(agreement):
            if start <= today <= end <= horizon:
                services: set[Cell] = {service for service, _ in lets_use(world, agreement) & world.uses()}
                successors = world.into("prov:wasRevisionOf", agreement) & world.agreements()
                rows |= {(agreement, end, s, n) for s in or_none(services) for n in or_none(successors)}
    return Answer(rows, world.agreements(), {row[0] for row in rows})


@answers("26")
def drift(world: World, values: Values) -> Answer:
    rows, looked_at = set(), set()
    for agreement in (each for each in world.agreements() if world.in_force(each, day(values))):
        for service, dataset in lets_use(world, agreement):
            rights = [p for p in world.permissions(agreement) if service in p.services and dataset in p.targets]
            for purpose in world.out(service, "dpv:hasPurpose"):
                looked_at.add((service, purpose, agreement, dataset))
                wider = world.within(purpose, "skos:broader")
                if all(right.limits_purpose and not wider & right.purposes for right in rights):
                    rows.add((service, purpose, agreement, dataset))
    return Answer(rows, looked_at, rows)


@answers("27")
def outside_territory(world: World, _: Values) -> Answer:
    rows, looked_at = set(), set()
    for agreement in world.agreements() | world.all("odrl:Offer"):
        agreed = world.out(agreement, "dct:spatial")
        services = {service for permission in world.permissions(agreement) for service in permission.services}
        for service in services if agreed else ():
            for place in world.out(service, "dct:spatial"):
                looked_at.add((agreement, service, place))
                if not world.within(place, "geo:sfWithin") & agreed:
                    rows.add((agreement, service, place))
    return Answer({row for row in rows if row[0] in world.agreements()}, looked_at, rows)


@answers("28")
def unequal(world: World, values: Values) -> Answer:
    terms = {
        (dataset, purpose, str(agreement), fee)
        for agreement in world.agreements()
        if world.in_force(agreement, day(values))
        for permission in world.permissions(agreement)
        for dataset in permission.targets
        for purpose in permission.purposes
        for fee in set().union(*(each.fees for each in world.permissions(agreement)))
    }
    pairs = {
        (dataset, purpose, one, fee, other, other_fee)
        for dataset, purpose, one, fee in terms
        for d, p, other, other_fee in terms
        if (d, p) == (dataset, purpose) and one < other
    }
    unequal_pairs = {pair for pair in pairs if pair[3] != pair[5]}
    return Answer(unequal_pairs, {(d, a, b) for d, _, a, _ in terms for e, _, b, _ in terms if d == e and a < b},
                  {(pair[0], pair[2], pair[4]) for pair in unequal_pairs})  # fmt: skip


@answers("23")
def seats(world: World, values: Values) -> Answer:
    today = day(values)
    bodies = world.all("cg:GovernanceBody")

    def seated(seat: Cell) -> bool:
        left = world.out(seat, "org:memberDuring", "time:hasEnd", "time:inXSDDate")
        came = world.out(seat, "org:memberDuring", "time:hasBeginning", "time:inXSDDate")
        return all(each >= today for each in left) and all(each <= today for each in came)

    members = {
        body: {
            m for seat in world.into("org:organization", body) if seated(seat) for m in world.out(seat, "org:member")
        }
        for body in bodies
    }
    defined = set()
    for agreement in world.agreements():
        named = world.out(agreement, "cg:conditionsDefinedBy") | world.out(agreement, "cg:decidedBy")
        made_by = (named | set().union(*(world.out(each, "cg:decidedBy") for each in named))) & bodies
        defined |= {(body, agreement) for body in or_none(made_by)}
    pairs = defined | {(body, None) for body in bodies if body not in {each for each, _ in defined}}

    def count(body: Cell, pole: str) -> int:
        return sum(iri(f"cg:{pole}") in world.poles(member) for member in members.get(body, ()))

    rows = {(body, *(count(body, pole) for pole in ("Public", "Private", "Citizen")), a) for body, a in pairs}
    return Answer(rows, {row[4] for row in rows}, {row[4] for row in rows if row[3] == 0 and row[4]})
