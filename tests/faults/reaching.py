"""Queries, updates and documents that try to reach out: `{0}` stands for an address that must not be visited."""

from __future__ import annotations

import json

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"

BY_VARIABLE = {
    "by a variable": "SELECT * WHERE {{ BIND(<{0}> AS ?where) SERVICE ?where {{ ?s ?p ?o }} }}",
    "by a value": "SELECT * WHERE {{ VALUES ?where {{ <{0}> }} SERVICE SILENT ?where {{ ?s ?p ?o }} }}",
    "by a built address": 'SELECT * WHERE {{ BIND(IRI(CONCAT("{0}", "x")) AS ?w) SERVICE ?w {{ ?s ?p ?o }} }}',
}
"""Each asks an endpoint whose address is a value of the query, which the present engine does not."""

SERVICES = {
    "plain": "SELECT * WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "silent": "SELECT * WHERE {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "lower case": "select * where {{ service silent <{0}> {{ ?s ?p ?o }} }}",
    "nested": "SELECT * WHERE {{ SERVICE SILENT <{0}> {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "prefixed": "PREFIX c: <{0}> SELECT * WHERE {{ SERVICE c: {{ ?s ?p ?o }} }}",
    "prefixed as a keyword": "PREFIX SERVICE: <{0}> SELECT * WHERE {{ SERVICE SERVICE: {{ ?s ?p ?o }} }}",
    "relative": "BASE <{0}> SELECT * WHERE {{ SERVICE <x> {{ ?s ?p ?o }} }}",
    "after a comment": "SELECT * WHERE {{ SERVICE # }}\n<{0}> {{ ?s ?p ?o }} }}",
    "after a string": "SELECT * WHERE {{ FILTER(\"'\" != '\"') SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "without a space": "SELECT*WHERE{{SERVICE<{0}>{{?s ?p ?o}}}}",
    "in a sub-select": "SELECT * WHERE {{ {{ SELECT ?s WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }} LIMIT 1 }} }}",
    "in a deeper sub-select": "SELECT * {{ {{ SELECT * {{ {{ SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }} }} }}",
    **BY_VARIABLE,
    "in OPTIONAL": "SELECT * WHERE {{ OPTIONAL {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "in UNION": "SELECT * WHERE {{ {{ ?s ?p ?o }} UNION {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "in MINUS": "SELECT * WHERE {{ VALUES ?s {{ 1 }} MINUS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "in EXISTS": "ASK {{ FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "in NOT EXISTS": "ASK {{ FILTER NOT EXISTS {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }} }}",
    "in GRAPH": "SELECT * WHERE {{ VALUES ?g {{ <{0}> }} GRAPH ?g {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "in CONSTRUCT": "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "in DESCRIBE": "DESCRIBE ?s WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
}
"""Each asks another endpoint, in words that the engine understands or not."""

ESCAPED = {
    "escaped keyword": "SELECT * WHERE {{ SER\\u0056ICE <{0}> {{ ?s ?p ?o }} }}",
    "escaped keyword in full": "SELECT * WHERE {{ \\U00000053ERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "escaped address": "SELECT * WHERE {{ SERVICE <\\u0068ttp{1}> {{ ?s ?p ?o }} }}",
    "escaped brackets": "SELECT * WHERE {{ SERVICE \\u003C{0}\\u003E {{ ?s ?p ?o }} }}",
}
"""The same, hidden by code points (SPARQL 1.1 Query, section 19.2)."""

DATASETS = {
    "FROM": "SELECT * FROM <{0}> WHERE {{ ?s ?p ?o }}",
    "FROM NAMED": "SELECT * FROM NAMED <{0}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "FROM by prefix": "PREFIX c: <{0}> SELECT * FROM c: FROM NAMED c:x WHERE {{ ?s ?p ?o }}",
    "FROM by base": "BASE <{0}> CONSTRUCT {{ ?s ?p ?o }} FROM <> WHERE {{ ?s ?p ?o }}",
    "GRAPH": "SELECT * WHERE {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
    "DESCRIBE": "DESCRIBE <{0}>",
    "function": "SELECT (<{0}>(1) AS ?x) WHERE {{}}",
    "aggregate": "SELECT (<{0}>(DISTINCT ?s) AS ?x) WHERE {{ ?s ?p ?o }}",
}
"""Each names a graph or a function by an address."""

UPDATES = {
    "LOAD": "LOAD <{0}>",
    "LOAD SILENT": "LOAD SILENT <{0}> INTO GRAPH <http://e/g>",
    "LOAD after a prologue": "PREFIX c: <{0}> BASE <{0}> LOAD c:x",
    "LOAD after a query": "SELECT * WHERE {{}} ; LOAD <{0}>",
    "LOAD, escaped": "L\\u004FAD <{0}>",
    "INSERT from a service": "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
}

QUERIES = {**SERVICES, **ESCAPED, **DATASETS, **UPDATES}


def queries(address: str) -> dict[str, str]:
    """Fill the address into every query."""
    return {name: text.format(address, address.removeprefix("http")) for name, text in QUERIES.items()}


def documents(address: str, secret: str) -> dict[str, tuple[str, str]]:
    """Give documents by file name, each with its media type; `secret` is an address of a file on this machine."""
    return {
        f"{kind}-{name}": (_MEDIA_TYPES[name.rpartition(".")[2]], text)
        for kind, place in (("net", address), ("file", secret))
        for name, text in {**_json(place), **_xml(place), **_text(place)}.items()
    }


_MEDIA_TYPES = {
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "ttl": "text/turtle",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "n3": "text/n3",
}


def _json(place: str) -> dict[str, str]:
    made = {
        "context": {"@context": place, "@id": "http://e/a", "s": "x"},
        "contexts": [{"@context": ["https://schema.org", place], "@id": "http://e/a", "s": "x"}],
        "term": {"@context": {"a": {"@id": "http://e/a", "@context": place}}, "a": {"s": "x"}},
        "node": {"@id": "http://e/a", "http://e/p": {"@context": place, "@id": "http://e/b", "s": "x"}},
        "import": {"@context": {"@version": 1.1, "@import": place}, "@id": "http://e/a", "s": "x"},
    }
    texts = {f"{name}.jsonld": json.dumps(document) for name, document in made.items()}
    return {**texts, "escaped.jsonld": texts["context.jsonld"].replace("@context", "\\u0040context")}


def _xml(place: str) -> dict[str, str]:
    entities = {
        "entity": f'<!DOCTYPE r [ <!ENTITY x SYSTEM "{place}"> ]>',
        "public": f'<!DOCTYPE r [ <!ENTITY x PUBLIC "-//x" "{place}"> ]>',
        "parameter": f'<!DOCTYPE r [ <!ENTITY % p SYSTEM "{place}"> %p; <!ENTITY x "http://x/"> ]>',
        "dtd": f'<!DOCTYPE r SYSTEM "{place}" [ <!ENTITY x "http://x/"> ]>',
    }
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{place}" parse="text"/>'
    return {
        **{f"{name}.rdf": _rdf(doctype, "&x;") for name, doctype in entities.items()},
        "instruction.rdf": _rdf(f'<?xml-stylesheet href="{place}"?>'),
        "include.rdf": _rdf("", include),
        "base.rdf": _rdf("", more=f'xml:base="{place}"'),
        "schema.rdf": _rdf("", more=f'xmlns:i="{instance}" i:noNamespaceSchemaLocation="{place}"'),
    }


def _rdf(before: str, inside: str = "x", more: str = "") -> str:
    node = f'<e:T rdf:about="http://e/a"><e:p>{inside}</e:p><e:q rdf:resource="x"/></e:T>'
    return f'{before}<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/" {more}>{node}</rdf:RDF>'


def _text(place: str) -> dict[str, str]:
    ontology = f"<http://e/o> a <{OWL}Ontology> ; <{OWL}imports> <{place}> ."
    links = f"<> <{RDFS}seeAlso> <x> ; <{RDFS}isDefinedBy> <x> ; <http://e/p> <{place}> ."
    return {
        "imports.ttl": ontology,
        "links.ttl": f"@base <{place}> . {links}",
        "graph.trig": f"<{place}> {{ <http://e/a> a <{place}> }}",
        "graph.nq": f"<http://e/a> <http://e/p> <{place}> <{place}> .\n",
        "semantics.n3": f"<{place}> <http://www.w3.org/2000/10/swap/log#semantics> <http://e/f> .",
    }
