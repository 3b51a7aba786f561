"""What points at an IRI: how often by each property, and page by page through which."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from pyoxigraph import NamedNode, QuerySolutions

from graph.terms import iri as iri_text
from graph.views.seen import Seen

_COUNTS = Template(files("graph").joinpath("incoming_counts.rq").read_text())
_PAGE = Template(files("graph").joinpath("incoming_page.rq").read_text())


@dataclass(frozen=True, slots=True)
class Incoming:
    """A property that points at an IRI, and how many subjects it does so from."""

    prop: str
    number: int


def incoming_counts(triples: Seen, target: str) -> list[Incoming]:
    """Give the properties that point at an IRI, the most frequent first."""
    answer = triples.query(_COUNTS.substitute(target=iri_text(target)))
    assert isinstance(answer, QuerySolutions)
    found = [Incoming(row["property"].value, int(row["number"].value)) for row in answer]
    return sorted(found, key=lambda each: (-each.number, each.prop))


def incoming_page(triples: Seen, target: str, prop: str, *, limit: int, offset: int = 0) -> list[str]:
    """Give the IRIs that point at an IRI by a property, in order, a page of them."""
    text = _PAGE.substitute(target=iri_text(target), property=iri_text(prop), limit=int(limit), offset=int(offset))
    answer = triples.query(text)
    assert isinstance(answer, QuerySolutions)
    return [row["subject"].value for row in answer if isinstance(row["subject"], NamedNode)]
