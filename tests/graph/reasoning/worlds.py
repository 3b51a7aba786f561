"""Random small worlds, as sets of triples: actors, data, services, policies, laws, licences, what is made of what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

import pyoxigraph as ox

from graph.terms import PREFIXES
from ontology import loader

EX = "https://example.org/"
AT = date(2026, 6, 30)
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
DAYS = ("2024-01-01", "2026-06-29", "2026-06-30", "2026-07-01", "2028-12-31")

Triple = tuple[str, str, str]
"""IRIs without brackets; an object that is a literal begins with a quotation mark."""

_T = TypeVar("_T")


def name(text: str) -> str:
    """Write a prefixed name as an IRI, one without a prefix as a name of the world."""
    prefix, colon, local = text.partition(":")
    return PREFIXES[prefix] + local if colon else EX + text


class World:
    """Statements about a world that chance makes."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.triples: set[Triple] = set()
        self.actors = ["actor1", "actor2", "actor3"]
        self.datasets = ["data1", "data2", "data3"]
        self.services = ["service1", "service2"]
        self.licences = ["licence1", "licence2", "licence3", "licence4"]

    def say(self, subject: str, prop: str, *values: str) -> None:
        """State something of a node; values are names, or literals that begin with a quotation mark."""
        for value in values:
            self.triples.add((name(subject), name(prop), value if value[0] in '"<' else name(value)))

    def maybe(self, odds: float) -> bool:
        """Say yes so often."""
        return self.chance.random() < odds

    def some(self, among: Sequence[_T], most: int = 2, least: int = 0) -> list[_T]:
        """Choose a few."""
        return self.chance.sample(among, self.chance.randint(least, min(most, len(among))))

    def one(self, among: Sequence[_T]) -> _T:
        """Choose one."""
        return self.chance.choice(among)

    def store(self) -> ox.Store:
        """Put the world, and all that follows from it, into a store."""
        store = ox.Store()
        store.extend(_quad(each) for each in self.triples)
        texts = [query for _, query in loader.queries("derivations")]
        made = [triple for text in texts for triple in _construct(store, text)]
        store.extend(ox.Quad(each.subject, each.predicate, each.object) for each in made)
        return store


def _construct(store: ox.Store, text: str) -> ox.QueryTriples:
    made = store.query(text)
    assert isinstance(made, ox.QueryTriples)
    return made


def _quad(triple: Triple) -> ox.Quad:
    subject, prop, value = triple
    if not value.startswith('"'):
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(prop), ox.NamedNode(value))
    text = value.strip('"')
    datatype = {"true": "boolean", "false": "boolean"}.get(text, "date" if text[:1].isdigit() else "string")
    literal = ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(prop), literal)


def routes_world(chance: Random) -> World:
    """Make a world in which services use data by all sorts of right, and by none."""
    world = World(chance)
    # Few names, so that what is drawn apart often meets.
    world.actors = world.actors[: chance.randint(1, 3)]
    world.datasets = world.datasets[: chance.randint(1, 3)]
    world.services = world.services[: chance.randint(1, 2)]
    _licences(world)
    _actors(world)
    for dataset in world.datasets:
        _dataset(world, dataset)
    for service in world.services:
        world.say(service, "rdf:type", "cg:UrbanDataService")
        world.say(service, "cg:operatedBy", *world.some(world.actors, 2, world.one([0, 1, 1])))
        world.say(service, "cg:consumesDataset", *world.some(world.datasets, 3, 1))
        world.say(service, "adms:status", world.one(["cg:Operating", "cg:Operating", "cg:Ended"]))
    for number in range(chance.randint(1, 3)):
        _policy(world, f"policy{number}")
    for number in range(chance.randint(0, 3)):
        _law(world, number)
    return world


def licences_world(chance: Random) -> World:
    """Make a world in which things are made of others, at several depths and in rings, under licences of all sorts."""
    world = World(chance)
    world.datasets = [f"data{number}" for number in range(chance.randint(2, 6))]
    _licences(world)
    for dataset in [*world.datasets, "work"]:
        world.say(dataset, "rdf:type", "cg:ProducedWork" if dataset == "work" else "dcat:Dataset")
        _under(world, dataset)
        step = "cg:producedFrom" if dataset == "work" else "prov:wasDerivedFrom"
        world.say(dataset, step, *world.some(world.datasets))
        if world.maybe(0.3):
            world.say(dataset, "dct:hasPart", *world.some(world.datasets))
        world.say(dataset, "dga:hasDataHolder", *world.some(world.actors, 1))
        world.say(dataset, "cg:domain", *world.some(["cg:Water", "cg:Energy"], 1))
        world.say(dataset, "cg:dataKind", *world.some(["cg:MobilityData"], 1))
        world.say(dataset, "cg:spatialMesh", *world.some(["cg:Address", "cg:Commune"], 1))
        world.say(dataset, "dct:spatial", *world.some(["place1", "place2"], 2))
    return world


def _licences(world: World) -> None:
    terms = ["cc:Attribution", "cc:Notice", "cc:ShareAlike"]
    for licence in world.licences:
        if world.maybe(0.1):
            world.say(licence, "rdf:type", "dct:LicenseDocument")
            continue
        world.say(licence, "rdf:type", "cc:License")
        for permitted, odds in (("cc:Distribution", 0.9), ("cc:DerivativeWorks", 0.8)):
            if world.maybe(odds):
                world.say(licence, "cc:permits", permitted)
        world.say(licence, "cc:requires", *world.some(terms, 3))
        if world.maybe(0.2):
            world.say(licence, "cc:prohibits", "cc:CommercialUse")
        world.say(licence, "odrs:compatibleWith", *world.some([each for each in world.licences if each != licence], 1))
        world.say(licence, "cg:shareAlikeBinds", *world.some(["cg:Derivative", "cg:Collective", "cg:Produced"], 2))
        if world.maybe(0.4):
            world.say(
                licence,
                "cg:shareAlikeLimitedTo",
                *world.some(["cg:SameNature", "cg:SameGranularity", "cg:SameExtent"], 2),
            )
        if world.maybe(0.3):
            world.say(licence, world.one(["foaf:page", "skos:exactMatch"]), f"{licence}/other-address")


def _under(world: World, dataset: str) -> None:
    """Put a dataset under licences: its own, its files', an address that nobody described, or none."""
    addresses = [*world.licences, *(f"{each}/other-address" for each in world.licences), "undescribed"]
    if world.maybe(0.4):
        world.say(dataset, "dct:license", *world.some(addresses, 1))
    for number in range(world.chance.randint(0, 2)):
        world.say(dataset, "dcat:distribution", f"{dataset}/file{number}")
        world.say(f"{dataset}/file{number}", "dct:license", *world.some(addresses, 1))


def _actors(world: World) -> None:
    for actor in world.actors:
        world.say(actor, "rdf:type", "org:Organization")
        if world.maybe(0.6):
            world.say(actor, "cg:controlledBy", world.one(["cg:PublicControl", "cg:PrivateControl"]))
        if world.maybe(0.3):
            world.triples.add((name(actor), name("dct:type"), "http://purl.org/adms/publishertype/LocalAuthority"))


def _dataset(world: World, dataset: str) -> None:
    world.say(dataset, "rdf:type", "dcat:Dataset")
    for right in world.some(["PUBLIC", "RESTRICTED", "NON_PUBLIC"], 2 if world.maybe(0.1) else 1):
        world.triples.add((name(dataset), name("dct:accessRights"), ACCESS + right))
    _under(world, dataset)
    world.say(dataset, "dga:hasDataHolder", *world.some(world.actors, 2))
    world.say(dataset, "cg:domain", *world.some(["cg:Water", "cg:Energy"], 2))
    world.say(dataset, "cg:dataKind", *world.some(["cg:MobilityData", "cg:ConcessionData"], 2))
    world.say(dataset, "dcatap:applicableLegislation", *world.some(["law0", "law1"], 2))
    if world.maybe(0.3):
        barrier = f"{dataset}/barrier"
        if world.maybe(0.5):
            world.say(dataset, "cg:hasBarrier", barrier)
        else:
            world.say(barrier, "cg:about", dataset)
        world.say(barrier, "cg:barrierStatus", world.one(["cg:Upheld", "cg:Claimed"]))
        world.say(barrier, "cg:legalGround", *world.some(["law0"], 1))
    if world.maybe(0.5):
        world.say(dataset, "cg:producedThrough", *world.some(world.services, 1))


def _policy(world: World, policy: str) -> None:
    world.say(policy, "rdf:type", *world.some(["cg:SharingAgreement", "odrl:Agreement"], 2, 1))
    if world.maybe(0.15):
        world.triples -= {each for each in world.triples if each[0] == name(policy)}
        world.say(policy, "rdf:type", "odrl:Offer")
    if world.maybe(0.8):
        world.say(policy, "odrl:assignee", *world.some(world.actors, 2, world.one([0, 1, 1])))
    if world.maybe(0.2):
        world.say(policy, "odrl:target", world.one(world.datasets))
    if world.maybe(0.15):
        world.say(policy, "odrl:action", world.one(["odrl:use", "odrl:derive"]))
    if world.maybe(0.5):
        world.say(policy, "odrl:conflict", world.one(["odrl:perm", "odrl:prohibit", "odrl:prohibit", "odrl:invalid"]))
    if world.maybe(0.6):
        world.say(policy, "dct:temporal", f"{policy}/term")
        world.say(f"{policy}/term", "dcat:startDate", '"2025-01-01"')
    for number in range(world.chance.randint(0, 2)):
        period = f"{policy}/period{number}"
        world.say(policy, "dct:temporal", period)
        if world.maybe(0.9):
            world.say(period, "dcat:startDate", f'"{world.one(DAYS)}"')
        if world.maybe(0.6):
            world.say(period, "dcat:endDate", f'"{world.one(DAYS)}"')
    if world.maybe(0.15):
        world.say(policy, "cg:coversDataset", world.one(world.datasets))
        world.say(policy, "cg:authorises", world.one(world.services))
        return
    for number in range(world.chance.randint(1, 2)):
        _rule(world, policy, "odrl:permission", number)
    for number in range(world.chance.randint(0, 2)):
        _rule(world, policy, "odrl:prohibition", number)


def _rule(world: World, policy: str, kind: str, number: int) -> None:
    rule = f"{policy}/{kind[5:]}{number}"
    world.say(policy, kind, rule)
    world.say(rule, "rdf:type", "odrl:Permission" if kind == "odrl:permission" else "odrl:Prohibition")
    if world.maybe(0.85):
        world.say(rule, "odrl:target", *world.some(world.datasets, 2, world.one([0, 1, 1])))
    if world.maybe(0.2):
        world.say(rule, "odrl:assignee", *world.some(world.actors, 2))
    for action in world.some(["odrl:use", "odrl:derive"], 2, world.one([0, 1, 1, 1])):
        if world.maybe(0.3):
            world.say(rule, "odrl:action", f"{rule}/{action[5:]}")
            world.say(f"{rule}/{action[5:]}", "rdf:value", action)
        else:
            world.say(rule, "odrl:action", action)
    odds = 0.9 if kind == "odrl:permission" else 0.3
    if world.maybe(odds):
        _constraint(world, rule, "odrl:product", world.services)
    if world.maybe(0.1):
        _constraint(world, rule, "odrl:product", world.services, "/second")
    if world.maybe(0.4):
        _constraint(world, rule, "odrl:purpose", ["dpv:ResearchAndDevelopment", "dpv:CommercialPurpose"])
    if world.maybe(0.1):
        world.say(rule, "odrl:constraint", f"{rule}/count")
        world.say(f"{rule}/count", "odrl:leftOperand", "odrl:count")
        world.say(f"{rule}/count", "odrl:operator", "odrl:lteq")
        world.say(f"{rule}/count", "odrl:rightOperand", '"9"')


def _constraint(world: World, rule: str, left: str, among: list[str], more: str = "") -> None:
    node = f"{rule}/{left[5:]}{more}"
    world.say(rule, "odrl:constraint", node)
    world.say(node, "odrl:leftOperand", left)
    world.say(
        node,
        "odrl:operator",
        world.one(["odrl:eq", "odrl:isA", *(["odrl:isAnyOf"] * 4), "odrl:isNoneOf", "odrl:neq"]),
    )
    world.say(node, "odrl:rightOperand", *world.some(among, 2, 1))


def _law(world: World, number: int) -> None:
    effect = f"effect{number}"
    world.say(effect, "rdf:type", "cg:LegalEffect")
    world.say(effect, "cg:effectOf", world.one(["law0", "law1"]))
    world.say(
        effect,
        "cg:effectKind",
        world.one(["cg:ObligesOpening", "cg:ObligesSharing", "cg:AllowsReuse", "cg:AllowsSharing"]),
    )
    if world.maybe(0.6):
        world.say(effect, "cg:dataKind", world.one(["cg:MobilityData", "cg:ConcessionData"]))
    if world.maybe(0.4):
        world.say(effect, "cg:domain", world.one(["cg:Water", "cg:Energy"]))
    sorts = ["cg:Reusers", "cg:PublicSectorBodies", "cg:LocalAuthorities", "cg:ConcedingAuthorities", "cg:ProductUsers"]
    for sort in sorts:
        world.say(sort, "skos:inScheme", "cg:AddresseeScheme")
    world.say(effect, "cg:inFavourOf", *world.some([*sorts, *world.actors], 2))
    world.say(effect, "cg:addressee", *world.some([*sorts, *world.actors], 2))
    contract = f"contract{number}"
    if world.maybe(0.5):
        world.say(contract, "rdf:type", "cv:ServiceConcessionContract")
        world.say(contract, "cv:hasContractingAuthority", *world.some(world.actors, 1))
        world.say(contract, "cg:concerns", *world.some(world.services, 1))
        if world.maybe(0.2):
            world.say(contract, "cg:dataClauseExemption", f"{contract}/exemption")
