"""A real server whose endpoint answers over any set of named graphs; requests choose among them by the protocol.

Route, pool, cages and snapshots are the project's own: only the triples, and which graphs may be named, are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph
from fastapi import FastAPI
from pyoxigraph import NamedNode, RdfFormat

from graph.cages.zygote import Zygote
from graph.store.answers import Answer
from graph.store.fairness.rules import Fairness
from graph.store.snapshots import Snapshots
from graph.store.workers import PRELOAD, QueryPool
from tests.api.serving import Server, serving, settings


class GraphPool(QueryPool):
    """A pool in which every request may name the graphs of the store."""

    graphs: tuple[str, ...] = ()

    def run(self, query: str, **given: Any) -> Answer:
        """Answer as any pool does, with all graphs in sight."""
        return super().run(query, **{**given, "visible": self.graphs})


@contextmanager
def endpoint(folder: Path, graphs: Mapping[str, Callable[[], tuple[bytes, RdfFormat]]]) -> Iterator[Server]:
    """Serve these graphs: by IRI, a function that gives text and syntax; the IRI is the base."""
    store = pyoxigraph.Store(str(folder / "graphs"))
    for name, read in graphs.items():
        text, syntax = read()
        store.load(text, syntax, base_iri=name, to_graph=NamedNode(name))
    snapshots = Snapshots(store, folder / "snapshots", lambda: 0)
    rules = Fairness(client_seconds=0)
    with Zygote(PRELOAD) as zygote, GraphPool(zygote, snapshots, size=2, rules=rules) as pool:
        pool.graphs = tuple(graphs)
        pool.wait_ready()

        def prepare(app: FastAPI) -> None:
            app.state.site = replace(app.state.site, pool=pool)

        with serving(settings(folder / "data"), prepare=prepare) as server:
            yield server
    snapshots.close()
