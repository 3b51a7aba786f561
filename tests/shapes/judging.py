"""Judging a graph by the governance rules, in tests: what is derived is added, Core by one engine, SPARQL by another.

Queries run once for all focus nodes, as the rules are written to allow; what comes of nodes that no target names is
dropped. `test_governance.py` holds this equal to pySHACL, which runs each query for each focus node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
import shacl

from ontology import loader as ontology_loader
from shapes import loader as shapes_loader

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RULE = "https://w3id.org/civigraph/rule/"
CG = "https://w3id.org/civigraph#"
DCT = "http://purl.org/dc/terms/"
TODAY = "2026-06-30"

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, order=True)
class Finding:
    """One result: focus, path and value as SPARQL writes them (empty where there is none), shape, severity."""

    rule: str
    focus: str
    path: str
    value: str
    shape: str
    severity: str


@dataclass(frozen=True)
class Query:
    """One SPARQL-based constraint, ready to run for all focus nodes at once."""

    rule: str
    shape: str
    path: str
    severity: str
    text: str
    targets: tuple[tuple[str, str], ...]


@cache
def shapes() -> ox.Store:
    """Hold the governance rules, all files as one graph."""
    store = ox.Store()
    for _, text in shapes_loader.governance():
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    return store


def objects(subject: Term, predicate: str) -> list[Term]:
    """Give the objects of a subject of the rules."""
    return _objects(shapes(), subject, predicate)


def subjects(predicate: str, value: Term) -> list[Term]:
    """Give the subjects of the rules that have a value."""
    return [quad.subject for quad in shapes().quads_for_pattern(None, ox.NamedNode(predicate), value, None)]  # type: ignore[misc]


def rule_of(shape: str) -> str:
    """Give the number of the rule that a shape belongs to."""
    node = ox.NamedNode(shape)
    for whole in objects(node, f"{DCT}isPartOf"):
        node = whole  # type: ignore[assignment]
    (number,) = objects(node, "http://www.w3.org/2004/02/skos/core#notation")
    return number.value


def path_text(node: Term) -> str:
    """Write a path of a rule as a path of SPARQL (SHACL, 2.3.1)."""
    return path_in(shapes(), node)


def path_in(store: ox.Store, node: Term) -> str:
    """Write a path that a store holds in SHACL's terms as a path of SPARQL."""
    if isinstance(node, ox.NamedNode):
        return f"<{node.value}>"
    for name, form in (("inversePath", "^{}"), ("oneOrMorePath", "{}+"), ("zeroOrMorePath", "{}*")):
        for inner in _objects(store, node, SH + name):
            return form.format(path_in(store, inner))
    for inner in _objects(store, node, f"{SH}alternativePath"):
        return "(" + "|".join(path_in(store, each) for each in members(store, inner)) + ")"
    return "(" + "/".join(path_in(store, each) for each in members(store, node)) + ")"


def members(store: ox.Store, head: Term) -> Iterator[Term]:
    """Give the members of an RDF list."""
    while not (isinstance(head, ox.NamedNode) and head.value == f"{RDF}nil"):
        yield _objects(store, head, f"{RDF}first")[0]
        head = _objects(store, head, f"{RDF}rest")[0]


def _objects(store: ox.Store, subject: Term, predicate: str) -> list[Term]:
    assert not isinstance(subject, ox.Literal)
    return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(predicate), None, None)]  # type: ignore[misc]


@cache
def prefixes() -> str:
    """Write the prefixes that the queries share."""
    rows = shapes().query(
        f"SELECT ?p ?n {{ <{RULE}Prefixes> <{SH}declare> ?d . ?d <{SH}prefix> ?p ; <{SH}namespace> ?n }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    return "".join(f"PREFIX {row['p'].value}: <{row['n'].value}>\n" for row in rows)


@cache
def queries() -> tuple[Query, ...]:
    """Collect the SPARQL-based constraints of all rules."""
    found = []
    for quad in shapes().quads_for_pattern(None, ox.NamedNode(f"{SH}sparql"), None, None):
        shape, constraint = quad.subject, quad.object
        assert isinstance(shape, ox.NamedNode)
        (select,) = objects(constraint, f"{SH}select")  # type: ignore[arg-type]
        (severity,) = objects(shape, f"{SH}severity")
        path = objects(shape, f"{SH}path")
        owner = shape if not path else subjects(f"{SH}property", shape)[0]
        targets = tuple(
            (kind, target.value)
            for kind in ("targetClass", "targetSubjectsOf", "targetObjectsOf")
            for target in objects(owner, SH + kind)
        )
        found.append(
            Query(
                rule_of(shape.value),
                shape.value.removeprefix(RULE),
                path_text(path[0]) if path else "",
                severity.value.removeprefix(SH),
                prefixes() + select.value,
                targets,
            )
        )
    return tuple(sorted(found, key=lambda each: each.shape))


@cache
def core() -> shacl.Shapes:
    """Compile what is Core of the rules: all but their queries."""
    dropped = {f"{SH}{name}" for name in ("sparql", "select", "prefixes", "declare")}
    lines = [
        f"{quad.subject} {quad.predicate} {quad.object} .\n"
        for quad in shapes()
        if quad.predicate.value not in dropped and quad.object != ox.NamedNode(f"{SH}SPARQLConstraint")
    ]
    return shacl.Shapes.from_text("".join(lines), format="ntriples")


@cache
def known() -> bytes:
    """Give the project's own knowledge as N-Triples: terms, code lists, licences, laws."""
    triples = (
        triple
        for _, text in ontology_loader.turtle(*ontology_loader.TERMS)
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    return "".join(f"{triple} .\n" for triple in triples).encode()


CONTEXT = f"""<{CG}test-context> <{RDF}type> <{CG}EvaluationContext> .
<{CG}test-context> <{CG}evaluationDate> "{TODAY}"^^<http://www.w3.org/2001/XMLSchema#date> .
""".encode()


def loaded(data: bytes, *, context: bytes = CONTEXT) -> ox.Store:
    """Put N-Triples, the project's knowledge, an evaluation context and all that follows into a store."""
    store = ox.Store()
    for text in (known(), context, data):
        store.bulk_load(text, format=ox.RdfFormat.N_TRIPLES)
    derive(store)
    return store


def derive(store: ox.Store) -> None:
    """Add what the derivations make, until nothing new comes."""
    texts = [query for _, query in ontology_loader.queries("derivations")]
    before = -1
    while len(store) != before:
        before = len(store)
        for text in texts:
            made = store.query(text)
            assert isinstance(made, ox.QueryTriples)
            store.bulk_extend(ox.Quad(each.subject, each.predicate, each.object) for each in made)


def judge(store: ox.Store) -> list[Finding]:
    """Judge a store by all rules; findings in order, those that are told twice given twice."""
    return sorted([*_by_core(store), *(finding for query in queries() for finding in run(store, query))])


def run(store: ox.Store, query: Query) -> Iterator[Finding]:
    """Run one query for all focus nodes."""
    targets = _targets(store, query.targets)
    rows = store.query(query.text)
    assert isinstance(rows, ox.QuerySolutions)
    names = [variable.value for variable in rows.variables]
    for row in rows:
        focus = str(row["this"])
        if focus in targets:
            value = str(row["value"]) if "value" in names and row["value"] is not None else ""
            if not value and not query.path:
                value = focus
            yield Finding(query.rule, focus, query.path, value, query.shape, query.severity)


_TARGETS = {
    "targetClass": "SELECT ?n {{ ?n a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* <{0}> }}",
    "targetSubjectsOf": "SELECT ?n {{ ?n <{0}> ?any }}",
    "targetObjectsOf": "SELECT ?n {{ ?any <{0}> ?n }}",
}


def _targets(store: ox.Store, targets: Iterable[tuple[str, str]]) -> set[str]:
    found = set()
    for kind, value in targets:
        rows = store.query(_TARGETS[kind].format(value))
        assert isinstance(rows, ox.QuerySolutions)
        found |= {str(row["n"]) for row in rows}
    return found


def _by_core(store: ox.Store) -> Iterator[Finding]:
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    assert text is not None
    for result in core().validate_text(text.decode(), format="ntriples").results:
        shape = (result.source_shape or "").strip("<>")
        yield Finding(
            rule_of(shape),
            result.focus_node,
            _path(shape),
            result.value or "",
            shape.removeprefix(RULE),
            result.severity,
        )


@cache
def _path(shape: str) -> str:
    found = objects(ox.NamedNode(shape), f"{SH}path")
    return path_text(found[0]) if found else ""


def near_by(data: bytes) -> ox.Store:
    """Put a case into a store with what it leads to in the project's knowledge, and no more; all that follows too.

    What it leads to: the subjects that it names, what these name, and so on; the poles; the effects of the laws.
    """
    whole = _known_store()
    store = ox.Store()
    for text in (CONTEXT, data):
        store.load(text, format=ox.RdfFormat.N_TRIPLES)
    waiting = [*store, *whole.quads_for_pattern(None, None, ox.NamedNode(f"{CG}PoleScheme"))]
    seen: set[ox.NamedNode] = set()
    while waiting:
        quad = waiting.pop()
        store.add(quad)
        for node in {quad.subject, quad.predicate, quad.object}:
            if isinstance(node, ox.NamedNode) and node not in seen:
                seen.add(node)
                waiting += whole.quads_for_pattern(node, None, None)
                waiting += whole.quads_for_pattern(None, ox.NamedNode(f"{CG}effectOf"), node)
    derive(store)
    return store


@cache
def _known_store() -> ox.Store:
    store = ox.Store()
    store.load(known(), format=ox.RdfFormat.N_TRIPLES)
    return store
