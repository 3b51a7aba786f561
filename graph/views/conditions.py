"""Values of facets that no document states: each is a condition on what documents do state.

The rung of a dataset and the pole of who holds it follow from other records too (docs/decisions/0024-look.md tells what
readers see of them). Were they written into documents, one licence's change would write a hundred thousand; a
condition names what the rest of the graph knows, and is asked for when somebody searches.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import tantivy
from tantivy import Occur, Query

# To ask for so many terms takes 10 ms (tantivy 0.27, an index of 100,000 documents).
_CHEAP = 12_000
# A set of terms marks all documents that have one before any other part of a query is looked at: for a few terms that
# takes ten times as long as walking their documents together with the others.
_FEW = 8


@dataclass(frozen=True)
class Condition:
    """Holds for documents with, of each field in `some`, one of the values.

    With `none`, it holds only where none of those values stands; with `unless`, only where at least one does.
    """

    some: Mapping[str, Collection[str]]
    none: Mapping[str, Collection[str]] = field(default_factory=dict)
    unless: Mapping[str, Collection[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the values sets: each hit of a page is looked up among thousands of them."""
        for name in ("some", "none", "unless"):
            values: Mapping[str, Collection[str]] = getattr(self, name)
            object.__setattr__(self, name, {key: frozenset(each) for key, each in values.items()})

    @property
    def is_cheap(self) -> bool:
        """Whether it can be counted for everybody who searches: it names not too many values."""
        return sum(map(len, (*self.some.values(), *self.none.values(), *self.unless.values()))) <= _CHEAP

    def query(self, schema: tantivy.Schema) -> Query:
        """Write it as a query, which adds nothing to scores."""
        parts = [(Occur.Must, each) for each in _sets(self.some, schema)]
        parts += [(Occur.MustNot, each) for each in _sets(self.none, schema)]
        if self.unless:
            any_of_them = [(Occur.Should, each) for each in _sets(self.unless, schema)]
            parts.append((Occur.Must, Query.boolean_query(any_of_them) if any_of_them else Query.empty_query()))
        return Query.const_score_query(Query.boolean_query(parts), 0.0)

    def holds(self, values: Mapping[str, Collection[str]]) -> bool:
        """Say whether it holds for a document with these values of its fields."""
        return (
            all(_meets(values, name, wanted) for name, wanted in self.some.items())
            and not any(_meets(values, name, refused) for name, refused in self.none.items())
            and (not self.unless or any(_meets(values, name, needed) for name, needed in self.unless.items()))
        )


def one_of(schema: tantivy.Schema, name: str, values: Collection[str]) -> Query:
    """Write that a field has one of some values."""
    if len(values) > _FEW:
        return Query.term_set_query(schema, name, sorted(values))
    each = [(Occur.Should, Query.term_query(schema, name, value)) for value in values]
    return Query.boolean_query(each) if each else Query.empty_query()


def _sets(fields: Mapping[str, Collection[str]], schema: tantivy.Schema) -> list[Query]:
    return [one_of(schema, name, values) for name, values in fields.items()]


def _meets(values: Mapping[str, Collection[str]], name: str, wanted: Collection[str]) -> bool:
    return any(value in wanted for value in values.get(name, ()))


Conditions = Mapping[str, Mapping[str, Condition]]
"""Facet -> value -> its condition."""


def any_of(conditions: Collection[Condition], schema: tantivy.Schema) -> Query:
    """Write that one of several holds; of none, nothing does."""
    if not conditions:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, each.query(schema)) for each in conditions])
