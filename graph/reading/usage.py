"""How often the public graph uses a property, and the first statements that do."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from pyoxigraph import NamedNode, QuerySolutions

from graph.terms import iri as iri_text
from graph.views.seen import Seen

_COUNT = Template(files("graph.reading").joinpath("usage.rq").read_text())
_FIRST = Template(files("graph.reading").joinpath("usage_first.rq").read_text())


@dataclass(frozen=True, slots=True)
class Usage:
    """How many statements have a property, and (IRI of the subject, N-Triples text of the value) of the first few."""

    number: int
    first: tuple[tuple[str, str], ...]


def usage(triples: Seen, prop: str, *, limit: int) -> Usage:
    """Give the use of a property in the public world, what is derived included."""
    counted = triples.query(_COUNT.substitute(property=iri_text(prop)))
    assert isinstance(counted, QuerySolutions)
    number = int(next(iter(counted))["number"].value)
    text = _FIRST.substitute(property=iri_text(prop), limit=int(limit))
    answer = triples.query(text)
    assert isinstance(answer, QuerySolutions)
    rows = [(row["subject"], row["value"]) for row in answer]
    return Usage(number, tuple((one.value, str(value)) for one, value in rows if isinstance(one, NamedNode)))
