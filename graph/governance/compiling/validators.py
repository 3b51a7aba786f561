"""Reads SPARQL-based constraints and constraint components out of a shapes graph (SHACL, sections 5 and 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph.errors import ShapesRefused
from graph.governance.compiling.components import component_of
from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import Asked, Node, Path, RdfTerm
from graph.governance.compiling.queries import RESERVED, Form, prepare
from graph.terms import OWL, SH, iri, local_name

_PREFIX = re.compile(r"(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?")
_NAME = re.compile(r"[^\W\d]\w*")


def read_constraints(graph: ShapesGraph, shape: Node, path: Path | None) -> Iterator[Asked]:
    """Give the SPARQL-based constraints of a shape. Raises ShapesRefused."""
    for constraint in graph.objects(shape, f"{SH}sparql"):
        if not graph.flag(constraint, "deactivated"):
            values = {"currentShape": _nameable(graph, shape)}
            yield _asked(graph, (constraint, "select"), shape, path, values=values, component=component_of("SPARQL"))


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component of the shapes graph's own: property of each parameter -> (name, whether optional)."""

    node: ox.NamedNode
    parameters: Mapping[str, tuple[str, bool]]


def read_components(graph: ShapesGraph) -> tuple[Component, ...]:
    """Read the constraint components that a shapes graph declares, in order of name. Raises ShapesRefused."""
    found = []
    for node in sorted(graph.instances(f"{SH}ConstraintComponent"), key=str):
        if isinstance(node, ox.NamedNode) and not node.value.startswith(SH):
            found.append(Component(node, dict(_parameters(graph, node))))
            if all(optional for _, optional in found[-1].parameters.values()):
                raise ShapesRefused("a component has no parameter that a shape must give", where=str(node))
    return tuple(found)


def _parameters(graph: ShapesGraph, component: ox.NamedNode) -> Iterator[tuple[str, tuple[str, bool]]]:
    for parameter in graph.objects(component, f"{SH}parameter"):
        path = graph.one(parameter, f"{SH}path")
        if not isinstance(path, ox.NamedNode):
            raise ShapesRefused("a parameter's sh:path is not a property", where=str(component))
        name = local_name(path.value)
        if name in RESERVED or not _NAME.fullmatch(name):
            raise ShapesRefused(f"no parameter can be called {name!r}", where=str(component))
        yield path.value, (name, graph.flag(parameter, "optional"))


def read_applied(graph: ShapesGraph, component: Component, shape: Node, path: Path | None) -> Iterator[Asked]:
    """Give the constraints that a component makes of a shape, none where a parameter that it needs has no value."""
    given = {name: graph.objects(shape, iri) for iri, (name, _) in component.parameters.items()}
    needed = {name for name, optional in component.parameters.values() if not optional}
    if not all(given[name] for name in needed):
        return
    several = [name for name, terms in given.items() if len(terms) > 1]
    if several and len(given) > 1:
        raise ShapesRefused(f"parameter {several[0]!r} of {component.node} has more than one value", where=str(shape))
    source = _validator(graph, component, path)
    for row in _rows(given):
        values = {name: _nameable(graph, term) for name, term in row.items()}
        values["currentShape"] = _nameable(graph, shape)
        yield _asked(graph, source, shape, path, values=values, component=component.node.value)


def _rows(given: Mapping[str, list[RdfTerm]]) -> Iterator[dict[str, RdfTerm]]:
    for number in range(max(len(terms) for terms in given.values())):
        yield {name: terms[number] for name, terms in given.items() if terms}


def _validator(graph: ShapesGraph, component: Component, path: Path | None) -> tuple[RdfTerm, Form]:
    """Choose the validator for a kind of shape: its own before the one for both (SHACL, 6.2.3)."""
    own = "nodeValidator" if path is None else "propertyValidator"
    for name in (own, "validator"):
        found = graph.objects(component.node, SH + name)
        if len(found) > 1:
            raise ShapesRefused(f"sh:{name} has more than one value", where=str(component.node))
        for validator in found:
            if graph.objects(validator, f"{SH}ask"):
                return validator, "ask"
            if graph.objects(validator, f"{SH}select"):
                return validator, "select"
            raise ShapesRefused("a validator that is not in SPARQL cannot be compiled", where=str(component.node))
    raise ShapesRefused("the component has no validator for this kind of shape", where=str(component.node))


def _asked(
    graph: ShapesGraph,
    given: tuple[RdfTerm, Form],
    shape: Node,
    path: Path | None,
    *,
    values: Mapping[str, str | None],
    component: str,
) -> Asked:
    source, form = given
    where = str(source) if isinstance(source, ox.NamedNode) else str(shape)
    query = graph.one(source, SH + form)
    if not isinstance(query, ox.Literal):
        raise ShapesRefused(f"a constraint in SPARQL has no sh:{form}", where=where)
    prefixes = "".join(
        f"PREFIX {name}: {address}\n" for name, address in sorted(_prefixes(graph, source, where).items())
    )
    return Asked(
        component=component,
        text=prepare(query.value, form, prefixes=prefixes, path=path, values=values, where=where),
        bound=tuple((name, term) for name, term in sorted(values.items()) if term is not None),
        messages=tuple(sorted(graph.text(term, shape) for term in graph.objects(source, f"{SH}message"))),
        node=str(source),
    )


def _prefixes(graph: ShapesGraph, source: RdfTerm, where: str) -> dict[str, str]:
    """Collect the prefixes of a query: those that its ontologies declare, and what these import (SHACL, 5.2.1)."""
    waiting = graph.objects(source, f"{SH}prefixes")[:]
    seen = set()
    found: dict[str, str] = {}
    while waiting:
        owner = waiting.pop()
        if owner in seen:
            continue
        seen.add(owner)
        waiting += graph.objects(owner, f"{OWL}imports")
        for declaration in graph.objects(owner, f"{SH}declare"):
            name, address = _declared(graph, declaration, where)
            if found.setdefault(name, address) != address:
                raise ShapesRefused(f"the prefix {name}: stands for two namespaces", where=where)
    return found


def _declared(graph: ShapesGraph, declaration: RdfTerm, where: str) -> tuple[str, str]:
    name, address = graph.one(declaration, f"{SH}prefix"), graph.one(declaration, f"{SH}namespace")
    if not isinstance(name, ox.Literal) or not isinstance(address, ox.Literal | ox.NamedNode):
        raise ShapesRefused("sh:declare without prefix or namespace", where=where)
    if not _PREFIX.fullmatch(name.value):
        raise ShapesRefused(f"not a prefix: {name.value!r}", where=where)
    return name.value, iri(address.value)


def _nameable(graph: ShapesGraph, term: RdfTerm) -> str | None:
    return None if isinstance(term, ox.BlankNode) else graph.text(term, term)
