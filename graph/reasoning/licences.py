"""Licences in ccREL, and whether what is made from data under one may be published under another. Not legal advice.

Three things are made from data, which licences treat apart (ODbL 1.0, 4.4 and 4.5): a derivative database, a
collection, a produced work. Links of compatibility are those that the graph states, each with its source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from graph.reasoning.facts import TYPE_IRI, Facts, iris
from graph.terms import CC, CG, DCT, FOAF, ODRS, SKOS

Kind = OneOf["derivative", "collection", "work"]

KINDS: Mapping[Kind, str] = {"derivative": f"{CG}Derivative", "collection": f"{CG}Collective", "work": f"{CG}Produced"}
SHARE_ALIKE, ATTRIBUTION, DERIVATION = f"{CC}ShareAlike", f"{CC}Attribution", f"{CC}DerivativeWorks"
_DISTRIBUTION = f"{CC}Distribution"
_TERMS = (f"{CC}permits", f"{CC}requires", f"{CC}prohibits")
_LICENCE = (
    *_TERMS,
    TYPE_IRI,
    f"{ODRS}compatibleWith",
    f"{CG}shareAlikeBinds",
    f"{CG}shareAlikeLimitedTo",
    f"{SKOS}exactMatch",
    f"{FOAF}page",
)

LIMITS: Mapping[str, tuple[str, ...]] = {
    f"{CG}SameNature": (f"{CG}domain", f"{CG}dataKind"),
    f"{CG}SameGranularity": (f"{CG}spatialMesh",),
    f"{CG}SameExtent": (f"{DCT}spatial",),
}
"""What share-alike may be limited to, and the properties by which two datasets are known to differ there."""

Bar = OneOf["unknown", "no derivatives", "no distribution", "share alike", "lost term"]
"""Why what is made from data under a licence may not carry another: the first two leave no licence at all."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as the graph describes it; all are IRIs."""

    iri: str
    permits: frozenset[str]
    requires: frozenset[str]
    prohibits: frozenset[str]
    compatible: frozenset[str]
    binds: frozenset[str]
    limits: frozenset[str]

    @property
    def known(self) -> bool:
        """Whether anything is known of what it says."""
        return bool(self.permits or self.requires or self.prohibits)

    @property
    def asks(self) -> frozenset[str]:
        """All that it requires or prohibits."""
        return self.requires | self.prohibits


@dataclass(frozen=True, order=True, slots=True)
class Barred:
    """Why a licence may not be carried; `term` is what would be lost, empty where that is not a term."""

    bar: Bar
    term: str = ""


def may_carry(source: Licence, other: Licence, kind: Kind, outside: Collection[str] = ()) -> tuple[Barred, ...]:
    """Say why what is made from data under `source` may not carry `other`; nothing where it may.

    `outside`: the limits (IRIs) beyond which the made dataset is known to lie: share-alike limited to one of them ends
    there.
    """
    if not source.known:
        return (Barred("unknown"),)
    needed = DERIVATION if kind == "derivative" else _DISTRIBUTION
    if needed not in source.permits:
        return (Barred("no derivatives" if kind == "derivative" else "no distribution", needed),)
    if source.iri == other.iri or other.iri in source.compatible:
        return ()
    if kind != "derivative":
        bound = SHARE_ALIKE in source.requires and KINDS[kind] in source.binds
        return (Barred("share alike", SHARE_ALIKE),) if bound else ()
    found = [Barred("lost term", term) for term in source.asks - {SHARE_ALIKE} - other.asks]
    if SHARE_ALIKE in source.asks and not source.limits & set(outside):
        found.append(Barred("share alike", SHARE_ALIKE))
    return tuple(sorted(found))


class Licences:
    """Every licence that the graph describes, under any of its addresses."""

    def __init__(self, facts: Facts) -> None:
        described = {node for node, _ in facts.towards(TYPE_IRI, [f"{CC}License", f"{DCT}LicenseDocument"])}
        self._facts = facts
        said = facts.about(sorted(described), _LICENCE)
        self._known = {node: _licence(node, each) for node, each in said.items()}
        self._addresses: dict[str, str] = {}
        for node, each in said.items():
            for address in iris(each, f"{SKOS}exactMatch", f"{FOAF}page"):
                if not self._known.get(address, _nothing(address)).known:
                    self._addresses.setdefault(address, node)
        self.choices = tuple(
            self._known[node]
            for node, each in said.items()
            if f"{CC}License" in iris(each, TYPE_IRI) and _DISTRIBUTION in self._known[node].permits
        )
        """The licences that something may be published under, in the order of their IRIs."""

    def one(self, iri: str) -> Licence:
        """Give a licence by any of its addresses; one that nobody described says nothing."""
        known = self._known.get(self._addresses.get(iri, iri))
        return known or _nothing(iri)

    def reasons(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Give the node that states, with its source, that a licence declares another compatible."""
        wanted = set(pairs)
        nodes = [node for node, _ in self._facts.towards(f"{CG}fromLicence", {one for one, _ in wanted})]
        said = self._facts.about(nodes, [f"{CG}fromLicence", f"{CG}toLicence"])
        found: dict[tuple[str, str], str] = {}
        for node, each in said.items():
            for one in iris(each, f"{CG}fromLicence"):
                for other in iris(each, f"{CG}toLicence"):
                    if (one, other) in wanted:
                        found[one, other] = node
        return found


def _licence(node: str, said: dict[str, tuple[str, ...]]) -> Licence:
    permits, requires, prohibits = (frozenset(iris(said, name)) for name in _TERMS)
    return Licence(
        node,
        permits,
        requires,
        prohibits,
        frozenset(iris(said, f"{ODRS}compatibleWith")),
        frozenset(iris(said, f"{CG}shareAlikeBinds")),
        frozenset(iris(said, f"{CG}shareAlikeLimitedTo")),
    )


def _nothing(iri: str) -> Licence:
    empty: frozenset[str] = frozenset()
    return Licence(iri, empty, empty, empty, empty, empty, empty)
