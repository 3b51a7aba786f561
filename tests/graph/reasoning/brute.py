"""Routes and licences by enumeration: every candidate, case and way is tried, by the words of the definitions.

It reads triples alone and shares nothing with what it judges: no query, no derivation, no reader of agreements.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

from tests.graph.reasoning.worlds import ACCESS, Triple, name

ANY = "anything that nobody names"


class Known:
    """The triples of a world, looked up one by one."""

    def __init__(self, triples: set[Triple]) -> None:
        self.triples = triples

    def of(self, subject: str, *props: str) -> set[str]:
        """Give what a node is said to have by any of some properties."""
        wanted = {name(prop) for prop in props}
        return {value for one, prop, value in self.triples if one == subject and prop in wanted}

    def towards(self, prop: str, value: str) -> set[str]:
        """Give what points at a node."""
        return {one for one, each, said in self.triples if each == name(prop) and said == value}

    def has(self, subject: str, prop: str, *values: str) -> bool:
        """Say whether a node has one of some values."""
        return bool(self.of(subject, prop) & {name(value) for value in values})


def uses(known: Known) -> set[tuple[str, str]]:
    """Give each use of data by a service."""
    return {
        (service, dataset)
        for service in known.towards("rdf:type", name("cg:UrbanDataService"))
        for dataset in known.of(service, "cg:consumesDataset")
    }


Route = tuple[str, str, str]
"""Ground, what gives it, last day."""


def routes(known: Known, service: str, dataset: str, at: date) -> set[Route]:
    """Try every ground for a use."""
    found: set[Route] = set()
    if is_open(known, dataset):
        found.add(("open", "", ""))
    operators = known.of(service, "cg:operatedBy")
    found |= {("own", actor, "") for actor in operators & known.of(dataset, "dga:hasDataHolder")}
    policies = {each for each, prop, value in known.triples if prop == name("rdf:type")}
    for policy in policies:
        end = agreement(known, policy, service, dataset, at)
        if end is not None:
            found.add(("agreement", policy, end))
    for law in known.of(dataset, "dcatap:applicableLegislation"):
        if any(gives(known, effect, service, dataset) for effect in known.towards("cg:effectOf", law)):
            found.add(("law", law, ""))
    return found


def is_open(known: Known, dataset: str) -> bool:
    """Say whether a dataset is open: public and nothing else, every file licensed, every licence an open one."""
    if known.of(dataset, "dct:accessRights") != {f"{ACCESS}PUBLIC"}:
        return False
    own, files = known.of(dataset, "dct:license"), known.of(dataset, "dcat:distribution")
    licences = own.union(*(known.of(file, "dct:license") for file in files))
    if not licences or (not own and any(not known.of(file, "dct:license") for file in files)):
        return False
    offers = known.towards("rdf:type", name("odrl:Offer"))
    assert not any(known.of(rule, "odrl:duty") for offer in offers for rule in known.of(offer, "odrl:permission"))

    def grants(licence: str) -> bool:
        allowed = {name("cc:Distribution"), name("cc:DerivativeWorks")} <= known.of(licence, "cc:permits")
        return allowed and name("cc:CommercialUse") not in known.of(licence, "cc:prohibits")

    return all(
        grants(licence)
        or any(grants(each) for prop in ("skos:exactMatch", "foaf:page") for each in known.towards(prop, licence))
        for licence in licences
    )


def agreement(known: Known, policy: str, service: str, dataset: str, at: date) -> str | None:
    """Give the last day ('' for none) of an agreement that lets a service use a dataset; None where it does not."""
    if not known.has(policy, "rdf:type", "cg:SharingAgreement", "odrl:Agreement") or is_void(known, policy):
        return None
    ends = [end for period in known.of(policy, "dct:temporal") if (end := in_force(known, period, at)) is not None]
    if not ends:
        return None
    operators = known.of(service, "cg:operatedBy")
    permissions = known.of(policy, "odrl:permission")
    if permissions:
        granted = any(grants_use(known, policy, rule, (service, dataset)) for rule in permissions)
    else:
        flat = dataset in known.of(policy, "cg:coversDataset") and service in known.of(policy, "cg:authorises")
        granted = flat and bool(known.of(policy, "odrl:assignee") & operators)
    return ("" if "" in ends else max(ends)) if granted else None


def in_force(known: Known, period: str, at: date) -> str | None:
    """Give the end of a period in which a day lies, '' where it has none; None where the day does not."""
    starts = [date.fromisoformat(each.strip('"')) for each in known.of(period, "dcat:startDate")]
    ends = [date.fromisoformat(each.strip('"')) for each in known.of(period, "dcat:endDate")]
    if not starts or starts[0] > at or (ends and ends[0] < at):
        return None
    return ends[0].isoformat() if ends else ""


Case = tuple[str, str, str, str, str]
"""Action, dataset, party, service, purpose."""


def cases(known: Known) -> Iterator[Case]:
    """Enumerate every case that rules of the world could be about, and one beside all that they name."""
    named = {value for _, _, value in known.triples}
    subjects = {one for one, _, _ in known.triples}

    def kind(*names: str) -> list[str]:
        return [*(name(each) for each in names), ANY]

    datasets = [each for each in subjects if known.has(each, "rdf:type", "dcat:Dataset")]
    actors = [each for each in subjects if known.has(each, "rdf:type", "org:Organization")]
    services = [each for each in subjects if known.has(each, "rdf:type", "cg:UrbanDataService")]
    purposes = [
        each for each in kind("dpv:ResearchAndDevelopment", "dpv:CommercialPurpose") if each in named or each == ANY
    ]
    yield from product(
        kind("odrl:use", "odrl:derive")[:2], [*datasets, ANY], [*actors, ANY], [*services, ANY], purposes
    )


def matches(known: Known, policy: str, rule: str, case: Case, counted: bool = True) -> bool:
    """Say whether a case is one that a rule is about; `counted`: whether a condition on a number is met."""
    action, dataset, party, service, purpose = case
    targets = known.of(rule, "odrl:target") or known.of(policy, "odrl:target")
    parties = known.of(rule, "odrl:assignee") or known.of(policy, "odrl:assignee")
    actions = set()
    for each in known.of(rule, "odrl:action") or known.of(policy, "odrl:action"):
        actions |= known.of(each, "rdf:value") or {each}
    if action not in actions or (targets and dataset not in targets) or (parties and party not in parties):
        return False
    for condition in known.of(rule, "odrl:constraint"):
        value = {name("odrl:product"): service, name("odrl:purpose"): purpose}.get(
            *known.of(condition, "odrl:leftOperand")
        )
        if value is None:
            if not counted:
                return False
            continue
        among = value in known.of(condition, "odrl:rightOperand")
        if among == known.has(condition, "odrl:operator", "odrl:neq", "odrl:isNoneOf"):
            return False
    return True


def is_void(known: Known, policy: str) -> bool:
    """Say whether some case is permitted and forbidden, with nothing said of what prevails."""
    if known.of(policy, "odrl:conflict") - {name("odrl:invalid")}:
        return False
    permissions, prohibitions = known.of(policy, "odrl:permission"), known.of(policy, "odrl:prohibition")
    return any(
        matches(known, policy, one, case) and matches(known, policy, other, case)
        for one in permissions
        for other in prohibitions
        for case in cases(known)
    )


def grants_use(known: Known, policy: str, rule: str, use: tuple[str, str]) -> bool:
    """Say whether a permission names dataset, service and operator, and something of it is left by what prevails."""
    service, dataset = use
    operators = known.of(service, "cg:operatedBy")
    if dataset not in (known.of(rule, "odrl:target") or known.of(policy, "odrl:target")):
        return False
    parties = (known.of(rule, "odrl:assignee") or known.of(policy, "odrl:assignee")) & operators
    products = [
        each for each in known.of(rule, "odrl:constraint") if known.has(each, "odrl:leftOperand", "odrl:product")
    ]
    named = [each for each in products if known.has(each, "odrl:operator", "odrl:eq", "odrl:isA", "odrl:isAnyOf")]
    left_out = [each for each in products if each not in named]
    if not parties or not named or any(service not in known.of(each, "odrl:rightOperand") for each in named):
        return False
    if any(service in known.of(each, "odrl:rightOperand") for each in left_out):
        return False
    if not known.has(policy, "odrl:conflict", "odrl:prohibit"):
        return True
    actions = known.of(rule, "odrl:action") or known.of(policy, "odrl:action")
    if not actions:
        return False
    return any(
        matches(known, policy, rule, case)
        # A number that only the prohibition sets may not be reached.
        and not any(
            matches(known, policy, other, case, _counts_alike(known, rule, other))
            for other in known.of(policy, "odrl:prohibition")
        )
        for case in cases(known)
        if case[1] == dataset and case[2] in parties and case[3] == service
    )


def _counts_alike(known: Known, rule: str, other: str) -> bool:
    """Say whether each number that a prohibition sets is set by the permission too."""
    mine, theirs = (
        {
            (min(known.of(each, "odrl:operator")), min(known.of(each, "odrl:rightOperand")))
            for each in known.of(node, "odrl:constraint")
            if known.has(each, "odrl:leftOperand", "odrl:count")
        }
        for node in (rule, other)
    )
    return theirs <= mine


def gives(known: Known, effect: str, service: str, dataset: str) -> bool:
    """Say whether a legal effect gives a dataset to an operator of a service."""
    obliges = known.has(effect, "cg:effectKind", "cg:ObligesOpening", "cg:ObligesSharing")
    if not obliges and not known.has(effect, "cg:effectKind", "cg:AllowsReuse"):
        return False
    kinds, domains = known.of(effect, "cg:dataKind"), known.of(effect, "cg:domain")
    if kinds and not kinds & known.of(dataset, "cg:dataKind"):
        return False
    if not kinds and domains and not domains & known.of(dataset, "cg:domain"):
        return False
    barriers = known.of(dataset, "cg:hasBarrier") | known.towards("cg:about", dataset)
    if any(known.has(each, "cg:barrierStatus", "cg:Upheld") and known.of(each, "cg:legalGround") for each in barriers):
        return False
    bound = known.of(effect, "cg:addressee")
    named_alone = bool(bound) and not any(known.of(each, "skos:inScheme") for each in bound)
    if obliges and named_alone and not bound & known.of(dataset, "dga:hasDataHolder"):
        return False
    favoured = known.of(effect, "cg:inFavourOf") if obliges else bound
    operators = known.of(service, "cg:operatedBy")
    return any(is_of(known, actor, sort, dataset) for actor in operators for sort in favoured)


def is_of(known: Known, actor: str, sort: str, dataset: str) -> bool:
    """Say whether an actor is the one named, or of the sort that is named."""
    local = "http://purl.org/adms/publishertype/LocalAuthority" in known.of(actor, "dct:type")
    controlled = known.of(actor, "cg:controlledBy")
    public = name("cg:PublicControl") in controlled or local
    conceding = any(
        not known.of(contract, "cg:dataClauseExemption")
        for made in known.of(dataset, "cg:producedThrough")
        for contract in known.towards("cg:concerns", made)
        if actor in known.of(contract, "cv:hasContractingAuthority")
    )
    sorts = {
        name("cg:Reusers"): True,
        name("cg:PublicSectorBodies"): public,
        name("cg:LocalAuthorities"): local,
        name("cg:ConcedingAuthorities"): conceding,
    }
    return sort == actor or sorts.get(sort, False)


# Licences


def described(known: Known, address: str) -> str:
    """Give the licence that an address stands for."""
    if known.of(address, "cc:permits", "cc:requires", "cc:prohibits"):
        return address
    others = known.towards("foaf:page", address) | known.towards("skos:exactMatch", address)
    return min(others) if others else address


def licences(known: Known, thing: str) -> set[str]:
    """Give the licences of a thing and of its files."""
    nodes = {thing} | known.of(thing, "dcat:distribution")
    return {described(known, each) for node in nodes for each in known.of(node, "dct:license")}


def ways(known: Known, thing: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Walk every way upstream that does not meet itself; gives the ends, many times over."""
    for after in known.of(thing, "prov:wasDerivedFrom", "dct:hasPart"):
        if after not in seen:
            yield after
            yield from ways(known, after, (*seen, after))


def sources(known: Known, thing: str) -> set[tuple[str, str]]:
    """Give what a thing is made from, with the kind of making, by every way."""
    kinds = {"derivative": "prov:wasDerivedFrom", "collection": "dct:hasPart", "work": "cg:producedFrom"}
    return {
        (kind, each)
        for kind, step in kinds.items()
        for first in known.of(thing, step)
        for each in (first, *ways(known, first, (first,)))
        if each != thing
    }


def candidates(known: Known) -> set[str]:
    """Give the licences that may be chosen."""
    return {
        each
        for each in known.towards("rdf:type", name("cc:License"))
        if known.has(each, "cc:permits", "cc:Distribution")
    }


def allows(known: Known, made_from: tuple[str, str], licence: str, chosen: str, made: str | None) -> bool:
    """Say whether what is made from a source under a licence may carry the chosen one."""
    kind, source = made_from
    permits, asks = known.of(licence, "cc:permits"), known.of(licence, "cc:requires", "cc:prohibits")
    if not permits and not asks:
        return False
    if name("cc:DerivativeWorks" if kind == "derivative" else "cc:Distribution") not in permits:
        return False
    if chosen == licence or chosen in known.of(licence, "odrs:compatibleWith"):
        return True
    alike = name("cc:ShareAlike") in known.of(licence, "cc:requires")
    if kind != "derivative":
        binding = name("cg:Collective" if kind == "collection" else "cg:Produced")
        return not (alike and binding in known.of(licence, "cg:shareAlikeBinds"))
    if asks - {name("cc:ShareAlike")} - known.of(chosen, "cc:requires", "cc:prohibits"):
        return False
    return not alike or (made is not None and is_beyond(known, licence, source, made))


def is_beyond(known: Known, licence: str, source: str, made: str) -> bool:
    """Say whether what is made lies beyond what share-alike is limited to."""
    limits = {
        "cg:SameNature": ("cg:domain", "cg:dataKind"),
        "cg:SameGranularity": ("cg:spatialMesh",),
        "cg:SameExtent": ("dct:spatial",),
    }
    for limit, props in limits.items():
        theirs, ours = known.of(source, *props), known.of(made, *props)
        if known.has(licence, "cg:shareAlikeLimitedTo", limit) and theirs and ours and not theirs & ours:
            return True
    return False


def lawful(known: Known, made: str | None, made_from: set[tuple[str, str]]) -> set[str]:
    """Try every licence against every source."""
    return {chosen for chosen in candidates(known) if objections(known, made, made_from, chosen) == set()}


def objections(known: Known, made: str | None, made_from: set[tuple[str, str]], chosen: str) -> set[tuple[str, str]]:
    """Give the sources and licences that do not let the chosen one be carried; '' where a source has no licence."""
    found = set()
    for kind, source in made_from:
        own = licences(known, source)
        found |= {(source, each) for each in own if not allows(known, (kind, source), each, chosen, made)}
        shared = made is not None and known.of(source, "dga:hasDataHolder") & known.of(made, "dga:hasDataHolder")
        if not own and not shared:
            found.add((source, ""))
    return found
