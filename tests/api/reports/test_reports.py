"""One report in every form: the same findings in each, the sentence on legal advice in each, hostile words in none."""

from __future__ import annotations

import csv
import datetime
import io
import json
from functools import cache

import pyoxigraph as ox
import pytest
from rich.console import Console

from api.checks.finding_words import NO_ADVICE
from api.languages import texts_in
from api.reports import document, page, table, text, turtle
from api.reports.told import Told, no_advice, term_data
from graph.governance.checking.checker import Checker
from graph.governance.checking.loose import check_loose
from graph.governance.checking.report import Finding, Report
from graph.governance.checking.shaclpaths import shacl_path
from graph.governance.rules.rulebook import RULE, rulebook
from graph.governance.rules.shapesets import named
from graph.terms import DCT, SH, parse_line
from tests.shapes.case import cases

DATE = datetime.date(2026, 6, 30)
HOSTILE = '=cmd|"/C calc"!A0\n<script>alert(1)</script>\x1b[31m[red]'


@cache
def report() -> Report:
    """Check the data of some cases together."""
    wanted = ("R11/bad-no-giver", "R15/bad-other-service", "R20/bad-twelve-months", "R53/bad-backwards")
    lines = [line for case in cases() if case.address in wanted for line in case.copied(case.address).data.splitlines()]
    statements = [parse_line(line.decode()) for line in lines if line]
    return Checker(named("governance")).check(check_loose(statements, knows=True), at=DATE)


@cache
def by_profile() -> Report:
    """Check a dataset of nothing but a type by DCAT-AP."""
    lines = ["<http://e/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> ."]
    return Checker(named("dcat-ap")).check(check_loose(list(map(parse_line, lines)), knows=False), at=DATE)


def told(made: Report, **known: object) -> Told:
    return Told(made, "input.ttl", **known)  # type: ignore[arg-type]


def hostile() -> Told:
    """Give a report in which every text from outside is hostile."""
    focus = Finding(
        focus="<http://e/d>",
        path=None,
        value=f'"{HOSTILE}"'.replace("\n", "\\n").replace('"/C calc"', '\\"/C calc\\"').replace("\x1b", "\\u001B"),
        component=f"{SH}PatternConstraintComponent",
        severity=f"{SH}Violation",
        shape=f"<{RULE}R53-period>",
        constraint=None,
        messages={"fr": HOSTILE, "en": HOSTILE},
        evidence=(),
        rule=rulebook().find("R53"),
        finding_class=None,
    )
    made = Report("governance", {}, DATE, "given", (), (focus,))
    return told(made, name_of=lambda _: HOSTILE)


def printed(made: Told, language: str) -> str:
    out = io.StringIO()
    text.write(made, texts_in(language), Console(file=out, highlight=False))
    return out.getvalue()


def test_the_cases_draw_what_the_report_is_made_of() -> None:
    assert {finding.rule.number for finding in report().findings if finding.rule} >= {"R11", "R15", "R20", "R53"}
    assert not by_profile().conforms
    assert all(finding.rule is None for finding in by_profile().findings)


@pytest.mark.parametrize("made", [report(), by_profile()], ids=["rules", "profile"])
def test_as_json(made: Report) -> None:
    written = json.loads("".join(document.write(told(made, line_of=lambda _: 7))))
    assert written["conforms"] is False
    assert written["date"] == "2026-06-30"
    assert written["dateOrigin"] == "given"
    assert written["note"] == no_advice()
    assert sum(written["counts"].values()) == len(written["findings"]) == len(made.findings)
    found = {each["rule"] for each in written["findings"] if "rule" in each}
    assert [rule["identifier"] for rule in written["rules"]] == sorted(found)
    assert sum(rule["findings"] for rule in written["rules"]) in (0, len(made.findings))
    for each in written["findings"]:
        assert each["message"].keys() == {"fr", "en"}
        assert each["line"] == 7
        assert each["focus"]["type"] == "uri"


def test_as_json_without_a_finding() -> None:
    made = Report("governance", {}, DATE, "today", rulebook().rules, ())
    written = json.loads("".join(document.write(told(made))))
    assert written["conforms"] is True
    assert (written["rules"], written["findings"]) == ([], [])


@pytest.mark.parametrize("made", [report(), by_profile()], ids=["rules", "profile"])
def test_as_turtle(made: Report) -> None:
    body = "".join(turtle.write(told(made, line_of=lambda _: 7)))
    store = ox.Store()
    store.load(body.encode(), format=ox.RdfFormat.TURTLE)
    results = [quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(f"{SH}result"), None)]
    assert len(results) == len(made.findings)

    def one(node: ox.BlankNode, prop: str) -> str:
        return next((str(q.object) for q in store.quads_for_pattern(node, ox.NamedNode(prop), None)), "")

    rows = sorted((one(n, f"{SH}focusNode"), one(n, f"{SH}value"), one(n, f"{SH}sourceShape")) for n in results)  # type: ignore[arg-type]
    expected = [(f.focus, f.value or "", f.shape if f.shape[0] == "<" else "") for f in made.findings]
    assert rows == sorted(expected)
    conforms = list(store.quads_for_pattern(None, ox.NamedNode(f"{SH}conforms"), None))
    assert [quad.object.value for quad in conforms] == ["false"]  # type: ignore[union-attr]
    comments = {quad.object.value for quad in store.quads_for_pattern(conforms[0].subject, None, None)}  # type: ignore[union-attr]
    assert comments >= set(no_advice().values())
    for finding in made.findings:
        if finding.rule is not None and finding.shape[1:-1] != finding.rule.iri:
            part = ox.Quad(
                ox.NamedNode(finding.shape[1:-1]), ox.NamedNode(f"{DCT}isPartOf"), ox.NamedNode(finding.rule.iri)
            )
            assert part in store


@pytest.mark.parametrize("made", [report(), by_profile()], ids=["rules", "profile"])
def test_as_a_table(made: Report) -> None:
    rows = list(csv.reader(io.StringIO("".join(table.write(told(made, line_of=lambda _: 7))))))
    assert tuple(rows[0][:-1]) == table.COLUMNS
    assert all(sentence in rows[0][-1] for sentence in no_advice().values())
    assert [(row[0], row[3], row[6]) for row in rows[1:]] == [
        (finding.rule.number if finding.rule else "", finding.focus.strip("<>"), "7") for finding in made.findings
    ]


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    plain = list(csv.reader(io.StringIO("".join(table.write(hostile())))))
    assert plain[1][5].startswith("=cmd")
    safe = b"".join(table.write_harmless(hostile())).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(safe, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert any(cell.startswith("'=cmd") for cell in cells)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_as_text(language: str) -> None:
    shown = printed(told(report(), line_of=lambda _: 7, name_of=lambda iri: f"<{iri[-5:]}>"), language)
    assert texts_in(language).text(NO_ADVICE) in shown
    for finding in report().findings:
        assert finding.rule is not None
        assert f"{finding.rule.number}  {finding.rule.title[language]}" in shown
        assert finding.rule.remedy[language] in shown
    assert {"fr": "ligne 7", "en": "line 7"}[language] in shown
    silent = {rule.number for rule in report().rules} - set(report().by_rule())
    assert silent
    assert not [number for number in silent if f"\n{number}  " in shown]


def test_a_terminal_reads_no_control_characters_and_no_markup() -> None:
    shown = printed(hostile(), "en")
    assert "\x1b" not in shown
    assert "[red]" in shown


def test_only_the_first_findings_of_a_rule_are_printed() -> None:
    made = Report("governance", {}, DATE, "given", (), tuple([hostile().report.findings[0]] * (text.SHOWN + 5)))
    assert "5 more findings" in printed(told(made), "en")
    assert "5 autres constats" in printed(told(made), "fr")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("made", [report(), by_profile()], ids=["rules", "profile"])
def test_as_a_page(made: Report, language: str) -> None:
    shown = page.write(told(made), language)
    assert f'<html lang="{language}">' in shown
    assert texts_in(language).text(NO_ADVICE) in shown
    assert shown.count("<li>") == len(made.findings)
    assert "http://127" not in shown
    assert " src=" not in shown


def test_a_page_runs_nothing_that_data_say() -> None:
    shown = page.write(hostile(), "en")
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_names_stand_in_messages_in_place_of_addresses() -> None:
    finding = next(each for each in report().findings if each.rule and each.rule.number == "R15")
    assert finding.value is not None
    made = told(report(), name_of=lambda iri: "Compteurs" if f"<{iri}>" == finding.value else None)
    assert "«\u00a0Compteurs\u00a0»" in made.message(finding, "fr")
    assert "“Compteurs”" in made.message(finding, "en")
    assert finding.value[1:-1] in told(report()).message(finding, "en")


@pytest.mark.parametrize(("path", "written"), [
    ("<http://e/p>", "<http://e/p>"),
    ("^<http://e/p>", f"[ <{SH}inversePath> <http://e/p> ]"),
    ("(<http://e/p>/^<http://e/q>)", f"( <http://e/p> [ <{SH}inversePath> <http://e/q> ] )"),
    ("(<u:p>|(<u:q>/<u:r>))", f"[ <{SH}alternativePath> ( <u:p> ( <u:q> <u:r> ) ) ]"),
    ("(^<http://e/p>)+", f"[ <{SH}oneOrMorePath> [ <{SH}inversePath> <http://e/p> ] ]"),
    ("<http://e/p>*", f"[ <{SH}zeroOrMorePath> <http://e/p> ]"),
])  # fmt: skip
def test_paths_in_the_terms_of_shacl(path: str, written: str) -> None:
    assert shacl_path(path) == written


@pytest.mark.parametrize(
    "path", ["", "<http://e/p", "(<http://e/p>", "<http://e/p>/", "|", "<http://e/p> <http://e/q>"]
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|brack"):
        shacl_path(path)


def test_terms_as_the_results_of_sparql_have_them() -> None:
    assert term_data("<http://e/a>") == {"type": "uri", "value": "http://e/a"}
    assert term_data("_:b1") == {"type": "bnode", "value": "b1"}
    assert term_data('"a"@fr') == {"type": "literal", "value": "a", "xml:lang": "fr"}
    assert term_data('"7"^^<http://e/t>') == {"type": "literal", "value": "7", "datatype": "http://e/t"}
