"""Shapes as typed values: what a shapes graph says, read once and checked (SHACL, sections 2 and 4).

Terms are N-Triples texts, so they can be written into a query as they are. A shape holds the shapes that it refers to;
as recursion is refused, this is a tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Node = NamedNode | BlankNode
RdfTerm = NamedNode | BlankNode | Literal | Triple

TargetKind = OneOf["node", "class", "subjects", "objects"]


@dataclass(frozen=True, slots=True)
class Path:
    """A property path: its text in SPARQL, and whether it leads from every node to itself (`zeroOrMorePath`).

    `predicate` is the IRI of the property (N-Triples text) where the path is one property and no more; `reads` are all
    properties in it; `local`: it takes one step forward, so it reads only what is said of the node that it starts at.
    `steps` are the parts of a sequence, in SPARQL, none of which leads to its own start; `turtle` is the path in the
    terms of SHACL. `dense`: in the graph that is checked most nodes that it starts at are focus nodes, so what it leads
    to is found sooner from the property than from them (`presence.py`).
    """

    text: str
    nullable: bool = False
    predicate: str | None = None
    reads: tuple[str, ...] = ()
    local: bool = False
    steps: tuple[str, ...] = ()
    turtle: str = ""
    dense: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Where a shape takes its focus nodes from; `term` is a node, a class or a property."""

    kind: TargetKind
    term: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A constraint that one query decides; `values` are the parameter's values (a list's members in order)."""

    component: str
    parameter: str
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Logical:
    """`sh:node`, `sh:and`, `sh:or`, `sh:xone` or `sh:not` over shapes."""

    component: str
    parameter: OneOf["node", "and", "or", "xone", "not"]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Nested:
    """`sh:property`: each value node is a focus node of another property shape."""

    shape: Shape


@dataclass(frozen=True, eq=False, slots=True)
class Qualified:
    """`sh:qualifiedValueShape` with its bounds; `siblings` are the shapes that a counted value must not conform to."""

    shape: Shape
    minimum: int | None
    maximum: int | None
    siblings: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class FirstValues:
    """What a query asks of the values alone that paths lead to from $this: the filters that each of them passes."""

    variable: str
    paths: tuple[str, ...]
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A query in pieces; between two pieces goes what is bound beforehand, `values` among it.

    `single`: its rows hang on how many focus nodes there are, so it can only be run for one at a time. `entries`: each
    row has a statement about $this by one of these properties (N-Triples texts), for each set of them. `late`: focus
    nodes are found by such a statement, and then told from others, not the other way round (`presence.py`).
    """

    form: OneOf["select", "ask"]
    prologue: str
    pieces: tuple[str, ...]
    values: str
    single: bool
    entries: tuple[frozenset[str], ...] = ()
    late: bool = False
    first: FirstValues | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A constraint in SPARQL, or a component's validator with its parameters (`bound`: name and term)."""

    component: str
    text: Text
    bound: tuple[tuple[str, str], ...]
    messages: tuple[str, ...]
    node: str = ""
    """The constraint, or the component's validator, in the shapes graph."""


Constraint = Leaf | Logical | Nested | Qualified | Asked


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """A node shape (no path) or a property shape; `messages` are literals, `severity` an IRI."""

    node: str
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: str
    deactivated: bool
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One violation; terms are N-Triples texts as the store has them, `path` a path of SPARQL.

    `messages` have their placeholders filled, one a language; `evidence` are the variables, beside those of SHACL, that
    a query gives: name and term; `constraint` is the SPARQL-based constraint that tells of it.
    """

    focus: str
    path: str | None
    value: str | None
    component: str
    shape: str
    severity: str
    messages: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    constraint: str | None = None
