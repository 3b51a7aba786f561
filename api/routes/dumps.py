"""The whole catalogue as files: what lies ready, each file, and how a version is cited."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from api.feeds import MAIN, catalogue_of
from api.languages import FRENCH, mark
from api.openapi import JSON, answers
from api.problems import not_known
from api.server.documents import document, names_tag
from api.visit import OneVisit, Visit
from graph.feeds.dumps import DUMPED, Version, citation, file_of, versions

routes = APIRouter()

CFF = "text/x-yaml"
_NONE = mark("No dump lies ready: whoever runs this site writes one with civigraph dump.")


@routes.get("/dumps", **answers(JSON))
def listed(visit: OneVisit) -> Response:
    """List the dumps that lie ready: date, size, checksum and address of each file."""
    body = [_told(visit, version) for version in versions(visit.site.instance.path / "dumps")]
    return document(visit.request, (json.dumps(body, indent=2) + "\n").encode(), JSON, headers=visit.sequence)


def _told(visit: Visit, version: Version) -> dict[str, object]:
    return {
        "date": version.date,
        "iri": _iri(visit, version),
        "datasets": version.datasets,
        "citation": visit.links.absolute(f"dumps/{version.date}/CITATION.cff"),
        "files": [
            {
                "url": visit.links.absolute(f"dumps/{file.name}"),
                "mediaType": file.media_type,
                "byteSize": file.bytes,
                "sha256": file.sha256,
            }
            for file in version.files
        ],
    }


def _iri(visit: Visit, version: Version) -> str:
    """Give what a version is called for ever: where its citation stands."""
    return visit.links.absolute(f"dumps/{version.date}/CITATION.cff")


@routes.get("/CITATION.cff", **answers(CFF, also=(304, 404)))
def newest_citation(visit: OneVisit) -> Response:
    """Tell how the newest version of the catalogue is cited."""
    known = versions(visit.site.instance.path / "dumps")
    if not known:
        raise not_known(_NONE)
    return _cited(visit, known[0])


@routes.get("/dumps/{date}/CITATION.cff", **answers(CFF, also=(304, 404)))
def citation_of(visit: OneVisit, date: str) -> Response:
    """Tell how a version of the catalogue is cited."""
    for version in versions(visit.site.instance.path / "dumps"):
        if version.date == date:
            return _cited(visit, version)
    raise not_known()


def _cited(visit: Visit, version: Version) -> Response:
    catalogue = catalogue_of(visit, MAIN, whole=False)
    text = citation(version, catalogue, _iri(visit, version), catalogue.titles[FRENCH])
    return document(visit.request, text.encode(), CFF, headers=visit.sequence)


@routes.get("/dumps/{name}", **answers(*(syntax.media_type for syntax in DUMPED), also=(206, 304, 404)))
def file(visit: OneVisit, name: str) -> Response:
    """Give one file, or a part of it by Range."""
    found = file_of(visit.site.instance.path / "dumps", name)
    if found is None or not found[0].is_file():
        raise not_known()
    path, about = found
    tag = f'"{about.sha256}"'
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Last-Modified": changed}
    if names_tag(visit.request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=about.media_type)
