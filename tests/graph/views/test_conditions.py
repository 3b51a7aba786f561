"""Conditions as queries: what they find is what they hold for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.views.conditions import Condition, any_of, one_of
from graph.views.counts import count_holding, number_of

VALUES = [f"http://example.org/{number}" for number in range(12)]
FIELDS = ("kind", "party")
documents = st.fixed_dictionaries({name: st.sets(st.sampled_from(VALUES), max_size=3) for name in FIELDS})
wanted = st.dictionaries(st.sampled_from(FIELDS), st.sets(st.sampled_from(VALUES)), max_size=2)


def index_of(some: list[dict[str, set[str]]]) -> tuple[tantivy.Schema, tantivy.Searcher]:
    """Index documents as the view does, in memory."""
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for each in some:
        writer.add_document(tantivy.Document(**{name: sorted(values) for name, values in each.items()}))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return schema, index.searcher()


@settings(max_examples=20, deadline=None)
@given(st.lists(documents, min_size=1, max_size=8), st.lists(st.tuples(wanted, wanted, wanted), min_size=1, max_size=8))
def test_what_is_found_is_what_a_condition_holds_for(
    some: list[dict[str, set[str]]], drawn: list[tuple[Mapping[str, set[str]], ...]]
) -> None:
    schema, searcher = index_of(some)
    # Where nothing is said that must be, nothing is found: no condition of ours is so.
    conditions = [Condition({"kind": set(VALUES), **each[0]}, *each[1:]) for each in drawn]
    everything = tantivy.Query.all_query()
    counted = dict(count_holding(searcher, schema, everything, {str(n): each for n, each in enumerate(conditions)}))
    for number, condition in enumerate(conditions):
        assert counted.get(str(number), 0) == sum(condition.holds(each) for each in some)
    either = sum(any(condition.holds(each) for condition in conditions) for each in some)
    assert number_of(searcher.search(any_of(conditions, schema), 1)) == either


@pytest.mark.parametrize("number", [0, 1, 2, 8, 9, 12])
def test_one_of_so_many_values(number: int) -> None:
    schema, searcher = index_of([{"kind": {value}, "party": set()} for value in VALUES])
    assert number_of(searcher.search(one_of(schema, "kind", VALUES[:number]), 1)) == number
