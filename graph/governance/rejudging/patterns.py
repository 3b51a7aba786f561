"""What a query reads: its triple patterns, each with what surely holds wherever it is matched.

rdflib's algebra says how the groups of a query nest (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra). Filters and
the negations beside a pattern are left out of what surely holds: so more is thought to matter than does, never less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue, Expr
from rdflib.term import BNode, Literal, Node, URIRef, Variable

from graph.errors import ShapesRefused
from graph.governance.rejudging.steps import Hop, Steps, read_steps
from graph.terms import iri, literal

# UNION in UNION multiplies; beyond so many ways nothing is said to hold surely.
_MOST_BRANCHES = 64


@dataclass(frozen=True, slots=True)
class Edge:
    """Two nodes and the steps from one to the other; a node is a variable (`?name`) or an N-Triples text."""

    start: str
    steps: Steps
    end: str


Edges = frozenset[Edge]


@dataclass(frozen=True, slots=True)
class Placed:
    """An edge where it stands; `around` is what surely holds there, itself included."""

    edge: Edge
    around: Edges


@lru_cache(maxsize=1024)
def patterns_of(query: str) -> tuple[Placed, ...]:
    """Give every pattern of a query. Raises ShapesRefused where the query cannot be taken apart."""
    try:
        root = translateQuery(parseQuery(query)).algebra
    except Exception as error:  # the parser's own errors are of many kinds
        raise ShapesRefused(f"the query cannot be taken apart: {error}") from error
    return tuple(dict.fromkeys(_placed(root.p, frozenset())))


def _branches(node: CompValue) -> list[Edges]:
    """Give what every match of a part of a query has, once for each way in which UNION lets it come about."""
    nothing: list[Edges] = [frozenset()]
    match node.name:
        case "BGP":
            return [frozenset(map(_edge, node.triples))]
        case "Union":
            found = _branches(node.p1) + _branches(node.p2)
        case "Join":
            found = [left | right for left, right in product(_branches(node.p1), _branches(node.p2))]
        case "LeftJoin" | "Minus":
            found = _branches(node.p1)
        case "Filter" | "Extend":
            found = _branches(node.p)
        case _:
            # What a sub-select hides may have the name of something else outside.
            return nothing
    return found if len(found) <= _MOST_BRANCHES else nothing


def _placed(node: CompValue, around: Edges) -> Iterator[Placed]:  # noqa: PLR0912 (one a kind of node)
    """Give every pattern under a node, with what surely holds there: once for each way that leads to it."""
    match node.name:
        case "BGP":
            here = around.union(*_branches(node))
            for triple in node.triples:
                yield Placed(_edge(triple), here)
        case "Join":
            for one, other in ((node.p1, node.p2), (node.p2, node.p1)):
                for branch in _branches(other):
                    yield from _placed(one, around | branch)
        case "LeftJoin" | "Minus":
            yield from _placed(node.p1, around)
            for branch in _branches(node.p1):
                yield from _placed(node.p2, around | branch)
                for further in _branches(node.p2):
                    yield from _asked(node.get("expr"), around | branch | further)
        case "Filter" | "Extend":
            yield from _placed(node.p, around)
            for branch in _branches(node.p):
                yield from _asked(node.expr, around | branch)
        case "Union":
            yield from _placed(node.p1, around)
            yield from _placed(node.p2, around)
        case "ToMultiSet":
            if node.p.name != "values":
                yield from _placed(node.p, frozenset())
        case "Project" | "Distinct" | "Reduced" | "Slice" | "OrderBy" | "Group" | "AggregateJoin":
            yield from _placed(node.p, around)
            for name in ("expr", "A"):
                yield from _asked(node.get(name), around)
        case _:
            raise ShapesRefused(f"a query that cannot be followed: {node.name}")


def _asked(expression: object, around: Edges) -> Iterator[Placed]:
    """Give the patterns of EXISTS and NOT EXISTS in an expression."""
    if isinstance(expression, CompValue) and expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        yield from _placed(expression.graph, around)
    elif isinstance(expression, CompValue | Expr):
        for part in expression.values():
            yield from _asked(part, around)
    elif isinstance(expression, list | tuple):
        for part in expression:
            yield from _asked(part, around)


def _edge(triple: tuple[Node, object, Node]) -> Edge:
    subject, path, value = triple
    steps = Hop(None) if isinstance(path, Variable) else read_steps(path)
    return Edge(_term(subject), steps, _term(value))


def _term(node: Node) -> str:
    match node:
        case Variable():
            return f"?{node}"
        case BNode():
            return f"?_{node}"
        case URIRef():
            return iri(str(node))
        case Literal():
            return literal(str(node), node.language, None if node.language or not node.datatype else str(node.datatype))
    raise ShapesRefused(f"a term that cannot be followed: {node}")
