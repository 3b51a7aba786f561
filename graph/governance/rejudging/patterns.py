"""What a query reads: its triple patterns, each with what surely holds wherever it is matched.

rdflib's algebra says how the groups of a query nest (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra). Filters but
EXISTS, and the negations beside a pattern, are left out of what surely holds: so more is thought to matter than does,
never less.
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

# Bound beforehand, in every part of a query.
FOCUS = frozenset({"?this"})

# UNION in UNION multiplies; beyond so many ways nothing is said to hold surely.
_MOST_BRANCHES = 64

# What the truth of a part does to that of the whole.
_SIGNS = {"ConditionalAndExpression": 1, "ConditionalOrExpression": 1, "UnaryNot": -1}


@dataclass(frozen=True, slots=True)
class Edge:
    """Two nodes and the steps from one to the other; a node is a variable (`?name`) or an N-Triples text."""

    start: str
    steps: Steps
    end: str


Edges = frozenset[Edge]


@dataclass(frozen=True, slots=True)
class Placed:
    """An edge where it stands; `around` is what surely holds there, itself included.

    `sign` says what more of what it matches can do: 1, only more results; -1, only fewer; 0, either.
    """

    edge: Edge
    around: Edges
    sign: int = 0


@lru_cache(maxsize=1024)
def patterns_of(query: str) -> tuple[Placed, ...]:
    """Give every pattern of a query. Raises ShapesRefused where the query cannot be taken apart."""
    try:
        root = translateQuery(parseQuery(query)).algebra
    except Exception as error:  # the parser's own errors are of many kinds
        raise ShapesRefused(f"the query cannot be taken apart: {error}") from error
    return tuple(dict.fromkeys(_Query().placed(root.p, frozenset(), FOCUS, 1)))


class _Query:
    """One query; `known` are the variables that surely have a value before a part of it is looked at.

    What EXISTS asks for surely holds beside what it filters. Its own variables are others than those of the same name
    elsewhere, so each EXISTS has a mark for them.
    """

    def __init__(self) -> None:
        self._marks: dict[int, int] = {}
        self._kinds = {
            "BGP": self._basic,
            "Join": self._join,
            **dict.fromkeys(("LeftJoin", "Minus"), self._beside),
            "Filter": self._filter,
            "Extend": self._extend,
            "Union": self._union,
            "ToMultiSet": self._inner,
            **dict.fromkeys(("Project", "Distinct", "Reduced", "OrderBy"), self._projected),
            **dict.fromkeys(("Slice", "Group", "AggregateJoin"), self._counted),
        }

    def branches(self, node: CompValue, known: frozenset[str]) -> list[Edges]:
        """Give what every match of a part of a query has, once for each way in which UNION lets it come about."""
        nothing: list[Edges] = [frozenset()]
        match node.name:
            case "BGP":
                return [frozenset(map(_edge, node.triples))]
            case "Union":
                found = self.branches(node.p1, known) + self.branches(node.p2, known)
            case "Join":
                found = _joined(self.branches(node.p1, known), self.branches(node.p2, known))
            case "LeftJoin" | "Minus":
                found = self.branches(node.p1, known)
            case "Filter":
                found = [
                    branch | more
                    for branch in self.branches(node.p, known)
                    for more in self._asserted(node.expr, known | _variables(branch))
                ]
            case "Extend":
                found = self.branches(node.p, known)
            case _:
                # What a sub-select hides may have the name of something else outside.
                return nothing
        return found if len(found) <= _MOST_BRANCHES else nothing

    def _asserted(self, expression: object, known: frozenset[str]) -> list[Edges]:
        """Give what surely holds where a filter lets a match pass: what EXISTS asks for, in each way."""
        found: list[Edges] = [frozenset()]
        for part in _conjuncts(expression):
            if isinstance(part, CompValue) and part.name == "Builtin_EXISTS":
                mark = self._mark(part)
                branches = self.branches(part.graph, known)
                found = _joined(found, [_renamed(branch, known, mark) for branch in branches])
        return found if len(found) <= _MOST_BRANCHES else [frozenset()]

    def _mark(self, part: CompValue) -> str:
        return str(self._marks.setdefault(id(part), len(self._marks)))

    def placed(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        """Give every pattern under a node, with what surely holds there: once for each way that leads to it."""
        place = self._kinds.get(node.name)
        if place is None:
            raise ShapesRefused(f"a query that cannot be followed: {node.name}")
        return place(node, around, known, sign)

    def _basic(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        here = around.union(*self.branches(node, known))
        for triple in node.triples:
            yield Placed(_edge(triple), here, sign)

    def _join(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        for one, other in ((node.p1, node.p2), (node.p2, node.p1)):
            for branch in self.branches(other, known):
                yield from self.placed(one, around | branch, known, sign)

    def _beside(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        """OPTIONAL and MINUS: what an option finds may be what a filter wants to be without."""
        yield from self.placed(node.p1, around, known, sign)
        for branch in self.branches(node.p1, known):
            yield from self.placed(node.p2, around | branch, known, -sign if node.name == "Minus" else 0)
            for further in self.branches(node.p2, known):
                inside = around | branch | further
                yield from self._asked(node.get("expr"), inside, known | _variables(branch | further), 0)

    def _filter(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        branches = self.branches(node.p, known)
        sure = frozenset[str].intersection(*(_variables(branch) for branch in branches)) | known
        for more in self._asserted(node.expr, sure):
            yield from self.placed(node.p, around | more, known, sign)
        for branch in branches:
            inner = known | _variables(branch)
            for more in self._asserted(node.expr, inner):
                yield from self._asked(node.expr, around | branch | more, inner, sign)

    def _extend(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        yield from self.placed(node.p, around, known, sign)
        for branch in self.branches(node.p, known):
            yield from self._asked(node.expr, around | branch, known | _variables(branch), 0)

    def _union(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        yield from self.placed(node.p1, around, known, sign)
        yield from self.placed(node.p2, around, known, sign)

    def _inner(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        """A sub-select, which sees nothing of what is around it; a block of values has no pattern."""
        if node.p.name != "values":
            yield from self.placed(node.p, frozenset(), FOCUS, 0)

    def _projected(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        yield from self.placed(node.p, around, known, sign)
        yield from self._asked(node.get("expr"), around, known, 0)

    def _counted(self, node: CompValue, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        """LIMIT and GROUP BY: one match more may be a row less."""
        yield from self.placed(node.p, around, known, 0)
        for name in ("expr", "A"):
            yield from self._asked(node.get(name), around, known, 0)

    def _asked(self, expression: object, around: Edges, known: frozenset[str], sign: int) -> Iterator[Placed]:
        """Give the patterns of EXISTS and NOT EXISTS in an expression; `sign` is that of its being true."""
        if isinstance(expression, CompValue) and expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            sign = sign if expression.name == "Builtin_EXISTS" else -sign
            # What has no value here may have the name of something inside.
            beside = _renamed(around, known, f"around-{self._mark(expression)}")
            yield from self.placed(expression.graph, beside, known, sign)
        elif isinstance(expression, CompValue | Expr):
            sign *= _SIGNS.get(expression.name, 0)
            for part in expression.values():
                yield from self._asked(part, around, known, sign)
        elif isinstance(expression, list | tuple):
            for part in expression:
                yield from self._asked(part, around, known, sign)


def _joined(some: list[Edges], others: list[Edges]) -> list[Edges]:
    return [left | right for left, right in product(some, others)]


def _conjuncts(expression: object) -> Iterator[object]:
    """Give the parts of a filter that must all be true."""
    if isinstance(expression, CompValue | Expr) and expression.name == "ConditionalAndExpression":
        for part in (expression.expr, *expression.other):
            yield from _conjuncts(part)
    else:
        yield expression


def _variables(edges: Edges) -> frozenset[str]:
    return frozenset(end for edge in edges for end in (edge.start, edge.end) if end[0] == "?")


def _renamed(edges: Edges, known: frozenset[str], mark: str) -> Edges:
    """Give the variables that a part does not get from around it names of its own."""

    def named(end: str) -> str:
        return end if end[0] != "?" or end in known else f"{end}~{mark}"

    return frozenset(Edge(named(edge.start), edge.steps, named(edge.end)) for edge in edges)


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
