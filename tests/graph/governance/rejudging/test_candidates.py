"""Where steps lead is told whole or not at all, in however many graphs and by however many statements a node is met."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

from graph.governance.compiling.compiler import compile_shapes
from graph.governance.rejudging import candidates
from graph.governance.rejudging.candidates import Change, TooMany, Walk, texts
from graph.governance.rejudging.judging import Bench
from graph.governance.rejudging.reads import units_of
from graph.governance.rejudging.steps import Hop
from graph.store.store import Graph
from graph.terms import TYPE
from tests.graph.governance.compiling.oracle import row
from tests.graph.governance.compiling.test_refusals import shapes_of
from tests.graph.governance.rejudging.test_again import InMemory

EX = "https://example.org/"
PUBLIC, MEMBERS = NamedNode(f"{EX}graph/public"), NamedNode(f"{EX}graph/members")
END = f"<{EX}end>"


def quad(subject: str, predicate: str, value: str, graph: Graph = PUBLIC) -> Quad:
    """Write a statement by the last parts of its names."""
    name = NamedNode(TYPE[1:-1] if predicate == "a" else EX + predicate)
    return Quad(NamedNode(EX + subject), name, NamedNode(EX + value), graph)


def store_of(quads: Sequence[Quad]) -> InMemory:
    """Give a store of some statements."""
    store = InMemory()
    store.change((), quads, 1)
    return store


def ends(walk: Walk, hop: Hop, most: int) -> set[str] | None:
    """Give where a hop leads from the end, None where it is too many."""
    try:
        return walk.end((END,), hop, most)
    except TooMany:
        return None


def test_who_is_in_two_graphs_is_met_once() -> None:
    both = [quad(f"n{number}", "p", "end", graph) for number in range(20) for graph in (PUBLIC, MEMBERS)]
    more = [quad(f"n{number}", "p", "end", MEMBERS) for number in range(20, 30)]
    hop = Hop(f"<{EX}p>", backwards=True)
    for written in ([*both, *more], [*more, *both]):
        walk = Walk(store_of(written), [PUBLIC, MEMBERS])
        assert ends(walk, hop, 29) is None
        assert ends(walk, hop, 30) == {f"<{EX}n{number}>" for number in range(30)}


def test_who_points_by_several_properties_is_not_taken_for_several() -> None:
    several = [quad(f"n{number}", name, "end") for number in range(5) for name in ("p", "q", "r")]
    walk = Walk(store_of(several), [PUBLIC])
    hop = Hop(None, backwards=True)
    assert ends(walk, hop, 8) in (None, {f"<{EX}n{number}>" for number in range(5)})
    assert ends(walk, hop, 15) == {f"<{EX}n{number}>" for number in range(5)}


drawn = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["p", "q"]), st.sampled_from([PUBLIC, MEMBERS])), max_size=24
)


@settings(deadline=None)
@given(drawn, st.sampled_from([f"<{EX}p>", None]))
def test_what_is_told_is_whole(some: list[tuple[int, str, NamedNode]], predicate: str | None) -> None:
    walk = Walk(store_of([quad(f"n{number}", name, "end", graph) for number, name, graph in some]), [PUBLIC, MEMBERS])
    true = {f"<{EX}n{number}>" for number, name, _ in some if predicate in (None, f"<{EX}{name}>")}
    for most in range(1, 13):
        told = ends(walk, Hop(predicate, backwards=True), most)
        assert told == true or (told is None and (len(true) > most or predicate is None))


@settings(max_examples=30, deadline=None)
@given(st.integers(8, 16), st.randoms(use_true_random=False))
def test_judging_again_is_judging_all_near_the_limit(many: int, random: Random) -> None:
    """What all nodes point at, in one graph or in both, loses its class, and of each there is something to find."""
    select = "SELECT $this WHERE { $this ex:q ?x . FILTER NOT EXISTS { ?x a ex:C } }"
    compiled = compile_shapes(
        shapes_of(f"""
        ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:sparql [ sh:prefixes ex: ; sh:select '''{select}''' ] .
        ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .""")
    )
    gone = quad("end", "a", "C")
    pointing = [
        quad(f"n{number}", name, "end", graph)
        for number in range(many)
        for graph in random.sample([PUBLIC, MEMBERS], random.randint(1, 2))
        for name in ("p", "q")
    ]
    random.shuffle(pointing)
    store = store_of([*pointing, gone])
    (unit,) = units_of(compiled.shapes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MOST", 12)
        patch.setattr(candidates, "_STAGES", (4, 12))
        bench = Bench(store, lambda: [PUBLIC, MEMBERS], [unit])
        before = {each.focus: row(each) for each in bench.all_of(unit).results}
        store.change([gone], (), 2)
        change = Change(removed=texts([gone.triple]))
        judged = list(bench.again(change))
        after = set(map(row, compiled.check(lambda query: store.query(query, graphs=[PUBLIC, MEMBERS]))))
        for each in judged:
            for node in list(before) if each.nodes is None else each.nodes:
                before.pop(node, None)
            before |= {result.focus: row(result) for result in each.results}
        assert set(before.values()) == after
        assert judged
