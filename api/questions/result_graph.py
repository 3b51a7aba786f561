"""An answer as RDF: the rows in the vocabulary in which W3C's tests write results, with the query that they answer."""

from __future__ import annotations

from collections.abc import Iterator

from api.questions.solutions import Solutions
from graph.terms import DCT, PROV, RDFS, SH, TYPE, XSD, Statement, iri, literal
from ontology.competency import Question

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
"""https://www.w3.org/2001/sw/DataAccess/tests/result-set, the form of results of the DAWG's tests."""


def answer_graph(address: str, question: Question, query: str, found: Solutions) -> Iterator[Statement]:
    """State an answer; `address` is the page's own, whose parts are named after it."""
    answer, asked = iri(f"{address}#answer"), iri(f"{address}#query")
    yield answer, TYPE, iri(f"{RS}ResultSet")
    yield answer, iri(f"{PROV}wasGeneratedBy"), asked
    yield asked, TYPE, iri(f"{SH}SPARQLSelectExecutable")
    yield asked, iri(f"{SH}select"), literal(query)
    for language, text in question.words.items():
        yield asked, iri(f"{RDFS}label"), literal(text, language)
    for language, text in question.reason.items():
        yield asked, iri(f"{DCT}description"), literal(text, language)
    for name in found.columns:
        yield answer, iri(f"{RS}resultVariable"), literal(name)
    for number, row in enumerate(found.rows, 1):
        solution = iri(f"{address}#row-{number}")
        yield answer, iri(f"{RS}solution"), solution
        yield solution, iri(f"{RS}index"), literal(str(number), datatype=f"{XSD}integer")
        for name, term in row.items():
            binding = iri(f"{address}#row-{number}-{name}")
            yield solution, iri(f"{RS}binding"), binding
            yield binding, iri(f"{RS}variable"), literal(name)
            yield binding, iri(f"{RS}value"), str(term)
