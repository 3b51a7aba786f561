"""Where nodes come from, as graph patterns: the targets of a shape, given nodes, or the value nodes of other nodes.

A pattern binds one variable; what it uses beside that is hidden in a sub-select, so patterns can be put together
freely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.governance.compiling.model import Path, Target
from graph.terms import RDF

Classes = Mapping[str, Sequence[str]]
"""The classes at and below a class, itself first; a class that is not in it has none below it."""

TYPE = f"<{RDF}type>"


@dataclass(frozen=True, slots=True)
class Targets:
    """The focus nodes that targets select."""

    targets: tuple[Target, ...]

    def pattern(self, variable: str, classes: Classes) -> str:
        """Write the pattern that binds the variable to each node, once."""
        return _any_of(_parts(self.targets, variable, classes), variable)

    def test(self, variable: str, classes: Classes) -> str:
        """Write the filter that keeps of what the variable is bound to elsewhere only these nodes."""
        parts = (part.pattern for part in _parts(self.targets, variable, classes))
        return f"FILTER({' || '.join(f'EXISTS {{ {part} }}' for part in parts)})"

    def are_found_by(self, entry: frozenset[str]) -> bool:
        """Say whether every node with a statement by one of some properties is among them."""
        return entry <= {target.term for target in self.targets if target.kind == "subjects"}

    def are_subjects_of(self, name: str | None) -> bool:
        """Say whether they are all nodes that have a property, and no others."""
        return self.targets == (Target("subjects", name or ""),)


@dataclass(frozen=True, slots=True)
class Given:
    """Nodes by name (N-Triples texts)."""

    nodes: tuple[str, ...]

    def pattern(self, variable: str, classes: Classes) -> str:
        """Write the pattern that binds the variable to each node, once."""
        return f"VALUES ?{variable} {{ {' '.join(dict.fromkeys(self.nodes))} }}"


@dataclass(frozen=True, slots=True)
class Among:
    """The nodes of a source that are also in a set of targets: focus nodes that are given and that a shape targets."""

    given: Given
    targets: Targets

    def pattern(self, variable: str, classes: Classes) -> str:
        """Write the pattern that binds the variable to each node, once."""
        given = self.given.pattern(variable, classes)
        parts = _parts(self.targets.targets, variable, classes)
        return _any_of([_Part(f"{given} {part.pattern}", part.once) for part in parts], variable)


@dataclass(frozen=True, slots=True)
class Values:
    """The value nodes that a path leads to from the nodes of a source."""

    source: Source
    path: Path

    def pattern(self, variable: str, classes: Classes) -> str:
        """Write the pattern that binds the variable to each node, once."""
        return distinct(variable, reached(self.source, self.path, f"{variable}_", variable, classes))


@dataclass(frozen=True, slots=True)
class Objects:
    """All nodes that a property leads to, whatever from."""

    predicate: str

    def pattern(self, variable: str, classes: Classes) -> str:
        """Write the pattern that binds the variable to each node, once."""
        return distinct(variable, f"?{variable}_ {self.predicate} ?{variable} .")


Source = Targets | Given | Among | Values | Objects


def reached(source: Source, path: Path | None, start: str, end: str, classes: Classes) -> str:
    """Write the pattern that binds both variables: a node, and each of its value nodes, perhaps more than once.

    A path that leads from every node to itself does so in a part of its own: SPARQL knows that only of nodes that the
    graph has, and SHACL of every focus node.
    """
    if isinstance(source, Targets) and path is not None and source.are_subjects_of(path.predicate):
        return f"?{start} {path.text} ?{end} ."
    pattern = source.pattern(start, classes)
    itself = f"{pattern} BIND(?{start} AS ?{end})"
    if path is None:
        return itself
    step = f"{pattern} ?{start} {path.text} ?{end} ."
    return f"{{ {step} }} UNION {{ {itself} }}" if path.nullable else step


def leads(start: str, path: Path, end: str) -> str:
    """Write what is true in EXISTS where a path leads from a node to another, each given as a term or a variable.

    One step an EXISTS: an engine then follows the path from its start, and joins nothing that it does not lead to.
    """
    *steps, last = path.steps or (path.text,)
    nodes = [start, *(f"?step{number}" for number in range(len(steps)))]
    text = f"{nodes[-1]} {last} {end} ."
    for number, step in reversed(list(enumerate(steps))):
        text = f"{nodes[number]} {step} {nodes[number + 1]} . FILTER EXISTS {{ {text} }}"
    return text


def distinct(variable: str, pattern: str) -> str:
    """Hide all variables of a pattern but one, and give each of its values once."""
    return f"{{ SELECT DISTINCT ?{variable} WHERE {{ {pattern} }} }}"


def of_class(variable: str, name: str, classes: Classes) -> list[str]:
    """Write one pattern for each class at and below a class."""
    return [f"?{variable} {TYPE} {each} ." for each in classes.get(name, (name,))]


@dataclass(frozen=True, slots=True)
class _Part:
    """A pattern for some focus nodes; `once`: it gives none twice and uses no other variable."""

    pattern: str
    once: bool


def _any_of(parts: Sequence[_Part], variable: str) -> str:
    """Join parts; one that stands alone and gives no node twice needs no sub-select, so an engine sees into it."""
    if len(parts) == 1 and parts[0].once:
        return parts[0].pattern
    return distinct(variable, " UNION ".join(f"{{ {part.pattern} }}" for part in parts))


def _parts(targets: Sequence[Target], variable: str, classes: Classes) -> list[_Part]:
    nodes = tuple(target.term for target in targets if target.kind == "node")
    parts = [_Part(Given(nodes).pattern(variable, classes), once=True)] if nodes else []
    for target in targets:
        if target.kind == "class":
            parts += [_Part(each, once=True) for each in of_class(variable, target.term, classes)]
        elif target.kind == "subjects":
            parts.append(_Part(f"?{variable} {target.term} [] .", once=False))
        elif target.kind == "objects":
            parts.append(_Part(f"[] {target.term} ?{variable} .", once=False))
    return parts
