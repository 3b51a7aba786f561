"""Judging again after random changes gives what judging everything gives, for random shapes and for queries."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Quad

from graph.governance.compiling.compiler import Compiled, compile_shapes
from graph.governance.rejudging import candidates, judging
from graph.governance.rejudging.candidates import Change, Index, texts
from graph.governance.rejudging.judging import Bench, Counter, Judged
from graph.governance.rejudging.reads import Read, reads_of, units_of
from graph.governance.rules.shapesets import named
from graph.store.embedded import EmbeddedStore
from graph.terms import DCT
from tests.graph.governance.compiling.oracle import Row, row
from tests.graph.governance.compiling.test_random import statements, whole
from tests.graph.governance.compiling.test_refusals import HEAD, shapes_of

PREFIXES = f"{HEAD}@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"

# What a query can be made of: joins, negation in negation, options, unions, paths, a sub-select, an aggregate, dates.
QUERIES = (
    "$this ex:p ?value . FILTER NOT EXISTS { ?value ex:q ?b . FILTER EXISTS { ?b a ex:C } }",
    "$this ex:p+ ?value . ?value ex:q ?end . FILTER NOT EXISTS { ?end ex:r* $this }",
    "{ $this ex:p ?value } UNION { $this ex:q ?x . ?x ex:r ?value } FILTER NOT EXISTS { ?value a ex:D }",
    "$this a ex:C . OPTIONAL { $this ex:q ?value . ?value ex:p ?c } FILTER(!BOUND(?c))",
    "$this ex:p ?x . ?context ex:q ?today . FILTER(?x != ?today)",
    "{ SELECT $this (COUNT(?v) AS ?n) WHERE { $this ex:p/ex:q ?v } GROUP BY $this } FILTER(?n > 1)",
    "$this ex:r ?value . ?other ex:r ?value . FILTER NOT EXISTS { ?other ^ex:p $this . FILTER($this != ?other) }",
    "$this ex:p ?a . FILTER NOT EXISTS { ?d a ex:D . ?d ex:q ?a }",
    "$this (ex:p|^ex:q) ?value . ?value !ex:r ?c .",
    "$this ex:p ?value . FILTER NOT EXISTS { ?any ex:q ex:n0 . ?any ex:r ex:n1 }",
    "$this ex:r ?value . FILTER EXISTS { ?x ex:p ?y . ?x ex:q ex:n2 . FILTER(?y = ?value) }",
    "$this ex:p ?t . ?value ex:p ?t . FILTER(STR($this) < STR(?value)) "
    "FILTER EXISTS { $this ex:q|ex:r ?a . FILTER EXISTS { ?value ex:q|ex:r ?a } } FILTER NOT EXISTS { ?a ex:p ?value }",
    "$this ex:p ?value . FILTER EXISTS { $this ex:q ?a . ?a ex:r ?b } "
    "FILTER NOT EXISTS { ?value ex:q ?a . ?b ex:p ?a }",
    "$this ex:p ?value . FILTER EXISTS { ?value ex:q ?a } FILTER EXISTS { ?a ex:r $this } "
    "FILTER NOT EXISTS { $this ex:q ?b . FILTER EXISTS { ?b ex:p ?a . ?a ex:q ?value } }",
    "$this ex:p ?x . { ?y ex:q ?value . FILTER EXISTS { ?value ex:r ?x } } FILTER EXISTS { ?y ex:r ?x }",
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
queries = st.builds(of_query, st.integers(0, len(QUERIES) - 1), targets)
shapes = st.one_of(whole(), queries)
# Few nodes, all that queries ask for: of these most that come or go make a difference.
NODES = [f"ex:n{number}" for number in range(4)]
ALL = [
    *((start, name, end) for start in NODES for name in ("ex:p", "ex:q", "ex:r") for end in NODES),
    *((node, "a", name) for node in NODES for name in ("ex:C", "ex:D")),
]
# Which of the statements that are there go, by place, and what comes.
changes = st.lists(
    st.tuples(st.lists(st.integers(0, 20), max_size=4), st.lists(statements, max_size=3)), min_size=1, max_size=8
)


def quads_of(drawn: list[tuple[str, str, str]]) -> set[Quad]:
    """Read statements as quads of the default graph, in the store's own terms."""
    store = ox.Store()
    lines = "".join(f"{' '.join(each)} .\n" for each in drawn)
    store.load(PREFIXES + lines, format=ox.RdfFormat.TURTLE)
    return set(store)


class InMemory(EmbeddedStore):
    """The embedded store without files."""

    def __init__(self) -> None:
        self._open = ox.Store()


class Kept:
    """What was found, kept up by what is judged again."""

    def __init__(self, compiled: Compiled, store: EmbeddedStore) -> None:
        self.units = units_of(compiled.shapes)
        self.bench = Bench(store, lambda: [DefaultGraph()], self.units)
        self.found: dict[str, dict[str, set[Row]]] = {unit.name: {} for unit in self.units}
        for unit in self.units:
            self.take(self.bench.all_of(unit))

    def take(self, judged: Judged) -> None:
        """Put what was judged in the place of what was known of the same nodes."""
        known = self.found[judged.unit.name]
        for node in list(known) if judged.nodes is None else judged.nodes:
            known.pop(node, None)
        for result in judged.results:
            assert judged.nodes is None or result.focus in judged.nodes
            known.setdefault(result.focus, set()).add(row(result))

    def foci(self, unit: str, limit: int) -> list[str]:
        """Give the nodes of which a unit found anything, at most so many."""
        return list(self.found[unit])[:limit]

    def among(self, unit: str, nodes: Collection[str]) -> set[str]:
        """Give those of some nodes of which it did."""
        return self.found[unit].keys() & set(nodes)

    def all(self) -> set[Row]:
        """Everything that is known."""
        return {each for known in self.found.values() for some in known.values() for each in some}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    shapes,
    st.lists(statements, max_size=14),
    changes,
    st.sampled_from([(4, (50, 20_000), 8), (1, (1, 2, 20_000), 0)]),
    st.booleans(),
)
def test_judging_again_is_judging_all(
    shapes_text: str,
    drawn: list[tuple[str, str, str]],
    steps: list[tuple[list[int], list[tuple[str, str, str]]]],
    limits: tuple[int, tuple[int, ...], int],
    knowing: bool,
) -> None:
    # Narrow limits, so that ways are left out, and nodes looked up together, in a graph as small as this one.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "_FEW", limits[0])
        patch.setattr(candidates, "_STAGES", limits[1])
        patch.setattr(judging, "_FEW", limits[2])
        check_steps(shapes_text, drawn, steps, knowing=knowing)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(queries, st.randoms(use_true_random=False), st.booleans())
def test_each_statement_that_comes_or_goes_is_followed(shapes_text: str, random: Random, knowing: bool) -> None:
    compiled = compile_shapes(shapes_of(shapes_text))
    store = InMemory()
    there = quads_of(random.sample(ALL, random.randint(5, 30)))
    store.change((), there, 1)
    kept = Kept(compiled, store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "_FEW", 0)
        for number in range(25):
            some = quads_of([random.choice(ALL)])
            removed, added = some & there, some - there
            there = there - removed | added
            store.change(removed, added, number + 2)
            change = Change(texts(quad.triple for quad in removed), texts(quad.triple for quad in added))
            for judged in list(kept.bench.again(change, kept if knowing else None)):
                kept.take(judged)
            asked = lambda query: store.query(query, graphs=[DefaultGraph()])  # noqa: E731
            assert kept.all() == set(map(row, compiled.check(asked)))


def check_steps(
    shapes_text: str,
    drawn: list[tuple[str, str, str]],
    steps: list[tuple[list[int], list[tuple[str, str, str]]]],
    *,
    knowing: bool,
) -> None:
    """Make changes step by step, and hold what is judged again to what judging everything finds."""
    compiled = compile_shapes(shapes_of(shapes_text))
    store = InMemory()
    store.change((), quads_of(drawn), 1)
    kept = Kept(compiled, store)
    pending = Change()
    for number, (less, more) in enumerate(steps):
        present = sorted(store.query("CONSTRUCT WHERE { ?s ?p ?o }", graphs=[DefaultGraph()]), key=str)
        chosen = {str(present[place % len(present)]) for place in less} if present else set()
        removed = {Quad(*each) for each in present if str(each) in chosen}
        added = {quad for quad in quads_of(more) if not store.holds(quad)} - removed
        store.change(removed, added, number + 2)
        pending.removed |= texts(quad.triple for quad in removed)
        pending.added |= texts(quad.triple for quad in added)
        if number % 3 == 1:
            continue  # several changes may be judged together
        for judged in list(kept.bench.again(pending, kept if knowing else None)):
            kept.take(judged)
        pending = Change()
        asked = lambda query: store.query(query, graphs=[DefaultGraph()])  # noqa: E731
        assert kept.all() == set(map(row, compiled.check(asked)))


def test_what_went_together_is_followed_together() -> None:
    compiled = compile_shapes(shapes_of(of_query(9, "sh:targetSubjectsOf ex:p")))
    store = InMemory()
    gone = quads_of([("ex:n2", "ex:q", "ex:n0"), ("ex:n2", "ex:r", "ex:n1")])
    store.change((), gone | quads_of([("ex:n3", "ex:p", '"a"')]), 1)
    kept = Kept(compiled, store)
    assert not kept.all()
    store.change(gone, (), 2)
    for judged in kept.bench.again(Change(removed=texts(quad.triple for quad in gone))):
        kept.take(judged)
    assert len(kept.all()) == 1


def test_only_who_is_concerned_is_judged_again() -> None:
    compiled = compile_shapes(shapes_of(of_query(0, "sh:targetSubjectsOf ex:p")))
    store = InMemory()
    store.change((), quads_of([(f"ex:n{n}", "ex:p", f"ex:n{n + 10}") for n in range(10)]), 1)
    kept = Kept(compiled, store)
    assert len(kept.all()) == 10
    more = quads_of([("ex:n13", "ex:q", "ex:x"), ("ex:x", "a", "ex:C")])
    store.change((), more, 2)
    kept.bench.counter = Counter()
    for judged in kept.bench.again(Change(added=texts(quad.triple for quad in more))):
        kept.take(judged)
    assert kept.bench.counter.nodes == {"<https://example.org/n3>"}
    assert len(kept.all()) == 9


def test_what_can_only_clear_is_judged_where_something_is_open() -> None:
    compiled = compile_shapes(shapes_of(of_query(0, "sh:targetSubjectsOf ex:p")))
    store = InMemory()
    pointing = quads_of([("ex:n0", "ex:p", "ex:n1"), ("ex:n0", "ex:p", "ex:n2")])
    ending = quads_of([("ex:n1", "ex:q", "ex:x"), ("ex:n2", "ex:q", "ex:x"), ("ex:x", "a", "ex:C")])
    store.change((), pointing | ending, 1)
    kept = Kept(compiled, store)
    (fewer, *_), (last,) = sorted(pointing, key=str), [quad for quad in ending if str(quad.subject).endswith("x>")]

    def judge(removed: set[Quad], added: set[Quad], sequence: int) -> tuple[int, int]:
        store.change(removed, added, sequence)
        kept.bench.counter = Counter()
        change = Change(texts(quad.triple for quad in removed), texts(quad.triple for quad in added))
        for judged in list(kept.bench.again(change, kept)):
            kept.take(judged)
        return len(kept.bench.counter.nodes), len(kept.all())

    assert judge({fewer}, set(), 2) == (0, 0), "less to find, and nothing was found"
    assert judge({last}, set(), 3) == (1, 1), "what forbids a finding went"
    assert judge(set(), {last}, 4) == (1, 0), "what forbids it came, and it was open"
    assert judge(set(), {fewer}, 5) == (1, 0), "more to find"
    assert judge({last}, set(), 6) == (1, 2)


def test_every_rule_can_be_followed() -> None:
    everything = Read(None, None, None, from_object=False, way=None)
    units = units_of(named("governance").shapes)
    assert len(units) > 140
    assert not [unit.name for unit in units if everything in reads_of(unit, {})]


def test_a_title_alone_concerns_few_rules_and_only_by_ways() -> None:
    units = units_of(named("governance").shapes)
    title = ("<https://example.org/d>", f"<{DCT}title>", '"Comptages"@fr')
    ways = [read.way for _, read in Index(units, {}).matching(title)]
    assert ways
    assert None not in ways
