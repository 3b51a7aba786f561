"""A change that is supposed gains and loses what the same change, made in a copy of the graph and checked, does."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from graph import sample
from graph.errors import DeadlineReached, InputError, NotKnown
from graph.impact.outcome import Outcome, key, suppose
from graph.impact.supposition import HOWS, RIGHTS, How, Supposition
from graph.instance import Instance
from graph.terms import TYPE, expand, iri
from graph.views.holder import Holder
from tests.graph.impact.really import Records, State, changed, look, records_of

ILLUSTRATION = "https://w3id.org/civigraph/illustration/"
PATIENCE = 600.0


@dataclass
class Town:
    """The sample in a data directory, its records, and what is found of it as it is."""

    instance: Instance
    holder: Holder
    records: Records
    present: State

    def suppose(self, supposed: Supposition, deadline: float = PATIENCE) -> Outcome:
        """Work out a supposition."""
        with self.holder.snapshots().latest() as lease:
            return suppose(lease.path, self.instance.tmp, self.instance.log, supposed, deadline=deadline)

    def of_class(self, *names: str) -> list[str]:
        """Give the things of some classes that the illustration describes."""
        wanted = {iri(each) for name in names for each in expand(name)}
        return sorted(
            thing for thing, said in self.records.items() if {(iri(thing), TYPE, each) for each in wanted} & said
        )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Instance.open(tmp_path_factory.mktemp("town") / "data", create=True) as instance:
        sample.load(instance)
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence())
            records = records_of(instance)
            yield Town(instance, holder, records, look(records, None))


def drawn(town: Town, chance: Random, how: How) -> Supposition:
    """Draw a supposition of a sort."""
    classes = {
        "remove": ("org:Organization", "dcat:Dataset", "cg:SharingAgreement",
                   "cg:UrbanDataService", "cc:License", "eli:LegalResource", "cg:Barrier", "cg:LegalEffect"),
        "hide": ("org:Organization", "dcat:Dataset", "cg:SharingAgreement", "cg:UrbanDataService", "cg:GovernanceBody"),
        "access": ("dcat:Dataset",),
        "licence": ("dcat:Dataset",),
        "end": ("cg:SharingAgreement",),
    }  # fmt: skip
    day = datetime.date(2025, 1, 1) + datetime.timedelta(days=chance.randrange(1500))
    if how == "date":
        return Supposition(how, value=day.isoformat())
    thing = chance.choice(town.of_class(chance.choice(classes[how])))
    values = {
        "access": chance.choice(RIGHTS),
        "licence": chance.choice(town.of_class("cc:License")),
        "end": day.isoformat(),
    }
    return Supposition(how, thing, values.get(how, ""))


def check(town: Town, supposed: Supposition) -> bool:
    """Hold an outcome to the change made for real; says whether anything changed."""
    outcome = town.suppose(supposed)
    at = datetime.date.fromisoformat(supposed.value) if supposed.how == "date" else None
    would = look(changed(town.records, supposed), at)
    assert set(map(key, outcome.gained)) == would.findings - town.present.findings, supposed
    assert set(map(key, outcome.lost)) == town.present.findings - would.findings, supposed
    told = {change.use: (change.before, change.after) for change in outcome.uses}
    for use in town.present.uses.keys() | would.uses.keys():
        before, after = town.present.uses.get(use), would.uses.get(use)
        if use in told:
            assert told[use] == (before, after), supposed
        else:
            assert before is not None, supposed
            assert after is not None, supposed
            assert (before.routes, before.ended) == (after.routes, after.ended), (supposed, use)
    return bool(outcome.gained or outcome.lost or outcome.uses)


@pytest.mark.parametrize("how", HOWS)
def test_a_change_is_foreseen(town: Town, how: How) -> None:
    check(town, drawn(town, Random(len(how)), how))


@pytest.mark.slow
def test_50_changes_are_foreseen(town: Town) -> None:
    chance = Random(20)
    told = [check(town, drawn(town, chance, HOWS[number % len(HOWS)])) for number in range(50)]
    assert sum(told) > 30


def test_a_holder_takes_along_what_nobody_else_keeps(town: Town) -> None:
    outcome = town.suppose(Supposition("remove", f"{ILLUSTRATION}heat-company"))
    gone = {each.iri.removeprefix(ILLUSTRATION): each.why for each in outcome.gone}
    assert gone["heat-company"] == "asked"
    assert gone["heat-supply"] == "operator"
    assert set(gone.values()) <= {"asked", "holder", "operator", "assigner", "assignee"}
    # The authority holds them too.
    assert "heat-temperatures" not in gone


def test_a_lost_agreement_is_told_with_the_way(town: Town) -> None:
    outcome = town.suppose(Supposition("remove", f"{ILLUSTRATION}energy-agreement"))
    (change,) = (each for each in outcome.uses if each.lost)
    assert change.use == (f"{ILLUSTRATION}renovation-advice", f"{ILLUSTRATION}energy-by-building")
    assert outcome.services_losing == (f"{ILLUSTRATION}renovation-advice",)
    assert {finding.rule.number for finding in outcome.gained if finding.rule} >= {"R10", "R15"}
    way = outcome.ways[f"{ILLUSTRATION}renovation-advice"]
    assert (way[0], way[-1]) == (f"{ILLUSTRATION}energy-agreement", f"{ILLUSTRATION}renovation-advice")


def test_nothing_is_kept(town: Town) -> None:
    def digest() -> str:
        with town.holder.snapshots().latest() as lease:
            files = sorted(each for each in Path(lease.path).iterdir() if each.suffix == ".sst")
            return hashlib.blake2b(b"".join(each.read_bytes() for each in files)).hexdigest()

    before, last = digest(), town.instance.log.sequence()
    dump = town.holder.public.triples.store.dump()
    town.suppose(Supposition("remove", f"{ILLUSTRATION}metropole"))
    assert town.instance.log.sequence() == last
    assert digest() == before
    assert town.holder.public.triples.store.dump() == dump
    assert not [each for each in town.instance.tmp.iterdir() if each.name.startswith("what-if-")]


def test_what_cannot_be_supposed_is_told(town: Town) -> None:
    with pytest.raises(NotKnown):
        town.suppose(Supposition("remove", "https://example.org/nobody"))
    for wrong in (
        Supposition("access", f"{ILLUSTRATION}bus-stops", "open"),
        Supposition("end", f"{ILLUSTRATION}bus-agreement", "soon"),
        Supposition("end", f"{ILLUSTRATION}metropole", "2026-01-01"),
        Supposition("licence", f"{ILLUSTRATION}bus-stops", "not an IRI"),
        Supposition("licence", f"{ILLUSTRATION}bus-stops", f"{ILLUSTRATION}metropole"),
        Supposition("remove", "not an IRI"),
    ):
        with pytest.raises(InputError):
            town.suppose(wrong)


def test_the_deadline_ends_it(town: Town) -> None:
    with pytest.raises(DeadlineReached):
        town.suppose(Supposition("remove", f"{ILLUSTRATION}metropole"), deadline=0.0)
    assert not [each for each in town.instance.tmp.iterdir() if each.name.startswith("what-if-")]
