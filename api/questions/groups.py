"""The questions in the groups in which people ask them."""

from __future__ import annotations

from collections.abc import Iterator

from api.languages import mark
from ontology.competency import Question, questions

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "depend",
        mark("What depends on whom"),
        ("01", "02", "03", "24", "12", "13"),
    ),
    (
        "open",
        mark("What is open, and what could be"),
        ("09", "14", "11", "10", "29", "21"),
    ),
    (
        "closed",
        mark("What keeps data closed"),
        ("15", "04", "17", "16", "22"),
    ),
    (
        "share",
        mark("Who shares with whom"),
        ("06", "07", "08", "23", "28", "18"),
    ),
    (
        "right",
        mark("Who may use what"),
        ("05", "26", "27", "19", "20"),
    ),
    (
        "trust",
        mark("What the graph itself is worth"),
        ("25", "30"),
    ),
)
"""Name, title and numbers of each group; every question stands in one."""

READERS = {
    "policy": mark("policy teams"),
    "operator": mark("operators of services"),
    "portal": mark("those who run portals"),
    "researcher": mark("researchers"),
}


def grouped() -> Iterator[tuple[str, str, list[Question]]]:
    """Give each group with its questions."""
    known = {question.number: question for question in questions()}
    for name, title, numbers in GROUPS:
        yield name, title, [known[number] for number in numbers]


def neighbours(number: str) -> list[Question]:
    """Give the other questions of a question's group."""
    for _, _, some in grouped():
        if any(each.number == number for each in some):
            return [each for each in some if each.number != number]
    return []
