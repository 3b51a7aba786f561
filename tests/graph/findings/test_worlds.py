"""The findings of each world are what a full check of it finds, whatever changes came, and by whatever steps."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from graph.findings.reading import Filter, Findings
from graph.governance.rules.shapesets import ShapeSet, named
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import CG
from tests.graph.findings.watching import AGREEMENT, AUDIENCES, TODAY, Watched, case_records, watched
from tests.shapes.case import cases

R10 = "R10/ok-in-force"


def check(kept: Watched) -> None:
    """Hold the findings of each world to a full check, and the view to one made anew from the log."""
    kept.settle()
    for world in kept.worlds():
        assert kept.kept(world) == kept.full(world), world


def test_an_agreement_that_only_members_see_is_missing_in_public(tmp_path: Path) -> None:
    records = case_records(R10)
    agreement = [record for record in records if record.kind == "agreement"]
    others = [record for record in records if record.kind != "agreement"]
    with watched(tmp_path / "data") as kept:
        kept.put(others)
        kept.put(agreement, MEMBERS)
        check(kept)
        found = {world: findings.all(Filter(rule="R10")) for world, (findings, _) in kept.worlds().items()}
        assert {world: len(list(some)) for world, some in found.items()} == {"public": 1, "members": 0, "full": 0}
        before = kept.worlds()["public"][0].sequence(), kept.log.public_sequence()
        kept.take(agreement)
        kept.settle()
        assert (kept.worlds()["public"][0].sequence(), kept.log.public_sequence()) == before
        assert kept.worlds()["members"][0].total(Filter(rule="R10")) == 1
        told = {world: findings.all(Filter(rule="R10")) for world, (findings, _) in kept.worlds().items()}
        classes = {world: {each.found.finding_class for each in some} for world, some in told.items()}
        missing, duty = {f"{CG}MissingKnowledge"}, {f"{CG}MissingDuty"}
        assert classes == {"public": missing, "members": duty, "full": duty}


def test_in_public_a_missing_agreement_is_one_that_is_not_published(tmp_path: Path) -> None:
    with watched(tmp_path / "data") as kept:
        kept.put([record for record in case_records(R10) if record.kind != "agreement"])
        kept.settle()
        (found,) = kept.worlds()["public"][0].all(Filter(rule="R10"))
        assert "no published agreement" in found.found.messages["en"]
        assert "aucun accord publié" in found.found.messages["fr"]


def test_a_finding_opens_clears_and_opens_again(tmp_path: Path) -> None:
    records = case_records(R10)
    agreement = [record for record in records if record.kind == "agreement"]
    with watched(tmp_path / "data") as kept:
        kept.put(records)
        kept.settle()
        start = kept.log.sequence()
        kept.take(agreement)
        kept.settle()
        findings: Findings = kept.worlds()["public"][0]
        (found,) = findings.all(Filter(rule="R10"))
        assert [each.iri for each in findings.changed(start).opened if each.found.rule == "R10"] == [found.iri]
        middle = kept.log.sequence()
        kept.put(agreement)
        kept.settle()
        assert found.iri in [each.iri for each in findings.changed(middle).cleared]
        assert findings.one(found.iri).status == "cleared"  # type: ignore[union-attr]
        assert found.iri not in {each.iri for each in findings.changed(start).opened}
        kept.take(agreement)
        kept.settle()
        assert [opened for _, opened, _, _ in findings.history(found.iri)] == [True, False, True]
        dump = kept.holder.public.findings.dump()
        kept.holder.rebuild()
        kept.settle()
        assert kept.holder.public.findings.dump() == dump


def test_the_date_moves_what_reads_it_and_no_more(tmp_path: Path) -> None:
    with watched(tmp_path / "data") as kept:
        kept.put(case_records(R10))
        kept.settle()
        (judge,) = kept.holder.public.checkers.judges
        whole = judge.bench.counter.whole
        findings = kept.worlds()["public"][0]
        assert findings.total(Filter(rule="R10")) == 0
        kept.date(datetime.date(2046, 1, 1))
        check(kept)
        assert findings.total(Filter(rule="R10")) == 1
        assert 0 < judge.bench.counter.whole - whole < 20
        rows = kept.log.sequence()
        kept.date(datetime.date(2046, 1, 1))
        kept.settle()
        assert kept.log.sequence() == rows


def test_what_was_noted_by_an_import_is_judged_later(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with watched(folder) as kept:
        kept.put(case_records(R10))
        kept.settle()
        instance, log = kept.instance, kept.log
    with watched(folder) as kept:
        (judge,) = kept.holder.public.checkers.judges
        assert judge.bench.counter.whole == 0, "nothing happened, and all was judged again"
    from graph.instance import Instance

    with Instance.open(folder) as instance, instance.hold() as holder:
        log = instance.log
        log.retract("cases", [each.iri for each in case_records(R10) if each.kind == "agreement"], agent="test")
        assert holder.wait_for(log.sequence(), 300)
    with watched(folder) as kept:
        (judge,) = kept.holder.public.checkers.judges
        assert judge.bench.counter.whole == 0
        assert kept.worlds()["public"][0].total(Filter(rule="R10")) == 1
        check(kept)


def test_its_own_rows_make_no_row(tmp_path: Path) -> None:
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R10/bad-nothing"))
        kept.put(case_records("R10/bad-nothing"), MEMBERS, "others")
        kept.settle()
        rows = kept.log.sequence()
        for views in (kept.holder.public, kept.holder.full):
            assert views is not None
            assert not views.checkers.turn()
        kept.settle()
        assert kept.log.sequence() == rows


def other_shapes(random: Random) -> ShapeSet:
    """Give some of the rules, of which some have lost a part."""
    whole = named("governance")
    some = whole.only(random.sample([rule.number for rule in whole.rules], random.randint(20, len(whole.rules))))
    shapes = tuple(
        replace(shape, constraints=shape.constraints[1:]) if random.random() < 0.2 else shape for shape in some.shapes
    )
    return replace(some, shapes=shapes)


def test_what_other_rules_find_is_told_when_they_come(tmp_path: Path) -> None:
    whole = named("governance")
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R10/bad-nothing"))
        kept.put(case_records("R52/bad-eight-digits"), MEMBERS, "others")
        check(kept)
        found = {world: kept.kept(world) for world in kept.worlds()}
        kept.judge_by(whole.only([rule.number for rule in whole.rules if rule.number != "R10"]))
        check(kept)
        findings = kept.worlds()["public"][0]
        assert (findings.total(Filter(rule="R10")), findings.total(Filter(rule="R10", status="cleared"))) == (0, 1)
        kept.judge_by(other_shapes(Random(6)))
        check(kept)
        kept.judge_by(whole)
        check(kept)
        assert {world: kept.kept(world) for world in kept.worlds()} == found
        findings = kept.worlds()["public"][0]
        (again,) = findings.all(Filter(rule="R10"))
        assert [opened for _, opened, _, _ in findings.history(again.iri)][:2] == [True, False]


def random_steps(kept: Watched, random: Random, steps: int) -> None:
    """Write and take away records of cases in changing audiences, move the date, change rules; check each time."""
    known = [case.address for case in cases() if not case.dated]
    there: list[tuple[str, str]] = []
    for number in range(steps):
        kind = random.choice(["put", "put", "put", "take", "part", "date", "shapes"])
        if kind == "shapes":
            kept.judge_by(other_shapes(random))
        elif kind == "date":
            kept.date(TODAY + datetime.timedelta(days=random.choice([0, 200, 5000, -3000])))
        elif kind in ("take", "part") and there:
            place = random.randrange(len(there))
            address, source = there[place]
            records = case_records(address)
            kept.take(random.sample(records, max(1, len(records) // 2)) if kind == "part" else records, source)
        else:
            address, source = random.choice(known), f"source-{number % 3}"
            for record in case_records(address):
                kept.put([record], random.choice(AUDIENCES) if random.random() < 0.4 else PUBLIC, source)
            there.append((address, source))
        check(kept)


def test_random_changes_are_followed_in_each_world(tmp_path: Path) -> None:
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R10/bad-nothing"), AGREEMENT, "first")
        random_steps(kept, Random(22), 6)
        assert set(kept.worlds()) == {"public", "members", "full"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_long_random_changes_are_followed_in_each_world(tmp_path: Path, seed: int) -> None:
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R10/bad-nothing"), AGREEMENT, "first")
        random_steps(kept, Random(seed), 25)


def test_reports_say_nothing_that_a_rule_or_a_derivation_reads(tmp_path: Path) -> None:
    from graph.derivations.derivation import derivations
    from graph.findings.standards import governance
    from graph.governance.rejudging.candidates import Index

    read = Index(governance().units, {}).predicates
    derived = {trigger.predicate for each in derivations() for trigger in each.triggers}
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R10/bad-nothing"))
        kept.settle()
        reports = [row for row in kept.log.rows(limit=10_000) if row.source == "findings"]
        assert reports
        told = {line.split(b" ")[1].decode() for row in reports for line in (row.payload or b"").splitlines()}
        assert not (told & (read | derived)) - {"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"}
