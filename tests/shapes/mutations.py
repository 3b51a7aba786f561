"""What wakes when a passing case loses a statement; `python -m tests.shapes.mutations` writes the table anew.

Each statement of each passing case is taken out by itself, all such damaged copies are judged at once, and the shapes
that then report are noted. Where nothing in a rule's passing cases can wake it, its near-misses are damaged too.
`mutations.tsv` is read before it is committed: a rule that should wake and does not is a hole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from graph.terms import PREFIXES
from tests.shapes import judging
from tests.shapes.case import EX, Case, by_owner, cases

TABLE = Path(__file__).with_name("mutations.tsv")
HEADING = "case\tsubject\tproperty\tvalue\twakes"


NEARLY = ("R06", "R18", "R21", "R23", "R25", "R27", "R28", "R35", "R52")
"""Rules that a passing case has nothing to lose to; a near-miss has, since it passes by one statement."""


def damageable() -> list[Case]:
    """Give the cases whose statements are taken out one by one."""
    return [
        case
        for case in cases()
        if not case.dated and (case.kind == "ok" or (case.kind == "near" and case.rule in NEARLY))
    ]


def table() -> str:
    """Give the table: one line for each statement whose loss wakes something, then how many statements wake nothing."""
    damaged: dict[str, tuple[Case, ox.Triple]] = {}
    parts = []
    for case in damageable():
        triples = list(ox.parse(case.data, format=ox.RdfFormat.N_TRIPLES))
        for number, lost in enumerate(triples):
            address = f"{case.address}-{number}"
            damaged[address] = (case, lost)  # type: ignore[assignment]
            kept = "".join(f"{triple} .\n" for triple in triples if triple is not lost).encode()
            parts.append(replace(case, data=kept).copied(address).data)
    found = by_owner(judging.judge(judging.loaded(b"".join(parts))))
    lines = sorted(
        _line(*damaged[address], {each.shape for each in woken}) for address, woken in found.items() if address
    )
    silent = len(damaged) - len(lines)
    return "\n".join([HEADING, *lines, f"of {len(damaged)} statements, {silent} wake nothing", ""])


def _line(case: Case, lost: ox.Triple, woken: set[str]) -> str:
    terms = (_short(term) for term in (lost.subject, lost.predicate, lost.object))
    return "\t".join([case.address, *terms, " ".join(sorted(woken))])


def _short(term: object) -> str:
    if not isinstance(term, ox.NamedNode):
        return str(term).partition("^^")[0]
    if term.value.startswith(EX):
        return f"ex:{term.value.removeprefix(EX)}"
    for prefix, space in PREFIXES.items():
        if term.value.startswith(space):
            return f"{prefix}:{term.value.removeprefix(space)}"
    return f"<{term.value}>"


def rows(text: str) -> Iterator[tuple[str, str, str, str, set[str]]]:
    """Read the lines of a table: case, subject, property, value, shapes that wake."""
    for line in text.splitlines()[1:-1]:
        case, subject, predicate, value, woken = line.split("\t")
        yield case, subject, predicate, value, set(woken.split())


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
