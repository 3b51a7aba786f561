"""Whether an engine keeps graphs apart, found by asking it: worlds and audiences are apart by nothing else there."""

from __future__ import annotations

from importlib.resources import files
from string import Template

from graph.errors import ConfigurationError
from graph.store.remote.answers import read_own
from graph.store.remote.engine import Engine
from graph.store.remote.names import Names

_ASK = Template(files("graph.store.remote").joinpath("ask.rq").read_text(encoding="utf-8"))


def check_apart(engine: Engine, names: Names) -> None:
    """See by the store's own marks that an engine answers from the graphs it is asked for, and from no others.

    Raises ConfigurationError: such an engine would show to all what few may see.
    """
    state, nothing = names.state, names.nothing
    marks = f"<{state}> ?p ?o"
    for pattern, default_graph, named_graph, wanted in (
        (marks, state, nothing, True),
        (f"GRAPH ?g {{ {marks} }}", nothing, state, True),
        (marks, nothing, nothing, False),
        (marks, nothing, state, False),
        (f"GRAPH ?g {{ {marks} }}", state, nothing, False),
        (f"GRAPH <{state}> {{ {marks} }}", state, nothing, False),
    ):
        text = _ASK.substitute(pattern=pattern)
        reply = engine.ask(text, default_graphs=[default_graph], named_graphs=[named_graph])
        if bool(read_own(reply.read())) is not wanted:
            raise ConfigurationError(
                f"the engine at {engine.query} does not keep to the dataset of the SPARQL 1.1 Protocol",
                remedy="use another engine: this one would show graphs to those who may not see them",
            )
