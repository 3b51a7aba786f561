"""What is erased is gone from what the checker wrote about it, and what is still found is told anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.findings.erasing import erase_all, tells, texts_of
from graph.findings.finding import Finding, Found, Report, finding_iri, record_of, report_iri
from graph.findings.reading import Filter
from graph.log.sources import CHECKER
from graph.records.record import Record
from graph.terms import CG, FOAF, SH, XSD, literal
from tests.graph.findings.watching import BASE, Watched, case_records, watched

CASE = "R52/bad-eight-digits"
WRONG = b'"'


def payloads(kept: Watched) -> bytes:
    """Everything that the log holds."""
    return b"".join(row.payload or b"" for row in kept.log.rows(limit=1_000_000))


def test_a_report_that_quotes_what_is_erased_goes_with_it(tmp_path: Path) -> None:
    records = case_records(CASE)
    with watched(tmp_path / "data") as kept:
        kept.put(records)
        kept.put(case_records("R01/bad-silent", "https://example.net/other/"), source="others")
        kept.settle()
        (found,) = kept.worlds()["public"][0].all(Filter(rule="R52"))
        value, focus = found.found.value.encode(), found.found.focus.strip("<>")
        assert value.startswith(WRONG)
        # Said by the record, and quoted by the report.
        assert payloads(kept).count(value) >= 2
        others = kept.worlds()["public"][0].total(Filter(rule="R01"))
        assert others

        erase_all(kept.log, focus, ["cases"], agent="test")
        kept.settle()
        assert value not in payloads(kept)
        kept.log.verify(deep=True)
        findings = kept.worlds()["public"][0]
        assert (findings.total(Filter(rule="R52")), findings.total(Filter(rule="R01"))) == (0, others)
        assert kept.kept("public") == kept.full("public")


PERSON = "https://example.org/id/person"
THING = "<https://example.org/id/thing>"
RULED = "The conditions were not defined by a body in which the pole {} has a seat."


def report_with(*, value: str = "", message: str = "Nobody holds it.") -> bytes:
    """A report about another thing, opened and told at some time."""
    found = Found(
        "R20", f"{CG}R20", "C", "1", "R20 1", THING, "", value, f"{SH}SPARQLConstraintComponent", "", f"{SH}Violation",
        f"{CG}MissingDuty", {"en": message}, (),
    )  # fmt: skip
    report = report_iri(BASE, "public", THING)
    finding = Finding(finding_iri(report, found), "public", "2026-06-30T00:00:00.000000Z", found)
    return record_of(BASE, Report("public", THING, (finding,), is_dataset=True)).payload


@pytest.mark.parametrize("report", [
    report_with(value=f"<{PERSON}>"), report_with(value=f"<{PERSON}#dcat-contactPoint-1>"),
    report_with(value=literal("Ada", "en")), report_with(value=literal("Ada", datatype=f"{CG}siren")),
    report_with(message=RULED.format("Ada")), report_with(message="Other words about (Ada)."),
    report_with(message=RULED.format(PERSON)),
])  # fmt: skip
def test_what_names_or_quotes_is_told_from_what_does_not(report: bytes) -> None:
    assert tells(report, PERSON, {"Ada"})
    assert not tells(report, f"{PERSON}s", {"Ad", "public", "C"})


def test_words_of_rules_and_of_reports_themselves_are_not_quoted(tmp_path: Path) -> None:
    records = case_records(CASE)
    with watched(tmp_path / "data") as kept:
        # What a report says of itself, words of the rules, and what is no text.
        names = ["public", "R01 1", "The conditions", "a body", "false", "A", "the", "has"]
        said = [f"<{PERSON}> <{FOAF}name> {literal(each, 'en')} .\n" for each in names]
        said += [f"<{PERSON}> <{FOAF}age> {literal(each, datatype=XSD + kind)} .\n"
                 for each, kind in (("1", "integer"), ("true", "boolean"), ("2026-06-30", "date"))]  # fmt: skip
        payload = "".join(sorted(said)).encode()
        assert sorted(texts_of(payload)) == sorted(names)
        kept.put([*records, Record(PERSON, "actor", "", payload)])
        kept.put(case_records("R01/bad-silent", "https://example.net/other/"), source="others")
        kept.settle()
        before = {head.iri: head.sequence for head in kept.log.heads(source=CHECKER)}
        own = {row.iri for row in kept.log.rows(limit=1_000_000)
               if row.source == CHECKER and PERSON.encode() in (row.payload or b"")}  # fmt: skip
        assert before.keys() - own
        erase_all(kept.log, PERSON, ["cases"], agent="test")
        kept.settle()
        after = {head.iri: head.sequence for head in kept.log.heads(source=CHECKER)}
        assert before.keys() - own <= after.keys()
        assert all(after[iri] == before[iri] for iri in before.keys() - own)
    filled = report_with(message=RULED.format("public"))
    assert tells(filled, PERSON, {"public"})
    assert not tells(filled, PERSON, {"The conditions", "pole", "has a seat", "R20 1", "C", "false", "1"})


def test_texts_of_any_type_of_text_count() -> None:
    typed = {"c": f"{XSD}anyURI", "d": f"{CG}siren", "5": f"{XSD}decimal"}
    said = [literal("a"), literal("b", "fr"), f"<{PERSON}>", *(literal(each, datatype=typed[each]) for each in typed)]
    payload = "".join(sorted(f"<{PERSON}> <{FOAF}name> {each} .\n" for each in said)).encode()
    assert sorted(texts_of(payload)) == ["a", "b", "c", "d"]
