"""The engine of triples that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.settings import Settings
from graph.errors import DataError

if TYPE_CHECKING:
    from graph.store.remote.engine import Engine
    from graph.store.remote.store import RemoteStore
    from graph.views.holder import Holder
    from graph.views.view import World


def engine(settings: Settings) -> Engine | None:
    """Give the engine, None where the triples lie in the data folder."""
    if settings.store_url is None:
        return None
    from graph.store.remote.engine import Engine  # noqa: PLC0415 (rdflib comes with it)

    return Engine(
        settings.store_url,
        settings.store_update_url or settings.store_url,
        settings.store_graph_url,
        user=settings.store_user,
        password=None if settings.store_password is None else settings.store_password.get_secret_value(),
        deadline=settings.store_deadline,
    )


def remote_store(holder: Holder, world: World) -> RemoteStore:
    """Give the remote store of a world as it is open now. Raises DataError where it is not remote."""
    from graph.store.remote.store import RemoteStore  # noqa: PLC0415

    store = holder.triples(world).store
    if not isinstance(store, RemoteStore):
        raise DataError("the triples do not lie in a remote store")
    return store
