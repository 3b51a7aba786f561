"""What the tests have caged workers do with the engine itself."""

from __future__ import annotations

import pyoxigraph

from graph.cages.channel import Channel


def update(channel: Channel) -> None:
    """Run an update in a store in memory, as no worker of ours ever does; tell how it ended."""
    _, body = channel.receive()
    store = pyoxigraph.Store()
    try:
        store.update(body.decode())
    except (OSError, RuntimeError, SyntaxError) as error:
        channel.send({"error": str(error)})
    else:
        channel.send({"quads": len(store)})
