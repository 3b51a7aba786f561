"""Legal routes and lawful licences as plain data, for JSON."""

from __future__ import annotations

from typing import Any

from graph.reasoning.coverage import Want
from graph.reasoning.derivation import Making, Objection
from graph.reasoning.routes import Legality


def route_data(use: Legality) -> dict[str, Any]:
    """Write a use with its routes; IRIs are whole, days ISO, what has no end or is not there is null."""
    return {
        "service": use.service,
        "dataset": use.dataset,
        "at": use.at.isoformat(),
        "operators": list(use.operators),
        "holders": list(use.holders),
        "openness": list(use.rungs),
        "ended": use.ended,
        "lacking": use.lacking,
        "fragile": use.fragile,
        "ends": use.ends.isoformat() if use.ends else None,
        "routes": [
            {
                "ground": route.ground,
                "by": list(route.by),
                "records": list(route.records),
                "ends": route.ends.isoformat() if route.ends else None,
            }
            for route in use.routes
        ],
        "nearMisses": [
            {"ground": miss.ground, "by": list(miss.by), "wants": [_want(want) for want in miss.wants]}
            for miss in use.misses
        ],
    }


def making_data(making: Making) -> dict[str, Any]:
    """Write what something may carry: its sources, what objects to its own licences, which licences it could carry."""
    return {
        "made": list(making.made),
        "sources": [
            {"iri": source.iri, "kind": source.kind, "way": list(source.way), "licences": list(source.licences)}
            for source in making.sources
        ],
        "own": {licence: [_objection(each) for each in found] for licence, found in making.own.items()},
        "lawful": list(making.lawful),
        "closedBy": [_objection(each) for each in making.closed],
        "apart": [list(pair) for pair in making.apart],
    }


def _want(want: Want) -> dict[str, Any]:
    return {"why": want.why, "about": list(want.about)}


def _objection(objection: Objection) -> dict[str, Any]:
    return {
        "source": objection.source.iri,
        "licence": objection.licence or None,
        "because": [{"bar": barred.bar, "term": barred.term or None} for barred in objection.barred],
    }
