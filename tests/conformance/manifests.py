"""The W3C's test manifests read as cases: https://www.w3.org/2009/sparql/docs/tests/."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
SD = "http://www.w3.org/ns/sparql-service-description#"

# The folder stands for this address: what manifests and queries write relatively is resolved against it.
ADDRESS = "https://tests.example/sparql11/"

EVALUATION = f"{MF}QueryEvaluationTest"
TABLE = f"{MF}CSVResultFormatTest"
POSITIVE_SYNTAX = f"{MF}PositiveSyntaxTest11"
NEGATIVE_SYNTAX = f"{MF}NegativeSyntaxTest11"

Node = NamedNode | BlankNode


@dataclass(frozen=True)
class Case:
    """One test: its IRI and kind, its query, the documents of its dataset and of its result, all by address."""

    iri: str
    kind: str
    query: str
    data: tuple[str, ...] = ()
    graph_data: tuple[str, ...] = ()
    result: str | None = None

    @property
    def name(self) -> str:
        """The suite and the local name, for people."""
        suite, _, local = self.iri.partition("/manifest#")
        return f"{suite.rpartition('/')[2]}/{local}"


class Suite:
    """The cases of one folder of the suites; `root` is the folder that `ADDRESS` stands for."""

    def __init__(self, root: Path, folder: str) -> None:
        self._manifest = f"{ADDRESS}{folder}/manifest.ttl"
        self._store = Store()
        text = file_of(root, self._manifest).read_bytes()
        self._store.load(text, RdfFormat.TURTLE, base_iri=self._manifest)

    def cases(self) -> Iterator[Case]:
        """Give the query tests in the order of the manifest."""
        for entries in self._objects(NamedNode(self._manifest), f"{MF}entries"):
            for test in self._items(entries):
                kind = next(node.value for node in self._objects(test, f"{RDF}type") if isinstance(node, NamedNode))
                if kind in {EVALUATION, TABLE, POSITIVE_SYNTAX, NEGATIVE_SYNTAX}:
                    yield self._case(test, kind)

    def _case(self, test: Node, kind: str) -> Case:
        (action,) = self._objects(test, f"{MF}action")
        if isinstance(action, NamedNode):
            return Case(test.value, kind, action.value)
        (query,) = self._values(action, f"{QT}query")
        return Case(
            test.value,
            kind,
            query,
            data=self._values(action, f"{QT}data"),
            graph_data=self._values(action, f"{QT}graphData"),
            result=next(iter(self._values(test, f"{MF}result")), None),
        )

    def _values(self, subject: Node, predicate: str) -> tuple[str, ...]:
        return tuple(node.value for node in self._objects(subject, predicate))

    def _objects(self, subject: Node, predicate: str) -> list[Node]:
        quads = self._store.quads_for_pattern(subject, NamedNode(predicate), None)
        return [quad.object for quad in quads if not isinstance(quad.object, Literal | pyoxigraph.Triple)]

    def _items(self, node: Node) -> Iterator[Node]:
        while node != NamedNode(f"{RDF}nil"):
            (first,) = self._objects(node, f"{RDF}first")
            yield first
            (node,) = self._objects(node, f"{RDF}rest")


def file_of(root: Path, address: str) -> Path:
    """Give the file that stands behind an address."""
    return root / unquote(address.removeprefix(ADDRESS))
