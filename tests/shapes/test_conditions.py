"""Every condition of every query is held by a case: take one out, and some case draws something else.

What no case holds is listed in `unheld.txt`, a line each: conditions that change no meaning and are said for speed or
for the reader, and guards against what a case cannot show beside the others. What joins the list is looked at first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.shapes import flat, judging
from tests.shapes.case import cases

UNHELD = Path(__file__).with_name("unheld.txt")


def conditions(text: str) -> Iterator[tuple[int, int]]:
    """Give the extent of each FILTER of a query, at any depth."""
    for found in re.finditer(r"FILTER\b", text):
        depth, end = 0, found.end()
        while True:
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[end], 0)
            end += 1
            if depth == 0 and text[end - 1] in ")}":
                break
        yield found.start(), end


def unheld() -> list[str]:
    """Take each condition out of its query and give those of which nobody takes notice."""
    flats = [flat.variant(number) for number in range(len(flat.VARIANTS))]
    parts = [case.copied(case.address).data for case in cases() if not case.dated]
    store = judging.loaded(b"".join(parts + flats))
    found = []
    for query in judging.queries():
        sound = Counter(judging.run(store, query))
        for start, end in conditions(query.text):
            damaged = replace(query, text=query.text[:start] + query.text[end:])
            if Counter(judging.run(store, damaged)) == sound:
                found.append(f"{query.shape}: {' '.join(query.text[start:end].split())}")
    return sorted(found)


def test_no_condition_is_left_to_chance() -> None:
    """`python -m tests.shapes.test_conditions` writes the list anew; look at what joins it."""
    now = unheld()
    assert now == UNHELD.read_text(encoding="utf-8").splitlines()
    assert sum(1 for query in judging.queries() for _ in conditions(query.text)) >= 440
    assert len(now) <= 50


if __name__ == "__main__":
    UNHELD.write_text("\n".join(unheld()) + "\n", encoding="utf-8")
