"""Queries and prefixes as records: the examples, which editors offer to who writes a query, and the derivations.

The terms are SHACL's (https://www.w3.org/TR/shacl/#sparql-prefixes). For which endpoint an example is, the
description of the service says: every instance has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.derivations.derivation import Derivation, derivations
from graph.terms import CG, DCT, OWL, PREFIXES, RDFS, SCHEMA, SH, TYPE, XSD, Statement, iri, literal
from ontology.example_queries import ExampleQuery, example_queries, question_queries

SPACE = "https://w3id.org/civigraph/query/"
DERIVATIONS = "https://w3id.org/civigraph/derivation/"
PREFIX_NODE = "https://w3id.org/civigraph/prefixes"

_LABELS = {"fr": "Préfixes de Civigraph", "en": "Prefixes of Civigraph"}


def executables() -> tuple[ExampleQuery, ...]:
    """Give all queries that are told as executables."""
    return (*example_queries(), *question_queries())


def iri_of(query: ExampleQuery) -> str:
    """The IRI of a query."""
    return SPACE + query.name


def statements() -> Iterator[Statement]:
    """Give what is said of the queries and of the prefixes, whose declarations are blank nodes."""
    for query in executables():
        yield from _query(query)
    for derivation in derivations():
        yield from _derivation(derivation)
    yield from _prefixes(PREFIXES.items())


def _query(query: ExampleQuery) -> Iterator[Statement]:
    subject, form = iri(iri_of(query)), query.form
    yield subject, TYPE, iri(f"{SH}SPARQLExecutable")
    yield subject, TYPE, iri(f"{SH}SPARQL{form.capitalize()}Executable")
    yield subject, iri(f"{SH}{form.lower()}"), literal(query.text)
    yield subject, iri(f"{SH}prefixes"), iri(PREFIX_NODE)
    for language, text in query.title.items():
        yield subject, iri(f"{RDFS}label"), literal(text, language)
    for language, text in query.comment.items():
        yield subject, iri(f"{RDFS}comment"), literal(text, language)
    for word in query.keywords:
        yield subject, iri(f"{SCHEMA}keywords"), literal(word, "en")


def _derivation(derivation: Derivation) -> Iterator[Statement]:
    """A derivation is no example: nobody but the views runs it."""
    subject = iri(DERIVATIONS + derivation.name)
    yield subject, TYPE, iri(f"{SH}SPARQLConstructExecutable")
    yield subject, iri(f"{SH}construct"), literal(derivation.query)
    yield subject, iri(f"{CG}derives"), derivation.makes
    yield subject, iri(f"{DCT}source"), iri(derivation.source)
    for language, text in (("fr", derivation.fr), ("en", derivation.en)):
        yield subject, iri(f"{RDFS}label"), literal(text, language)


def _prefixes(known: Iterable[tuple[str, str]]) -> Iterator[Statement]:
    subject = iri(PREFIX_NODE)
    yield subject, TYPE, iri(f"{OWL}Ontology")
    for language, text in _LABELS.items():
        yield subject, iri(f"{RDFS}label"), literal(text, language)
    for prefix, namespace in known:
        node = f"_:prefix-{prefix}"
        yield subject, iri(f"{SH}declare"), node
        yield node, TYPE, iri(f"{SH}PrefixDeclaration")
        yield node, iri(f"{SH}prefix"), literal(prefix)
        yield node, iri(f"{SH}namespace"), literal(namespace, datatype=f"{XSD}anyURI")
