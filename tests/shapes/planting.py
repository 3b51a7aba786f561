"""A seeded catalogue of any size in which everything is sound but for a known number of faults, and near-misses.

Sound means: by the governance rules, and by DCAT-AP. The sound part is made here, on top of
`benchmarks/generator.py`: open, shared and closed data, agreements with full rules, derivations, concessions, personal
data, high-value data. The faults are copies of the failing cases, the near-misses copies of the others, each below an
address of its own, so what must be found is known to the last value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchmarks import generator
from benchmarks.generator import ACCESS, NAMESPACES, describe, name, text, thing, typed
from tests.shapes.case import Case, cases
from tests.shapes.judging import Finding

NAMESPACES |= {
    "cv": "http://data.europa.eu/m8g/",
    "dcatap": "http://data.europa.eu/r5r/",
    "dga": "https://w3id.org/dpv/legal/eu/dga#",
    "dpv": "https://w3id.org/dpv#",
    "gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
OPEN = "<https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf>"
ODBL = "<http://opendatacommons.org/licenses/odbl/1.0/>"
REGULATION = "<http://data.europa.eu/eli/reg_impl/2023/138/oj>"
SECRETS = "<https://www.legifrance.gouv.fr/codes/id/LEGITEXT000031366350/>"
GROUP = 10
"""So many datasets belong to one operator: its service uses them all."""


@dataclass(frozen=True)
class Planted:
    """What was planted: the data, the findings to be found, and how many copies of each case there are."""

    data: bytes
    expected: tuple[Finding, ...]
    copies: dict[str, int]


def plant(datasets: int, seed: int = 1) -> Planted:
    """Make a sound catalogue of so many datasets and plant one to three copies of each case in it."""
    random = Random(seed)
    lines = list(sound(datasets, random))
    parts: list[bytes] = []
    expected: list[Finding] = []
    copies = Counter[str]()
    for case in cases():
        if not case.dated:
            for number in range(_how_many(case, random)):
                copy = case.copied(f"{case.address}-{number}")
                parts.append(copy.data)
                expected += copy.expected
                copies[case.address] += 1
    random.shuffle(lines)
    return Planted("".join(lines).encode() + b"".join(parts), tuple(sorted(expected)), dict(copies))


def _how_many(case: Case, random: Random) -> int:
    return random.randint(1, 3) if case.kind != "ok" else 1


def sound(datasets: int, random: Random) -> Iterator[str]:
    """Describe a catalogue without a fault: the dataset with number n belongs to operator n // 10."""
    yield from council()
    yield from describe(thing("place", 0), ("rdf:type", name("dct:Location")), ("rdfs:label", text("Territoire", "fr")))
    yield from describe(
        thing("desk", 0),
        ("rdf:type", name("vcard:Organization")),
        ("rdf:type", name("vcard:Kind")),
        ("vcard:fn", text("Guichet des données", "fr")),
        ("vcard:hasEmail", "<mailto:donnees@catalogue.example>"),
    )
    yield from describe(
        thing("catalogue", 0),
        ("rdf:type", name("dcat:Catalog")),
        ("dct:title", text("Catalogue", "fr")),
        ("dct:description", text("Ce que le territoire a de données", "fr")),
        ("dct:publisher", thing("actor", 0)),
        *(("dcat:dataset", thing("dataset", number)) for number in range(datasets)),
    )
    for right in ("PUBLIC", "RESTRICTED", "NON_PUBLIC"):
        yield from describe(f"<{ACCESS}{right}>", ("rdf:type", name("dct:RightsStatement")))
    for number in range((datasets + GROUP - 1) // GROUP):
        yield from operator(number)
        yield from service(number, datasets)
        yield from concession(number)
    for number in range(datasets):
        yield from dataset(random, number)


def actor(number: int, *, control: str) -> Iterator[str]:
    """Describe an actor; its pole follows from its control."""
    yield from describe(
        thing("actor", number),
        ("rdf:type", name("org:Organization")),
        ("foaf:name", text(f"Acteur {number}", "fr")),
        ("cg:controlledBy", name(f"cg:{control}")),
    )


def council() -> Iterator[str]:
    """Describe the body that defines all conditions, with a seat for each pole."""
    yield from describe(thing("body", 0), ("rdf:type", name("cg:GovernanceBody")), ("foaf:name", text("Conseil", "fr")))
    for number, control in enumerate(("PublicControl", "PrivateControl", "MemberControl"), start=10**7):
        yield from actor(number, control=control)
        yield from describe(
            thing("seat", number),
            ("rdf:type", name("org:Membership")),
            ("org:organization", thing("body", 0)),
            ("org:member", thing("actor", number)),
        )


def operator(number: int) -> Iterator[str]:
    """Describe an operator: public, private and citizen by turns."""
    yield from actor(number, control=("PublicControl", "PrivateControl", "MemberControl")[number % 3])


def service(number: int, datasets: int) -> Iterator[str]:
    """Describe an operator's service, which uses all of its datasets and what is shared with it."""
    own = range(number * GROUP, min((number + 1) * GROUP, datasets))
    borrowed = [number * GROUP - 3] if number else []
    yield from describe(
        thing("service", number),
        ("rdf:type", name("cg:UrbanDataService")),
        ("dct:title", text(f"Service urbain {number}", "fr")),
        ("cg:operatedBy", thing("actor", number)),
        ("dpv:hasPurpose", name("dpv:ImprovePublicServices")),
        ("dct:spatial", thing("place", 0)),
        ("adms:status", name("cg:Operating")),
        ("cg:generalInterest", typed("false", "boolean")),
        *(("cg:consumesDataset", thing("dataset", used)) for used in (*own, *borrowed)),
    )
    for shared in borrowed:
        yield from agreement(shared, giver=shared // GROUP, taker=number)


def agreement(number: int, *, giver: int, taker: int) -> Iterator[str]:
    """Describe an agreement in force on one dataset for one service, with all that an agreement must say."""
    this, nodes = thing("agreement", number), [thing(f"agreement-{part}", number) for part in _PARTS]
    rule, product, purpose, duty, paying, price, period, back = nodes
    yield from describe(
        this,
        ("rdf:type", name("cg:SharingAgreement")),
        ("rdf:type", name("odrl:Agreement")),
        ("odrl:assigner", thing("actor", giver)),
        ("odrl:assignee", thing("actor", taker)),
        ("odrl:permission", rule),
        ("cg:conditionsDefinedBy", thing("body", 0)),
        ("cg:reciprocityClause", back),
        ("dct:spatial", thing("place", 0)),
        ("dct:temporal", period),
    )
    yield from describe(
        rule,
        ("rdf:type", name("odrl:Permission")),
        ("odrl:target", thing("dataset", number)),
        ("odrl:action", name("odrl:use")),
        ("odrl:constraint", product),
        ("odrl:constraint", purpose),
        ("odrl:duty", duty),
    )
    yield from _constraint(product, "product", thing("service", taker))
    yield from _constraint(purpose, "purpose", name("dpv:ImprovePublicServices"))
    yield from describe(duty, ("rdf:type", name("odrl:Duty")), ("odrl:action", paying))
    yield from describe(paying, ("rdf:value", name("odrl:compensate")), ("odrl:refinement", price))
    yield from _constraint(price, "payAmount", typed(f"{number % 4}.5", "decimal"))
    yield from describe(
        period,
        ("rdf:type", name("dct:PeriodOfTime")),
        ("dcat:startDate", typed("2024-01-01", "date")),
        ("dcat:endDate", typed(f"20{28 + number % 5}-12-31", "date")),
    )
    yield from describe(back, ("rdf:type", name("foaf:Document")), ("dct:title", text("Retour", "fr")))


_PARTS = ("rule", "product", "purpose", "duty", "paying", "price", "period", "return")


def _constraint(node: str, left: str, right: str) -> Iterator[str]:
    yield from describe(
        node,
        ("rdf:type", name("odrl:Constraint")),
        ("odrl:leftOperand", name(f"odrl:{left}")),
        ("odrl:operator", name("odrl:eq")),
        ("odrl:rightOperand", right),
    )


def concession(number: int) -> Iterator[str]:
    """Describe the concession of a service: its first dataset is essential, and was returned in CSV."""
    period = thing("contract-period", number)
    yield from describe(
        thing("contract", number),
        ("rdf:type", name("cv:ServiceConcessionContract")),
        ("cv:hasContractingAuthority", thing("actor", 10**7)),
        ("cv:hasEconomicOperator", thing("actor", number)),
        ("cg:concerns", thing("service", number)),
        ("dct:temporal", period),
    )
    yield from describe(
        period, ("dcat:startDate", typed("2015-01-01", "date")), ("dcat:endDate", typed("2034-12-31", "date"))
    )
    yield from describe(
        thing("return", number),
        ("rdf:type", name("cg:DataReturn")),
        ("prov:used", thing("dataset", number * GROUP)),
        ("cg:deliveredTo", thing("actor", 10**7)),
        ("prov:endedAtTime", typed("2026-01-31T09:00:00Z", "dateTime")),
        ("dct:format", f"<{generator.FILE_TYPE}CSV>"),
    )


def dataset(random: Random, number: int) -> Iterator[str]:
    """Describe a dataset: by its place among the ten of its operator essential, derived, shared, closed."""
    this, owner, place = thing("dataset", number), thing("actor", number // GROUP), number % GROUP
    access = {7: "RESTRICTED", 8: "NON_PUBLIC"}.get(place, "PUBLIC")
    yield from describe(
        this,
        ("rdf:type", name("dcat:Dataset")),
        ("dct:title", text(f"Jeu {number}", "fr")),
        ("dct:description", text(f"Ce que dit le jeu {number}", "fr")),
        ("dct:accessRights", f"<{ACCESS}{access}>"),
        ("dga:hasDataHolder", owner),
        ("dct:publisher", owner),
        ("dct:creator", owner),
        ("dcat:contactPoint", thing("desk", 0)),
        ("dct:issued", generator.day(random, 2019)),
        ("dct:modified", generator.day(random, 2025)),
        ("cg:domain", name(f"cg:{random.choice(('Energy', 'Water', 'Mobility', 'Sociodemographic'))}")),
    )
    if access == "PUBLIC":
        yield from _file(number, ODBL if place in (3, 4) else OPEN)
    yield from _SPECIAL[place](number) if place in _SPECIAL else ()


def _file(number: int, licence: str) -> Iterator[str]:
    yield from describe(thing("dataset", number), ("dcat:distribution", thing("file", number)))
    yield from describe(
        thing("file", number),
        ("rdf:type", name("dcat:Distribution")),
        ("dcat:accessURL", f"<https://files.example/{number}>"),
        ("dcat:downloadURL", f"<https://files.example/{number}.csv>"),
        ("dct:license", licence),
    )


def _essential(number: int) -> Iterator[str]:
    yield from describe(
        thing("dataset", number),
        ("cg:producedThrough", thing("service", number // GROUP)),
        ("cg:essentialToOperation", typed("true", "boolean")),
    )


def _derived(number: int) -> Iterator[str]:
    yield from describe(thing("dataset", number), ("prov:wasDerivedFrom", thing("dataset", number - 1)))


def _high_value(number: int) -> Iterator[str]:
    this = thing("dataset", number)
    yield from describe(
        this,
        ("dcatap:hvdCategory", "<http://data.europa.eu/bna/c_ac64a52d>"),
        ("dcatap:applicableLegislation", REGULATION),
    )
    yield from describe(thing("file", number), ("dcatap:applicableLegislation", REGULATION))
    yield from describe(
        thing("api", number),
        ("rdf:type", name("dcat:DataService")),
        ("dct:title", text(f"Interface {number}", "fr")),
        ("dcat:servesDataset", this),
        ("dcat:endpointURL", f"<https://api.example/{number}>"),
        ("dcatap:applicableLegislation", REGULATION),
        ("dcat:contactPoint", thing("desk", 0)),
        ("foaf:page", f"<https://api.example/{number}/help>"),
    )
    yield from describe(f"<https://api.example/{number}/help>", ("rdf:type", name("foaf:Document")))


def _shared(number: int) -> Iterator[str]:
    """Personal data, shared: each party has its role, and a public holder cites a law. The last group has no taker."""
    this, process = thing("dataset", number), thing("process", number)
    yield from describe(
        this,
        ("cg:legalGround", SECRETS),
        ("dpv:hasPersonalData", thing("people", number)),
    )
    yield from describe(thing("people", number), ("rdf:type", name("dpv:PseudonymisedData")))
    yield from describe(
        process,
        ("rdf:type", name("dpv:Process")),
        ("dpv:hasDataController", thing("actor", number // GROUP)),
        ("dpv:hasDataProcessor", thing("actor", number // GROUP + 1)),
        ("dpv:hasLegalBasis", name("gdpr:A6-1-e-public-interest")),
        ("prov:used", this),
    )
    yield from describe(
        thing("offer", number),
        ("rdf:type", name("odrl:Offer")),
        ("odrl:assigner", thing("actor", number // GROUP)),
        ("odrl:permission", thing("offer-rule", number)),
    )
    yield from describe(thing("offer-rule", number), ("odrl:target", this), ("odrl:action", name("odrl:use")))


def _closed(number: int) -> Iterator[str]:
    barrier = thing("barrier", number)
    yield from describe(thing("dataset", number), ("cg:hasBarrier", barrier))
    yield from describe(
        barrier,
        ("rdf:type", name("cg:Barrier")),
        ("cg:barrierKind", name("cg:TradeSecret")),
        ("cg:barrierStatus", name("cg:Upheld")),
        ("cg:legalGround", SECRETS),
        ("cg:reviewDate", typed(f"2027-0{1 + number % 9}-01", "date")),
    )


_SPECIAL = {0: _essential, 2: _derived, 4: _derived, 5: _high_value, 7: _shared, 8: _closed}
