"""The triple patterns of a query, each with what surely holds wherever it is matched.

rdflib's algebra says how the groups of a query nest (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue, Expr
from rdflib.term import Literal, Node, URIRef, Variable

from graph.errors import ConfigurationError
from graph.terms import iri

Limits = Mapping[str, frozenset[str]]
"""Variable -> the only terms that it can be, as a VALUES table says."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern: IRIs as N-Triples text, variables with their `?`, any literal as `""`."""

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Group:
    """What surely holds in a group: its patterns, and the tables that its variables must be in."""

    patterns: frozenset[Pattern] = frozenset()
    limits: Limits = field(default_factory=dict)

    def joined(self, other: Group) -> Group:
        """What holds where both hold."""
        limits = dict(self.limits)
        for name, terms in other.limits.items():
            limits[name] = limits[name] & terms if name in limits else terms
        return Group(self.patterns | other.patterns, limits)


@dataclass(frozen=True, slots=True)
class Placed:
    """A pattern where it stands; `around` is what surely holds there, the pattern itself included."""

    pattern: Pattern
    around: Group


@dataclass(frozen=True, slots=True)
class Parsed:
    """A CONSTRUCT query: what it makes, what it reads, and what every solution has."""

    head: tuple[Pattern, ...]
    head_limits: Limits
    body: tuple[Placed, ...]
    always: tuple[Group, ...]


def parse(query: str) -> Parsed:
    """Take a CONSTRUCT query apart. Raises ConfigurationError where it has property paths or is of another form."""
    algebra = translateQuery(parseQuery(query)).algebra
    if algebra.name != "ConstructQuery":
        raise ConfigurationError("a derivation is a CONSTRUCT query")
    root = algebra.p.p if algebra.p.name == "Project" else algebra.p
    always = tuple(_branches(root))
    return Parsed(
        head=tuple(map(_pattern, algebra.template)),
        head_limits=_everywhere(always),
        body=tuple(_placed(root, Group())),
        always=always,
    )


def _everywhere(groups: tuple[Group, ...]) -> Limits:
    """The limits of the variables that have one in every branch: the union of what the branches allow."""
    names = set.intersection(*(set(group.limits) for group in groups)) if groups else set()
    return {name: frozenset().union(*(group.limits[name] for group in groups)) for name in names}


def _branches(node: CompValue) -> Iterator[Group]:
    """What every match of a part of the query has, once for each way in which UNION lets it come about."""
    match node.name:
        case "BGP":
            yield Group(frozenset(map(_pattern, node.triples)))
        case "ToMultiSet" if node.p.name == "values":
            yield Group(limits=_table(node.p.res))
        case "Union":
            yield from _branches(node.p1)
            yield from _branches(node.p2)
        case "Join":
            for left in _branches(node.p1):
                for right in _branches(node.p2):
                    yield left.joined(right)
        case "LeftJoin" | "Minus":
            yield from _branches(node.p1)
        case "Filter" | "Extend":
            yield from _branches(node.p)
        case _:
            raise ConfigurationError(f"a derivation cannot hold what SPARQL calls {node.name}")


def _placed(node: CompValue, around: Group) -> Iterator[Placed]:
    """Every pattern under a node, with what surely holds there: once for each way that leads to it."""
    match node.name:
        case "BGP":
            here = around.joined(*_branches(node))
            yield from (Placed(pattern, here) for pattern in map(_pattern, node.triples))
        case "Join":
            for one, other in ((node.p1, node.p2), (node.p2, node.p1)):
                for branch in _branches(other):
                    yield from _placed(one, around.joined(branch))
        case "LeftJoin" | "Minus":
            yield from _placed(node.p1, around)
            for branch in _branches(node.p1):
                inside = around.joined(branch)
                yield from _placed(node.p2, inside)
                for further in _branches(node.p2):
                    yield from _asked(node.get("expr"), inside.joined(further))
        case "Filter" | "Extend":
            yield from _placed(node.p, around)
            for branch in _branches(node.p):
                yield from _asked(node.expr, around.joined(branch))
        case "Union":
            yield from _placed(node.p1, around)
            yield from _placed(node.p2, around)
        case "ToMultiSet" if node.p.name == "values":
            return
        case _:
            raise ConfigurationError(f"a derivation cannot hold what SPARQL calls {node.name}")


def _asked(expression: object, around: Group) -> Iterator[Placed]:
    """The patterns of EXISTS and NOT EXISTS in an expression."""
    if isinstance(expression, CompValue) and expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        yield from _placed(expression.graph, around)
    elif isinstance(expression, CompValue | Expr):
        for part in expression.values():
            yield from _asked(part, around)
    elif isinstance(expression, list | tuple):
        for part in expression:
            yield from _asked(part, around)


def _pattern(triple: tuple[Node, Node, Node]) -> Pattern:
    subject, predicate, value = map(_term, triple)
    if predicate[0] != "<":
        raise ConfigurationError("a derivation names its properties and has no paths")
    return Pattern(subject, predicate, value)


def _term(node: Node) -> str:
    if isinstance(node, Variable):
        return f"?{node}"
    if isinstance(node, URIRef):
        return iri(str(node))
    if isinstance(node, Literal):
        return '""'
    raise ConfigurationError(f"a derivation has neither blank nodes nor paths: {node}")


def _table(rows: list[dict[Node, Node]]) -> dict[str, frozenset[str]]:
    """The values of each variable that every row of VALUES binds."""
    names = set.intersection(*(set(row) for row in rows)) if rows else set()
    return {f"?{name}": frozenset(_term(row[name]) for row in rows) for name in names}
