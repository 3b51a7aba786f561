"""Findings at a supposed date are those that the date would bring, and nothing is stored of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from graph.errors import DeadlineReached, InputError, ResultTooLarge
from graph.findings import dated
from graph.findings.dated import FindingsAt, judge_at
from graph.findings.overlay import Place
from graph.findings.reading import Filter, Findings, Known
from graph.findings.standards import governance
from graph.log.rows import MEMBERS
from tests.graph.findings.watching import AGREEMENT, TODAY, Watched, case_records, watched

OTHERS = (datetime.date(2046, 1, 1), datetime.date(2001, 1, 1))
CASES = ("R10/ok-in-force", "R10/bad-ended", "R52/bad-eight-digits")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Cases that hang on the date and others, in all audiences."""
    with watched(tmp_path_factory.mktemp("dated") / "data") as made:
        for number, case in enumerate(CASES):
            for place, record in enumerate(case_records(case, case.replace("/", "-"))):
                made.put([record], (MEMBERS, AGREEMENT)[place % 2] if number > 1 else "public", f"source-{number}")
        made.settle()
        yield made


def at(kept: Watched, world: str, day: datetime.date) -> FindingsAt:
    """The findings of a world at a day, worked out on the triples as they are."""
    views = kept.holder.public if world == "public" else kept.holder.full
    assert views is not None
    _, graphs = kept.worlds()[world]
    place = Place(views.triples.store, graphs, world, views.triples.base)
    return FindingsAt(views.findings, judge_at(place, governance(), day, lambda: None), ["public"])


def told(findings: Findings, wanted: Filter | None = None, size: int = 500) -> list[tuple[str, str]]:
    """Address and time of what is found, in order."""
    return [(each.iri, each.opened) for each in findings.all(wanted or Filter(), size)]


def opened_at(known: Known) -> str:
    return known.opened or "9999"


def test_at_the_recorded_date_they_are_what_they_are(kept: Watched) -> None:
    for world, (findings, _) in kept.worlds().items():
        assert told(at(kept, world, TODAY)) == told(findings) != []


def test_at_another_date_they_are_what_it_brings(kept: Watched) -> None:
    rows = kept.log.sequence()
    supposed = [{world: {each for each, _ in told(at(kept, world, day))} for world in kept.worlds()} for day in OTHERS]
    assert kept.log.sequence() == rows
    found = [present(kept)]
    for day in (*OTHERS, TODAY):
        kept.date(day)
        kept.settle()
        found.append(present(kept))
    assert found == [found[0], *supposed, found[0]]
    assert found[0] not in supposed


def present(kept: Watched) -> dict[str, set[str]]:
    """What is open in each world."""
    return {world: {each for each, _ in told(findings)} for world, (findings, _) in kept.worlds().items()}


def test_pages_counts_and_filters_agree(kept: Watched) -> None:
    findings = at(kept, "full", OTHERS[0])
    known = list(findings.all(Filter()))
    assert {each.opened == "" for each in known} == {True, False}
    assert known == sorted(known, key=lambda each: (opened_at(each), each.iri), reverse=True)
    assert told(findings, size=2) == told(findings)
    assert findings.total(Filter()) == len(known) == sum(findings.counts(Filter(), "rule").values())
    for rule, count in findings.counts(Filter(), "rule").items():
        assert [each.iri for each in known if each.found.rule == rule] == [
            each.iri for each in findings.all(Filter(rule=rule))
        ]
        assert count == findings.total(Filter(rule=rule))
    focus = known[0].found.focus.strip("<>")
    assert {each.found.focus for each in findings.about([focus])} == {f"<{focus}>"}
    actors = {actor for each in findings._made.links["actor"].values() for actor in each}
    for actor in actors:
        some = list(findings.all(Filter(actor=actor.strip("<>"))))
        assert some
        assert len(some) < len(known)
    assert not findings.total(Filter(status="contested"))


def test_there_is_no_history_then(kept: Watched) -> None:
    findings = at(kept, "public", OTHERS[0])
    for wanted in (Filter(status="cleared"), Filter(status="any"), Filter(since="2026-01-01")):
        with pytest.raises(InputError):
            findings.page(wanted)


def test_it_ends_where_it_is_too_much(kept: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def over() -> None:
        raise DeadlineReached("over")

    place = Place(kept.holder.public.triples.store, kept.worlds()["public"][1], "public", kept.instance.base)
    with pytest.raises(DeadlineReached):
        judge_at(place, governance(), OTHERS[0], over)
    monkeypatch.setattr(dated, "MOST", 0)
    with pytest.raises(ResultTooLarge):
        judge_at(place, governance(), OTHERS[0], lambda: None)
