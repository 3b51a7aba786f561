"""Statements put in the order that every document has: subjects, then properties, then objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from graph.terms import PREFIXES, TYPE, Statement, Term, value_of

Grouped = dict[str, dict[str, list[str]]]

BLANK = "_:"
"""What begins a node without an address: records have none, shapes and reports do."""

_BY_LENGTH = sorted(PREFIXES.items(), key=lambda each: (-len(each[1]), each[0]))


def group(statements: Iterable[Statement], first: Sequence[str] = ()) -> Grouped:
    """Give subject -> property -> objects, each sorted and each once; `rdf:type` leads.

    `first` names the subjects (as N-Triples texts) that open the document, in this order.
    """
    found: dict[str, dict[str, set[str]]] = {}
    for subject, prop, value in statements:
        found.setdefault(subject, {}).setdefault(prop, set()).add(value)
    rank = {subject: place for place, subject in enumerate(first)}
    return {
        subject: {
            prop: sorted(found[subject][prop]) for prop in sorted(found[subject], key=lambda prop: (prop != TYPE, prop))
        }
        for subject in sorted(found, key=lambda subject: (rank.get(subject, len(rank)), subject))
    }


@lru_cache(maxsize=4096)
def prefixed(iri: str) -> tuple[str, str] | None:
    """Cut an IRI into a known prefix and the rest, None where no namespace of the table begins it."""
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return prefix, iri[len(namespace) :]
    return None


@lru_cache(maxsize=4096)
def term(text: str) -> Term:
    """Give the term that an N-Triples text stands for; remembered, since few terms make up most of a graph."""
    return value_of(text)
