"""Why a graph contradicts the ontology: the things that are of two classes which exclude one another.

A reasoner says that something is wrong and not where. This looks for the common cause: classes that are stated, or
follow from the domain or range of a property, and are disjoint. It may miss a subtler one; what it names is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyoxigraph as ox

from graph.terms import OWL, RDF, RDFS

Because = dict[str, str]
"""Class to the reason why something is of it."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A thing (IRI), two classes that exclude one another, and why it is of each."""

    iri: str
    classes: tuple[str, str]
    reasons: tuple[str, str]


def contradictions(files: Iterable[tuple[str, bytes]], ancestors: Mapping[str, Sequence[str]]) -> list[Contradiction]:
    """Find what is of two disjoint classes in Turtle files; `ancestors` of each class as the reasoner gives them."""
    triples = [triple for _, text in files for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    disjoint = _pairs(triples, f"{OWL}disjointWith")
    found = []
    for iri, classes in sorted(_types(triples).items()):
        reached: Because = {}
        for cls, why in sorted(classes.items()):
            for each in (cls, *ancestors.get(cls, ())):
                reached.setdefault(each, why)
        found += [
            Contradiction(iri, (one, other), (reached[one], reached[other]))
            for one, other in combinations(sorted(reached), 2)
            if (one, other) in disjoint or (other, one) in disjoint
        ]
    return found


def _types(triples: Sequence[ox.Triple]) -> dict[str, Because]:
    """Give the classes of each named thing: stated, or by domain or range of a property or of a wider one."""
    domains, ranges = (_by_subject(triples, f"{RDFS}{name}") for name in ("domain", "range"))
    wider = _by_subject(triples, f"{RDFS}subPropertyOf")
    found: dict[str, Because] = defaultdict(dict)
    for triple in triples:
        subject, value = triple.subject, triple.object
        if triple.predicate.value == f"{RDF}type":
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                found[subject.value].setdefault(value.value, "stated")
            continue
        for name in _closure(triple.predicate.value, wider):
            if isinstance(subject, ox.NamedNode):
                for cls in domains.get(name, ()):
                    found[subject.value].setdefault(cls, f"has {triple.predicate.value}")
            if isinstance(value, ox.NamedNode):
                for cls in ranges.get(name, ()):
                    found[value.value].setdefault(cls, f"is {triple.predicate.value} of {str(subject).strip('<>')}")
    return found


def _closure(name: str, wider: Mapping[str, set[str]]) -> set[str]:
    """Give a name and all that is wider."""
    reached, waiting = {name}, [name]
    while waiting:
        more = wider.get(waiting.pop(), set()) - reached
        reached |= more
        waiting += more
    return reached


def _by_subject(triples: Iterable[ox.Triple], predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for subject, value in _pairs(triples, predicate):
        found[subject].add(value)
    return found


def _pairs(triples: Iterable[ox.Triple], predicate: str) -> set[tuple[str, str]]:
    return {
        (triple.subject.value, triple.object.value)
        for triple in triples
        if triple.predicate.value == predicate
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
    }
