"""Who is party to an agreement sees what a full check of all that he may see finds, and nobody else does."""

from __future__ import annotations

import datetime
from pathlib import Path
from random import Random

import pytest

from graph.errors import ResultTooLarge
from graph.findings import parties
from graph.findings.dated import FindingsAt, beside, judge_at
from graph.findings.overlay import Place
from graph.findings.parties import FindingsBeside, judge_beside
from graph.findings.reading import Filter
from graph.findings.standards import governance
from graph.governance.rejudging.judging import Bench
from graph.log.rows import MEMBERS, PUBLIC
from tests.graph.findings.watching import AGREEMENT, AUDIENCES, TODAY, Watched, case_records, rows_of, watched
from tests.shapes.case import cases


def of_party(kept: Watched) -> FindingsBeside:
    """The findings for a party to the agreement."""
    full = kept.holder.full
    assert full is not None
    place = Place(full.triples.store, kept.worlds()["members"][1], "members", kept.instance.base)
    ready = Bench(place.store, lambda: place.graphs, governance().units)
    own = [full.triples.graph_of(AGREEMENT)]
    changed = judge_beside(place, own, ready, governance(), lambda: None)
    return FindingsBeside(full.findings, changed, (PUBLIC, MEMBERS, AGREEMENT))


def of_party_at(kept: Watched, day: datetime.date) -> FindingsAt:
    """The findings for a party to the agreement at a date that is supposed."""
    full, found = kept.holder.full, of_party(kept)
    assert full is not None
    graphs = [full.triples.graph_of(each) for each in AUDIENCES]
    place = Place(full.triples.store, graphs, "members", kept.instance.base)
    dated = judge_at(place, governance(), day, lambda: None)
    return FindingsAt(full.findings, beside(dated, found.beside), (PUBLIC, MEMBERS, AGREEMENT))


def check(kept: Watched) -> None:
    """Hold the findings of the party to a check of all that it sees, and those of members to theirs."""
    kept.settle()
    full = kept.holder.full
    assert full is not None
    graphs = [full.triples.graph_of(each) for each in AUDIENCES]
    assert rows_of(of_party(kept)) == kept.found_in("full", graphs)
    assert kept.kept("members") == kept.full("members")


def test_an_agreement_clears_for_its_parties_what_members_miss(tmp_path: Path) -> None:
    records = case_records("R10/ok-in-force")
    with watched(tmp_path / "data") as kept:
        kept.put([record for record in records if record.kind != "agreement"])
        kept.put([record for record in records if record.kind == "agreement"], AGREEMENT)
        check(kept)
        before = kept.log.sequence(), kept.holder.public.findings.dump()
        findings = of_party(kept)
        members = kept.worlds()["members"][0]
        (missed,) = members.all(Filter(rule="R10"))
        assert (findings.total(Filter(rule="R10")), findings.total(Filter())) == (0, len(list(findings.all(Filter()))))
        assert findings.counts(Filter(), "rule").get("R10", 0) == 0
        assert missed.iri not in {each.iri for each in findings.all(Filter(status="any"))}
        assert findings.one(missed.iri) is None
        assert missed in members.changed(0).opened
        assert missed.iri not in {each.iri for each in findings.changed(0).opened}
        supposed = {day: of_party_at(kept, day) for day in (datetime.date(2046, 1, 1), TODAY)}
        for at in supposed.values():
            assert list(at.all(Filter(), 2)) == list(at.all(Filter()))
        rows = {day: rows_of(at) for day, at in supposed.items()}
        assert (kept.log.sequence(), kept.holder.public.findings.dump()) == before
        for day, found in rows.items():
            kept.date(day)
            kept.settle()
            assert found == rows_of(of_party(kept))
        assert len({frozenset(each) for each in rows.values()}) == len(rows)


def test_what_an_agreement_opens_is_seen_by_its_parties_alone(tmp_path: Path) -> None:
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R52/bad-eight-digits"), AGREEMENT)
        check(kept)
        findings = of_party(kept)
        (wrong,) = findings.all(Filter(rule="R52"))
        assert (wrong.opened, wrong.status) == ("", "open")
        assert findings.one(wrong.iri) == wrong
        assert list(findings.all(Filter(rule="R52", since="2000-01-01"))) == []
        assert kept.worlds()["members"][0].one(wrong.iri) is None


def test_of_too_many_statements_nothing_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R52/bad-eight-digits"), AGREEMENT)
        kept.settle()
        monkeypatch.setattr(parties, "MOST_STATEMENTS", 3)
        with pytest.raises(ResultTooLarge):
            of_party(kept)


@pytest.mark.parametrize("seed", [5, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 16))])
def test_random_records_are_judged_for_parties(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    known = [case.address for case in cases() if not case.dated]
    with watched(tmp_path / "data") as kept:
        kept.put(case_records("R10/bad-nothing"), AGREEMENT, "first")
        for number in range(3 if seed == 5 else 12):
            for record in case_records(random.choice(known)):
                kept.put([record], random.choice((*AUDIENCES, AGREEMENT)), f"source-{number % 3}")
            check(kept)
