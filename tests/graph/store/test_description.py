"""Descriptions are the concise bounded ones of the W3C submission, blank parts under their names included."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from graph.store.description import describe

PREFIXES = """@prefix : <http://e/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
DATA = """
:a :p :b ; :contact <http://e/a#contact-1> ; :page <http://e/a#about> ; :size 5 ;
   :other <http://h/.well-known/genid/abc> .
<http://e/a#contact-1> :name "A" ; :address <http://e/a#contact-1.address-1> .
<http://e/a#contact-1.address-1> :town "Rennes" ; :back :a .
<http://e/a#about> :text "a page of its own" .
<http://h/.well-known/genid/abc> :q 1 .
:b :p :c ; :contact <http://e/a#contact-1> .
<http://e/b#contact-1> :name "B" .
:r1 rdf:type rdf:Statement ; rdf:subject :a ; rdf:predicate :p ; rdf:object :b ; :by <http://e/r1#by-1> .
<http://e/r1#by-1> :name "who said it" .
:r2 rdf:type rdf:Statement ; rdf:subject :a ; rdf:predicate :p ; rdf:object :d ; :note "of what is not said" .
:r3 rdf:subject :r1 ; rdf:predicate :by ; rdf:object <http://e/r1#by-1> .
"""
EXPECTED_A = """
:a :p :b ; :contact <http://e/a#contact-1> ; :page <http://e/a#about> ; :size 5 ;
   :other <http://h/.well-known/genid/abc> .
<http://e/a#contact-1> :name "A" ; :address <http://e/a#contact-1.address-1> .
<http://e/a#contact-1.address-1> :town "Rennes" ; :back :a .
<http://h/.well-known/genid/abc> :q 1 .
:r1 rdf:type rdf:Statement ; rdf:subject :a ; rdf:predicate :p ; rdf:object :b ; :by <http://e/r1#by-1> .
<http://e/r1#by-1> :name "who said it" .
:r3 rdf:subject :r1 ; rdf:predicate :by ; rdf:object <http://e/r1#by-1> .
"""


def read(turtle: str) -> set[str]:
    """Read Turtle as the texts of its triples."""
    return {str(quad.triple) for quad in pyoxigraph.parse(PREFIXES + turtle, format=RdfFormat.TURTLE)}


@pytest.fixture
def store() -> Store:
    store = Store()
    store.load((PREFIXES + DATA).encode(), RdfFormat.TURTLE)
    return store


def described(store: Store, query: str, graphs=(DefaultGraph(),)) -> list[str]:  # noqa: B008 (immutable)
    found = store.query(query, default_graph=list(graphs), named_graphs=[])
    assert isinstance(found, pyoxigraph.QueryTriples)
    return [str(triple) for triple in describe(found, store, list(graphs))]


def test_a_description_is_concise_and_bounded(store):
    found = described(store, "DESCRIBE <http://e/a>")
    assert set(found) == read(EXPECTED_A)
    assert len(found) == len(set(found))


def test_a_part_of_another_is_not_ones_own(store):
    assert set(described(store, "DESCRIBE <http://e/b>")) == read(":b :p :c ; :contact <http://e/a#contact-1> .")


def test_each_is_described_once_and_in_one_piece(store):
    found = described(store, "DESCRIBE ?x <http://e/b> { ?x :p ?y } ".replace(":p", "<http://e/p>"))
    assert set(found) == read(EXPECTED_A) | read(":b :p :c ; :contact <http://e/a#contact-1> .")
    subjects = [text.split()[0] for text in found]
    runs = [subject for i, subject in enumerate(subjects) if i == 0 or subjects[i - 1] != subject]
    assert len(runs) == len(set(runs))


def test_nothing_is_said_of_what_is_not_known(store):
    assert described(store, "DESCRIBE <http://e/nobody>") == []


def test_true_blank_nodes_are_followed_too():
    store = Store()
    store.load((PREFIXES + ":a :p [ :q [ :r :b ] ] . :b :p [ :q 1 ] .").encode(), RdfFormat.TURTLE)
    found = described(store, "DESCRIBE <http://e/a>")
    assert sorted(text.split()[1] for text in found) == ["<http://e/p>", "<http://e/q>", "<http://e/r>"]


def test_only_the_graphs_of_the_dataset_are_drawn_from():
    store = Store()
    one, two, three = (NamedNode(f"http://g/{n}") for n in (1, 2, 3))
    store.load(b"<http://e/a> <http://e/p> 1 , <http://e/a#p-1> .", RdfFormat.TURTLE, to_graph=one)
    store.load(b"<http://e/a> <http://e/p> 1 . <http://e/a#p-1> <http://e/q> 2 .", RdfFormat.TURTLE, to_graph=two)
    store.load(b"<http://e/a> <http://e/p> 3 . <http://e/a#p-1> <http://e/q> 4 .", RdfFormat.TURTLE, to_graph=three)
    assert set(described(store, "DESCRIBE <http://e/a>", (one, two))) == {
        str(quad.triple) for graph in (one, two) for quad in store.quads_for_pattern(None, None, None, graph)
    }
    assert len(described(store, "DESCRIBE <http://e/a>", (one, two))) == 3
