"""Reading the shipped Turtle in tests."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from ontology import loader

CG = "https://w3id.org/civigraph#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
ALL = (*loader.TERMS, "examples", "sample")


@cache
def triples(*folders: str) -> list[tuple[str, ox.Triple]]:
    """Give every statement of the folders, with the name of its file."""
    return [
        (name, triple)
        for name, text in loader.turtle(*folders)
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)
    ]


def subjects(statements: Iterable[tuple[str, ox.Triple]], *, of: str | None = None) -> dict[str, str]:
    """Give the IRIs that are described, or that have a type, each with the first file that does so."""
    found: dict[str, str] = {}
    for name, triple in statements:
        typed = triple.predicate.value == f"{RDF}type" and isinstance(triple.object, ox.NamedNode)
        if isinstance(triple.subject, ox.NamedNode) and (of is None or (typed and triple.object.value == of)):
            found.setdefault(triple.subject.value, name)
    return found


def languages(statements: Iterable[tuple[str, ox.Triple]], predicate: str) -> dict[str, set[str]]:
    """Give, for each IRI, the languages in which it has a text that is not blank under a predicate."""
    found: dict[str, set[str]] = {}
    for _, triple in statements:
        value = triple.object
        if triple.predicate.value == predicate and isinstance(value, ox.Literal) and value.value.strip():
            found.setdefault(str(triple.subject).strip("<>"), set()).add(value.language or "")
    return found
