"""The read part of CKAN's action API, for tools that know no other: https://docs.ckan.org/en/latest/api/."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.feeds import MAIN, in_languages
from api.openapi import JSON, answers
from api.routes.elsewhere import CATALOG
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.feeds.ckan import id_of, organization, package
from graph.feeds.page import Told
from graph.feeds.texts import described
from graph.log.rows import PUBLIC
from graph.records.kinds import label_of
from graph.terms import is_iri
from graph.views.fragments.moment import Key, Moment
from graph.views.fragments.part import part_statements

routes = APIRouter()

_MOST = 1000
_READ = answers(JSON)

Limit = Annotated[int | None, Query(ge=0, le=100_000, description="How many at most.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="How many are passed over.")]
Rows = Annotated[int, Query(ge=0, le=_MOST, description="How many packages at most.")]
Start = Annotated[int, Query(ge=0, le=10_000_000, description="How many packages are passed over.")]
Words = Annotated[str, Query(max_length=500, description="Words to search for; *:* or nothing for all.")]
Id = Annotated[str, Query(max_length=2000, description="Id, name or IRI of a package.")]


@routes.get("/api/3", **_READ)
def api(visit: OneVisit) -> Response:
    """Tell which version of the API this is."""
    return _json(visit, {"version": 3})


@routes.get("/api/3/action/status_show", **_READ)
def status_show(visit: OneVisit) -> Response:
    """Tell what the site is."""
    told = {
        "site_title": in_languages(MAIN.title)["fr"],
        "site_description": in_languages(MAIN.description)["fr"],
        "site_url": visit.links.absolute(),
        "ckan_version": "2.10",
        "locale_default": "fr",
        "extensions": ["dcat"],
    }
    return _result(visit, told)


@routes.get("/api/3/action/package_list", **_READ)
def package_list(visit: OneVisit, limit: Limit = None, offset: Offset = 0) -> Response:
    """List the names of all packages."""
    reading = visit.site.public.catalog.reading
    with reading.moment() as moment:
        wanted = limit if limit is not None else moment.count(CATALOG)
        iris = moment.iris(CATALOG, offset, wanted)
    return _result(visit, [name for _, name in sorted(_names(visit, iris).items())])


@routes.get("/api/3/action/package_show", **answers(JSON, also=(304, 404), absent=JSON))
def package_show(visit: OneVisit, id: Id) -> Response:
    """Give one package, by its id, its name or the IRI of the dataset."""
    with visit.site.public.catalog.reading.moment() as moment:
        iri = _iri_of(visit, moment, id)
        found = _packages(visit, moment, moment.keys([iri], (PUBLIC,))) if iri else []
    if not found:
        fault = {"__type": "Not Found Error", "message": "Not found"}
        body = {"help": _help(visit), "success": False, "error": fault}
        return Response(json.dumps(body), 404, {**visit.sequence}, media_type=JSON)
    return _result(visit, found[0])


@routes.get("/api/3/action/package_search", **_READ)
def package_search(visit: OneVisit, q: Words = "*:*", rows: Rows = 10, start: Start = 0) -> Response:
    """Give the packages that have these words, or all, a part at a time."""
    reading = visit.site.public.catalog.reading
    with reading.moment() as moment:
        if q.strip() in {"", "*:*"}:
            total = reading.count_at(moment, CATALOG)
            iris = moment.iris(CATALOG, start, rows)
        else:
            # Invented datasets are found too, and left out before anything is counted.
            hits = visit.site.public.search.search(q, filters={"kind": ["dataset"]}, limit=_MOST).hits
            known = moment.facets_of([hit.iri for hit in hits])
            real = [hit.iri for hit in hits if MAIN.facets[0] in known.get(hit.iri, ())]
            total, iris = len(real), real[start : start + rows]
        found = _packages(visit, moment, moment.keys(iris, (PUBLIC,)))
    return _result(visit, {"count": total, "sort": "name asc", "facets": {}, "results": found, "search_facets": {}})


@routes.get("/api/3/action/organization_list", **_READ)
def organization_list(
    visit: OneVisit,
    all_fields: Annotated[bool, Query(description="Give more than the names.")] = False,
) -> Response:
    """List who publishes, holds or made a dataset of the catalogue."""
    with visit.site.public.catalog.reading.moment() as moment:
        actors = dict(moment.values("actor"))
        told = Told(moment, (PUBLIC,), (), [f"foaf:Agent {iri}" for iri in actors])
        names = _agents(told)
    found = [
        {**organization(iri, names.get(iri)), "package_count": count, "image_display_url": ""}
        for iri, count in sorted(actors.items())
    ]
    return _result(visit, found if all_fields else [each["name"] for each in found])


def _agents(told: Told) -> dict[str, str]:
    """Give the names of agents."""
    found = {}
    for part, roles in told.parts:
        if name := label_of(part_statements(part.iri, part.text, roles), part.iri):
            found[part.iri] = name
    return found


def _names(visit: Visit, iris: list[str]) -> dict[str, str]:
    """Give the names of packages: the ends of their pages' addresses."""
    known = visit.site.instance.log.slugs.addresses(iris)
    return {iri: known[iri][1] if iri in known else id_of(iri) for iri in iris}


def _packages(visit: Visit, moment: Moment, keys: list[Key]) -> list[dict[str, object]]:
    names = _names(visit, [key.iri for key in keys])
    return [
        package(each, names[each.iri], visit.links.absolute(f"dataset/{names[each.iri]}"))
        for each in described(Told(moment, (PUBLIC,), keys))
    ]


def _iri_of(visit: Visit, moment: Moment, text: str) -> str | None:
    """Find the dataset that an id, a name or an IRI means."""
    if is_iri(text):
        return text
    slug = visit.site.instance.log.slugs.find("dataset", text)
    if slug is not None:
        return slug.iri
    return next((iri for iri in moment.iris(CATALOG, 0, -1) if id_of(iri) == text), None)


def _result(visit: Visit, result: object) -> Response:
    return _json(visit, {"help": _help(visit), "success": True, "result": result})


def _help(visit: Visit) -> str:
    return visit.links.absolute("openapi.json")


def _json(visit: Visit, body: object) -> Response:
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return document(visit.request, text.encode(), JSON, headers=visit.sequence)
