"""What a thing is linked with as one reader may see it, one step away and bounded: the picture of a neighbourhood.

Neighbours are things that have a record of their own. A link that leads through a node which lives in another record (a
permission of an agreement) counts as a link with that record. What is derived (an agreement covers a dataset, a dataset
feeds a service) is read as what is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from pyoxigraph import NamedNode, QuerySolutions

from graph.terms import RDF
from graph.terms import iri as iri_text
from graph.views.seen import Seen

_TOWARDS = Template(files("graph").joinpath("neighbours_towards.rq").read_text(encoding="utf-8"))
_PROPERTIES = Template(files("graph").joinpath("neighbours_properties.rq").read_text(encoding="utf-8"))
_TYPE = f"{RDF}type"
# A hub of a hundred thousand links is looked at so far.
_LOOKED_AT = 1_000
# A licence is said two steps within a dataset: by its distribution, or by what that one serves.
_DEEPEST = 2


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A statement between two things: the IRIs of its subject, property and object."""

    source: str
    prop: str
    target: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The links of a thing; `more` is how many links by (property, whether it points at the thing) are left out."""

    iri: str
    links: tuple[Link, ...]
    more: dict[tuple[str, bool], int]


def neighbourhood(triples: Seen, iri: str, *, each: int = 12, most: int = 80) -> Neighbourhood:
    """Give the links of a thing: at most `each` by one property in one direction, and `most` in all."""
    found: list[Link] = []
    more: dict[tuple[str, bool], int] = {}
    for prop, pointing, targets in _ways(triples, iri):
        kept = targets[: max(0, min(each, most - len(found)))]
        found += [Link(other, prop, iri) if pointing else Link(iri, prop, other) for other in kept]
        if len(targets) > len(kept):
            more[prop, pointing] = len(targets) - len(kept)
    return Neighbourhood(iri, tuple(found), more)


def _ways(triples: Seen, iri: str) -> Iterator[tuple[str, bool, list[str]]]:
    """Give the things at the ends of each property, first those that the thing names, then those that name it."""
    named: dict[str, list[str]] = {}
    for prop, value in _said(triples, iri, iri, 0):
        named.setdefault(prop, []).append(value)
    for prop in sorted(named):
        yield prop, False, sorted(_records(triples, named[prop], iri))
    for prop in _pointing(triples, iri):
        answer = triples.query(_TOWARDS.substitute(target=iri_text(iri), property=iri_text(prop), limit=_LOOKED_AT))
        assert isinstance(answer, QuerySolutions)
        subjects = [row["subject"].value for row in answer if isinstance(row["subject"], NamedNode)]
        yield prop, True, sorted(_records(triples, subjects, iri))


def _said(triples: Seen, iri: str, own: str, depth: int) -> Iterator[tuple[str, str]]:
    """Give (property, IRI) of what a node says, and what the nodes that live within its record say in their turn."""
    for _, prop, value in triples.describe(iri):
        if value[0] != "<" or prop[1:-1] == _TYPE:
            continue
        target = value[1:-1]
        if not target.startswith(f"{own}#"):
            yield prop[1:-1], target
        elif depth < _DEEPEST:
            yield from _said(triples, target, own, depth + 1)


def _pointing(triples: Seen, iri: str) -> list[str]:
    """Give the properties by which things point at this one."""
    answer = triples.query(_PROPERTIES.substitute(target=iri_text(iri)))
    assert isinstance(answer, QuerySolutions)
    return sorted(row["property"].value for row in answer if row["property"].value != _TYPE)


def _records(triples: Seen, iris: Iterable[str], own: str) -> set[str]:
    """Put in the place of each node the record that it lives in; the thing itself is no neighbour of its own."""
    some = set(iris)
    owners = triples.owners(some)
    return {owners.get(each, each) for each in some} - {own}
