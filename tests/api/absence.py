"""Every question that can be put to the site, made from its own routes: so a new route is asked too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.routing import APIRoute

from graph.log.rows import MEMBERS
from graph.views.triples import graph_name
from tests.api import parameters

EX = "http://example.org/"
AGREEMENT = f"{EX}agreement"

QUERIES = [
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
    f"DESCRIBE <{EX}trees>",
    f"CONSTRUCT {{ ?s ?p <{EX}city> }} WHERE {{ ?s ?p <{EX}city> }}",
    f"ASK {{ <{EX}secret> ?p ?o }}",
]
# What stands for a parameter of this name, wherever it is asked for: the first makes an answer, the others vary it.
VALUES: dict[str, list[str]] = {
    "kind": ["dataset", "actor", "agreement", "x"],
    "slug": [
        "arbres-d-alignement",
        "ville-d-exemple",
        "plan-confidentiel",
        "plan-confidentiel--members",
        "bancs.ttl",
        "x",
    ],
    "suffix": ["ttl", "nt"],
    "term": ["Barrier", "feeds", "nothing"],
    "path": ["dataset/local", "x"],
    "time": ["20260101T000000000000Z"],
    "name": ["R10", "R99"],
    "number": ["10", "07", "19.csv", "99"],
    "rule": ["R10", "R99"],
    "iri": [f"{EX}trees", f"{EX}city", f"{EX}secret", f"{EX}only-secretly-mentioned", f"{EX}absent", f"{EX}pact"],
    "property": ["http://purl.org/dc/terms/publisher", "http://purl.org/dc/terms/relation"],
    "q": ["arbres", "confidentiel", "ville", "conf"],
    "query": QUERIES,
    "source": ["city", "private", "nowhere"],
    "publisher": ["Ville d'Exemple"],
    "page": ["1", "2"],
    "page_size": ["10"],
    "after": [f"{EX}city"],
    "sort": ["title", "modified"],
    "with": ["alignments"],
    "access": ["http://publications.europa.eu/resource/authority/access-right/PUBLIC"],
    "licence": ["http://creativecommons.org/licenses/by/4.0/"],
    "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
    "rung": ["open", "shared", "closed"],
    "pole": ["public"],
    "territory": [f"{EX}city", "https://w3id.org/dpv/loc#FR-35"],
    "modified_since": ["2000-01-01", "2100-01-01"],
    "audience": [MEMBERS, AGREEMENT],
    "lang": ["fr"],
    "example": ["licences"],
    "at": ["2026-06-30"],
    "since": ["2026-01-01"],
    "limit": ["5"],
    "format": ["json"],
    "family": ["B"],
    "severity": ["violation"],
    "finding": ["violation", "warning"],
    "class": ["contradiction", "missing-duty", "missing-knowledge"],
    "actor": [f"{EX}city"],
    "domain": [f"{EX}trees"],
    "focus": [f"{EX}trees", f"{EX}secret"],
    "status": ["open", "cleared"],
    "verb": [
        "Identify",
        "ListSets",
        "ListMetadataFormats",
        "ListRecords&metadataPrefix=oai_dc",
        "ListIdentifiers&metadataPrefix=oai_dc&set=source-city",
        "ListRecords&metadataPrefix=oai_dc&set=source-private",
        "ListIdentifiers&metadataPrefix=oai_dc&from=2020-01-01",
        "Nothing",
    ],
    "profile": ["hvd"],
    "for": ["udata"],
    "dataset": [f"{EX}trees", f"{EX}secret", f"{EX}absent"],
    "portal": ["ckan", "google"],
    "date": ["2026-01-01"],
    "id": ["arbres-d-alignement", "plan-confidentiel", "x"],
    "offset": ["0"],
    "start": ["0"],
    "rows": ["5"],
    "all_fields": ["true"],
    "to": ["dark"],
    "thing": [f"{EX}city", f"{EX}trees", f"{EX}secret", f"{EX}absent"],
    "change": ["remove", "hide", "explode"],
    "value": ["2026-06-30"],
    "back": ["/"],
}
# Where a name means something else than elsewhere.
OWN = {
    "/static/{path:path}": {"path": ["icon.svg", "x"]},
    "/findings.{suffix}": {"suffix": ["json", "csv", "atom", "nt"], "after": ["x"]},
    "/feed": {"after": ["0", "5", "1000000"], "before": ["20"]},
    "/feed.{suffix}": {"suffix": ["trig", "nq", "atom"], "after": ["0", "5"], "before": ["20"]},
    "/sitemap-{number}.xml": {"number": ["1", "99"]},
    "/pictures/{name}": {"name": ["flows", "opening.csv", "x"]},
    # The first is put in by who knows what the rules find.
    "/finding": {"iri": [f"{EX}none", f"{EX}trees"]},
    "/incoming": {"iri": [f"{EX}city", f"{EX}trees", f"{EX}secret", f"{EX}absent"]},
}
# Of routes that read them by themselves.
FURTHER = {"/sparql": ["query"], "/sparql/spreadsheet": ["query"], "/": ["lang"], "/oai": ["verb"]}
ACCEPTED = ["text/html", "text/turtle", "application/json", "*/*"]


@dataclass(frozen=True)
class Question:
    """One request."""

    method: str
    path: str
    accept: str
    body: str = ""
    media_type: str = ""

    def headers(self) -> dict[str, str]:
        """The headers, with a request id that is always the same."""
        told = {"accept": self.accept, "x-request-id": "same"}
        return {**told, **({"content-type": self.media_type} if self.media_type else {})}


def routes_of(app: FastAPI) -> list[APIRoute]:
    """The routes of the site, also those that are not described."""
    return [route for route in app.routes if isinstance(route, APIRoute)]


def questions_of(route: APIRoute) -> Iterator[Question]:
    """What is asked of a route: each value of each parameter, in each of the forms that readers accept.

    A parameter that has no value here is a new one: give it one in `VALUES`, that makes a real answer.
    """
    in_path = [field.alias for field in parameters.in_path(route)]
    in_query = [field.alias for field in parameters.in_query(route)]
    values = VALUES | OWN.get(route.path, {})
    unknown = [name for name in (*in_path, *in_query) if name not in values]
    assert not unknown, f"{route.path}: no value is known for {', '.join(unknown)}; add it in {__name__}.VALUES"
    required = [field.alias for field in parameters.in_query(route) if field.field_info.is_required()]
    optional = [name for name in in_query if name not in required] + FURTHER.get(route.path, [])
    first = tuple(values[name][0] for name in in_path)
    asked = [list(zip(required, row, strict=True)) for row in _rows([values[name] for name in required])]
    further = [[*asked[0], (name, value)] for name in optional for value in values[name]]
    for method in sorted(route.methods - {"HEAD"}):
        if method in {"PUT", "DELETE"} or route.path == "/records":
            # Nobody without a token is let in, whatever the address.
            yield _question(method, _path(route, in_path, first), "*/*")
            continue
        for place in _rows([values[name] for name in in_path]):
            path = _path(route, in_path, place)
            for number, pairs in enumerate([*asked, *further] if place == first else asked[:1]):
                address = path + ("?" if pairs else "")
                address += "&".join(
                    f"{name}={quote(value, safe='&=' if name == 'verb' else '')}" for name, value in pairs
                )
                whole = place == first and number == 0
                for accept in ACCEPTED if whole else [ACCEPTED[number % len(ACCEPTED)]]:
                    yield _question(method, address, accept)


def _path(route: APIRoute, names: Sequence[str], values: Sequence[str]) -> str:
    return route.path_format.format(**dict(zip(names, (quote(each) for each in values), strict=True)))


def _question(method: str, address: str, accept: str) -> Question:
    if method == "POST" and address == "/finding":
        form = f"iri={quote(OWN['/finding']['iri'][0])}&text=Why&language=fr"
        return Question(method, address, accept, form, "application/x-www-form-urlencoded")
    if method == "POST" and address.startswith(("/sparql", "/oai")):
        path, _, query = address.partition("?")
        form = query or ("verb=Identify" if path == "/oai" else "query=ASK{}")
        return Question(method, path, accept, form, "application/x-www-form-urlencoded")
    if method in {"POST", "PUT"}:
        return Question(method, address, accept, "<http://example.org/x> a <http://example.org/y> .", "text/turtle")
    return Question(method, address, accept)


def _rows(columns: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Side by side rather than all with all: what is shorter is filled with its first."""
    return [
        tuple(column[0] if value is None else value for value, column in zip(row, columns, strict=True))
        for row in zip_longest(*columns)
    ] or [()]


def forms(iri: str, base: str) -> Iterator[str]:
    """Queries by which somebody might look for a thing, in graphs that are not his too."""
    for audience in (MEMBERS, AGREEMENT):
        graph = graph_name(base, audience)
        state = "https://w3id.org/civigraph#viewState"
        for query in (
            "ASK { <%i> ?p ?o }",
            "ASK { GRAPH <%g> { <%i> ?p ?o } }",
            "ASK { GRAPH ?g { <%i> ?p ?o } }",
            "SELECT * { <%i> ?p ?o }",
            "SELECT * { ?s ?p <%i> }",
            "SELECT * { ?s <%i> ?o }",
            "SELECT * FROM <%g> { <%i> ?p ?o }",
            "SELECT * FROM NAMED <%g> { GRAPH ?g { <%i> ?p ?o } }",
            "SELECT * FROM <%g> FROM NAMED <%g> { { <%i> ?p ?o } UNION { GRAPH ?g { <%i> ?p ?o } } }",
            "SELECT (COUNT(*) AS ?n) { GRAPH <%g> { ?s ?p ?o } FILTER(?s != <%i>) }",
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?s != <%i>) }",
            "SELECT (EXISTS { GRAPH <%g> { <%i> ?p ?o } } AS ?there) {}",
            "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { GRAPH <%g> { <%i> ?q ?r } } } ORDER BY ?s LIMIT 3",
            "SELECT ?s { ?s ?p ?o MINUS { GRAPH <%g> { <%i> ?p ?o } } } ORDER BY ?s LIMIT 3",
            "SELECT * { <%i> (<urn:a>|!<urn:b>)* ?o }",
            "SELECT * { GRAPH <%g> { <%i> (<urn:a>|!<urn:b>)+ ?o } }",
            "SELECT * { ?s (^<urn:a>|!<urn:b>)+ <%i> } LIMIT 5",
            "DESCRIBE <%i>",
            "DESCRIBE <%i> FROM <%g>",
            "DESCRIBE ?s { GRAPH <%g> { ?s ?p ?o FILTER(?s = <%i>) } }",
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <%g> { ?s ?p ?o FILTER(?s = <%i>) } }",
            "CONSTRUCT { <%i> ?p ?o } WHERE { GRAPH ?g { <%i> ?p ?o } }",
            "SELECT * { VALUES ?s { <%i> } OPTIONAL { ?s ?p ?o } }",
            "SELECT * { VALUES ?g { <%g> } GRAPH ?g { ?s ?p ?o FILTER(?s = <%i>) } }",
            "SELECT * { BIND(IRI('%g') AS ?g) GRAPH ?g { <%i> ?p ?o } }",
            "SELECT ?o { { SELECT ?o { GRAPH <%g> { <%i> ?p ?o } } } }",
            "SELECT (SAMPLE(?o) AS ?one) (GROUP_CONCAT(STR(?o)) AS ?all) { GRAPH ?g { <%i> ?p ?o } }",
            f"SELECT * {{ GRAPH <{state}> {{ ?s ?p ?o }} FILTER(?s != <%i>) }}",
            f"SELECT * FROM <{state}/derived/public> {{ ?s ?p ?o FILTER(?s = <%i>) }}",
            "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g {} BIND(<%i> AS ?x) }",
        ):
            yield query.replace("%i", iri).replace("%g", graph)
