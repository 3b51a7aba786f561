"""Statistics counted anew, each by one query over all that a graph holds, beside the query that reads it as described.

The right column shares no code with what is tested: it is what somebody far away would ask the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

PREFIXES = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
"""

_DATATYPE = "?s ?p ?o FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?d)"
_LANGUAGE = '?s ?p ?o FILTER(isLiteral(?o) && LANG(?o) != "") BIND(LANG(?o) AS ?l)'

PAIRS = {
    "statements": (
        "SELECT ?n { ?root a void:Dataset ; void:triples ?n }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) > 0)",
    ),
    "subjects": (
        "SELECT ?n ?n2 { ?root a void:Dataset ; void:distinctSubjects ?n ; void:entities ?n2 }",
        "SELECT ?n (?n AS ?n2) { SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) > 0) }",
    ),
    "classes": (
        "SELECT ?n { ?root a void:Dataset ; void:classes ?n }",
        """SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s ?p ?o BIND(IF(?p = rdf:type && isIRI(?o), ?o, ?none) AS ?c) }
           HAVING (COUNT(*) > 0)""",
    ),
    "properties": (
        "SELECT ?n { ?root a void:Dataset ; void:properties ?n }",
        "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) > 0)",
    ),
    "class partitions": (
        """SELECT ?c ?n ?t { ?root a void:Dataset ; void:classPartition ?part .
           ?part void:class ?c ; void:entities ?n ; void:triples ?t }""",
        """SELECT ?c (COUNT(DISTINCT ?s) AS ?n) (COUNT(*) AS ?t) { ?s a ?c ; ?p ?o FILTER(isIRI(?c)) } GROUP BY ?c""",
    ),
    "property partitions": (
        """SELECT ?p ?n ?t { ?root a void:Dataset ; void:propertyPartition ?part .
           ?part void:property ?p ; void:distinctSubjects ?n ; void:triples ?t }""",
        "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) (COUNT(*) AS ?t) { ?s ?p ?o } GROUP BY ?p",
    ),
    "property partitions of classes": (
        """SELECT ?c ?p ?n ?t { ?root void:classPartition ?cp . ?cp void:class ?c ; void:propertyPartition ?pp .
           ?pp void:property ?p ; void:distinctSubjects ?n ; void:triples ?t }""",
        """SELECT ?c ?p (COUNT(DISTINCT ?s) AS ?n) (COUNT(*) AS ?t) { ?s a ?c ; ?p ?o FILTER(isIRI(?c)) }
           GROUP BY ?c ?p""",
    ),
    "datatypes": (
        """SELECT ?d ?t { ?root a void:Dataset ; void-ext:datatypePartition ?part .
           ?part void-ext:datatype ?d ; void:triples ?t }""",
        f"SELECT ?d (COUNT(*) AS ?t) {{ {_DATATYPE} }} GROUP BY ?d",
    ),
    "languages": (
        """SELECT ?l ?t { ?root a void:Dataset ; void-ext:languagePartition ?part .
           ?part void-ext:language ?l ; void:triples ?t }""",
        f"SELECT ?l (COUNT(*) AS ?t) {{ {_LANGUAGE} }} GROUP BY ?l",
    ),
    "datatypes of properties": (
        """SELECT ?p ?d ?t { ?root a void:Dataset ; void:propertyPartition ?pp . ?pp void:property ?p ;
           void-ext:datatypePartition ?part . ?part void-ext:datatype ?d ; void:triples ?t }""",
        f"SELECT ?p ?d (COUNT(*) AS ?t) {{ {_DATATYPE} }} GROUP BY ?p ?d",
    ),
    "languages of properties": (
        """SELECT ?p ?l ?t { ?root a void:Dataset ; void:propertyPartition ?pp . ?pp void:property ?p ;
           void-ext:languagePartition ?part . ?part void-ext:language ?l ; void:triples ?t }""",
        f"SELECT ?p ?l (COUNT(*) AS ?t) {{ {_LANGUAGE} }} GROUP BY ?p ?l",
    ),
    "datatypes of properties of classes": (
        """SELECT ?c ?p ?d ?t { ?root void:classPartition ?cp . ?cp void:class ?c ; void:propertyPartition ?pp .
           ?pp void:property ?p ; void-ext:datatypePartition ?part . ?part void-ext:datatype ?d ; void:triples ?t }""",
        f"SELECT ?c ?p ?d (COUNT(*) AS ?t) {{ ?s a ?c FILTER(isIRI(?c)) {_DATATYPE} }} GROUP BY ?c ?p ?d",
    ),
}
"""What is counted -> the query that reads it from the description, the query that counts it."""


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """The rows of an answer, in order."""
    answer = store.query(PREFIXES + query)
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(tuple(str(value) for value in row) for row in answer)


def check(described: Iterable[ox.Triple], counted: Iterable[ox.Triple]) -> int:
    """Hold a description to what it describes, number by number, none too many; give how many there are."""
    description, data = ox.Store(), ox.Store()
    for store, triples in ((description, described), (data, counted)):
        store.extend(ox.Quad(*triple) for triple in triples)
    found = 0
    for name, (read, count) in PAIRS.items():
        described_rows = rows(description, read)
        assert described_rows == rows(data, count), name
        found += len(described_rows)
    partitions = "SELECT DISTINCT ?part { ?part void:triples ?n FILTER NOT EXISTS { ?part a void:Dataset } }"
    alone = ("statements", "subjects", "classes", "properties")
    assert len(rows(description, partitions)) == found - sum(len(rows(description, PAIRS[name][0])) for name in alone)
    return found
