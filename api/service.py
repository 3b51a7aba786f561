"""The SPARQL service described in its own vocabulary: https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

from graph.store.formats import QueryFormat
from graph.terms import RDF, Statement, iri

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    QueryFormat.JSON: "SPARQL_Results_JSON",
    QueryFormat.XML: "SPARQL_Results_XML",
    QueryFormat.CSV: "SPARQL_Results_CSV",
    QueryFormat.TSV: "SPARQL_Results_TSV",
    QueryFormat.TURTLE: "Turtle",
    QueryFormat.N_TRIPLES: "N-Triples",
    QueryFormat.RDF_XML: "RDF_XML",
    QueryFormat.JSON_LD: "JSON-LD",
}


def described_service(endpoint: str) -> list[Statement]:
    """Say what the endpoint at this address speaks, and that its default graph holds the public statements."""
    service, dataset, graph = iri(endpoint), iri(f"{endpoint}#dataset"), iri(f"{endpoint}#graph")
    kind = iri(f"{RDF}type")

    def sd(name: str) -> str:
        return iri(SD + name)

    return [
        (service, kind, sd("Service")),
        (service, sd("endpoint"), service),
        (service, sd("supportedLanguage"), sd("SPARQL11Query")),
        (service, sd("defaultDataset"), dataset),
        *((service, sd("resultFormat"), iri(_FORMATS + name)) for name in _NAMES.values()),
        (dataset, kind, sd("Dataset")),
        (dataset, sd("defaultGraph"), graph),
        (graph, kind, sd("Graph")),
    ]
