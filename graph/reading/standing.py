"""Where things stand: the rungs of openness and the poles, as conditions that search can count and filter by.

They say of documents what the derivations `openness` and `pole` say of the graph; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from pyoxigraph import NamedNode, QuerySolutions

from graph.terms import CG
from graph.views.conditions import Condition, Conditions
from graph.views.documents import CHARGED, UNLICENSED
from graph.views.search import SearchView
from graph.views.seen import Seen

_QUERIES = files("graph.reading")
_LICENCES = _QUERIES.joinpath("openness_licences.rq").read_text()
_OFFERS = _QUERIES.joinpath("openness_offers.rq").read_text()
_POLES = _QUERIES.joinpath("poles.rq").read_text()

_RIGHT = "http://publications.europa.eu/resource/authority/access-right/"
_PUBLIC, _RESTRICTED = [f"{_RIGHT}PUBLIC"], [f"{_RIGHT}RESTRICTED"]
_KEPT = [_RIGHT + name for name in ("NON_PUBLIC", "SENSITIVE", "CONFIDENTIAL")]
# DCAT 3 has catalogues and series among the datasets.
_DATASETS = ("dataset", "series", "catalog")

RUNG, POLE = "rung", "pole"


def standing(triples: Seen, search: SearchView) -> Conditions:
    """Give the conditions of each rung and of each pole, by the IRI of its concept, for what these triples tell."""
    return {RUNG: _rungs(triples, search), POLE: _poles(triples)}


def _rungs(triples: Seen, search: SearchView) -> dict[str, Condition]:
    open_ones = {licence for (licence,) in _rows(triples, _LICENCES, "licence")}
    barred = {
        "any_licence": [each for each in search.values("any_licence", triples.audiences) if each not in open_ones],
        "hindrance": [UNLICENSED, CHARGED],
        "iri": [dataset for (dataset,) in _rows(triples, _OFFERS, "dataset")],
    }
    public = {"kind": _DATASETS, "access": _PUBLIC}
    return {
        f"{CG}Open": Condition(public, barred),
        f"{CG}PublicNotOpen": Condition(public, unless=barred),
        f"{CG}Shared": Condition({"kind": _DATASETS, "access": _RESTRICTED}),
        f"{CG}Closed": Condition({"kind": _DATASETS, "access": _KEPT}),
    }


def _poles(triples: Seen) -> dict[str, Condition]:
    """Give who is of each pole: whatever one of them holds, runs or is party to is found."""
    actors: dict[str, list[str]] = {f"{CG}{name}": [] for name in ("Public", "Private", "Citizen")}
    for pole, actor in _rows(triples, _POLES, "pole", "actor"):
        if pole in actors:
            actors[pole].append(actor)
    return {pole: Condition({"party": some}) for pole, some in actors.items()}


def _rows(triples: Seen, query: str, *names: str) -> Iterator[tuple[str, ...]]:
    """Give the IRIs that a query finds."""
    found = triples.query(query)
    assert isinstance(found, QuerySolutions)
    for row in found:
        values = [row[name] for name in names]
        if all(isinstance(value, NamedNode) for value in values):
            yield tuple(value.value for value in values if isinstance(value, NamedNode))
