"""The ladder, gaps and barriers: questions 9 to 11, 14 to 17, 29 and 30. Worked out in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from tests.ontology.answer import Answer, Values, answers, day, or_none
from tests.ontology.world import AR, Cell, World, iri


@answers("09")
def ladder(world: World, _: Values) -> Answer:
    placed = {
        (domain, rung, dataset)
        for dataset in world.all("dcat:Dataset")
        for domain in world.out(dataset, "cg:domain")
        for rung in or_none(world.rungs(dataset))
    }
    counts = Counter((domain, rung) for domain, rung, _ in placed)
    return Answer(
        {(*key, number) for key, number in counts.items()},
        world.all("dcat:Dataset"),
        {dataset for _, _, dataset in placed},
    )


@answers("10")
def gaps(world: World, _: Values) -> Answer:
    covered = set()
    for dataset in world.all("dcat:Dataset"):
        for place in world.out(dataset, "dct:spatial"):
            inside = {place} | world.closure(place, lambda each: world.into("geo:sfWithin", each))
            around = world.within(place, "geo:sfWithin")
            covered |= {(domain, each) for domain in world.out(dataset, "cg:domain") for each in inside | around}
    domains, places = world.into("skos:inScheme", iri("cg:DomainScheme")), world.all("dct:Location")
    pairs = {(domain, place) for domain in domains for place in places}
    return Answer(pairs - covered, pairs, pairs - covered)


@answers("11")
def without_open_input(world: World, _: Values) -> Answer:
    services = {s for s in world.all("cg:UrbanDataService") if True in world.out(s, "cg:generalInterest")}
    kept = {
        service
        for service in services
        if not any(iri("cg:Open") in world.rungs(dataset) for dataset in world.out(service, "cg:consumesDataset"))
    }
    return Answer({(service, len(world.out(service, "cg:consumesDataset"))) for service in kept}, services, kept)


SECRET = {iri(f"dpv:{kind}ConfidentialData") for kind in ("Commercially", "Statistically")} | {
    iri("dpv:IntellectualPropertyData")
}


@answers("14")
def could_be_opened(world: World, _: Values) -> Answer:
    not_open = {
        (dataset, holder, rung)
        for dataset in world.all("dcat:Dataset")
        for holder in world.out(dataset, "dga:hasDataHolder")
        for rung in world.rungs(dataset) - {iri("cg:Open")}
    }

    def free(dataset: Cell) -> bool:
        upheld = any(iri("cg:Upheld") in world.out(each, "cg:barrierStatus") for each in all_barriers(world, dataset))
        personal = world.out(dataset, "dpv:hasPersonalData")
        secret = world.out(dataset, "dpv:hasData", "rdf:type") & SECRET
        return not upheld and not personal and not secret and all(map(lets_open, world.sources(dataset)))

    def lets_open(source: Cell) -> bool:
        return (
            world.is_public(source)
            and bool(world.licences(source))
            and all(
                iri("cc:DerivativeWorks") in world.out(licence, "cc:permits") and not world.out(licence, "cc:prohibits")
                for licence in world.licences(source)
            )
        )

    kept = {(dataset, holder, rung) for dataset, holder, rung in not_open if free(dataset)}
    return Answer({(d, holder, rung, len(world.barriers(d))) for d, holder, rung in kept}, not_open, kept)


def all_barriers(world: World, thing: Cell) -> set[Cell]:
    """Give the barriers of a thing, those that were lifted too."""
    return (world.out(thing, "cg:hasBarrier") | world.into("cg:about", thing)) & world.all("cg:Barrier")


@answers("15")
def dominant_barriers(world: World, _: Values) -> Answer:
    standing = {barrier for barrier in world.all("cg:Barrier") if world.stands(barrier)}
    found: dict[tuple[Cell, Cell], tuple[set[Cell], set[Cell]]] = defaultdict(lambda: (set(), set()))
    for barrier in standing:
        things = world.out(barrier, "cg:about") | world.into("cg:hasBarrier", barrier)
        domains = world.out(barrier, "cg:domain").union(*(world.out(thing, "cg:domain") for thing in things))
        for domain in domains:
            for kind in world.out(barrier, "cg:barrierKind"):
                barriers, datasets = found[domain, kind]
                barriers.add(barrier)
                datasets |= {
                    each for each in things & world.all("dcat:Dataset") if domain in world.out(each, "cg:domain")
                }
    rows = {(*key, len(barriers), len(datasets)) for key, (barriers, datasets) in found.items()}
    return Answer(rows, world.all("cg:Barrier"), standing)


@answers("16")
def fallen_barriers(world: World, _: Values) -> Answer:
    fallen = {each for each in world.all("cg:Barrier") if not world.stands(each)}
    rows = {
        (barrier, kind, start, end, months(start, end), lifter)
        for barrier in fallen
        for kind in world.out(barrier, "cg:barrierKind")
        for start in or_none(world.out(barrier, "prov:startedAtTime"))
        for end in or_none(world.out(barrier, "prov:endedAtTime"))
        for lifter in or_none(world.out(barrier, "cg:liftedBy"))
    }
    return Answer(rows, world.all("cg:Barrier"), fallen)


def months(start: Cell, end: Cell) -> int | None:
    """Count the months on the calendar from one instant to another."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    return (end.year - start.year) * 12 + end.month - start.month


@answers("17")
def reviews_past(world: World, values: Values) -> Answer:
    reviews = {
        (dataset, barrier, review)
        for dataset in world.all("dcat:Dataset")
        if f"{AR}NON_PUBLIC" in world.out(dataset, "dct:accessRights")
        for barrier in world.barriers(dataset)
        for review in world.out(barrier, "cg:reviewDate")
    }
    kept = {row for row in reviews if row[2] < day(values)}
    return Answer(kept, reviews, kept)


@answers("29")
def status_on_a_day(world: World, values: Values) -> Answer:
    then = day(values, "date")
    periods, kept, rows = world.all("cg:AccessStatusPeriod"), set(), set()
    for period in periods:
        for start in world.out(period, "dcat:startDate"):
            if start <= then and all(end > then for end in world.out(period, "dcat:endDate")):
                kept.add(period)
                rows |= {(d, s) for d in world.out(period, "cg:about") for s in world.out(period, "cg:status")}
    return Answer(rows, periods, kept)


@answers("30")
def fact_or_illustration(world: World, _: Values) -> Answer:
    counts = Counter(
        (status, source)
        for record in world.with_any("cg:factStatus")
        for status in world.out(record, "cg:factStatus")
        for source in or_none(world.out(record, "prov:hadPrimarySource"))
    )
    described = world.with_any("rdf:type")
    return Answer({(*key, number) for key, number in counts.items()}, described, world.with_any("cg:factStatus"))
