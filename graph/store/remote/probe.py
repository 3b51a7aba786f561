"""What an engine makes of literals, found by writing them into a graph of their own and reading them back."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, Quad

from graph.store.remote import updates
from graph.store.remote.answers import read_solutions
from graph.store.remote.engine import Engine
from graph.store.remote.names import Names

_READ = files("graph.store.remote").joinpath("probe.rq").read_text(encoding="utf-8")
_PROBE = NamedNode("urn:x-civigraph:literal")


def probe(engine: Engine, names: Names, literals: Sequence[Literal]) -> dict[int, Literal]:
    """Give what the engine stores for literals, by their place. Raises QueryRefused where it does not take one."""
    graph = NamedNode(names.probe)
    engine.change(updates.dropped(names.probe))
    quads = (Quad(NamedNode(f"{_PROBE.value}:{number}"), _PROBE, each, graph) for number, each in enumerate(literals))
    engine.change(updates.added(quads))
    found = read_solutions(engine.ask(_READ, default_graphs=[names.probe], named_graphs=[names.nothing]).read())
    made = {int(row["s"].value.rpartition(":")[2]): row["o"] for row in found}
    engine.change(updates.dropped(names.probe))
    return {number: each for number, each in made.items() if isinstance(each, Literal)}
