"""What may be supposed: that a thing is gone or unseen, or that one of its terms is another.

Who leaves takes along what nobody else keeps: data that nobody else holds, agreements that nobody else grants or
receives, services that nobody else runs; with a law go its effects.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from graph.errors import InputError, NotKnown
from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.reasoning.facts import TYPE_IRI, Facts, iris
from graph.terms import CC, CG, DCAT, DCT, DGA, ODRL, XSD, iri, is_iri, literal, parse_payload

How = OneOf["remove", "hide", "access", "licence", "end", "date"]
HOWS: tuple[How, ...] = ("remove", "hide", "access", "licence", "end", "date")

ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
RIGHTS = tuple(ACCESS + name for name in ("PUBLIC", "RESTRICTED", "NON_PUBLIC"))

Why = OneOf["asked", "holder", "assigner", "assignee", "operator", "law"]
"""Why something goes: it was asked, or what it hung on is gone."""

_HOLDS, _RUNS, _EFFECT = f"{DGA}hasDataHolder", f"{CG}operatedBy", f"{CG}effectOf"
_GRANTS, _RECEIVES = f"{ODRL}assigner", f"{ODRL}assignee"
_AGREEMENTS = {f"{ODRL}Agreement", f"{CG}SharingAgreement", f"{ODRL}Offer"}
MOST_GONE = 20_000
"""With more gone at once, no answer would be read."""

Line = tuple[str, str, str]
"""A statement as N-Triples texts."""


@dataclass(frozen=True, slots=True)
class Supposition:
    """One change that is only supposed. `value`: the new access right or licence (IRI), the new date (ISO).

    `thing` is empty where only the date of judging moves.
    """

    how: How
    thing: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that would no longer be there, and why: what it hung on, empty where it was asked."""

    iri: str
    why: Why
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """What a supposition means in the graph: statements that go and come; what goes as a whole, in order."""

    removed: frozenset[Line] = frozenset()
    added: frozenset[Line] = frozenset()
    gone: tuple[Gone, ...] = ()


class Supposing:
    """Works out what suppositions mean in the public graph, from the store and from the records that are its source."""

    def __init__(self, facts: Facts, log: Log) -> None:
        self._facts = facts
        self._log = log

    def meant(self, supposed: Supposition) -> Meant:
        """Give the statements that would go and come. Raises NotKnown, InputError (what cannot be supposed)."""
        _check(supposed)
        if supposed.how == "date":
            return Meant()
        subjects = self._subjects([supposed.thing])
        if not subjects:
            raise NotKnown("nothing is publicly described by that IRI", where=supposed.thing)
        if supposed.how == "remove":
            return self._removed(supposed.thing)
        if supposed.how == "hide":
            return Meant(frozenset(self._about(subjects)), gone=(Gone(supposed.thing, "asked"),))
        if supposed.how == "access":
            return self._replaced({supposed.thing}, f"{DCT}accessRights", iri(supposed.value))
        if supposed.how == "licence":
            return self._licensed(supposed.thing, iri(supposed.value))
        return self._ended(supposed.thing, supposed.value)

    def _removed(self, thing: str) -> Meant:
        gone = self._cascade(thing)
        subjects = self._subjects(each.iri for each in gone)
        lines = set(self._about(subjects))
        lines |= {(iri(one), iri(prop), iri(other)) for one, prop, other in self._facts.pointing(subjects)}
        return Meant(frozenset(lines), gone=tuple(gone))

    def _cascade(self, thing: str) -> list[Gone]:
        """Give what goes with a thing, step by step until nothing more hangs on what is gone."""
        gone = {thing: Gone(thing, "asked")}
        front = {thing}
        while front:
            fresh: dict[str, Gone] = {}
            for why, prop in (("holder", _HOLDS), ("operator", _RUNS), ("law", _EFFECT)):
                hanging = {one for one, _ in self._facts.towards(prop, front)} - gone.keys()
                for node, said in self._facts.about(hanging, [prop]).items():
                    fresh.update(_lost(node, why, iris(said, prop), gone))  # type: ignore[arg-type]
            for why, prop in (("assigner", _GRANTS), ("assignee", _RECEIVES)):
                for node, parties in self._parties(prop, front).items():
                    if node not in gone:
                        fresh.update(_lost(node, why, parties, gone))  # type: ignore[arg-type]
            gone |= fresh
            front = set(fresh)
            if len(gone) > MOST_GONE:
                raise InputError("more would go with it than can be told at once", where=thing)
        return [gone[thing], *sorted((each for each in gone.values() if each.iri != thing), key=lambda each: each.iri)]

    def _parties(self, prop: str, front: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Give the policies that name some parties, on the policy or in a rule, each with all its parties."""
        naming = {one for one, _ in self._facts.towards(prop, front)}
        naming |= {one for rules in (f"{ODRL}permission", f"{ODRL}prohibition", f"{ODRL}obligation")
                   for one, _ in self._facts.towards(rules, naming)}  # fmt: skip
        said = self._facts.about(
            naming, [TYPE_IRI, prop, f"{ODRL}permission", f"{ODRL}prohibition", f"{ODRL}obligation"]
        )
        policies = {node: each for node, each in said.items() if _AGREEMENTS & set(iris(each, TYPE_IRI))}
        rules = self._facts.about(
            {rule for each in policies.values() for name in ("permission", "prohibition", "obligation")
             for rule in iris(each, f"{ODRL}{name}")}, [prop]
        )  # fmt: skip
        return {
            node: tuple(dict.fromkeys((
                *iris(each, prop),
                *(party for name in ("permission", "prohibition", "obligation")
                  for rule in iris(each, f"{ODRL}{name}") for party in iris(rules[rule], prop)),
            )))
            for node, each in policies.items()
        }  # fmt: skip

    def _replaced(self, subjects: Collection[str], prop: str, value: str) -> Meant:
        """Put one value in the place of all that some subjects have by a property."""
        said = self._facts.about(subjects, [prop])
        before = {(iri(node), iri(prop), each) for node, told in said.items() for each in told.get(prop, ())}
        after = {(iri(node), iri(prop), value) for node in subjects}
        return Meant(frozenset(before - after), frozenset(after - before))

    def _licensed(self, dataset: str, licence: str) -> Meant:
        """Give all files of a dataset one licence; the dataset itself where it has one or has no file."""
        named = licence[1:-1]
        if f"<{CC}License>" not in self._facts.about([named], [TYPE_IRI])[named].get(TYPE_IRI, ()):
            what = "that is no licence whose terms are known here"
            raise InputError(what, where=named, remedy="/search?kind=licence lists those that are")
        said = self._facts.about([dataset], [f"{DCT}license", f"{DCAT}distribution"])[dataset]
        files = set(iris(said, f"{DCAT}distribution"))
        nodes = files | ({dataset} if said.get(f"{DCT}license") or not files else set())
        return self._replaced(nodes, f"{DCT}license", licence)

    def _ended(self, agreement: str, day: str) -> Meant:
        periods = iris(self._facts.about([agreement], [f"{DCT}temporal"])[agreement], f"{DCT}temporal")
        if not periods:
            raise InputError("it states no term whose end could be another", where=agreement)
        return self._replaced(set(periods), f"{DCAT}endDate", literal(day, datatype=f"{XSD}date"))

    def _subjects(self, things: Iterable[str]) -> set[str]:
        """Give the subjects that live in the public records of some things, without what has a record of its own."""
        wanted = set(things)
        heads = list(self._log.heads(iris=wanted, audiences=[PUBLIC]))
        payloads = self._log.payloads([head.sequence for head in heads]).values()
        found = {line[0][1:-1] for payload in payloads if payload is not None for line in parse_payload(payload)}
        others = (
            {head.iri for head in self._log.heads(iris=found - wanted, audiences=[PUBLIC])} if found - wanted else set()
        )
        return found - others

    def _about(self, subjects: Collection[str]) -> Iterator[Line]:
        for node, prop, value in self._facts.everything(subjects):
            yield iri(node), iri(prop), value


def _lost(node: str, why: Why, hung: tuple[str, ...], gone: dict[str, Gone]) -> Iterator[tuple[str, Gone]]:
    """Give what is lost where all that it hangs on is gone."""
    if hung and all(each in gone for each in hung):
        yield node, Gone(node, why, hung)


def _check(supposed: Supposition) -> None:
    if supposed.how in ("end", "date"):
        try:
            datetime.date.fromisoformat(supposed.value)
        except ValueError:
            raise InputError(f"not a date: {supposed.value!r}", remedy="write it as 2026-06-30") from None
    if supposed.how == "access" and supposed.value not in RIGHTS:
        raise InputError(f"not an access right: {supposed.value!r}", remedy=f"one of {', '.join(RIGHTS)}")
    if supposed.how == "licence" and not is_iri(supposed.value):
        raise InputError(f"not the IRI of a licence: {supposed.value!r}")
    if supposed.how != "date" and not is_iri(supposed.thing):
        raise InputError(f"not the IRI of a thing: {supposed.thing!r}")
