"""The inferred hierarchy as a table: every class and property of ours with all that is broader, one pair a line.

Classes come from the reasoner; for properties, which it does not classify, the chain of `rdfs:subPropertyOf` is
followed. The table is kept beside the ontology (`ontology/inferred.tsv`): a change in inference is a change of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from graph.terms import CG, OWL, RDFS

HEADING = "term\tbroader"


def table(files: Iterable[tuple[str, bytes]], ancestors: Mapping[str, Sequence[str]]) -> str:
    """Write the table for Turtle files and the ancestors of each class; lines sorted."""
    pairs = {(cls, broader) for cls, above in ancestors.items() for broader in above}
    pairs |= _properties(triple for _, text in files for triple in ox.parse(text, format=ox.RdfFormat.TURTLE))
    lines = [f"{term}\t{broader}" for term, broader in sorted(pairs) if term.startswith(CG)]
    return "\n".join([HEADING, *lines]) + "\n"


def read(text: str) -> dict[str, list[str]]:
    """Read a table: what is broader than each term, sorted."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines()[1:]:
        term, broader = line.split("\t")
        found.setdefault(term, []).append(broader)
    return found


def _properties(triples: Iterable[ox.Triple]) -> set[tuple[str, str]]:
    """Close sub-properties upwards; an equivalent property is broader and narrower at once."""
    steps: dict[str, set[str]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
            one, other = triple.subject.value, triple.object.value
            if triple.predicate.value in {f"{RDFS}subPropertyOf", f"{OWL}equivalentProperty"}:
                steps.setdefault(one, set()).add(other)
            if triple.predicate.value == f"{OWL}equivalentProperty":
                steps.setdefault(other, set()).add(one)
    found = set()
    for start in steps:
        reached, waiting = {start}, [start]
        while waiting:
            more = steps.get(waiting.pop(), set()) - reached
            reached |= more
            waiting += more
        found |= {(start, each) for each in reached - {start}}
    return found
