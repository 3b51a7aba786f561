"""The cases of a rule as a reader sees them: small graphs that break it, nearly break it, or keep it.

A case is Turtle with one description of itself in the terms of the SHACL test suite; beside a case that breaks the rule
stands an update that mends it. What is shown is the data alone, in the order in which it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal as OneOf
from typing import cast

import pyoxigraph as ox

from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import RdfTerm
from graph.governance.rules.rulebook import Words
from graph.records.kinds import LABEL_RANKS
from graph.terms import RDFS, SH
from shapes import loader

Kind = OneOf["bad", "near", "ok"]

_EX = "https://example.org/id/"
_DESCRIBES = re.compile(r"ex:case(-report|-result-\d+)? a ")
_PREFIX = re.compile(r"@prefix (\S*): <[^>]*> \.\n")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding that a case must draw: the shape that tells it (IRI), of what and with which value, by name."""

    shape: str
    focus: str
    value: str


@dataclass(frozen=True, slots=True)
class Example:
    """One case; `remedy` is an update in SPARQL that clears what is found, None where nothing is."""

    kind: Kind
    name: str
    words: Words
    findings: tuple[Finding, ...]
    data: str = field(repr=False)
    remedy: str | None = field(repr=False)


@lru_cache(maxsize=64)
def examples(number: str) -> tuple[Example, ...]:
    """Give the cases of a rule (`R15`): first those that break it, then the near misses, then those that keep it."""
    texts = dict(loader.cases(number))
    ranks = {"bad": 0, "near": 1, "ok": 2}
    names = [name.removesuffix(".ttl") for name in texts if name.endswith(".ttl")]
    found = [_read(name, texts[f"{name}.ttl"], texts.get(f"{name}.ru")) for name in names]
    return tuple(sorted(found, key=lambda each: (ranks[each.kind], each.name)))


def _read(stem: str, text: str, remedy: str | None) -> Example:
    kind, _, name = stem.partition("-")
    parsed = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    graph = ShapesGraph(ox.Triple(each.subject, each.predicate, each.object) for each in parsed)
    labels = graph.objects(ox.NamedNode(f"{_EX}case"), f"{RDFS}label")
    words = {each.language: each.value for each in labels if isinstance(each, ox.Literal) and each.language}
    results = graph.objects(ox.NamedNode(f"{_EX}case-report"), f"{SH}result")
    return Example(cast(Kind, kind), name, words, tuple(_finding(graph, each) for each in results), _data(text), remedy)


def _finding(graph: ShapesGraph, result: RdfTerm) -> Finding:
    shape, focus, value = (graph.one(result, SH + name) for name in ("sourceShape", "focusNode", "value"))
    assert isinstance(shape, ox.NamedNode)
    return Finding(shape.value, _called(graph, focus), _called(graph, value))


def _called(graph: ShapesGraph, term: RdfTerm | None) -> str:
    """Name a thing of a case as its data do, else by the end of its address; a literal as it is."""
    if isinstance(term, ox.Literal):
        return term.value
    if not isinstance(term, ox.NamedNode):
        return ""
    ranked = sorted(LABEL_RANKS, key=lambda prop: LABEL_RANKS[prop])
    texts = (text for prop in ranked for text in graph.objects(term, prop[1:-1]))
    return next((text.value for text in texts if isinstance(text, ox.Literal)), term.value.removeprefix(_EX))


def _data(text: str) -> str:
    """Leave out what a case says of itself, and the prefixes that only this needs."""
    head, *blocks = text.strip().split("\n\n")
    body = "\n\n".join(block for block in blocks if not _DESCRIBES.match(block))
    used = [line for line in _PREFIX.finditer(head + "\n") if re.search(rf"(?<![\w:]){line[1]}:", body)]
    return "".join(line[0] for line in used) + "\n" + body + "\n"
