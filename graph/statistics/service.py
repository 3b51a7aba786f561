"""The SPARQL service in the words of its own vocabulary: what is so for every instance, whatever its settings.

https://www.w3.org/TR/sparql11-service-description/. Formats are named as the W3C does: https://www.w3.org/ns/formats/.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.statistics.partitions import dataset_of, document_of
from graph.store.formats import QueryFormat
from graph.terms import FOAF, SD, TYPE, VOID, Statement, iri

FORMATS = {
    QueryFormat.JSON: "SPARQL_Results_JSON",
    QueryFormat.XML: "SPARQL_Results_XML",
    QueryFormat.CSV: "SPARQL_Results_CSV",
    QueryFormat.TSV: "SPARQL_Results_TSV",
    QueryFormat.TURTLE: "Turtle",
    QueryFormat.N_TRIPLES: "N-Triples",
    QueryFormat.RDF_XML: "RDF_XML",
    QueryFormat.JSON_LD: "JSON-LD",
    QueryFormat.TRIG: "TriG",
    QueryFormat.N_QUADS: "N-Quads",
}
_FORMATS = "http://www.w3.org/ns/formats/"
_SIMPLE = "http://www.w3.org/ns/entailment/Simple"


def service(endpoint: str, base: str) -> Iterator[Statement]:
    """Say what the endpoint at an address speaks, and that its default graph is the public one of an instance."""
    subject, dataset, graph = iri(endpoint), iri(f"{document_of(base)}#dataset"), iri(dataset_of(base))

    def sd(name: str) -> str:
        return iri(SD + name)

    yield subject, TYPE, sd("Service")
    yield subject, sd("endpoint"), subject
    yield subject, sd("supportedLanguage"), sd("SPARQL11Query")
    yield subject, sd("defaultEntailmentRegime"), iri(_SIMPLE)
    yield subject, sd("defaultDataset"), dataset
    for name in FORMATS.values():
        yield subject, sd("resultFormat"), iri(_FORMATS + name)
    yield dataset, TYPE, sd("Dataset")
    yield dataset, sd("defaultGraph"), graph
    yield graph, TYPE, sd("Graph")
    yield graph, iri(f"{VOID}sparqlEndpoint"), subject
    yield iri(document_of(base)), TYPE, iri(f"{VOID}DatasetDescription")
    yield iri(document_of(base)), iri(f"{FOAF}primaryTopic"), graph
