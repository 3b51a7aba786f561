"""Answers as a matrix: two columns of things against each other, a third of numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from api.pictures.canvas import Canvas
from api.pictures.material import Material, distinct
from api.pictures.matrix import draw_matrix
from api.questions.solutions import number_of

# Rows and columns that are drawn.
_FIELDS = 24


def _matrix(
    material: Material,
    rows: str,
    columns: str,
    amount: str | None,
    *,
    marked: Mapping[tuple[str, str], str] | None = None,
) -> Canvas:
    """Compose a matrix of two columns of the answer, with the numbers of a third, 1 where there is none."""
    numbers: dict[tuple[str, str], float] = defaultdict(float)
    for row in material.found.rows:
        if rows in row and columns in row:
            numbers[row[rows].value, row[columns].value] += number_of(row, amount) if amount else 1
    down, across = distinct(material.found, rows, _FIELDS), distinct(material.found, columns, _FIELDS)
    canvas = draw_matrix(
        material.title,
        material.described(len(down), len(set(material.found.values(rows)))),
        rows=[(key, material.label(key)) for key in down],
        columns=[(key, material.label(key)) for key in across],
        numbers=numbers,
        number=material.number,
        marked=marked,
    )
    told = material.texts.text("Down: %(rows)s. Across: %(columns)s.")
    canvas.caption = told % {"rows": material.heading(rows), "columns": material.heading(columns)}
    if amount:
        canvas.caption += " " + material.texts.text("In each field: %(number)s.") % {"number": material.heading(amount)}
    return canvas


def reciprocity(material: Material) -> Canvas:
    """Who gives to whom; a pair in which both give is framed."""
    pairs = {
        (row["giver"].value, row["receiver"].value)
        for row in material.found.rows
        if {"giver", "receiver"} <= row.keys()
    }
    both = material.texts.text("given back")
    marked = {(giver, receiver): both for giver, receiver in pairs if (receiver, giver) in pairs}
    canvas = _matrix(material, "giver", "receiver", "datasets", marked=marked)
    if marked:
        canvas.caption += " " + material.texts.text("A frame: the other gives too.")
    return canvas


def pairs(rows: str, columns: str, amount: str | None = None) -> Callable[[Material], Canvas]:
    """Compose a matrix of two columns."""
    return lambda material: _matrix(material, rows, columns, amount)
