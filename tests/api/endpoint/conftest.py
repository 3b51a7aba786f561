"""Servers whose endpoint is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import RdfFormat

from graph.instance import Instance
from tests.api.endpoint.asking import GRAPHS, Watched
from tests.api.endpoint.test_sparql import catch_up
from tests.api.serving import BASE, Server, serving, settings
from tests.conformance.endpoint import endpoint


@pytest.fixture(scope="module")
def server(server: Server) -> Server:
    """The server of all tests, once its workers know all that it holds."""
    return catch_up(server)


# Section 2.1.4: the dataset


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An endpoint over three graphs, which may all be named."""
    texts = {name: lambda text=text: (text.encode(), RdfFormat.TURTLE) for name, text in GRAPHS.items()}
    with endpoint(tmp_path_factory.mktemp("graphs"), texts) as server:
        yield server


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance, pytest.MonkeyPatch.context() as patch:
        found = Watched(instance, patch)
        with serving(settings(folder, query_deadline=20, query_bytes=6 << 20), prepare=found.watch) as server:
            found.server = server
            found.tell("first")
            yield found
