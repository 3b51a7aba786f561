"""The checker: three ways together give what one whole graph deserves, at any date, for all nodes or for some."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.errors import DataError, NotKnown, ShapesRefused
from graph.governance.checking.checker import Checked, Checker
from graph.governance.checking.loose import check_loose
from graph.governance.checking.report import Finding, Report, as_data, from_data
from graph.governance.checking.texts import StatementTexts
from graph.governance.rules.shapesets import NAMES, ShapeSet, named, read_shape_set
from graph.terms import CG, SH, TYPE, XSD, Statement, parse_payload
from tests.graph.governance.compiling.test_refusals import HEAD, shapes_of
from tests.graph.governance.compiling.w3c import Row, plain, read_suite
from tests.shapes import judging
from tests.shapes.case import cases
from tests.shapes.planting import plant

MIDSUMMER = datetime.date(2026, 6, 30)
CONTEXT = parse_payload(judging.CONTEXT)


def short(finding: Finding) -> tuple[str, ...]:
    """Write a finding as the cases state them."""
    assert finding.rule is not None
    shape, severity = finding.shape.strip("<>").removeprefix(judging.RULE), finding.severity.removeprefix(SH)
    return (finding.rule.number, finding.focus, finding.path or "", finding.value or "", shape, severity)


def counted(report: Report) -> Counter[tuple[str, ...]]:
    """Count the findings of a report."""
    return Counter(map(short, report.findings))


@cache
def governance() -> Checker:
    """Make the checker of all rules."""
    return Checker(named("governance"))


@cache
def everything() -> Checked:
    """Put the cases that fail into one graph, which records no date."""
    data = b"".join(case.copied(case.address).data for case in cases() if not case.dated and case.kind != "ok")
    return check_loose(parse_payload(data), knows=True)


def graph_of(text: str) -> Checked:
    """Read Turtle into a graph that is checked as it is."""
    return of_triples([quad.triple for quad in ox.parse(HEAD + text, format=ox.RdfFormat.TURTLE)])


def of_triples(triples: list[ox.Triple]) -> Checked:
    """Make a graph of triples, blank nodes allowed."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    statements: list[Statement] = [(str(each.subject), str(each.predicate), str(each.object)) for each in triples]
    return Checked(store.query, StatementTexts(statements))


@pytest.mark.parametrize("datasets", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_planted_faults_are_found_and_nothing_else(datasets: int) -> None:
    planted = plant(datasets, seed=datasets)
    graph = check_loose([*parse_payload(planted.data), *CONTEXT], knows=True)
    report = governance().check(graph)
    expected = Counter(
        (each.rule, each.focus, each.path, each.value, each.shape, each.severity) for each in planted.expected
    )
    assert counted(report) == expected
    assert (report.date, report.origin) == (MIDSUMMER, "recorded")
    assert set(report.by_rule()) == {f"R{number:02}" for number in range(1, 57)}


@pytest.mark.parametrize(("part", "count"), [("core", 98), ("sparql", 23)])
def test_the_suite_of_the_w3c(shared_data: Path, part: str, count: int) -> None:
    """What a store writes otherwise is read from the texts: nothing of Core is left over."""
    tests = [test for test in read_suite(shared_data / "tests" / "shacl") if test.name.startswith(f"{part}/")]
    assert len(tests) == count
    failing = set()
    for test in tests:
        try:
            report = Checker(read_shape_set(test.name, test.shapes)).check(of_triples(list(test.data)))
            right = _rows(report) == test.expected
        except ShapesRefused:
            right = test.expected is None
        if not right:
            failing.add(test.name)
    assert failing == set(KNOWN) & {test.name for test in tests}


KNOWN: dict[str, str] = json.loads(Path(__file__).with_name("w3c_checker.json").read_text(encoding="utf-8"))


def _rows(report: Report) -> Counter[Row]:
    return Counter(
        (plain(each.focus), each.path or "", plain(each.value), f"<{each.component}>", f"<{each.severity}>")
        for each in report.findings
    )


@pytest.mark.parametrize("day", ["2024-01-01", "2031-12-31"])
def test_another_date_is_as_if_it_were_recorded(day: str) -> None:
    date = datetime.date.fromisoformat(day)
    recorded = _with_date(day)
    assert governance().check(recorded).origin == "recorded"
    expected = counted(governance().check(recorded))
    assert counted(governance().check(everything(), at=date)) == expected
    # Also where another date is recorded.
    assert counted(governance().check(_with_date("2020-02-29"), at=date)) == expected


@cache
def _with_date(day: str) -> Checked:
    data = b"".join(case.copied(case.address).data for case in cases() if not case.dated and case.kind != "ok")
    context = f"<{CG}test-context>"
    dated = [(context, f"<{CG}evaluationDate>", f'"{day}"^^<{XSD}date>')]
    return check_loose([*parse_payload(data), *dated], knows=True)


def test_dates_change_findings() -> None:
    early, late = (counted(governance().check(everything(), at=datetime.date(year, 1, 1))) for year in (2024, 2031))
    assert early - late
    assert late - early


def test_where_no_date_is_recorded_it_is_today() -> None:
    report = governance().check(everything(), today=MIDSUMMER)
    assert (report.date, report.origin) == (MIDSUMMER, "today")
    assert counted(report) == counted(governance().check(everything(), at=MIDSUMMER))
    assert governance().check(everything()).date >= MIDSUMMER


def test_of_several_recorded_dates_the_latest_counts() -> None:
    graph = graph_of(
        f"""ex:a <{CG}evaluationDate> "2026-01-01"^^xsd:date . ex:b <{CG}evaluationDate> "2026-06-30"^^xsd:date ."""
    )
    report = governance().check(graph)
    assert (report.date, report.origin) == (MIDSUMMER, "recorded")


@pytest.mark.parametrize(
    "pattern",
    [
        "$this ex:p ?x ; <DATE> ?day .",
        "?context <DATE> ?day , ?other .",
        "?context <DATE>/ex:p ?day .",
        "?context ex:p|<DATE> ?day .",
        "?context <DATE> '2026-01-01' .",
        "?context ?any <DATE> .",
    ],
)
def test_a_date_that_cannot_be_replaced_is_refused_by_name(pattern: str) -> None:
    select = f"SELECT $this WHERE {{ $this ex:q ?y . {pattern.replace('DATE', f'{CG}evaluationDate')} }}"
    shapes = shapes_of(
        f"""ex: sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/" ] .
        ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:prefixes ex: ; sh:select \"\"\"{select}\"\"\" ] ."""
    )
    checker = Checker(read_shape_set("own", shapes))
    with pytest.raises(ShapesRefused, match="evaluation date"):
        checker.check(graph_of("ex:a a ex:C ."), at=MIDSUMMER)


def test_some_nodes_are_judged_as_among_all() -> None:
    everywhere = counted(governance().check(everything(), at=MIDSUMMER))
    nodes = sorted({each[1][1:-1] for each in everywhere if each[1].startswith("<")})[::15]
    apart = counted(governance().check(everything(), at=MIDSUMMER, nodes=nodes))
    assert apart == Counter({each: times for each, times in everywhere.items() if each[1][1:-1] in nodes})
    assert apart
    assert not governance().check(everything(), at=MIDSUMMER, nodes=[]).findings


def test_one_rule_alone() -> None:
    everywhere = governance().check(everything(), at=MIDSUMMER)
    for number in ("R15", "R46", "R50"):
        alone = Checker(named("governance"), rules=[number]).check(everything(), at=MIDSUMMER)
        assert counted(alone) == Counter(map(short, everywhere.by_rule()[number]))
        assert [rule.number for rule in alone.rules] == [number]
    with pytest.raises(NotKnown):
        Checker(named("governance"), rules=["R57"])


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    Checker(named("hvd")).check(graph_of(""), progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert {of for _, of in told} == {len(told)}


def test_an_engine_that_fails_is_an_error() -> None:
    def failing(query: str) -> ox.QuerySolutions:
        raise RuntimeError("no more memory")

    with pytest.raises(DataError, match="no more memory"):
        governance().check(Checked(failing))
    broken = StatementTexts([("no subject", TYPE, "at all")])
    with pytest.raises(DataError, match="texts failed"):
        Checker(named("hvd")).check(Checked(graph_of("").ask, broken))


def test_a_store_without_texts_is_checked_by_queries_alone() -> None:
    graph = everything()
    assert counted(governance().check(Checked(graph.ask), at=MIDSUMMER)) == counted(
        governance().check(graph, at=MIDSUMMER)
    )


LEXICAL = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ;
  sh:property [ sh:path ex:byte ; sh:datatype xsd:byte ] ,
    [ sh:path ex:long ; sh:pattern "^0" ] ,
    [ sh:path ex:once ; sh:maxCount 1 ] ,
    [ sh:path ( ex:to ex:long ) ; sh:pattern "^0" ] ,
    [ sh:path ex:price ; sh:hasValue 1.50 ] .
"""


def test_how_a_literal_is_written_is_read_from_the_text() -> None:
    graph = graph_of(
        """ex:a a ex:C ; ex:byte 5, "6"^^xsd:byte ; ex:long "007"^^xsd:integer, 7 ; ex:once "1"^^xsd:integer ,
        "01"^^xsd:integer ; ex:price 1.5 ; ex:to [ ex:long 7 ] ."""
    )
    report = Checker(read_shape_set("own", shapes_of(LEXICAL))).check(graph)
    integer = f"^^<{XSD}integer>"
    found = sorted((each.path or "", each.value or "") for each in report.findings)
    ex = "https://example.org/"
    assert found == sorted(
        [
            (f"<{ex}byte>", f'"5"{integer}'),
            (f"<{ex}long>", f'"7"{integer}'),
            (f"<{ex}once>", ""),
            (f"(<{ex}to>/<{ex}long>)", f'"7"{integer}'),
            (f"<{ex}price>", ""),
        ]
    )


def test_blank_nodes_have_the_names_of_the_text() -> None:
    triples = [quad.triple for quad in ox.parse("_:one <urn:p> _:two .\n_:two <urn:p> 1 .", format=ox.RdfFormat.TURTLE)]
    shapes = shapes_of("ex:S sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; sh:nodeKind sh:Literal ] .")
    (finding,) = Checker(read_shape_set("own", shapes)).check(of_triples(triples)).findings
    assert (finding.focus, finding.value) == (str(triples[0].subject), str(triples[0].object))


def test_a_finding_has_its_rule_with_words_in_both_languages() -> None:
    report = governance().check(everything(), at=MIDSUMMER)
    for finding in report.findings:
        rule = finding.rule
        assert rule is not None, finding
        for words in (rule.title, rule.definition, rule.remedy, rule.citation, finding.messages):
            assert set(words) == {"fr", "en"}
        assert finding.finding_class
        assert finding.finding_class.startswith(CG)
    assert len(report.rules) == 56
    assert any(finding.evidence for finding in report.findings)


def test_a_part_may_have_a_class_of_its_own() -> None:
    report = governance().check(everything(), at=MIDSUMMER)
    classes = {finding.finding_class for finding in report.findings if finding.rule and finding.rule.number == "R50"}
    assert len(classes) > 1


@pytest.mark.parametrize("name", NAMES)
def test_findings_go_over_a_channel_and_back(name: str) -> None:
    shapes: ShapeSet = named(name)
    report = Checker(shapes).check(everything(), at=MIDSUMMER)
    assert report.findings
    for finding in report.findings:
        assert from_data(shapes, json.loads(json.dumps(as_data(finding)))) == finding


def test_what_is_no_finding_is_refused() -> None:
    (first, *_) = governance().check(everything(), at=MIDSUMMER).findings
    for broken in ({"focus": None}, {"severity": None}, {"messages": 1}, {"evidence": [["a"]]}):
        with pytest.raises((TypeError, ValueError, AttributeError)):
            from_data(named("governance"), as_data(first) | broken)
