"""The SHACL test suite of the W3C, read in place: shapes, data and the results expected of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import Result
from graph.governance.compiling.paths import read_path
from graph.terms import SH

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"

Row = tuple[str, str, str, str, str]
"""Focus, path, value, component and severity; blank nodes as one symbol, as they have no name to compare by."""


@dataclass(frozen=True)
class Suited:
    """One test: `expected` is None where a failure is expected; `name` is its IRI, from the suite's own on."""

    name: str
    shapes: tuple[ox.Triple, ...]
    data: tuple[ox.Triple, ...]
    expected: Counter[Row] | None


def read_suite(folder: Path) -> Iterator[Suited]:
    """Read every test of the suite, in order of name."""
    for path in sorted(folder.glob("*/*/*.ttl")):
        if path.name != "manifest.ttl":
            yield from _read(folder, path)


def _read(folder: Path, path: Path) -> Iterator[Suited]:
    graph = ShapesGraph(_triples(path))
    for test in graph.instances(f"{SHT}Validate"):
        assert isinstance(test, ox.NamedNode)
        action = graph.one(test, f"{MF}action")
        result = graph.one(test, f"{MF}result")
        assert action is not None
        shapes, data = (graph.one(action, f"{SHT}{name}Graph") for name in ("shapes", "data"))
        assert isinstance(shapes, ox.NamedNode)
        assert isinstance(data, ox.NamedNode)
        yield Suited(
            name=test.value.removeprefix(f"file://{folder}/"),
            shapes=_triples(Path(shapes.value.removeprefix("file://"))),
            data=_triples(Path(data.value.removeprefix("file://"))),
            expected=None if result == ox.NamedNode(f"{SHT}Failure") else _expected(graph, result),
        )


@cache
def _triples(path: Path) -> tuple[ox.Triple, ...]:
    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=f"file://{path}")
    return tuple(quad.triple for quad in quads)


def _expected(graph: ShapesGraph, report: ox.Term | None) -> Counter[Row]:
    assert report is not None
    return Counter(_row(graph, result) for result in graph.objects(report, f"{SH}result"))


def _row(graph: ShapesGraph, result: ox.Term) -> Row:
    def one(name: str) -> ox.Term | None:
        return graph.one(result, SH + name)

    path = one("resultPath")
    return (
        plain(one("focusNode")),
        read_path(graph, path).text if path is not None else "",
        plain(one("value")),
        plain(one("sourceConstraintComponent")),
        plain(one("resultSeverity")),
    )


def plain(term: object) -> str:
    """Write a term, or its text, for comparison."""
    text = "" if term is None else str(term)
    return "_:" if text.startswith("_:") else text


def found(results: Iterator[Result]) -> Counter[Row]:
    """Write the compiler's results for comparison."""
    return Counter(
        (plain(each.focus), each.path or "", plain(each.value), f"<{each.component}>", f"<{each.severity}>")
        for each in results
    )


def store_of(triples: tuple[ox.Triple, ...]) -> ox.Store:
    """Put data into a store."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    return store
