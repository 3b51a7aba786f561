"""Whom a focus node concerns, and in which domains: asked of the graphs of a world."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib.resources import files
from string import Template

from pyoxigraph import NamedNode, QuerySolutions

from graph.derivations.premises import pieces
from graph.errors import DataError
from graph.store.store import Graph, TripleStore

LINKS = {
    name: Template(files("graph.findings").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("actors", "domains")
}
"""The queries by name; `$nodes` are the focus nodes, `?this` one of them, `?value` whom or where it concerns."""

_NODES_AT_ONCE = 500


def linked(store: TripleStore, graphs: Sequence[Graph], name: str, foci: Collection[str]) -> dict[str, list[str]]:
    """Give by focus node (N-Triples texts) whom it concerns (`actors`) or its `domains`, in order."""
    found: dict[str, list[str]] = {}
    for some in pieces([focus for focus in foci if focus[0] == "<"], _NODES_AT_ONCE):
        answer = store.query(LINKS[name].substitute(nodes=" ".join(some)), graphs=graphs)
        if not isinstance(answer, QuerySolutions):
            raise DataError("the store gave no solutions")
        for row in answer:
            if isinstance(row["value"], NamedNode):
                found.setdefault(str(row["this"]), []).append(str(row["value"]))
    return {focus: sorted(some) for focus, some in found.items()}


def links_of(store: TripleStore, graphs: Sequence[Graph], foci: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """Give both by kind, `actor` and `domain`."""
    return {name.removesuffix("s"): linked(store, graphs, name, foci) for name in LINKS}
