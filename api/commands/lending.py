"""The public graph for one command, whether or not a server holds the views of the folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graph.errors import ViewsHeld

if TYPE_CHECKING:
    from graph.instance import Instance
    from graph.reasoning.facts import Ask

PATIENCE = 60.0
"""Seconds to wait for a snapshot of the views that another process holds."""


@contextmanager
def public_graph(instance: Instance) -> Iterator[Ask]:
    """Give what answers our own queries: our view where nobody holds the views, else what the holder lends.

    Raises DataError where a holder lends nothing.
    """
    import pyoxigraph

    from graph.store.remote.generations import RemoteStores
    from graph.store.store import Answer
    from graph.views.door import borrow

    public: list[pyoxigraph.NamedNode | pyoxigraph.DefaultGraph] = [pyoxigraph.DefaultGraph()]
    try:
        with instance.hold() as holder:
            holder.wait_for(instance.log.sequence())
            store = holder.public.triples.store
            yield lambda text: store.query(text, graphs=public)
    except ViewsHeld:
        if isinstance(instance.stores, RemoteStores):
            remote = instance.stores.look(instance.views / "public")
            yield lambda text: remote.query(text, graphs=public)
            return
        with borrow(instance.views, "public", instance.log.sequence(), PATIENCE) as loan:
            lent = pyoxigraph.Store.read_only(str(loan.path))

            def ask(text: str) -> Answer:
                return lent.query(text, default_graph=[pyoxigraph.DefaultGraph()], named_graphs=[])

            yield ask
