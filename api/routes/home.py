"""The front page: what the graph holds, and the ways into it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.access import rung_of
from api.kinds import LEADING, kind_name
from api.names import Names
from api.negotiation import HTML
from api.openapi import answers
from api.visit import OneVisit, Visit

routes = APIRouter()


@routes.get("/", **answers(HTML))
def home(visit: OneVisit) -> Response:
    """Show what the graph holds by kind and access, its sources, and the ways in."""
    known = visit.known
    everything = known.search("", limit=0)
    datasets = known.search("", filters={"kind": ["dataset"]}, limit=0)
    language = visit.texts.language
    kinds = dict(everything.facets["kind"])
    rank = {name: place for place, name in enumerate(LEADING)}
    ordered = sorted(kinds, key=lambda name: (rank.get(name, len(rank)), -kinds[name], name))
    shown = [(name, kind_name(name, language, many=kinds[name] != 1), kinds[name]) for name in ordered]
    return visit.page(
        "home.html",
        leading=[each for each in shown if each[0] in rank],
        further=[each for each in shown if each[0] not in rank],
        total=everything.total,
        datasets=datasets.total,
        access=_access(visit, dict(datasets.facets["access"]), datasets.total),
        sources=_sources(visit, dict(everything.facets["source"])),
    )


def _access(visit: Visit, counts: dict[str, int], total: int) -> list[tuple[str, str, int, int]]:
    """Give (value, name, rung, count) of each access right that datasets state, the most open first."""
    names = Names.for_visit(visit, counts)
    stated = [(value, names.text(value), rung_of(value), number) for value, number in counts.items()]
    stated.sort(key=lambda each: (-each[2], -each[3], each[1]))
    silent = total - sum(counts.values())
    return [*stated, *([("", visit.texts.text("Not stated"), 0, silent)] if silent > 0 else [])]


def _sources(visit: Visit, counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Give (name, title, count) of each source with public records."""
    titles = {source.name: source.title or source.name for source in visit.site.instance.log.sources.all()}
    return [(name, titles.get(name, name), number) for name, number in sorted(counts.items())]
