"""Routes and lawful licences equal an enumeration of every case, on random graphs."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.reasoning.derivation import Derivations, Making
from graph.reasoning.facts import Facts
from graph.reasoning.routes import Legality, legality
from tests.graph.reasoning import brute
from tests.graph.reasoning.worlds import AT, World, licences_world, name, routes_world

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
CHANCE = st.integers(min_value=0, max_value=2**48).map(Random)


def told(found: Legality) -> set[brute.Route]:
    """Write the routes of a use for comparison."""
    assert all(route.records for route in found.routes)
    return {
        (route.ground, "" if route.ground == "open" else route.by[0], route.ends.isoformat() if route.ends else "")
        for route in found.routes
    }


def check_routes(world: World) -> None:
    """Hold every use, and every pair that is none, to the enumeration; each alone as all together."""
    facts, known = Facts(world.store().query), brute.Known(world.triples)
    assert set(facts.uses()) == brute.uses(known)
    pairs = [(name(service), name(dataset)) for service in world.services for dataset in world.datasets]
    together = legality(facts, pairs, AT)
    for pair, found in zip(pairs, together, strict=True):
        expected = brute.routes(known, *pair, AT)
        assert told(found) == expected, pair
        assert found.fragile == (len(expected) == 1)
        assert found.ended == known.has(pair[0], "adms:status", "cg:Ended")
        assert all(miss.wants for miss in found.misses)
        assert not {(miss.ground, miss.by[:1]) for miss in found.misses if miss.ground == "agreement"} & {
            (route.ground, route.by[:1]) for route in found.routes
        }
    assert legality(facts, pairs[:1], AT) == together[:1]


def check_making(known: brute.Known, made: str | None, found: Making, made_from: set[tuple[str, str]]) -> None:
    """Hold what may be carried to the enumeration."""
    assert {(source.kind, source.iri) for source in found.sources} == made_from
    assert set(found.lawful) == brute.lawful(known, made, made_from)
    for licence, objections in found.own.items():
        expected = brute.objections(known, made, made_from, licence)
        assert {(each.source.iri, each.licence) for each in objections} == expected
    if made is not None:
        assert set(found.own) == brute.licences(known, made)
    everywhere = {
        pair
        for pair in brute.objections(known, made, made_from, "nothing")
        if all(pair in brute.objections(known, made, made_from, each) for each in brute.candidates(known))
    }
    if not found.lawful and brute.candidates(known):
        assert {(each.source.iri, each.licence) for each in found.closed} <= everywhere


def check_licences(world: World) -> None:
    """Hold each thing, and combinations of things, to the enumeration."""
    facts, known = Facts(world.store().query), brute.Known(world.triples)
    derivations = Derivations(facts)
    things = [name(each) for each in [*world.datasets, "work"]]
    for thing, found in derivations.of(things).items():
        check_making(known, thing, found, brute.sources(known, thing))
    chosen = [name(each) for each in world.some(world.datasets, 3, 1)]
    for kind in ("derivative", "collection", "work"):
        upstream = {each for one in chosen for each in (one, *brute.ways(known, one, (one,)))}
        check_making(known, None, derivations.combination(chosen, kind), {(kind, each) for each in upstream})


@FEW
@given(CHANCE)
def test_routes(chance: Random) -> None:
    check_routes(routes_world(chance))


@FEW
@given(CHANCE)
def test_licences(chance: Random) -> None:
    check_licences(licences_world(chance))


@pytest.mark.slow
@MANY
@given(CHANCE)
def test_routes_on_500_graphs(chance: Random) -> None:
    check_routes(routes_world(chance))


@pytest.mark.slow
@MANY
@given(CHANCE)
def test_licences_on_500_graphs(chance: Random) -> None:
    check_licences(licences_world(chance))


def test_chance_makes_all_sorts() -> None:
    """What is compared is there: each ground, uses without a route, each reason for a miss, licences and none."""
    grounds, whys, lacking, lawful, unlawful, barred = set(), set(), 0, 0, 0, set()
    for seed in range(150):
        world = routes_world(Random(seed))
        facts = Facts(world.store().query)
        for use in legality(facts, facts.uses(), AT):
            grounds |= {route.ground for route in use.routes}
            whys |= {want.why for miss in use.misses for want in miss.wants}
            lacking += use.lacking
        world = licences_world(Random(seed))
        derivations = Derivations(Facts(world.store().query))
        for found in derivations.of([name(each) for each in world.datasets]).values():
            lawful += bool(found.sources and found.lawful)
            unlawful += not found.lawful
            barred |= {one.bar for some in found.own.values() for each in some for one in each.barred}
    assert grounds == {"open", "own", "agreement", "law"}
    assert whys == {
        "ended", "not begun", "no term", "other service", "other operator", "other dataset", "void", "prohibited",
        "no agreement", "not open", "no licence", "not for this operator", "withheld",
    }  # fmt: skip
    assert min(lacking, lawful, unlawful) > 20
    assert barred == {"unknown", "no derivatives", "no distribution", "share alike", "lost term"}
