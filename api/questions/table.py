"""The answer of a question as a table: linked names, rungs and poles with their signs, dates and numbers in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.languages import Texts, mark
from api.links import Links
from api.pages.names import Names
from api.pages.signs import POLES, RUNGS
from api.pages.values import Value, show
from api.questions.solutions import Row, Solutions
from graph.terms import XSD, Term
from ontology.picture_queries import columns

SHOWN = 200
"""So many rows stand on a page; downloads have all."""

_WORDS = {"true": mark("yes"), "false": mark("no")}
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: a value, a rung or a pole as (sign, word), or nothing."""

    value: Value | None = None
    rung: tuple[str, str] | None = None
    pole: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the query, its heading, whether it holds numbers."""

    name: str
    heading: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and the rows that are shown, of `total` in all."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


def table_of(found: Solutions, names: Names, texts: Texts, links: Links) -> Table:
    """Lay out an answer."""
    shown = found.rows[:SHOWN]
    heads = tuple(Column(name, _heading(name, texts.language), _numeric(shown, name)) for name in found.columns)
    rows = tuple(tuple(_cell(row.get(name), names, texts, links) for name in found.columns) for row in shown)
    return Table(heads, rows, len(found.rows))


def _heading(name: str, language: str) -> str:
    words = columns().get(name)
    text = words[language] if words else name
    return text[:1].upper() + text[1:]


def _numeric(rows: Sequence[Row], name: str) -> bool:
    terms = [row[name] for row in rows if name in row]
    return bool(terms) and all(term.datatype in _NUMBERS for term in terms)


def _cell(term: Term | None, names: Names, texts: Texts, links: Links) -> Cell:
    if term is None:
        return Cell()
    if term.kind == "iri" and term.value in RUNGS:
        return Cell(rung=RUNGS[term.value])
    if term.kind == "iri" and term.value in POLES:
        return Cell(pole=POLES[term.value])
    if term.datatype == f"{XSD}boolean" and term.value in _WORDS:
        return Cell(Value("text", texts.text(_WORDS[term.value]), term.value))
    return Cell(show("", str(term), names, texts, links))
