"""The competency questions asked of a data directory: its records, its derivations kept up, a snapshot for queries."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from graph import sample
from graph.instance import Instance
from ontology.competency import Question, questions
from tests.ontology.asking import ask, expected


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ox.Store]:
    """A snapshot of the public store of an instance that holds the sample."""
    with Instance.open(tmp_path_factory.mktemp("data"), create=True) as instance:
        sample.load(instance)
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence(), timeout=120)
            with holder.snapshots().latest(at_least=instance.log.sequence(), wait=30) as lease:
                yield ox.Store.read_only(str(lease.path))


@pytest.mark.parametrize("question", questions(), ids=lambda question: f"Q{question.number}")
def test_a_loaded_sample_gives_the_expected_answer(question: Question, snapshot: ox.Store) -> None:
    assert ask(snapshot, question) == expected(question)
