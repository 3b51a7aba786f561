"""Data returns: what the operator under a concession contract has given back, as the public graph tells."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from pyoxigraph import QuerySolutions

from graph.terms import iri as iri_text
from graph.views.seen import Seen

_RETURNS = Template(files("graph.reading").joinpath("data_returns.rq").read_text())


@dataclass(frozen=True, slots=True)
class DataReturn:
    """Data given back to someone; `day` is an N-Triples text, None where it is not told."""

    data: str
    who: str
    day: str | None


def data_returns(triples: Seen, contract: str) -> list[DataReturn]:
    """Give the returns of data made in running the service of a contract, the oldest first."""
    answer = triples.query(_RETURNS.substitute(contract=iri_text(contract)))
    assert isinstance(answer, QuerySolutions)
    return [
        DataReturn(row["data"].value, row["who"].value, None if row["day"] is None else str(row["day"]))
        for row in answer
    ]
