"""All that points at an IRI by one property, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.languages import mark
from api.negotiation import HTML
from api.openapi import answers
from api.pages.incoming_links import named_links
from api.pages.names import Name, Names
from api.problems import bad_request, not_known
from api.visit import OneVisit
from graph.incoming import incoming_counts, incoming_page
from graph.terms import is_iri

routes = APIRouter()

_SIZE = 100

Iri = Annotated[str, Query(max_length=2000, description="IRI that is pointed at.")]
Property = Annotated[str, Query(max_length=2000, alias="property", description="IRI of the property that points.")]
Number = Annotated[int, Query(ge=1, le=100_000, description="Page of the links, counted from 1.")]


@routes.get("/incoming", **answers(HTML, also=(304, 404)))
def incoming(visit: OneVisit, iri: Iri, prop: Property, page: Number = 1) -> Response:
    """Show what points at an IRI by a property."""
    if not (is_iri(iri) and is_iri(prop)):
        raise bad_request(mark("The parameters iri and property each take an absolute IRI."))
    triples = visit.known.triples
    total = next((each.number for each in incoming_counts(triples, iri) if each.prop == prop), 0)
    subjects = incoming_page(triples, iri, prop, limit=_SIZE, offset=(page - 1) * _SIZE)
    if not subjects:
        raise not_known()
    links = named_links(visit, subjects)
    names = Names.for_visit(visit, [iri, prop])

    def numbered(number: int) -> str:
        return visit.links.page("incoming", [("iri", iri), ("property", prop), ("page", str(number))])

    return visit.page(
        "incoming.html",
        target=names.name(iri) or Name(iri),
        target_href=names.page(iri) or visit.links.node(iri),
        property=names.term(prop),
        total=total,
        found=[links[subject] for subject in subjects],
        previous=numbered(page - 1) if page > 1 else None,
        next=numbered(page + 1) if page * _SIZE < total else None,
    )
