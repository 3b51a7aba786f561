"""What real files do wrong costs the statement, never the file; each loss is a line: place, reason, what was kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import UnreadableFile
from graph.ingest.report import FileReport, Line
from graph.ingest.run import run_import
from graph.terms import DCT, Statement
from tests.graph.ingest.conftest import PREFIXES, Directory, opened, said_by

Writing = Callable[[str, str | bytes], Path]

DATASET = 'ex:d a dcat:Dataset ; dct:title "T" .\n'
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"'
    ' xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:xml="http://www.w3.org/XML/1998/namespace">\n{}\n</rdf:RDF>'
)


def imported(instance: Directory, file: Path) -> tuple[FileReport, set[Statement]]:
    """Import one file; give its report and what stands in the log."""
    report = run_import(instance, [file], source="s")
    return report.files[0], said_by(instance, "s")


def only(lines: list[Line]) -> Line:
    """Give the one line."""
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("name", "content", "culprit"),
    [
        ("a.ttl", PREFIXES + DATASET + "ex:d dct:license <http://a b> .", "http://a b"),
        ("a.ttl", PREFIXES + DATASET + "<http://x/?a[0]=1> dct:license ex:l .", "http://x/?a[0]=1"),
        ("a.ttl", PREFIXES + DATASET + 'ex:d dct:x "v"^^<http://d d> .', "http://d d"),
        ("a.nt", f"<http://e/d> <{DCT}license> <relative> .\n<http://e/d> <{DCT}title> \"T\" .\n", "relative"),
        ("a.trig", PREFIXES + DATASET + "ex:g { ex:d dct:license <http://a{b}> }", "http://a{b}"),
        ("a.jsonld", '{"@id": "http://e/d", "http://e/p": [{"@id": "http://a b"}, {"@value": "kept"}]}', "http://a b"),
        (
            "a.rdf",
            RDF_XML.format('<rdf:Description rdf:about="http://e/d"><dct:license rdf:resource="tel:+33 2"/>'
                           "<dct:title>T</dct:title></rdf:Description>"),
            "tel:+33 2",
        ),
    ],
)  # fmt: skip
def test_a_term_that_is_none(instance: Directory, write: Writing, name: str, content: str, culprit: str) -> None:
    report, said = imported(instance, write(name, content))
    lines = [line for line in report.lines if line.kept == "nothing"]
    line = only(lines)
    assert culprit in line.what
    assert report.refused_whole is None
    assert report.kept == report.statements - 1 == len(said) > 0
    number = next(n for n, text in enumerate(content.split("\n"), 1) if culprit in text)
    assert line.where == f"{name}, line {number}"


@pytest.mark.parametrize(
    "literal",
    ['"32/13/2024"^^xsd:date', '"2023-02-30T00:00:00"^^xsd:dateTime', '"yes"^^xsd:boolean', '"1,5"^^xsd:decimal',
     '"-1"^^xsd:nonNegativeInteger', f'"{"1" * 5000}"^^xsd:integer'],
)  # fmt: skip
def test_a_literal_that_is_none(instance: Directory, write: Writing, literal: str) -> None:
    report, said = imported(instance, write("a.ttl", f"{PREFIXES}{DATASET}ex:d dct:x {literal} ."))
    line = only(report.lines)
    assert line.where == "a.ttl, line 7"
    assert line.what.startswith(f"<http://example.org/d> <{DCT}x> {literal.rpartition('^^')[0][:300]}")
    assert "is written like this" in line.why or "of 5000 characters is longer than 4000" in line.why
    assert len(said) == 2


def test_a_literal_that_is_some_stays_as_it_is_written(instance: Directory, write: Writing) -> None:
    values = {'"007"^^xsd:integer', '"1.50"^^xsd:decimal', '"x"^^xsd:duration', '"2024-02-29"^^xsd:date', '""', '""@fr'}
    _, said = imported(instance, write("a.ttl", f"{PREFIXES}{DATASET}ex:d dct:x {', '.join(sorted(values))} ."))
    written = {value.replace("^^<http://www.w3.org/2001/XMLSchema#", "^^xsd:").rstrip(">") for _, _, value in said}
    assert values < written


def test_a_literal_that_is_too_long(instance: Directory, write: Writing) -> None:
    report, said = imported(instance, write("a.ttl", f'{PREFIXES}{DATASET}ex:d dct:x "{"x" * (1 << 20)}" .'))
    assert "is longer than" in only(report.lines).why
    assert len(only(report.lines).what) <= 600
    assert len(said) == 2


def test_a_term_that_no_reader_takes(instance: Directory, write: Writing) -> None:
    report, said = imported(instance, write("a.ttl", f'{PREFIXES}{DATASET}ex:d dct:x "{"x" * (17 << 20)}" .'))
    assert isinstance(report.refused_whole, UnreadableFile)
    assert "16 MiB" in report.refused_whole.what
    assert said == set()


def test_a_language_tag_that_is_none_keeps_the_text(instance: Directory, write: Writing) -> None:
    content = RDF_XML.format(
        '<dcat:Dataset rdf:about="http://e/d"><dct:title xml:lang="fr_FR">T</dct:title>'
        '<dct:title xml:lang="not a tag">U</dct:title></dcat:Dataset>'
    )
    report, said = imported(instance, write("a.rdf", content))
    assert {value for _, _, value in said} == {'"T"@fr-fr', '"U"', "<http://www.w3.org/ns/dcat#Dataset>"}
    assert sorted(line.kept.rpartition(" ")[2] for line in report.lines) == ['"T"@fr-fr', '"U"']
    assert report.kept == report.statements == 3


def test_doubled_statements_are_counted_once(instance: Directory, write: Writing) -> None:
    report, said = imported(
        instance, write("a.ttl", PREFIXES + DATASET * 3 + '_:b dct:title "B" . _:b dct:title "B" .')
    )
    assert (report.statements, report.kept, len(said)) == (8, 3, 3)
    line = only(report.lines)
    assert line.what.startswith("5 statements that the file makes more than once")
    assert line.kept == "each of them once"


def test_mapped_literals_are_no_doubles(instance: Directory, write: Writing) -> None:
    body = 'ex:d dct:language "fr", "fra", <http://publications.europa.eu/resource/authority/language/FRA> .'
    report, said = imported(instance, write("a.ttl", PREFIXES + DATASET + body))
    assert (report.statements, report.kept, report.mapped) == (5, 5, {"languages": 2})
    assert report.lines == []
    assert len(said) == 5


def test_rdf_12_is_refused_by_name(instance: Directory, write: Writing) -> None:
    report, said = imported(instance, write("a.ttl", PREFIXES + DATASET + "ex:d dct:x <<( ex:a ex:b ex:c )>> ."))
    assert isinstance(report.refused_whole, UnreadableFile)
    assert "RDF 1.2 triple terms" in str(report.refused_whole)
    assert said == set()
    report, said = imported(instance, write("a.ttl", PREFIXES + DATASET + 'ex:d dct:x "x"@ar--rtl .'))
    assert "RDF 1.2 directional literals" in only(report.lines).why
    assert len(said) == 2


def test_formulas_of_n3_are_refused(instance: Directory, write: Writing) -> None:
    assert imported(instance, write("a.n3", PREFIXES + DATASET))[0].refused_whole is None
    report, _ = imported(instance, write("b.n3", PREFIXES + "{ ex:a ex:b ex:c } ex:p { ex:d ex:e ex:f } ."))
    assert "formulas" in str(report.refused_whole)


def test_named_graphs_are_merged_and_told(instance: Directory, write: Writing) -> None:
    report, said = imported(
        instance, write("a.trig", PREFIXES + "ex:g { ex:d a dcat:Dataset } ex:h { " + DATASET + "}")
    )
    assert len(said) == 2
    assert "<http://example.org/g>, <http://example.org/h>" in report.lines[0].what
    assert "merged" in report.lines[0].kept


def test_relative_iris_name_nothing_of_this_machine(instance: Directory, write: Writing) -> None:
    _, said = imported(
        instance, write("a.ttl", PREFIXES + '<d> a dcat:Dataset ; dct:title "T" ; dct:license <#l>, </r> .')
    )
    base = f"{instance.base}id/s/"
    assert {subject for subject, _, _ in said} == {f"<{base}d>"}
    assert {value for _, predicate, value in said if "license" in predicate} == {f"<{base}#l>", f"<{instance.base}r>"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path, write: Writing, end: str, mark: str) -> None:
    turtle = f"{PREFIXES}{DATASET}# a comment\nex:d dct:subject ex:s .\n"
    rdf = RDF_XML.format('<dcat:Dataset rdf:about="http://e/d">\n<dct:title>two\nlines</dct:title>\n</dcat:Dataset>')
    for name, content in (("a.ttl", turtle), ("b.rdf", rdf)):
        told = []
        for number, text in enumerate((content, mark + content.replace("\n", end))):
            with opened(tmp_path / f"{name}{number}") as instance:
                report, said = imported(instance, write(name, text))
                assert report.refused_whole is None
                told.append(said)
        assert told[0] == told[1] != set()
