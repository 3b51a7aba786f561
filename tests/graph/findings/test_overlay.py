"""Findings that are put in among those of a view: in the order of all, and read only as far as they are shown."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.findings.dated import Dated, FindingsAt
from graph.findings.finding import Finding, Found, Report, finding_iri, record_of, report_iri
from graph.findings.reading import Filter, Findings, Known
from graph.findings.view import FindingsView
from graph.log.rows import MEMBERS, PUBLIC, Operation, Row
from graph.log.sources import CHECKER
from graph.terms import CG, SH
from graph.views.view import World
from tests.graph.findings.watching import BASE

MANY = 300
DATED, OTHER = "R10", "R20"
ACTOR = "<https://example.org/id/actor>"


def found(number: int, rule: str) -> Found:
    """What a rule finds of one of many things."""
    severity, thing = f"{SH}Violation" if number % 3 else f"{SH}Warning", f"<https://example.org/id/{number}>"
    return Found(
        rule, f"{CG}{rule}", "B", "1", f"{rule} 1", thing, "", "", f"{SH}X", "", severity,
        f"{CG}MissingDuty", {"en": str(number)}, (),
    )  # fmt: skip


def address(each: Found, world: str = "public") -> str:
    return finding_iri(report_iri(BASE, world, each.focus), each)


def row(number: int, sequence: int, rules: Iterable[str]) -> Row:
    """The checker's row about one thing."""
    some = [found(number, rule) for rule in rules]
    focus = found(number, OTHER).focus
    time = f"2026-06-{number % 28 + 1:02}T00:00:00.000000Z"
    report = Report("public", focus, tuple(Finding(address(each), "public", time, each) for each in some))
    record = record_of(BASE, report)
    return Row(sequence, sequence, time, "test", CHECKER, None, Operation.CREATE, record.iri, record.kind, PUBLIC, None,
               record.payload, b"")  # fmt: skip


@pytest.fixture
def view(tmp_path: Path) -> Iterator[FindingsView]:
    """A view with half of what is put in, other findings, and notes on a few of both."""
    made = FindingsView(World.FULL, tmp_path)
    made.take(row(number, number + 1, (DATED, OTHER)) for number in range(0, MANY, 2))
    for number, audience, rule, world in ((4, PUBLIC, DATED, "public"), (5, PUBLIC, DATED, "members"),
                                          (6, MEMBERS, DATED, "public"), (8, PUBLIC, OTHER, "public")):  # fmt: skip
        note = (f"n{number}", "s", audience, address(found(number, rule), world), None, "Why", "en", "2026")
        with made._database:
            made._database.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", note)
    yield made
    made.close()


def dated() -> Dated:
    """What the rule that reads the date finds of all of them."""
    some = {address(found(number, DATED)): found(number, DATED) for number in range(MANY)}
    links = {"actor": {found(number, DATED).focus: [ACTOR] for number in range(0, MANY, 5)}, "domain": {}}
    return Dated(datetime.date(2046, 1, 1), "public", frozenset({f"{DATED} 1"}), frozenset({DATED}), some, links)


def all_of(view: FindingsView, made: Dated) -> list[Known]:
    """What there is, put together the plain way."""
    kept = {each.iri: each for each in Findings(view, "public").all(Filter()) if each.found.rule != DATED}
    opened = {each.iri: each.opened for each in Findings(view, "public").all(Filter())}
    put = [Known(iri, iri.partition("#")[0], each, opened.get(iri, ""), None, 0) for iri, each in made.found.items()]
    notes = {each.iri: each.notes for each in Findings(view, "public").all(Filter())}
    notes[address(found(5, DATED))] = Findings(view, "public")._noted([next(
        each for each in put if each.iri == address(found(5, DATED)))])[0].notes  # fmt: skip
    put = [replace(each, notes=notes.get(each.iri, ())) for each in put]
    return sorted([*kept.values(), *put], key=lambda each: (each.opened or "9999", each.iri), reverse=True)


@pytest.mark.parametrize("wanted", [
    Filter(), Filter(status="contested"), Filter(severity=f"{SH}Warning"), Filter(rule=DATED), Filter(rule=OTHER),
    Filter(focus="https://example.org/id/7"), Filter(rule=DATED, actor=ACTOR.strip("<>")), Filter(family="C"),
])  # fmt: skip
@pytest.mark.parametrize("size", [7, 500])
def test_lists_and_counts_are_those_of_all(view: FindingsView, wanted: Filter, size: int) -> None:
    made = dated()
    at = FindingsAt(view, made, [PUBLIC])
    linked = made.links["actor"]
    expected = [
        each for each in all_of(view, made)
        if (not wanted.rule or each.found.rule == wanted.rule)
        and (not wanted.severity or each.found.severity == wanted.severity)
        and (not wanted.family or each.found.family == wanted.family)
        and (not wanted.focus or each.found.focus == f"<{wanted.focus}>")
        and (not wanted.actor or each.found.focus in linked)
        and (wanted.status != "contested" or each.notes)
    ]  # fmt: skip
    assert list(at.all(wanted, size)) == expected
    assert at.total(wanted) == len(expected)
    assert sum(at.counts(wanted, "rule").values()) == len(expected)
    if wanted.status == "contested":
        assert {note.iri for each in expected for note in each.notes} == {"n4", "n5", "n8"}
    for each in expected[:3]:
        assert at.one(each.iri) == each


def test_no_more_is_read_than_is_shown(view: FindingsView, monkeypatch: pytest.MonkeyPatch) -> None:
    made, rows, asked = dated(), view.rows, list[tuple[str, int]]()

    def counted(query: str, values: Any = ()) -> list[Any]:
        asked.append((query, len(values)))
        return rows(query, values)

    monkeypatch.setattr(view, "rows", counted)
    for again in (False, True):
        asked.clear()
        at = FindingsAt(view, made, [PUBLIC])
        assert len(at.page(Filter(), limit=5).findings) == 5
        assert at.total(Filter()) == MANY + MANY // 2
        assert sum(at.counts(Filter(), "severity").values()) == MANY + MANY // 2
        # Three addresses each for five shown and the next, of either kind.
        assert sum(number for query, number in asked if "FROM notes" in query) <= 2 * 6 * 3 + 2
        assert any("SELECT iri, opened" in query for query, _ in asked) is not again


def test_the_order_follows_what_opens(view: FindingsView) -> None:
    made = dated()
    assert FindingsAt(view, made, [PUBLIC]).one(address(found(1, DATED))).opened == ""  # type: ignore[union-attr]
    before = list(FindingsAt(view, made, [PUBLIC]).all(Filter(), 50))
    view.take([row(1, MANY + 1, (DATED,))])
    after = list(FindingsAt(view, made, [PUBLIC]).all(Filter(), 50))
    assert after == all_of(view, made) != before
