"""Asking the competency questions: the shipped statements with what is derived from them, in both SPARQL engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox
import rdflib

from ontology import loader
from ontology.competency import Question
from tests.ontology.world import Cell, asserted, cell

Table = list[tuple[Cell, ...]]


def derived(triples: Iterable[ox.Triple]) -> ox.Store:
    """Put statements and all that the derivations make of them into a store, until nothing new comes."""
    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    queries = [query for _, query in loader.queries("derivations")]
    before = -1
    while len(store) != before:
        before = len(store)
        for query in queries:
            made = store.query(query)
            assert isinstance(made, ox.QueryTriples)
            store.extend([ox.Quad(triple.subject, triple.predicate, triple.object) for triple in made])
    return store


def sample() -> ox.Store:
    """Give the terms and the sample with what is derived."""
    return derived(asserted())


def in_rdflib(store: ox.Store) -> rdflib.Graph:
    """Copy a store's statements into an rdflib graph."""
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    assert text is not None
    return rdflib.Graph().parse(data=text, format="nt")


def ask(store: ox.Store, question: Question, values: Mapping[str, Sequence[str]] | None = None) -> Table:
    """Ask pyoxigraph; where no values are given, with the default ones."""
    found = store.query(question.filled(values))
    assert isinstance(found, ox.QuerySolutions)
    assert tuple(variable.value for variable in found.variables) == question.columns
    return [tuple(map(cell, row)) for row in found]


def ask_rdflib(graph: rdflib.Graph, question: Question) -> Table:
    """Ask rdflib, with the default values; its answer is read back from SPARQL's own JSON."""
    found = graph.query(question.filled()).serialize(format="json")
    assert found is not None
    return read(found, ox.QueryResultsFormat.JSON)


def expected(question: Question) -> Table:
    """Read the answer that is kept with the question."""
    return read(question.expected, ox.QueryResultsFormat.TSV)


def read(text: bytes, form: ox.QueryResultsFormat) -> Table:
    """Read a table of solutions in one of SPARQL's formats."""
    found = ox.parse_query_results(text, format=form)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(map(cell, row)) for row in found]


def defaults(question: Question) -> dict[str, list[Cell]]:
    """Give the default values of a question's parameters, by name."""
    return {each.name: [value(text) for text in each.default] for each in question.parameters}


def value(text: str) -> Cell:
    """Read one term in N-Triples."""
    ((found,),) = read(f"?value\n{text}\n".encode(), ox.QueryResultsFormat.TSV)
    return found
