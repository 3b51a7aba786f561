"""The governance rules as people read them: number, words, source, remedy, and which shapes belong to which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph.governance.graph import ShapesGraph
from graph.governance.model import Node
from graph.terms import CG, DCT, RDF, SH, SKOS, value_of

Words = Mapping[str, str]
"""A text by language: `fr` and `en`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `iri`, `severity`, `finding_class` and `sources` are IRIs without brackets; `family` is a letter."""

    iri: str
    number: str
    family: str
    title: Words
    definition: Words
    note: Words
    severity: str
    finding_class: str
    citation: Words
    sources: tuple[str, ...]
    remedy: Words


@dataclass(frozen=True, slots=True)
class Part:
    """Whose a shape or a constraint is: its rule, and the class of what it finds, which may be its own."""

    rule: Rule
    finding_class: str


def read_parts(graph: ShapesGraph) -> dict[str, Part]:
    """Tell for each shape and constraint (as the model names it) which rule it belongs to; shapes of none are absent.

    A rule is a concept with a number; its parts name it by `dct:isPartOf`. A part without a name has the rule of the
    shape that it stands in.
    """
    rules = {node: _rule(graph, node) for node in graph.subjects(f"{SKOS}notation") if _is_rule(graph, node)}
    parts: dict[str, Part] = {}
    waiting = list(rules)
    owners: dict[Node, Node] = {node: node for node in rules}
    for node in graph.subjects(f"{DCT}isPartOf"):
        for whole in graph.objects(node, f"{DCT}isPartOf"):
            if whole in rules:
                owners[node] = whole  # type: ignore[assignment]
                waiting.append(node)
    while waiting:
        node = waiting.pop()
        rule = rules[owners[node]]
        own = _iris(graph, node, f"{CG}findingClass")
        parts[str(node)] = Part(rule, own[0] if own else rule.finding_class)
        for name in ("property", "sparql"):
            for inner in graph.objects(node, SH + name):
                if isinstance(inner, ox.BlankNode) and inner not in owners:
                    owners[inner] = owners[node]
                    waiting.append(inner)
    return parts


def _is_rule(graph: ShapesGraph, node: Node) -> bool:
    return ox.NamedNode(f"{SH}NodeShape") in graph.objects(node, f"{RDF}type")


def _rule(graph: ShapesGraph, node: Node) -> Rule:
    (number,) = _texts(graph, node, f"{SKOS}notation")
    (broader,) = graph.objects(node, f"{SKOS}broader")
    return Rule(
        iri=str(node).strip("<>"),
        number=number,
        family=str(broader).strip("<>").rsplit("/", 1)[-1],
        title=_words(graph, node, f"{SKOS}prefLabel"),
        definition=_words(graph, node, f"{SKOS}definition"),
        note=_words(graph, node, f"{SKOS}scopeNote"),
        severity=_iris(graph, node, f"{SH}severity")[0],
        finding_class=_iris(graph, node, f"{CG}findingClass")[0],
        citation=_words(graph, node, f"{DCT}bibliographicCitation"),
        sources=tuple(_iris(graph, node, f"{DCT}source")),
        remedy=_words(graph, node, f"{CG}remedy"),
    )


def _words(graph: ShapesGraph, node: Node, name: str) -> dict[str, str]:
    return words(str(term) for term in graph.objects(node, name))


def words(literals: Iterable[str]) -> dict[str, str]:
    """Give texts (N-Triples literals) by language; one without a language stands under the empty name."""
    terms = [value_of(text) for text in literals]
    return {term.language or "": term.value for term in terms}


def _texts(graph: ShapesGraph, node: Node, name: str) -> list[str]:
    return [term.value for term in graph.objects(node, name) if isinstance(term, ox.Literal)]


def _iris(graph: ShapesGraph, node: Node, name: str) -> list[str]:
    return sorted(term.value for term in graph.objects(node, name) if isinstance(term, ox.NamedNode))
