"""How the service is."""

from __future__ import annotations

import json
from importlib.metadata import version

from fastapi import APIRouter, Response

from api.openapi import JSON, answers
from api.visit import OneVisit

routes = APIRouter()


@routes.get("/health", **answers(JSON, also=(), ill=JSON))
def health(visit: OneVisit) -> Response:
    """Tell whether the views follow the log and how far they are; 503 when they cannot go on."""
    holder = visit.site.holder
    state = holder.health()
    body = {
        "status": "ok" if state.well else "failed",
        "version": version("civigraph"),
        "sequence": holder.public_sequence(),
        "lag": max(0, visit.site.instance.log.public_sequence() - holder.public_sequence()),
        "records": sum(visit.site.public.search.counts_by_kind().values()) if state.well else None,
        "datasets": visit.site.public.catalog.count() if state.well else None,
    }
    text = json.dumps(body, indent=2) + "\n"
    headers = {"Cache-Control": "no-store"}
    return Response(text, 200 if state.well else 503, headers, media_type="application/json")
