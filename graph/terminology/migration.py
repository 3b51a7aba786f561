"""Data written with terms that were given up, in the terms that replaced them; see `ontology/migrations/README.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from graph.errors import ConfigurationError
from graph.terms import DCT, OWL, Statement

_DEPRECATED = f"{OWL}deprecated"
_REPLACED = f"{DCT}isReplacedBy"


def successors(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Give, for every term that Turtle files give up, the term that stands in its place at the end of the chain.

    Raises ConfigurationError where a term is given up without a successor, or the chain comes back on itself.
    """
    given_up: set[str] = set()
    steps: dict[str, str] = {}
    for _, text in files:
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.NamedNode):
                if triple.predicate.value == _DEPRECATED and str(triple.object).startswith('"true"'):
                    given_up.add(triple.subject.value)
                elif triple.predicate.value == _REPLACED and isinstance(triple.object, ox.NamedNode):
                    steps[triple.subject.value] = triple.object.value
    return {term: _last(term, given_up, steps) for term in sorted(given_up)}


def _last(term: str, given_up: set[str], steps: Mapping[str, str]) -> str:
    """Follow the chain from a term to one that lives."""
    seen = [term]
    while seen[-1] in given_up:
        following = steps.get(seen[-1])
        if following is None or following in seen:
            raise ConfigurationError("a term is given up and nothing replaces it", where=" -> ".join(seen))
        seen.append(following)
    return seen[-1]


def migrate(statements: Iterable[Statement], replacing: Mapping[str, str]) -> Iterator[Statement]:
    """Write statements (N-Triples texts) with the successors of the terms they name; datatypes too."""
    names = {f"<{old}>": f"<{new}>" for old, new in replacing.items()}
    for subject, predicate, value in statements:
        typed = value.startswith('"') and value.endswith(">")
        text, mark, datatype = value.rpartition("^^") if typed else ("", "", value)
        yield names.get(subject, subject), names.get(predicate, predicate), text + mark + names.get(datatype, datatype)
