"""The governance rules, compiled: the same findings as by running their queries as they are, and as pySHACL's."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, SKOS

from graph.governance.compiling.compiler import Compiled, compile_shapes
from graph.governance.compiling.model import Result
from graph.terms import SH
from shapes import loader
from tests.graph.governance.compiling import oracle
from tests.shapes import judging
from tests.shapes.case import Case, cases
from tests.shapes.planting import plant

Row = tuple[str, str, str, str, str]
FEW = (
    "R05/bad-no-review",
    "R15/bad-other-service",
    "R20/bad-twelve-months",
    "R28/bad-commercial-allowed",
    "R47/bad-bare",
)


@cache
def rules() -> Compiled:
    """Compile all governance rules."""
    return compile_shapes(
        quad.triple
        for _, text in loader.governance()
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    )


@cache
def together() -> ox.Store:
    """Put the data of all cases into one graph, and derive what follows."""
    return judging.loaded(b"".join(case.data for case in cases() if not case.dated))


def row(result: Result) -> Row:
    """Write a result as findings are written."""
    shape = result.shape.strip("<>").removeprefix(judging.RULE)
    return (shape, result.focus, result.path or "", result.value or "", result.severity.removeprefix(SH))


def test_all_cases_in_one_graph() -> None:
    expected = Counter(
        (each.shape, each.focus, each.path, each.value, each.severity) for each in judging.judge(together())
    )
    assert Counter(map(row, rules().check(together().query))) == expected
    assert len(expected) > 200


def test_planted_faults_are_found_and_nothing_else() -> None:
    planted = plant(1_000, seed=1_000)
    found = Counter(map(row, rules().check(judging.loaded(planted.data).query)))
    assert found == Counter((each.shape, each.focus, each.path, each.value, each.severity) for each in planted.expected)


def test_nodes_by_name_are_judged_as_in_bulk() -> None:
    found = Counter(map(row, rules().check(together().query)))
    nodes = sorted({each[1] for each in found if each[1].startswith("<")})[::20]
    asked = Counter(map(row, rules().check_nodes(together().query, [node[1:-1] for node in nodes])))
    assert asked == Counter({each: times for each, times in found.items() if each[1] in nodes})
    assert asked


def test_results_carry_messages_in_both_languages() -> None:
    for result in rules().check(together().query):
        assert {message.rsplit("@", 1)[-1] for message in result.messages} == {"en", "fr"}, result
        assert "{?" not in "".join(result.messages)


@cache
def alone(number: str) -> rdflib.Graph:
    """Give the shapes of one rule, with all that they lead to: pySHACL takes seconds for all rules together."""
    whole = rdflib.Graph()
    for _, text in loader.governance():
        whole.parse(data=text.decode(), format="turtle")
    waiting = list(whole.subjects(SKOS.notation, rdflib.Literal(number)))
    waiting += [part for rule in waiting for part in whole.subjects(DCTERMS.isPartOf, rule)]
    graph, seen = rdflib.Graph(), set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            for name, value in whole.predicate_objects(node):
                if name not in {SKOS.inScheme, SKOS.broader}:
                    graph.add((node, name, value))
                    waiting.append(value)
    return graph


@pytest.mark.parametrize("case", [case for case in cases() if case.address in FEW], ids=lambda case: case.address)
def test_pyshacl_finds_the_same(case: Case) -> None:
    _compare(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in cases() if not case.dated], ids=lambda case: case.address)
def test_pyshacl_finds_the_same_in_every_case(case: Case) -> None:
    _compare(case)


def _compare(case: Case) -> None:
    store = judging.near_by(case.data)
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    assert text is not None
    shapes = alone(case.rule)
    quads = ox.parse(shapes.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    told = oracle.by_pyshacl(rdflib.Graph().parse(data=text, format="nt"), shapes)
    assert Counter(map(oracle.row, compile_shapes(quad.triple for quad in quads).check(store.query))) == told
    assert told or case.kind != "bad"
