"""Judging again after random changes gives what judging everything gives, for random shapes and for queries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Quad

from graph.governance.candidates import Change, texts
from graph.governance.compiler import Compiled, compile_shapes
from graph.governance.judging import Bench, Judged
from graph.governance.reads import units_of
from graph.store.embedded import EmbeddedStore
from tests.graph.governance.oracle import Row, row
from tests.graph.governance.test_random import CLASSES, NAMES, NODES, statements, whole
from tests.graph.governance.test_refusals import HEAD, shapes_of

PREFIXES = f"{HEAD}@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"

# What a query can be made of: joins, negation in negation, options, unions, paths, a sub-select, an aggregate, dates.
QUERIES = (
    "$this ex:p ?value . FILTER NOT EXISTS { ?value ex:q ?b . FILTER EXISTS { ?b a ex:C } }",
    "$this ex:p+ ?value . ?value ex:q ?end . FILTER NOT EXISTS { ?end ex:r* $this }",
    "{ $this ex:p ?value } UNION { $this ex:q ?x . ?x ex:r ?value } FILTER NOT EXISTS { ?value a ex:D }",
    "$this a ex:C . OPTIONAL { $this ex:q ?value . ?value ex:p ?c } FILTER(!BOUND(?c))",
    "$this ex:p ?x . ?context ex:q ?today . FILTER(?x != ?today)",
    "{ SELECT $this (COUNT(?v) AS ?n) WHERE { $this ex:p/ex:q ?v } GROUP BY $this } FILTER(?n > 1)",
    "$this ex:r ?value . ?other ex:r ?value . FILTER(!sameTerm($this, ?other)) FILTER NOT EXISTS { ?other ^ex:p $this }",
    "$this ex:p ?a . FILTER NOT EXISTS { ?d a ex:D . ?d ex:q ?a }",
    "$this (ex:p|^ex:q) ?value . ?value !ex:r ?c .",
)


def of_query(number: int, target: str) -> str:
    """Write a shape of one query."""
    text = f"SELECT DISTINCT $this {'?value ' if '?value' in QUERIES[number] else ''}WHERE {{ {QUERIES[number]} }}"
    declared = '[ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ]'
    return (
        f'ex:Q{number} a sh:NodeShape ; {target} ; sh:sparql [ sh:prefixes ex:P{number} ; sh:select """{text}""" ] .\n'
        f"ex:P{number} sh:declare {declared} ."
    )


targets = st.sampled_from(
    ["sh:targetClass ex:C", "sh:targetClass ex:D", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q"]
)
shapes = st.one_of(whole(), st.builds(of_query, st.integers(0, len(QUERIES) - 1), targets))
changes = st.lists(st.tuples(st.lists(statements, max_size=3), st.lists(statements, max_size=3)), max_size=8)


def quads_of(drawn: list[tuple[str, str, str]]) -> set[Quad]:
    """Read statements as quads of the default graph, in the store's own terms."""
    store = ox.Store()
    lines = "".join(f"{' '.join(each)} .\n" for each in drawn)
    store.load(PREFIXES + lines, format=ox.RdfFormat.TURTLE)
    return set(store)


class Kept:
    """What was found, kept up by what is judged again."""

    def __init__(self, compiled: Compiled, store: EmbeddedStore) -> None:
        self.units = units_of(compiled.shapes)
        self.bench = Bench(store, lambda: [DefaultGraph()], self.units)
        self.found: dict[str, dict[str, Counter[Row]]] = {unit.name: {} for unit in self.units}
        for unit in self.units:
            self.take(self.bench.all_of(unit))

    def take(self, judged: Judged) -> None:
        """Put what was judged in the place of what was known of the same nodes."""
        known = self.found[judged.unit.name]
        for node in list(known) if judged.nodes is None else judged.nodes:
            known.pop(node, None)
        for result in judged.results:
            assert judged.nodes is None or result.focus in judged.nodes
            known.setdefault(result.focus, Counter())[row(result)] += 1

    def all(self) -> Counter[Row]:
        """Everything that is known, as one list."""
        return sum((some for known in self.found.values() for some in known.values()), Counter[Row]())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(shapes, st.lists(statements, max_size=14), changes)
def test_judging_again_is_judging_all(
    shapes_text: str,
    drawn: list[tuple[str, str, str]],
    steps: list[tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]],
) -> None:
    compiled = compile_shapes(shapes_of(shapes_text))
    with TemporaryDirectory() as folder:
        store = EmbeddedStore(Path(folder) / "triples")
        store.change((), quads_of(drawn), 1)
        kept = Kept(compiled, store)
        pending = Change()
        for number, (less, more) in enumerate(steps):
            removed = {quad for quad in quads_of(less) if store.holds(quad)}
            added = {quad for quad in quads_of(more) if not store.holds(quad)} - removed
            store.change(removed, added, number + 2)
            pending.removed |= texts(quad.triple for quad in removed)
            pending.added |= texts(quad.triple for quad in added)
            if number % 3 == 1:
                continue  # several changes may be judged together
            for judged in kept.bench.again(pending):
                kept.take(judged)
            pending = Change()
            asked = lambda query: store.query(query, graphs=[DefaultGraph()])  # noqa: E731
            assert kept.all() == Counter(map(row, compiled.check(asked)))
        store.close()


def test_names_of_the_drawn_graph_are_those_of_the_queries() -> None:
    assert {"ex:p", "ex:q", "ex:r"} == set(NAMES)
    assert {"ex:C", "ex:D"} == set(CLASSES)
    assert NODES
