"""Who depends on whom: questions 1 to 5, 24 and 25. Worked out in plain Python."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tests.ontology.answer import Answer, Row, Values, answers, day, grouped
from tests.ontology.world import Cell, World, iri


@answers("01")
def loss_of_a_holder(world: World, _: Values) -> Answer:
    uses = world.uses()
    alone = {(h, s, d) for s, d in uses if len(holders := world.out(d, "dga:hasDataHolder")) == 1 for h in holders}
    saved = {
        (holder, service, dataset)
        for holder, service, dataset in alone
        if any(world.out(other, "dga:hasDataHolder") - {holder} for other in world.out(dataset, "cg:substitutableBy"))
    }
    rows = set()
    for holder, service in {(holder, service) for holder, service, _ in alone}:
        inputs = {dataset for h, s, dataset in alone if (h, s) == (holder, service)}
        kept = {dataset for h, s, dataset in saved if (h, s) == (holder, service)}
        rows.add((holder, service, len(inputs - kept), len(kept), bool(inputs - kept)))
    return Answer(rows, uses, {(service, dataset) for _, service, dataset in alone - saved})


@answers("02")
def cascade(world: World, values: Values) -> Answer:
    (root,) = values["root"]
    ways = ("prov:wasDerivedFrom", "dct:hasPart", "cg:producedFrom")
    lost = {root} | world.closure(root, lambda each: {user for way in ways for user in world.into(way, each)})
    users = grouped((dataset, service) for service, dataset in world.uses())
    rows = {(each, service) for each in lost for service in users.get(each, {None})}
    return Answer(rows, world.all("dcat:Dataset"), lost & world.all("dcat:Dataset"))


@answers("03")
def private_inputs(world: World, _: Values) -> Answer:
    inputs = {(s, d) for s, d in world.uses(ended=True) if True in world.out(s, "cg:generalInterest")}

    def private(dataset: Cell) -> bool:
        holders = world.out(dataset, "dga:hasDataHolder")
        return bool(holders) and all(world.poles(each) == {iri("cg:Private")} for each in holders)

    kept = {(service, dataset) for service, dataset in inputs if private(dataset)}
    all_of, private_of = Counter(service for service, _ in inputs), Counter(service for service, _ in kept)
    return Answer({(service, number, private_of[service]) for service, number in all_of.items()}, inputs, kept)


@answers("04")
def bottlenecks(world: World, values: Values) -> Answer:
    needs = {(s, d) for s in world.all("cg:UrbanDataService") for d in world.out(s, "cg:needsDataset")}
    waiting = {
        (service, dataset)
        for service, dataset in needs
        if not world.has_ended(service)
        and (service, dataset) not in world.uses()
        and iri("cg:Open") not in world.rungs(dataset)
        and not world.has_agreement(service, dataset, day(values))
    }
    rows = set()
    for holder, pairs in grouped(
        (h, pair) for pair in waiting for h in world.out(pair[1], "dga:hasDataHolder")
    ).items():
        services = {service for service, _ in pairs}
        barriers = {barrier for _, dataset in pairs for barrier in world.barriers(dataset)}
        rows.add((holder, len(services), len(barriers), len(services) * len(barriers)))
    return Answer(rows, needs, waiting)


@answers("05")
def no_route(world: World, values: Values) -> Answer:
    uses = world.uses()
    kept = {
        (service, dataset)
        for service, dataset in uses
        if not world.is_public(dataset)
        and not world.is_own(service, dataset)
        and not world.has_agreement(service, dataset, day(values))
    }
    return Answer(kept, uses, kept)


@answers("24")
def concentration(world: World, values: Values) -> Answer:
    (share,) = values["share"]
    assert isinstance(share, int)
    uses = Counter(
        (domain, holder)
        for _, dataset in world.uses(ended=True)
        for domain in world.out(dataset, "cg:domain")
        for holder in world.out(dataset, "dga:hasDataHolder")
    )
    rows: set[Row] = set()
    for domain in {domain for domain, _ in uses}:
        ranked = sorted((-number, str(holder)) for (d, holder), number in uses.items() if d == domain)
        total, reached = -sum(number for number, _ in ranked), 0
        for number, holder in ranked:
            if Decimal(reached) < Decimal(total) * share / 100:
                reached -= number
                rows.add((domain, holder, -number, reached, total))
    return Answer(rows, set(uses), {row[:2] for row in rows})


@answers("25")
def orphans(world: World, _: Values) -> Answer:
    datasets, services = world.all("dcat:Dataset"), world.all("cg:UrbanDataService")
    ways = ("cg:consumesDataset", "prov:wasDerivedFrom", "dct:hasPart", "cg:producedFrom")
    idle = {each for each in datasets if not any(world.into(way, each) for way in ways)}
    starved = {each for each in services if not world.out(each, "cg:consumesDataset")}
    rows = {(each, iri("dcat:Dataset")) for each in idle} | {(each, iri("cg:UrbanDataService")) for each in starved}
    return Answer(rows, datasets | services, idle | starved)
