"""The sample as sets and dictionaries: what is asserted, and in plain Python what follows from it.

Nothing here asks a query or reads a derived triple: poles, rungs and the views of agreements are worked out again, so
that a mistake in a query or in a derivation cannot hide in its own answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from graph.terms import PREFIXES
from ontology import loader

Cell = Any
"""An IRI (text), a number, a truth, a day, an instant, a text with its language; None where a column is empty."""

AR = "http://publications.europa.eu/resource/authority/access-right/"
ADMS_TYPE = "http://purl.org/adms/publishertype/"
XSD = PREFIXES["xsd"]
_READ: dict[str, Callable[[str], Cell]] = {
    f"{XSD}integer": int,
    f"{XSD}decimal": Decimal,
    f"{XSD}boolean": lambda text: text in ("true", "1"),
    f"{XSD}date": date.fromisoformat,
    f"{XSD}dateTime": datetime.fromisoformat,
}


def iri(name: str) -> str:
    """Write a prefixed name as an IRI."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def cell(term: object) -> Cell:
    """Read a term of pyoxigraph (None stays None)."""
    if isinstance(term, ox.Literal):
        read = _READ.get(term.datatype.value)
        return read(term.value) if read else (term.value, term.language or "")
    if isinstance(term, ox.BlankNode):
        return str(term)
    return term.value if isinstance(term, ox.NamedNode) else None


@dataclass(frozen=True)
class Permission:
    """What one permission of an agreement lets be used: data, the services and the purposes that it names, its fees."""

    targets: frozenset[Cell]
    services: frozenset[Cell]
    purposes: frozenset[Cell]
    limits_purpose: bool
    fees: frozenset[Cell]


class World:
    """The asserted statements, by subject and by object, and what they come to."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._out: dict[tuple[Cell, Cell], set[Cell]] = defaultdict(set)
        self._in: dict[tuple[Cell, Cell], set[Cell]] = defaultdict(set)
        for triple in triples:
            subject, predicate, value = cell(triple.subject), cell(triple.predicate), cell(triple.object)
            self._out[subject, predicate].add(value)
            self._in[predicate, value].add(subject)

    def out(self, subject: Cell, *names: str) -> set[Cell]:
        """Give the values of a subject under a property; further names go on from there."""
        reached = {subject}
        for name in names:
            reached = set().union(*(self._out.get((each, iri(name)), ()) for each in reached))
        return reached

    def into(self, name: str, value: Cell) -> set[Cell]:
        """Give the subjects that have a value under a property."""
        return set(self._in.get((iri(name), value), ()))

    def all(self, name: str) -> set[Cell]:
        """Give what is of a class, asserted as such."""
        return self.into("rdf:type", iri(name))

    def with_any(self, name: str) -> set[Cell]:
        """Give the subjects that have the property."""
        return {subject for (subject, predicate), values in self._out.items() if predicate == iri(name) and values}

    def closure(self, start: Cell, step: Callable[[Cell], Iterable[Cell]]) -> set[Cell]:
        """Give what is reached from a start by one or more steps."""
        reached: set[Cell] = set()
        waiting = list(step(start))
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached.add(each)
                waiting.extend(step(each))
        return reached

    def within(self, thing: Cell, name: str) -> set[Cell]:
        """Give a thing and all that a property leads to from it (broader concepts, places around)."""
        return {thing} | self.closure(thing, lambda each: self.out(each, name))

    def sources(self, dataset: Cell) -> set[Cell]:
        """Give what a dataset is derived from, at any depth."""
        return self.closure(dataset, lambda each: self.out(each, "prov:wasDerivedFrom"))

    # --- actors

    def poles(self, actor: Cell) -> set[Cell]:
        """Give the poles of an actor: stated, else by control, else by legal form, else by class or publisher type."""
        return (
            self.out(actor, "cg:pole")
            or self._poles(self.out(actor, "cg:controlledBy"), _BY_CONTROL)
            or self._poles(self.out(actor, "org:classification"), _BY_FORM)
            or self._poles(self.out(actor, "rdf:type") | self.out(actor, "dct:type"), _BY_CLASS)
        )

    @staticmethod
    def _poles(stated: set[Cell], table: dict[str, str]) -> set[Cell]:
        return {iri(f"cg:{pole}") for each in stated for pole in table.get(str(each), "").split()}

    # --- openness

    def licences(self, dataset: Cell) -> set[Cell]:
        """Give the licences of a dataset: its own and those of its distributions."""
        return self.out(dataset, "dct:license") | self.out(dataset, "dcat:distribution", "dct:license")

    def rungs(self, dataset: Cell) -> set[Cell]:
        """Give the rung of openness (none where no access right is stated, two where two contradict each other)."""
        found = set()
        for right in self.out(dataset, "dct:accessRights") if dataset in self.all("dcat:Dataset") else ():
            if right == f"{AR}PUBLIC":
                found.add(iri("cg:Open" if self._is_open(dataset) else "cg:PublicNotOpen"))
            elif right == f"{AR}RESTRICTED":
                found.add(iri("cg:Shared"))
            elif right in {f"{AR}NON_PUBLIC", f"{AR}SENSITIVE", f"{AR}CONFIDENTIAL"}:
                found.add(iri("cg:Closed"))
        return found

    def is_public(self, dataset: Cell) -> bool:
        """Say whether anyone may have access."""
        return f"{AR}PUBLIC" in self.out(dataset, "dct:accessRights")

    def _is_open(self, dataset: Cell) -> bool:
        own = self.out(dataset, "dct:license")
        licences = self.licences(dataset)
        bare = [
            each for each in self.out(dataset, "dcat:distribution") if not own and not self.out(each, "dct:license")
        ]
        offers = {offer for rule in self.into("odrl:target", dataset) for offer in self.into("odrl:permission", rule)}
        asking = any(
            self._asks(rule) for offer in offers & self.all("odrl:Offer") for rule in self._rules(offer, dataset)
        )
        free = False not in self.out(dataset, "schema:isAccessibleForFree")
        return bool(licences) and all(map(self._is_open_licence, licences)) and not bare and not asking and free

    def _rules(self, policy: Cell, dataset: Cell) -> set[Cell]:
        return {rule for rule in self.out(policy, "odrl:permission") if dataset in self.out(rule, "odrl:target")}

    def _asks(self, rule: Cell) -> bool:
        """Say whether a permission has to be paid for or asked for."""
        actions = self.out(rule, "odrl:duty", "odrl:action")
        asked = {iri(f"odrl:{name}") for name in ("inform", "obtainConsent", "acceptTracking")}
        return bool(actions & asked) or any(fee > 0 for fee in self._prices(rule))

    def _is_open_licence(self, licence: Cell) -> bool:
        described = {licence} | self.into("skos:exactMatch", licence) | self.into("foaf:page", licence)
        wanted = {iri("cc:Distribution"), iri("cc:DerivativeWorks")}
        return any(
            wanted <= self.out(each, "cc:permits") and iri("cc:CommercialUse") not in self.out(each, "cc:prohibits")
            for each in described
        )

    def barriers(self, thing: Cell) -> set[Cell]:
        """Give the barriers that stand against a thing, linked from either side; those that were lifted do not."""
        linked = (self.out(thing, "cg:hasBarrier") | self.into("cg:about", thing)) & self.all("cg:Barrier")
        return {each for each in linked if self.stands(each)}

    def stands(self, barrier: Cell) -> bool:
        """Say whether a barrier has not been lifted."""
        return iri("cg:Lifted") not in self.out(barrier, "cg:barrierStatus")

    # --- agreements

    def agreements(self) -> set[Cell]:
        """Give the agreements: offers and requests are none."""
        return self.all("odrl:Agreement") | self.all("cg:SharingAgreement")

    def periods(self, agreement: Cell) -> Iterator[tuple[date, date]]:
        """Yield the first and the last day of an agreement; without an end, the last day there is."""
        for period in self.out(agreement, "dct:temporal"):
            for start in self.out(period, "dcat:startDate"):
                ends = self.out(period, "dcat:endDate") or {date.max}
                yield from ((start, end) for end in ends)

    def runs(self, agreement: Cell, day: date) -> bool:
        """Say whether a day lies in the period of an agreement."""
        return any(start <= day <= end for start, end in self.periods(agreement))

    def is_void(self, agreement: Cell) -> bool:
        """Say whether an agreement permits and prohibits one action on one target, and names no way out."""
        if self.out(agreement, "odrl:conflict") - {iri("odrl:invalid")}:
            return False
        return bool(self._acts(agreement, "odrl:permission") & self._acts(agreement, "odrl:prohibition"))

    def _acts(self, agreement: Cell, kind: str) -> set[tuple[Cell, Cell]]:
        found = set()
        for rule in self.out(agreement, kind):
            for action in self.out(rule, "odrl:action"):
                for target in self.out(rule, "odrl:target"):
                    found |= {(target, each) for each in self.out(action, "rdf:value") or {action}}
        return found

    def in_force(self, agreement: Cell, day: date) -> bool:
        """Say whether an agreement gives its rights on a day."""
        return self.runs(agreement, day) and not self.is_void(agreement)

    def permissions(self, agreement: Cell) -> list[Permission]:
        """Read the permissions of an agreement."""
        return [self._permission(rule) for rule in self.out(agreement, "odrl:permission")]

    def _permission(self, rule: Cell) -> Permission:
        limits = iri("odrl:purpose") in self.out(rule, "odrl:constraint", "odrl:leftOperand")
        services, purposes = self._named(rule, "odrl:product"), self._named(rule, "odrl:purpose")
        targets = frozenset(self.out(rule, "odrl:target"))
        return Permission(targets, services, purposes, limits, frozenset(self._fees(rule)))

    def _named(self, rule: Cell, what: str) -> frozenset[Cell]:
        """Give what the constraints of a rule on one left operand name as allowed."""
        naming = {iri("odrl:eq"), iri("odrl:isA"), iri("odrl:isAnyOf")}
        return frozenset(
            value
            for constraint in self.out(rule, "odrl:constraint")
            if iri(what) in self.out(constraint, "odrl:leftOperand") and self.out(constraint, "odrl:operator") & naming
            for value in self.out(constraint, "odrl:rightOperand")
        )

    def _fees(self, rule: Cell) -> set[Cell]:
        """Give the fees of a permission: prices that are said to be just so much."""
        return set(self._prices(rule, iri("odrl:eq")))

    def _prices(self, rule: Cell, operator: str | None = None) -> Iterator[Decimal]:
        for action in self.out(rule, "odrl:duty", "odrl:action"):
            if iri("odrl:compensate") in self.out(action, "rdf:value"):
                for refinement in self.out(action, "odrl:refinement"):
                    fits = operator is None or operator in self.out(refinement, "odrl:operator")
                    if fits and iri("odrl:payAmount") in self.out(refinement, "odrl:leftOperand"):
                        yield from (Decimal(str(each)) for each in self.out(refinement, "odrl:rightOperand"))

    def covered(self, agreement: Cell) -> set[Cell]:
        """Give the data that an agreement lets be used."""
        return set().union(*(permission.targets for permission in self.permissions(agreement)))

    def has_agreement(self, service: Cell, dataset: Cell, day: date) -> bool:
        """Say whether an agreement in force lets an operator of the service use the dataset for it."""
        operators = self.out(service, "cg:operatedBy")
        return any(
            operators & self.out(agreement, "odrl:assignee")
            and self.in_force(agreement, day)
            and any(dataset in each.targets and service in each.services for each in self.permissions(agreement))
            for agreement in self.agreements()
        )

    # --- services

    def uses(self, *, ended: bool = False) -> set[tuple[Cell, Cell]]:
        """Give every (service, dataset) that it consumes; those of services that have ended only where asked for."""
        return {
            (service, dataset)
            for service in self.all("cg:UrbanDataService")
            if ended or not self.has_ended(service)
            for dataset in self.out(service, "cg:consumesDataset")
        }

    def has_ended(self, service: Cell) -> bool:
        """Say whether a service has stopped for good."""
        return iri("cg:Ended") in self.out(service, "adms:status")

    def is_own(self, service: Cell, dataset: Cell) -> bool:
        """Say whether an operator of the service holds the dataset."""
        return bool(self.out(service, "cg:operatedBy") & self.out(dataset, "dga:hasDataHolder"))


def asserted() -> list[ox.Triple]:
    """Read the terms and the sample as they are shipped; nothing is derived."""
    return [
        triple
        for _, text in loader.turtle(*loader.TERMS, "sample")
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    ]


_BY_CONTROL = {
    iri("cg:PublicControl"): "Public",
    iri("cg:PrivateControl"): "Private",
    iri("cg:MemberControl"): "Citizen",
}
_BY_FORM = {
    **dict.fromkeys(
        map(
            iri,
            [
                "cg:PublicLaw",
                "cg:StateAdministration",
                "cg:TerritorialAuthority",
                "cg:IntercommunalAuthority",
                "cg:PublicEstablishment",
                "cg:LocalPublicCompany",
            ],
        ),
        "Public",
    ),
    iri("cg:MixedEconomyCompany"): "Public Private",
    iri("cg:CommercialCompany"): "Private",
    iri("cg:CollectiveInterestCooperative"): "Citizen Public",
    iri("cg:Association"): "Citizen",
}
_BY_CLASS = {
    **dict.fromkeys(map(iri, ["cv:PublicOrganisation", "dga:PublicSectorBody", "dga:PublicLawGovernedBody"]), "Public"),
    iri("dpv:ForProfitOrganisation"): "Private",
    **dict.fromkeys(
        map(
            iri,
            [
                "dpv:NonProfitOrganisation",
                "dpv:NonGovernmentalOrganisation",
                "dga:DataCooperative",
                "dga:DataAltruismOrganisation",
                "dpv:Citizen",
                "cg:CitizenCollective",
                "cg:CommonsCommunity",
            ],
        ),
        "Citizen",
    ),
    **{
        f"{ADMS_TYPE}{name}": "Public"
        for name in ("LocalAuthority", "RegionalAuthority", "NationalAuthority", "SupraNationalAuthority")
    },
    f"{ADMS_TYPE}Company": "Private",
    **{f"{ADMS_TYPE}{name}": "Citizen" for name in ("NonProfitOrganisation", "NonGovernmentalOrganisation")},
}
