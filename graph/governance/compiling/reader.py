"""Reads a shapes graph into the model, and refuses by name what cannot be compiled: nothing is ever passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from graph.errors import ShapesRefused
from graph.governance.compiling.components import (
    DATA,
    FLAGS,
    LOGICAL,
    PARAMETERS,
    PROPERTIES_OF_QUALIFIED,
    REFUSED,
    SINGLE,
    component_of,
)
from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import (
    Constraint,
    Leaf,
    Logical,
    Nested,
    Node,
    Path,
    Qualified,
    RdfTerm,
    Shape,
    Target,
)
from graph.governance.compiling.paths import read_path
from graph.governance.compiling.validators import read_applied, read_components, read_constraints
from graph.terms import SH

_TARGETS = {"targetNode": "node", "targetClass": "class", "targetSubjectsOf": "subjects", "targetObjectsOf": "objects"}


def read_shapes(triples: Iterable[ox.Triple]) -> tuple[Shape, ...]:
    """Read the shapes that have targets, in order of name. Raises ShapesRefused."""
    graph = ShapesGraph(triples)
    _refuse_unknown(graph)
    reader = _Reader(graph)
    try:
        shapes = [reader.shape(node) for node in sorted(_starts(graph), key=str)]
    except RecursionError:
        raise ShapesRefused("shapes are nested too deep in each other") from None
    return tuple(shape for shape in shapes if shape.targets)


def _starts(graph: ShapesGraph) -> set[Node]:
    """Collect every shape that stands by itself: what has a target, and what is called a shape."""
    found = {subject for name in _TARGETS for subject in graph.subjects(SH + name)}
    for kind in ("NodeShape", "PropertyShape"):
        found |= set(graph.instances(SH + kind))
    return found


def _refuse_unknown(graph: ShapesGraph) -> None:
    for name, reason in REFUSED.items():
        for subject in graph.subjects(SH + name):
            raise ShapesRefused(f"sh:{name} cannot be compiled: {reason}", where=str(subject))
    for name in ("SPARQLTarget", "SPARQLTargetType", "SPARQLFunction", "JSConstraint"):
        for subject in graph.instances(SH + name):
            raise ShapesRefused(f"sh:{name} cannot be compiled: it is no part of SHACL 1.0", where=str(subject))


class _Reader:
    """One pass over a shapes graph; shapes that are being read stand on a stack, so that recursion is seen."""

    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._components = read_components(graph)
        self._stack: list[RdfTerm] = []
        self._known: dict[RdfTerm, Shape] = {}

    def shape(self, node: RdfTerm) -> Shape:
        """Read one shape with all that it refers to."""
        if node in self._known:
            return self._known[node]
        if isinstance(node, ox.Literal) or not isinstance(node, ox.NamedNode | ox.BlankNode):
            raise ShapesRefused("a literal stands where a shape is asked for", where=str(node))
        if node in self._stack:
            raise ShapesRefused("a shape refers to itself: SHACL leaves open what recursion means", where=str(node))
        self._stack.append(node)
        try:
            found = self._read(node)
        finally:
            self._stack.pop()
        self._known[node] = found
        return found

    def _read(self, node: Node) -> Shape:
        graph = self._graph
        head = graph.one(node, f"{SH}path")
        path = read_path(graph, head) if head is not None else None
        severity = graph.one(node, f"{SH}severity")
        deactivated = graph.flag(node, "deactivated")
        return Shape(
            node=str(node),
            path=path,
            targets=tuple(self._targets(node)),
            constraints=() if deactivated else tuple(self._constraints(node, path)),
            severity=graph.iri(severity, node) if severity is not None else f"{SH}Violation",
            deactivated=deactivated,
            messages=tuple(sorted(graph.text(term, node) for term in graph.objects(node, f"{SH}message"))),
        )

    def _targets(self, node: Node) -> Iterator[Target]:
        for name, kind in _TARGETS.items():
            for term in self._graph.objects(node, SH + name):
                yield Target(kind, self._graph.text(term, node))  # type: ignore[arg-type]
        if self._graph.is_class(node):
            yield Target("class", self._graph.text(node, node))

    def _constraints(self, node: Node, path: Path | None) -> Iterator[Constraint]:
        graph = self._graph
        yield from self._leaves(node, path)
        for name in LOGICAL:
            for term in graph.objects(node, SH + name):
                members = [term] if name in ("node", "not") else list(graph.members(term, node))
                shapes = tuple(self.shape(member) for member in members)
                if name == "node" and shapes[0].path is not None:
                    raise ShapesRefused("sh:node names a property shape", where=str(node))
                yield Logical(component_of(name), name, shapes)  # type: ignore[arg-type]
        for term in graph.objects(node, f"{SH}property"):
            if isinstance(term, ox.NamedNode) and not graph.describes(term):
                continue  # a name of which nothing is said, as DCAT-AP 3.0.1 has two: there is nothing to pass over
            child = self.shape(term)
            if child.path is None:
                raise ShapesRefused("sh:property names a shape that has no sh:path", where=str(node))
            yield Nested(child)
        yield from self._qualified(node, path)
        yield from read_constraints(graph, node, path)
        for component in self._components:
            yield from read_applied(graph, component, node, path)

    def _leaves(self, node: Node, path: Path | None) -> Iterator[Leaf]:
        graph = self._graph
        for name, of_property in PARAMETERS.items():
            terms = graph.objects(node, SH + name)
            if terms and of_property and path is None:
                raise ShapesRefused(f"sh:{name} stands on a node shape: it needs a path", where=str(node))
            if len(terms) > 1 and name in SINGLE:
                raise ShapesRefused(f"sh:{name} has more than one value", where=str(node))
            for term in terms:
                values = self._values(node, name, term)
                if values is not None:
                    yield Leaf(component_of(name), name, values)

    def _values(self, node: Node, name: str, term: RdfTerm) -> tuple[str, ...] | None:
        """Give a parameter's values as texts, None where it is switched off. What they may be is checked here."""
        graph = self._graph
        if name in ("in", "languageIn"):
            return tuple(graph.text(member, node) for member in graph.members(term, node))
        if name in FLAGS:
            # Only the lexical form "true" counts (W3C test uniqueLang-002).
            if not (isinstance(term, ox.Literal) and term.value == "true"):
                return None
            return self._closed(node) if name == "closed" else ()
        if name == "pattern":
            flags = graph.one(node, f"{SH}flags")
            return (graph.text(term, node), *([graph.text(flags, node)] if flags is not None else []))
        _check(DATA.get(name), name, term, node)
        return (graph.text(term, node),)

    def _closed(self, node: Node) -> tuple[str, ...]:
        """Give the properties that a closed shape allows: those of its property shapes, and the ignored ones."""
        graph = self._graph
        allowed = set()
        for child in graph.objects(node, f"{SH}property"):
            head = graph.one(child, f"{SH}path")
            if isinstance(head, ox.NamedNode):
                allowed.add(graph.text(head, node))
        ignored = graph.one(node, f"{SH}ignoredProperties")
        if ignored is not None:
            allowed |= {graph.text(member, node) for member in graph.members(ignored, node)}
        return tuple(sorted(allowed))

    def _qualified(self, node: Node, path: Path | None) -> Iterator[Qualified]:
        graph = self._graph
        minimum, maximum = (graph.count(node, name) for name in PROPERTIES_OF_QUALIFIED)
        shapes = graph.objects(node, f"{SH}qualifiedValueShape")
        if not shapes or (minimum is None and maximum is None):
            return
        if path is None:
            raise ShapesRefused("sh:qualifiedValueShape stands on a node shape: it needs a path", where=str(node))
        if len(shapes) > 1:
            raise ShapesRefused("sh:qualifiedValueShape has more than one value", where=str(node))
        disjoint = graph.flag(node, "qualifiedValueShapesDisjoint")
        siblings = tuple(self.shape(each) for each in self._siblings(node, shapes[0])) if disjoint else ()
        yield Qualified(self.shape(shapes[0]), minimum, maximum, siblings)

    def _siblings(self, node: Node, own: RdfTerm) -> list[RdfTerm]:
        """Collect the qualified shapes that stand beside this one, below any of its parents (SHACL, 4.7.3)."""
        graph = self._graph
        found = {
            shape
            for parent in graph.subjects(f"{SH}property", node)
            for beside in graph.objects(parent, f"{SH}property")
            for shape in graph.objects(beside, f"{SH}qualifiedValueShape")
        }
        return sorted(found - {own}, key=str)


def _check(right: Callable[[RdfTerm], bool] | None, name: str, term: RdfTerm, node: RdfTerm) -> None:
    if right is not None and not right(term):
        raise ShapesRefused(f"sh:{name} has a value that it cannot have: {term}", where=str(node))
