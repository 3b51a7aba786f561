"""What is counted in what a search finds: the values of facets, and what conditions hold for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import tantivy
from tantivy import Occur, Query

from graph.views.conditions import Condition

Counts = dict[str, list[tuple[str, int]]]
"""Facet -> its values, each with a number."""

_FACET_VALUES = 1_000
# The engine lets other threads go on while it counts.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="counts")


def number_of(result: tantivy.SearchResult) -> int:
    """How many documents were found in all; the library's stub leaves the attribute out."""
    count: int = result.count  # type: ignore[attr-defined]
    return count


def begin(work: Iterable[Callable[[], Counts]]) -> list[Future[Counts]]:
    """Begin to count several things at the same time."""
    return [_THREADS.submit(each) for each in work]


def finish(begun: Iterable[Future[Counts]]) -> Counts:
    """Put together what was counted: of one facet, perhaps in several pieces of work."""
    counts: Counts = {}
    for each in begun:
        for name, values in each.result().items():
            counts.setdefault(name, []).extend(values)
    return counts


def count_holding(
    searcher: tantivy.Searcher, schema: tantivy.Schema, query: Query, values: Mapping[str, Condition]
) -> list[tuple[str, int]]:
    """For how many of what a query finds each condition holds, in the order of the conditions.

    One that names too many values to be counted in passing is left out.
    """
    cheap = {value: condition.query(schema) for value, condition in values.items() if condition.is_cheap}
    both = {value: Query.boolean_query([(Occur.Must, query), (Occur.Must, each)]) for value, each in cheap.items()}
    numbers = [(value, number_of(searcher.search(each, 1))) for value, each in both.items()]
    return [(value, number) for value, number in numbers if number]


def count_values(searcher: tantivy.Searcher, query: Query, names: Sequence[str], size: int = _FACET_VALUES) -> Counts:
    """The values of facets in what a query finds, the most frequent first."""
    if not names:
        return {}
    answer = searcher.aggregate(query, {name: {"terms": {"field": name, "size": size}} for name in names})
    return {
        name: sorted(
            ((bucket["key"], int(bucket["doc_count"])) for bucket in answer[name]["buckets"]),
            key=lambda bucket: (-bucket[1], bucket[0]),
        )
        for name in names
    }
