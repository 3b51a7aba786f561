"""The order of blank nodes depends on the graph alone, and parts what can be parted."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import UnnamableNodes
from graph.records.canonical import Canon
from graph.terms import Statement
from tests.graph.records.random_runs import canonical

P, Q = "<http://e/p>", "<http://e/q>"


def edges(pairs: list[tuple[int, int]], predicate: str = P) -> list[Statement]:
    return [(f"_:n{one}", predicate, f"_:n{other}") for one, other in pairs]


def ring(size: int, start: int = 0) -> list[tuple[int, int]]:
    return [(start + n, start + (n + 1) % size) for n in range(size)]


def nodes_of(statements: list[Statement]) -> list[str]:
    return sorted({term for s, _, o in statements for term in (s, o) if term[0] == "_"})


def ordered(statements: list[Statement]) -> list[Statement]:
    """Write statements with the canonical places of nodes, colours included: the canonical form."""
    canon = Canon(statements)
    keys = {node: canon.key(node) for node in nodes_of(statements)}
    order = {node: f"_:{place} {keys[node][0]}" for place, node in enumerate(sorted(keys, key=lambda node: keys[node]))}
    return sorted((order.get(s, s), p, order.get(o, o)) for s, p, o in statements)


def shuffled(statements: list[Statement], seed: int) -> list[Statement]:
    chance = random.Random(seed)
    nodes = nodes_of(statements)
    labels = dict(zip(nodes, chance.sample([f"_:x{n}" for n in range(len(nodes))], len(nodes)), strict=True))
    changed = [(labels.get(s, s), p, labels.get(o, o)) for s, p, o in statements]
    chance.shuffle(changed)
    return changed


SYMMETRIC = {
    "ring of 3": edges(ring(3)),
    "ring of 6, undirected": edges([*ring(6), *((b, a) for a, b in ring(6))]),
    "two rings of 3": edges([*ring(3), *ring(3, 3)]),
    "K3,3": edges([(a, b) for a in range(3) for b in range(3, 6)]),
    "K5": edges([(a, b) for a in range(5) for b in range(5) if a != b]),
    "prism": edges([*ring(3), *ring(3, 3), (0, 3), (1, 4), (2, 5)]),
    "diamonds in a chain": edges(
        [e for n in range(0, 24, 3) for e in ((n, n + 1), (n, n + 2), (n + 1, n + 3), (n + 2, n + 3))]
    ),
    "ring with twin leaves": edges([*ring(4), *((n, 10 * n + k) for n in range(1, 4) for k in range(12))]),
    "star of paths": edges([(0, 1), (1, 2), (0, 3), (3, 4), (0, 5), (5, 6), (6, 7)]),
    "path of 3 beside path of 4": edges([(0, 1), (1, 2), (5, 6), (6, 7), (7, 8)]),
    "two stars, heads joined": edges([(0, 1), *((0, n) for n in range(2, 8)), *((1, n) for n in range(12, 18))]),
    "self-loops": [*edges(ring(4)), *edges([(0, 0)]), *edges([(2, 2)], Q)],
    "two predicates": [*edges(ring(6)), *edges([(0, 3), (2, 5)], Q)],
}


@pytest.mark.parametrize("name", SYMMETRIC)
def test_symmetric_graphs_have_one_form(name):
    forms = {tuple(ordered(shuffled(SYMMETRIC[name], seed))) for seed in range(40)}
    assert len(forms) == 1


small = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=14, unique=True).map(edges)


@given(small, st.integers(0, 1000))
@settings(max_examples=400, deadline=None)
def test_any_small_graph_has_one_form(statements, seed):
    assert ordered(statements) == ordered(shuffled(statements, seed))


@given(small, small)
@settings(max_examples=400, deadline=None)
def test_equal_colours_mean_equal_graphs(one, other):
    """The colours of a component tell it from every other that RDFC-1.0 tells it from."""

    def colours(statements: list[Statement]) -> list[str]:
        canon = Canon(statements)
        return sorted(canon.key(node)[0] for node in nodes_of(statements))

    assert (colours(one) == colours(other)) == (canonical(set(one)) == canonical(set(other)))


def test_ground_statements_count_in_both_directions():
    canon = Canon(
        [("<http://e/a>", P, "_:x"), ("<http://e/b>", P, "_:y"), ("_:z", P, "<http://e/a>"), ("_:w", P, '"a"')]
    )
    assert len({canon.key(f"_:{node}")[0] for node in "xyzw"}) == 4


def test_twins_have_one_colour_and_two_places():
    canon = Canon(edges([(0, 1), (0, 2)]))
    assert canon.key("_:n1")[0] == canon.key("_:n2")[0] != canon.key("_:n0")[0]
    assert canon.key("_:n1") != canon.key("_:n2")
    apart = Canon([("_:a", P, '"1"'), ("_:b", P, '"1"')])
    assert apart.key("_:a")[0] == apart.key("_:b")[0]
    assert apart.key("_:a") != apart.key("_:b")


def test_seven_tied_nodes_of_a_ring_are_refused_at_once():
    for size in (7, 12, 60):
        began = time.perf_counter()
        with pytest.raises(UnnamableNodes, match="more than 6 indistinguishable"):
            Canon(edges([(a, b) for a in range(size) for b in range(size) if a != b])).key("_:n0")
        assert time.perf_counter() - began < 5


def test_a_ring_of_more_than_the_limit_is_refused():
    with pytest.raises(UnnamableNodes, match="1001 blank nodes in rings"):
        Canon(edges(ring(1001))).key("_:n0")


def test_too_many_orders_are_refused_not_tried():
    """A hundred diamonds, each with two sides to choose from: the search ends."""
    chain = [e for n in range(0, 300, 3) for e in ((n, n + 1), (n, n + 2), (n + 1, n + 3), (n + 2, n + 3))]
    with pytest.raises(UnnamableNodes, match="too many orders"):
        Canon(edges(chain)).key("_:n0")


def test_a_refused_component_leaves_others_alone():
    big = edges([(a, b) for a in range(7) for b in range(7) if a != b])
    canon = Canon([*big, ("_:a", P, '"1"')])
    assert canon.key("_:a")
    for _ in range(2):
        with pytest.raises(UnnamableNodes):
            canon.key("_:n3")


def test_a_long_path_takes_no_long_time():
    began = time.perf_counter()
    canon = Canon(edges([(n, n + 1) for n in range(20_000)]))
    assert canon.key("_:n0")[0] != canon.key("_:n20000")[0]
    assert time.perf_counter() - began < 10
