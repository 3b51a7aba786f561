"""Property paths of SHACL as paths of SPARQL (SHACL, 2.3.1)."""

from __future__ import annotations

import pyoxigraph as ox

from graph.errors import ShapesRefused
from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import Path, RdfTerm
from graph.terms import RDF, SH

_ONE = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+", "zeroOrOnePath": "{}?"}


def read_path(graph: ShapesGraph, head: RdfTerm, above: tuple[RdfTerm, ...] = ()) -> Path:
    """Read a path. Raises ShapesRefused for what is none."""
    if isinstance(head, ox.NamedNode):
        text = graph.text(head, head)
        return Path(text, predicate=text, reads=(text,), local=True, steps=(text,), turtle=text)
    if head in above or not isinstance(head, ox.BlankNode):
        raise ShapesRefused("not a property path", where=str(head))
    inside = (*above, head)
    # Beside a list, or two steps in one node, the other is not read (W3C tests path-strange-001 and -002).
    if graph.objects(head, f"{RDF}first"):
        return _joined(graph, head, inside, "/")
    for name, form in _ONE.items():
        inner = graph.one(head, SH + name)
        if inner is not None:
            part = read_path(graph, inner, inside)
            zero = name in ("zeroOrMorePath", "zeroOrOnePath")
            # Brackets around all but one property: `^^p` and `p**` are no SPARQL.
            body = part.text if part.predicate else f"({part.text})"
            turtle = f"[ <{SH}{name}> {part.turtle} ]"
            text, nullable = form.format(body), part.nullable or zero
            return Path(text, nullable, reads=part.reads, steps=() if nullable else (text,), turtle=turtle)
    alternative = graph.one(head, f"{SH}alternativePath")
    if alternative is None:
        raise ShapesRefused("not a property path", where=str(head))
    return _joined(graph, alternative, inside, "|")


def _joined(graph: ShapesGraph, head: RdfTerm, above: tuple[RdfTerm, ...], sign: str) -> Path:
    parts = [read_path(graph, member, above) for member in graph.members(head, head)]
    if len(parts) < 2:
        raise ShapesRefused("a list of paths has two members or more", where=str(head))
    nullable = all(part.nullable for part in parts) if sign == "/" else any(part.nullable for part in parts)
    members = f"( {' '.join(part.turtle for part in parts)} )"
    text = "(" + sign.join(part.text for part in parts) + ")"
    steps = tuple(step for part in parts for step in part.steps) if sign == "/" else (text,)
    return Path(
        text,
        nullable,
        reads=tuple(dict.fromkeys(name for part in parts for name in part.reads)),
        local=sign == "|" and all(part.local for part in parts),
        steps=() if any(part.nullable for part in parts) else steps,
        turtle=members if sign == "/" else f"[ <{SH}alternativePath> {members} ]",
    )
