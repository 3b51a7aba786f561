"""Write the expected answers of the competency questions anew, for people to review; run by scripts/questions.

An answer that plain Python does not confirm is not written.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox

from ontology.competency import questions
from tests.ontology.answers import ANSWERS
from tests.ontology.asking import ask, defaults, sample
from tests.ontology.world import World, asserted

FOLDER = Path(__file__).resolve().parents[2] / "ontology" / "questions"


def main() -> int:
    """Write what changed and say so; give the number of answers that are not confirmed."""
    store, world, wrong = sample(), World(asserted()), 0
    for question in questions():
        if set(ask(store, question)) != ANSWERS[question.number](world, defaults(question)).rows:
            print(f"{question.number}: the query and the Python answer differ; nothing written")
            wrong += 1
            continue
        found = store.query(question.filled())
        assert isinstance(found, ox.QuerySolutions)
        text = found.serialize(format=ox.QueryResultsFormat.TSV)
        assert text is not None
        if text != question.expected:
            (FOLDER / question.number / "expected.tsv").write_bytes(text)
            print(f"{question.number}: written, {len(text.splitlines()) - 1} rows")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
