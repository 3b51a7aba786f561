"""What the endpoint says of itself and of its graph, for programs: the service description and VoID."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from api.endpoint.service import described_graph, described_service, named_graphs
from api.negotiation import HTML, choose, rdf_offers
from api.openapi import RDF, answers
from api.problems import VARY, not_acceptable
from api.server.documents import document
from api.site import Site
from api.visit import OneVisit, Visit
from graph.rendering.syntaxes import SYNTAXES, TURTLE, Syntax
from graph.statistics.partitions import Counts, dataset_of
from graph.terms import Statement, iri

routes = APIRouter()


@routes.get("/sparql/description", **answers(*RDF, also=(304, 406)))
def description(visit: OneVisit) -> Response:
    """Describe the SPARQL service in RDF: formats, functions, limits, examples, prefixes, and what the graph holds."""
    return described(visit, _asked(visit))


@routes.get("/.well-known/void", **answers(*RDF, also=(304, 406)))
def void(visit: OneVisit) -> Response:
    """Describe the public graph in VoID: how much of what it holds, by class, property, datatype and language."""
    return _written(visit, _asked(visit), described_graph, dataset_of(visit.site.instance.base))


def described(visit: Visit, syntax: Syntax) -> Response:
    """Describe the service in one syntax."""
    return _written(visit, syntax, described_service, visit.links.absolute("sparql"))


def _asked(visit: Visit) -> Syntax:
    """Choose the syntax; who takes nothing but a page gets Turtle, which a browser shows. Raises Problem (406)."""
    syntax = choose(visit.request.headers.get("accept"), [*rdf_offers(), (HTML, TURTLE)])
    if syntax is None:
        raise not_acceptable([each.media_type for each in SYNTAXES])
    return syntax


def _written(
    visit: Visit, syntax: Syntax, tell: Callable[[Site, Counts, str], list[Statement]], first: str
) -> Response:
    """Write what is told of the endpoint, one node first; the same is written once until a count changes."""
    site, endpoint = visit.site, visit.links.absolute("sparql")
    counts = site.public.triples.statistics.counts
    if visit.caller.signed_in:
        told = [*tell(site, counts, endpoint), *named_graphs(site.instance.base, visit.caller.audiences)]
        return document(visit.request, syntax.write(told, [iri(first)]), syntax.media_type, headers=visit.sequence)
    body = site.descriptions.get(
        (tell.__name__, syntax.media_type, endpoint),
        counts,
        lambda: syntax.write(tell(site, counts, endpoint), [iri(first)]),
    )
    return document(visit.request, body, syntax.media_type, headers={"Vary": VARY, **visit.sequence})
