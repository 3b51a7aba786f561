"""The batch that is read ahead is the one that would be read then, or none."""

from __future__ import annotations

from graph.log.log import Log
from graph.views.ahead import Ahead
from graph.views.batch import Batch
from tests.graph.views.making import dataset, put


def test_a_whole_batch_is_read_ahead(log: Log) -> None:
    last = put(log, "s", *[dataset(name) for name in "abcdef"])
    with Ahead(log, 4) as ahead:
        ahead.begin(1)
        found = ahead.take(1)
        assert found is not None
        wanted = Batch(log.changes(1, 4), log, more=True)
        assert (found.changes, found.more, found.last) == (wanted.changes, True, 5)
        assert [found.of(change.iri) for change in wanted.changes] == [wanted.of(each.iri) for each in wanted.changes]
        # It is given once, and for the row that it follows alone.
        assert ahead.take(1) is None
        ahead.begin(2)
        assert ahead.take(1) is None
        assert ahead.take(2) is None
        # Of few changes more may have come meanwhile.
        ahead.begin(last - 3)
        assert ahead.take(last - 3) is None


def test_what_is_new_at_a_position_is_told(log: Log) -> None:
    put(log, "s", dataset("a"), dataset("b"))
    put(log, "t", dataset("b"), dataset("c"))
    batch = Batch(log.changes(2, 10), log)
    assert batch.unknown_at(0) == {change.iri for change in batch.changes}
    assert {iri.rpartition("/")[2] for iri in batch.unknown_at(2)} == {"c"}
    assert batch.unknown_at(4) == set()
