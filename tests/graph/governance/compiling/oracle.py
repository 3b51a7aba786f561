"""What pySHACL finds, in the form in which the compiler's results are compared."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pyshacl
import rdflib

from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import RdfTerm, Result
from graph.governance.compiling.paths import read_path
from graph.terms import SH

Row = tuple[str, str, str, str, str, str]
"""Focus, path, value, component, severity and shape, as SPARQL writes them; a shape without a name is `_:`."""


def row(result: Result) -> Row:
    """Write a result of the compiler for comparison."""
    shape = "_:" if result.shape.startswith("_:") else result.shape
    return (
        result.focus,
        result.path or "",
        result.value or "",
        f"<{result.component}>",
        f"<{result.severity}>",
        shape,
    )


def by_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> Counter[Row]:
    """Judge a graph by pySHACL: each query once a focus node, with $this bound beforehand."""
    _, report, words = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, rdflib.Graph), words
    quads = ox.parse(report.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)
    read = ShapesGraph(quad.triple for quad in quads)
    (top,) = read.instances(f"{SH}ValidationReport")
    return Counter(_row(read, result) for result in read.objects(top, f"{SH}result"))


def _row(read: ShapesGraph, result: RdfTerm) -> Row:
    names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape")
    terms = [read.one(result, SH + name) for name in names]
    focus, value, component, severity, shape = ("" if term is None else str(term) for term in terms)
    path = read.one(result, f"{SH}resultPath")
    text = read_path(read, path).text if path is not None else ""
    return (focus, text, value, component, severity, "_:" if shape.startswith("_:") else shape)
