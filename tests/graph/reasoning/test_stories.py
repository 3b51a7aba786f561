"""Routes and licences told one by one: each ground and each near miss, on a sound agreement changed in one thing."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from graph.reasoning.coverage import Want
from graph.reasoning.derivation import Derivations
from graph.reasoning.facts import Facts
from graph.reasoning.routes import Legality, legality
from tests.graph.reasoning.worlds import ACCESS, AT, World, name

USE = (name("service1"), name("data1"))


@pytest.fixture
def world() -> World:
    """A service that uses shared data by one agreement."""
    world = World(Random(0))
    world.say("service1", "rdf:type", "cg:UrbanDataService")
    world.say("service1", "cg:operatedBy", "actor1")
    world.say("service1", "cg:consumesDataset", "data1")
    world.say("data1", "rdf:type", "dcat:Dataset")
    world.triples.add((name("data1"), name("dct:accessRights"), f"{ACCESS}RESTRICTED"))
    world.say("data1", "dga:hasDataHolder", "actor2")
    world.say("policy", "rdf:type", "cg:SharingAgreement")
    world.say("policy", "odrl:assignee", "actor1")
    world.say("policy", "dct:temporal", "policy/term")
    world.say("policy/term", "dcat:startDate", '"2025-01-01"')
    world.say("policy/term", "dcat:endDate", '"2026-06-30"')
    rule(world, "odrl:permission", "policy/may")
    return world


def rule(world: World, kind: str, node: str) -> None:
    """Add a rule on the one use to the agreement."""
    world.say("policy", kind, node)
    world.say(node, "odrl:target", "data1")
    world.say(node, "odrl:action", "odrl:use")
    limit(world, node, "odrl:product", "service1")


def limit(world: World, node: str, left: str, right: str, operator: str = "odrl:eq") -> None:
    """Add a constraint to a rule."""
    constraint = f"{node}/{left[5:]}"
    world.say(node, "odrl:constraint", constraint)
    world.say(constraint, "odrl:leftOperand", left)
    world.say(constraint, "odrl:operator", operator)
    world.say(constraint, "odrl:rightOperand", right)


def take(world: World, subject: str, prop: str) -> None:
    """Take out what a node says by a property."""
    world.triples = {each for each in world.triples if each[:2] != (name(subject), name(prop))}


def judged(world: World, at: date = AT) -> Legality:
    """Judge the one use."""
    (found,) = legality(Facts(world.store().query), [USE], at)
    return found


def missed(world: World, at: date = AT) -> tuple[Want, ...]:
    """Give what the nearest miss wants, where there is no route."""
    found = judged(world, at)
    assert found.lacking
    return found.misses[0].wants


def test_one_agreement_is_fragile_until_its_last_day(world: World) -> None:
    found = judged(world)
    (route,) = found.routes
    assert (route.ground, route.by) == ("agreement", (name("policy"),))
    assert set(route.records) == {name("policy"), *USE}
    assert found.fragile
    assert found.ends == date(2026, 6, 30)


def test_two_routes_are_not_fragile_and_the_longer_counts(world: World) -> None:
    world.say("data1", "dga:hasDataHolder", "actor1")
    found = judged(world)
    assert [route.ground for route in found.routes] == ["own", "agreement"]
    assert not found.fragile
    assert found.ends is None


def test_ended_and_not_begun(world: World) -> None:
    assert missed(world, date(2026, 7, 1)) == (Want("ended", ("2026-06-30",)),)
    assert missed(world, date(2024, 12, 31)) == (Want("not begun", ("2025-01-01",)),)
    take(world, "policy/term", "dcat:startDate")
    assert missed(world) == (Want("no term"),)


def test_another_service_or_operator(world: World) -> None:
    take(world, "policy/may/product", "odrl:rightOperand")
    world.say("policy/may/product", "odrl:rightOperand", "service2")
    assert missed(world) == (Want("other service", (name("service2"),)),)
    take(world, "policy", "odrl:assignee")
    world.say("policy", "odrl:assignee", "actor3")
    assert missed(world) == (Want("other service", (name("service2"),)), Want("other operator", (name("actor3"),)))


def test_flat_view_does_not_mix_two_permissions(world: World) -> None:
    """The views cover the dataset and authorise the service, but by two permissions."""
    take(world, "policy/may/product", "odrl:rightOperand")
    world.say("policy/may/product", "odrl:rightOperand", "service2")
    world.say("policy", "odrl:permission", "policy/also")
    world.say("policy/also", "odrl:target", "data2")
    world.say("policy/also", "odrl:action", "odrl:use")
    limit(world, "policy/also", "odrl:product", "service1")
    assert missed(world) == (Want("other service", (name("service2"),)),)


def test_clash_voids_unless_a_strategy_is_declared(world: World) -> None:
    rule(world, "odrl:prohibition", "policy/not")
    assert missed(world) == (Want("void", (name("odrl:use"),)),)
    world.say("policy", "odrl:conflict", "odrl:perm")
    assert not judged(world).lacking
    take(world, "policy", "odrl:conflict")
    world.say("policy", "odrl:conflict", "odrl:prohibit")
    assert missed(world) == (Want("prohibited", (name("odrl:use"),)),)


def test_clash_of_one_dataset_takes_the_route_of_every_service(world: World) -> None:
    world.say("policy", "odrl:permission", "policy/also")
    world.say("policy/also", "odrl:target", "data2")
    world.say("policy/also", "odrl:action", "odrl:derive")
    world.say("policy", "odrl:prohibition", "policy/not")
    world.say("policy/not", "odrl:target", "data2")
    world.say("policy/not", "odrl:action", "odrl:derive")
    assert missed(world) == (Want("void", (name("odrl:derive"),)),)


def test_a_prohibition_apart_is_no_clash(world: World) -> None:
    world.say("policy", "odrl:prohibition", "policy/not")
    world.say("policy/not", "odrl:target", "data1")
    world.say("policy/not", "odrl:action", "odrl:use")
    limit(world, "policy/not", "odrl:product", "service2")
    assert not judged(world).lacking


def test_prohibition_that_may_not_be_met_leaves_room(world: World) -> None:
    rule(world, "odrl:prohibition", "policy/not")
    limit(world, "policy/not", "odrl:count", '"9"', "odrl:gt")
    world.say("policy", "odrl:conflict", "odrl:prohibit")
    assert not judged(world).lacking
    limit(world, "policy/may", "odrl:count", '"9"', "odrl:gt")
    assert missed(world) == (Want("prohibited", (name("odrl:use"),)),)


def test_offer_is_no_agreement(world: World) -> None:
    take(world, "policy", "rdf:type")
    world.say("policy", "rdf:type", "odrl:Offer")
    assert missed(world) == (Want("no agreement"),)


def test_public_is_not_yet_open(world: World) -> None:
    take(world, "policy", "odrl:permission")
    take(world, "data1", "dct:accessRights")
    world.triples.add((name("data1"), name("dct:accessRights"), f"{ACCESS}PUBLIC"))
    assert missed(world) == (Want("no licence"),)
    world.say("data1", "dct:license", "licence1")
    world.say("licence1", "cc:permits", "cc:Distribution")
    assert missed(world) == (Want("not open", (name("licence1"),)),)
    world.say("licence1", "cc:permits", "cc:DerivativeWorks")
    assert [(route.ground, route.by) for route in judged(world).routes] == [("open", (name("licence1"),))]
    world.triples.add((name("data1"), name("dct:accessRights"), f"{ACCESS}RESTRICTED"))
    assert judged(world).lacking


def test_law_gives_until_a_barrier_is_upheld_or_an_exemption(world: World) -> None:
    take(world, "policy", "odrl:permission")
    world.say("data1", "dcatap:applicableLegislation", "law")
    world.say("data1", "cg:dataKind", "cg:ConcessionData")
    world.say("data1", "cg:producedThrough", "buses")
    world.say("contract", "cg:concerns", "buses")
    world.say("contract", "cv:hasContractingAuthority", "actor1")
    world.say("effect", "cg:effectOf", "law")
    world.say("effect", "cg:effectKind", "cg:ObligesSharing")
    world.say("effect", "cg:dataKind", "cg:ConcessionData")
    world.say("effect", "cg:inFavourOf", "cg:ConcedingAuthorities")
    (route,) = judged(world).routes
    assert (route.ground, route.by, route.ends) == ("law", (name("law"), name("effect")), None)
    world.say("contract", "cg:dataClauseExemption", "exemption")
    assert missed(world) == (Want("not for this operator", (name("cg:ConcedingAuthorities"),)),)
    take(world, "contract", "cg:dataClauseExemption")
    world.say("data1", "cg:hasBarrier", "barrier")
    world.say("barrier", "cg:barrierStatus", "cg:Upheld")
    assert not judged(world).lacking
    world.say("barrier", "cg:legalGround", "law")
    assert missed(world) == (Want("withheld", (name("barrier"),)),)


def test_a_service_that_has_ended_needs_no_route(world: World) -> None:
    world.say("service1", "adms:status", "cg:Ended")
    found = judged(world, date(2027, 1, 1))
    assert found.ended
    assert not found.routes
    assert not found.lacking


def test_own_data_need_no_licence(world: World) -> None:
    world.say("licence1", "rdf:type", "cc:License")
    world.say("licence1", "cc:permits", "cc:Distribution")
    world.say("figures", "prov:wasDerivedFrom", "data1")
    derivations = Derivations(Facts(world.store().query))
    assert derivations.of([name("figures")])[name("figures")].lawful == ()
    world.say("figures", "dga:hasDataHolder", "actor2")
    derivations = Derivations(Facts(world.store().query))
    assert derivations.of([name("figures")])[name("figures")].lawful == (name("licence1"),)
    assert derivations.combination([USE[1]]).lawful == ()
