"""The rules as people read them: whole, in both languages, each a shapes graph, with the cases as examples."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from graph.governance.compiling.compiler import compile_shapes
from graph.governance.rules.examples import Example, examples
from graph.governance.rules.rulebook import RULE, Rule, rulebook
from graph.rendering.syntaxes import SYNTAXES
from graph.terms import SH
from shapes import loader
from tests.shapes.case import cases, of
from tests.shapes.judging import near_by, queries, rule_of, shapes

RULES = rulebook().rules
BOTH = {"fr", "en"}


def test_there_are_56_in_seven_families() -> None:
    assert [rule.number for rule in RULES] == [f"R{number:02}" for number in range(1, 57)]
    assert [family.letter for family in rulebook().families] == list("ABCDEFG")
    assert sum(len(rulebook().of_family(family)) for family in rulebook().families) == 56


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_a_rule_says_all_in_both_languages(rule: Rule) -> None:
    for words in (rule.title, rule.definition, rule.citation, rule.remedy, *(check.message for check in rule.checks)):
        assert words.keys() == BOTH
    assert rule.notes.keys() in (BOTH, set())
    assert rule.checks
    assert rule.targets
    assert rule.sources
    assert rulebook().find(rule.number) is rule


def test_every_shape_with_a_severity_leads_to_its_rule() -> None:
    severity = ox.NamedNode(f"{SH}severity")
    asked = [quad.subject.value for quad in shapes().quads_for_pattern(None, severity, None)]
    assert len(asked) > 200
    for shape in asked:
        rule = rulebook().of_shape(shape)
        assert rule is not None or rulebook().find(rule_of(shape)) is not None
    for query in queries():
        found = rulebook().of_shape(RULE + query.shape)
        assert found is not None
        assert found.number == query.rule


def test_every_finding_of_a_case_leads_to_its_rule_and_class() -> None:
    for case in cases():
        for finding in case.expected:
            rule = rulebook().of_shape(RULE + finding.shape)
            assert rule is not None
            assert rule.number == finding.rule
            assert rulebook().class_of(RULE + finding.shape)
    assert rulebook().of_shape("https://example.org/shape") is None
    assert rulebook().class_of("https://example.org/shape") is None


def test_a_check_has_the_class_of_its_own_where_it_has_one() -> None:
    assert rulebook().class_of(f"{RULE}R11-giver") == "https://w3id.org/civigraph#MissingKnowledge"
    assert rulebook().class_of(f"{RULE}R11-holder") == "https://w3id.org/civigraph#Contradiction"


@pytest.mark.parametrize("number", ["R03", "R11", "R15", "R31"])
def test_a_rule_alone_is_a_shapes_graph_that_finds_the_same(number: str) -> None:
    rule = rulebook().find(number)
    assert rule is not None
    for case in of("bad"):
        if case.rule == number:
            found = compile_shapes(rule.triples).check(near_by(case.data).query)
            expected = {(each.shape, each.focus) for each in case.expected}
            assert {(each.shape[1:-1].removeprefix(RULE), each.focus) for each in found} == expected


@pytest.mark.parametrize("number", ["R03", "R55"])
def test_all_syntaxes_say_the_same_of_a_rule(number: str) -> None:
    rule = rulebook().find(number)
    assert rule is not None
    told = [(str(each.subject), str(each.predicate), str(each.object)) for each in rule.triples]
    texts = [(ox.RdfFormat.TURTLE, rule.turtle.encode())]
    texts += [(ox.RdfFormat.from_media_type(each.media_type), each.write(told, [f"<{rule.iri}>"])) for each in SYNTAXES]  # type: ignore[list-item]
    assert any(subject.startswith("_:") for subject, _, _ in told)
    graphs = []
    for syntax, text in texts:
        graph = ox.Dataset(ox.parse(text, format=syntax))
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        graphs.append(graph)
    assert all(graph == graphs[0] for graph in graphs)
    assert len(graphs[0]) == len(set(told))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_the_examples_are_the_cases(rule: Rule) -> None:
    known = {case.address: case for case in cases() if case.rule == rule.number}
    found = {f"{rule.number}/{each.kind}-{each.name}": each for each in examples(rule.number)}
    assert known.keys() == found.keys()
    for address, example in found.items():
        assert example.words.keys() == BOTH
        assert triples(example) == {line for line in known[address].data.decode().splitlines() if line}
        assert len(example.findings) == len(known[address].expected)
        assert bool(example.findings) == (example.kind == "bad") == (example.remedy is not None)
        assert "sht:" not in example.data


def triples(example: Example) -> set[str]:
    """Parse what an example shows."""
    parsed = ox.parse(example.data.encode(), format=ox.RdfFormat.TURTLE)
    return {f"{each.subject} {each.predicate} {each.object} ." for each in parsed}


def test_findings_of_an_example_are_named() -> None:
    found = next(each for each in examples("R15") if each.name == "other-service")
    assert [(each.focus, each.value) for each in found.findings] == [("Atlas d’Exemple", "Compteurs d’Exemple")]


def test_the_shipped_cases_are_apart_from_the_shapes() -> None:
    assert not [name for name, _ in loader.texts() if "cases" in name]
    assert [name for name, _ in loader.cases("R01")][:2] == ["bad-other-code.ru", "bad-other-code.ttl"]
