"""The governance rules: whole, in plain words in two languages, and right on every case that they are shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCTERMS, SH, SKOS

from ontology import loader as ontology_loader
from shapes import loader
from tests.shapes import flat, judging
from tests.shapes.case import Case, by_owner, cases, of
from tests.shapes.judging import CG, RULE, Finding

NUMBERS = [f"R{number:02}" for number in range(1, 57)]
# A violation where law or seed is plain, else less; of three rules a part is softer than the rest.
SEVERITIES = {
    "Violation": "R01 R02 R04 R05 R07 R08 R09 R10 R11 R12 R13 R15 R16 R17 R19 R21 R22 R24 R25 R26 R27 R28 R29 R30 R31 "
    "R34 R35 R36 R37 R38 R40 R41 R42 R43 R44 R45 R46 R50 R51 R52 R53 R54 R55 R56",
    "Warning": "R03 R06 R14 R18 R20 R23 R32 R33 R39 R47 R48",
    "Info": "R49",
}
SOFTER = {"R12": {"Violation", "Warning"}, "R40": {"Violation", "Warning"}, "R52": {"Violation", "Warning"}}
# What SHACL-SPARQL forbids (SHACL, 5.2.1), what is no standard SPARQL 1.1, and what engines take for a federated call.
FORBIDDEN = re.compile(r"\b(MINUS|VALUES|SERVICE|NOW|LOAD|GRAPH)\b|AS [?$]this|[Ss]ervice\s")


@cache
def graph() -> rdflib.Graph:
    """Read all files of the rules as one graph."""
    read = rdflib.Graph()
    for _, text in loader.governance():
        read.parse(data=text, format="turtle")
    return read


def rule(number: str) -> rdflib.URIRef:
    """Give the address of a rule."""
    return rdflib.URIRef(RULE + number)


def parts(number: str) -> list[rdflib.term.Node]:
    """Give a rule and the shapes and constraints that are part of it."""
    return [rule(number), *graph().subjects(DCTERMS.isPartOf, rule(number))]


def languages(subject: rdflib.term.Node, predicate: rdflib.URIRef) -> Counter[str | None]:
    """Count the texts of a subject by language."""
    return Counter(text.language for text in graph().objects(subject, predicate) if isinstance(text, rdflib.Literal))


def test_there_are_56_rules_in_seven_families() -> None:
    numbers = {str(text) for text in graph().objects(None, SKOS.notation)}
    assert numbers == {*NUMBERS, *"ABCDEFG"}
    families = Counter(str(graph().value(rule(number), SKOS.broader)).removeprefix(RULE) for number in NUMBERS)
    assert families == {"A": 9, "B": 16, "C": 9, "D": 5, "E": 5, "F": 5, "G": 7}
    assert len(list(loader.governance())) == 8


@pytest.mark.parametrize("number", NUMBERS)
def test_a_rule_says_what_it_asks_where_it_comes_from_and_how_to_mend(number: str) -> None:
    subject = rule(number)
    for predicate in (SKOS.prefLabel, SKOS.definition, rdflib.URIRef(f"{CG}remedy"), DCTERMS.bibliographicCitation):
        assert languages(subject, predicate) == {"fr": 1, "en": 1}, predicate
    assert set(graph().objects(subject, DCTERMS.source)) <= described()
    assert list(graph().objects(subject, DCTERMS.source))
    (finding_class,) = graph().objects(subject, rdflib.URIRef(f"{CG}findingClass"))
    assert str(finding_class).removeprefix(CG) in {"Contradiction", "MissingDuty", "MissingKnowledge"}


@cache
def described() -> set[rdflib.term.Node]:
    """Give what the ontology describes."""
    known = rdflib.Graph()
    for _, text in ontology_loader.turtle(*ontology_loader.TERMS):
        known.parse(data=text, format="turtle")
    return set(known.subjects())


@pytest.mark.parametrize("number", NUMBERS)
def test_severities_are_those_of_the_table(number: str) -> None:
    stated = {
        str(value).removeprefix(str(SH)) for part in parts(number) for value in graph().objects(part, SH.severity)
    }
    (own,) = (str(value).removeprefix(str(SH)) for value in graph().objects(rule(number), SH.severity))
    assert number in SEVERITIES[own].split()
    assert stated == SOFTER.get(number, {own})


def test_every_part_has_words_and_a_severity() -> None:
    reporting = set(graph().subjects(SH.severity)) - {rule(number) for number in NUMBERS}
    constraints = set(graph().objects(None, SH.sparql))
    told = {part for part in reporting if not list(graph().objects(part, SH.sparql | SH.property))} | constraints
    assert len(told) >= 130
    for part in told:
        assert languages(part, SH.message) == {"fr": 1, "en": 1}, part
        assert all(len(str(text)) <= 160 for text in graph().objects(part, SH.message)), part
    for number in NUMBERS:
        for part in parts(number):
            assert (part, SH.select, None) in graph() or (part, SH.severity, None) in graph(), part


def test_words_are_short_and_french_has_its_apostrophes() -> None:
    for text in graph().objects(None, SKOS.definition | SKOS.prefLabel | SH.message):
        assert "'" not in str(text), text
    assert all(len(str(text)) <= 60 for text in graph().objects(None, SKOS.prefLabel))
    assert all(len(str(text)) <= 330 for text in graph().objects(None, SKOS.definition))


@pytest.mark.parametrize("query", judging.queries(), ids=lambda query: query.shape)
def test_a_query_keeps_to_what_the_specification_allows(query: judging.Query) -> None:
    text = query.text.partition("SELECT")[2]
    assert not FORBIDDEN.search(text)
    assert text.count("SELECT") == 0
    assert "$this" in text.partition("WHERE")[0]
    for placeholder in _placeholders(query.shape):
        assert f"?{placeholder}" in text.partition("WHERE")[0], placeholder


def _placeholders(shape: str) -> Iterator[str]:
    for constraint in [rdflib.URIRef(RULE + shape), *graph().objects(rdflib.URIRef(RULE + shape), SH.sparql)]:
        for text in graph().objects(constraint, SH.message):
            yield from re.findall(r"\{\?(\w+)\}", str(text))


def test_nothing_but_core_and_sparql_is_used() -> None:
    used = {str(p).removeprefix(str(SH)) for p in graph().predicates() if str(p).startswith(str(SH))}
    assert not used & {"rule", "target", "expression", "js", "values", "filterShape", "nodes", "construct", "ask"}


def test_all_shapes_are_well_formed_by_shacl_s_own_shapes() -> None:
    """SHACL, appendix C."""
    whole = graph() + rdflib.Graph()
    for name in ("dcat-ap", "hvd"):
        whole.parse(data=loader.profile(name), format="turtle")
    conforms, _, words = pyshacl.validate(rdflib.Graph(), shacl_graph=whole, meta_shacl=True)
    assert conforms, words


def test_no_shape_leads_back_to_itself() -> None:
    steps = (SH.node | SH.property | SH["not"]) * "+"
    assert all(
        node not in set(graph().objects(node, steps)) for node in graph().subjects(rdflib.RDF.type, SH.NodeShape)
    )


# --- cases


def test_every_rule_has_cases_that_pass_fail_and_nearly_fail() -> None:
    kinds = {(case.rule, case.kind) for case in cases()}
    assert kinds == {(number, kind) for number in NUMBERS for kind in ("ok", "bad", "near")}
    assert all(set(case.words) == {"fr", "en"} for case in cases())
    for case in cases():
        assert bool(case.expected) == (case.kind == "bad") == (case.remedy is not None), case.address
        assert {finding.rule for finding in case.expected} <= {case.rule}, case.address


def test_every_part_of_every_rule_is_seen_to_fail() -> None:
    shown = {finding.shape for case in of("bad") for finding in case.expected}
    assert {query.shape for query in judging.queries()} <= shown
    reporting = {
        str(part).removeprefix(RULE)
        for part in graph().subjects(SH.severity)
        if (part, SH.path, None) in graph() and (part, SH.sparql, None) not in graph()
    }
    assert len(reporting) >= 54
    assert reporting <= shown


@cache
def together() -> dict[str, list[Finding]]:
    """Judge all cases at once, each below an address of its own; those that must stand alone by themselves."""
    many = [case.copied(case.address).data for case in cases() if not case.dated]
    findings = by_owner(judging.judge(judging.loaded(b"".join(many))))
    for case in cases():
        if case.dated:
            findings[case.address] = judging.judge(judging.loaded(case.data, context=b""))
    return findings


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.address)
def test_a_case_draws_what_it_says_and_nothing_else(case: Case) -> None:
    expected = case.expected if case.dated else case.copied(case.address).expected
    assert together().get(case.address, []) == sorted(expected)


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.rule in {"R10", "R31", "R52", "R55"}][::3], ids=lambda case: case.address
)
def test_a_case_draws_the_same_alone(case: Case) -> None:
    found = judging.judge(judging.loaded(case.data, context=b"" if case.dated else judging.CONTEXT))
    assert found == sorted(case.expected)


def test_what_belongs_to_no_case_has_no_finding() -> None:
    """The project's own knowledge, loaded beside the cases, breaks no rule."""
    assert together().get("", []) == []


@cache
def mended() -> dict[str, list[Finding]]:
    """Apply each failing case's remedy, then judge all at once."""
    data = []
    for case in of("bad"):
        store = ox.Store()
        store.load(case.data, format=ox.RdfFormat.N_TRIPLES)
        before = {str(quad) for quad in store}
        assert case.remedy is not None
        store.update(case.remedy)
        text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        assert text is not None
        assert {str(quad) for quad in store} != before, case.address
        data.append(replace(case, data=text).copied(case.address).data)
    return by_owner(judging.judge(judging.loaded(b"".join(data))))


@pytest.mark.parametrize("case", of("bad"), ids=lambda case: case.address)
def test_the_remedy_clears_the_case(case: Case) -> None:
    assert mended().get(case.address, []) == []


# --- agreements that are written flat, without ODRL rules


@pytest.mark.parametrize("number", range(len(flat.VARIANTS)))
def test_a_flat_agreement_is_read_where_it_has_no_rules(number: int) -> None:
    found = judging.judge(judging.loaded(flat.variant(number)))
    assert {finding.rule for finding in found} & {"R10", "R15", "R19"} == flat.VARIANTS[number][2]


# --- the same by another engine


def _by_pyshacl(case: Case) -> None:
    store = judging.near_by(case.data)
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    assert text is not None
    _, report, _ = pyshacl.validate(
        rdflib.Graph().parse(data=text, format="nt"), shacl_graph=_alone_as_shapes(case.rule), inplace=True
    )
    assert isinstance(report, rdflib.Graph), report
    told = Counter(
        (
            str(report.value(result, SH.sourceShape)).removeprefix(RULE),
            report.value(result, SH.focusNode).n3(),  # type: ignore[union-attr]
            value.n3() if (value := report.value(result, SH.value)) is not None else "",
            str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)),
        )
        for result in report.objects(None, SH.result)
    )
    ours = [finding for finding in judging.judge(store) if finding.rule == case.rule]
    assert told == Counter((each.shape, each.focus, each.value, each.severity) for each in ours)


@cache
def _alone_as_shapes(number: str) -> rdflib.Graph:
    """Give the shapes of one rule alone, with all that they lead to."""
    alone, waiting, seen = rdflib.Graph(), list(parts(number)), set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            for predicate, value in graph().predicate_objects(node):
                if predicate not in {SKOS.inScheme, SKOS.broader}:
                    alone.add((node, predicate, value))
                    waiting.append(value)
    return alone


FEW = (
    "R05/bad-no-review",
    "R15/bad-other-service",
    "R20/bad-twelve-months",
    "R28/bad-commercial-allowed",
    "R47/bad-bare",
)


@pytest.mark.parametrize("case", [case for case in cases() if case.address in FEW], ids=lambda case: case.address)
def test_pyshacl_finds_the_same_focus_by_focus(case: Case) -> None:
    """SHACL's way: each query once a focus node, with `$this` bound beforehand (SHACL, 5.3.1)."""
    _by_pyshacl(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in cases() if not case.dated], ids=lambda case: case.address)
def test_pyshacl_finds_the_same_in_every_case(case: Case) -> None:
    _by_pyshacl(case)
