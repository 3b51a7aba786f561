"""An engine that mixes the graphs of a dataset is found out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.errors import (
    ConfigurationError,
    StoreUnavailable,
)
from graph.store.remote.apart import check_apart
from graph.store.remote.engine import Engine
from tests.graph.store.remote.pool.engine import (
    Opened,
)


class TestEnginesThatMixGraphs:
    def test_engine_that_keeps_to_the_dataset(self, opened: Opened) -> None:
        check_apart(opened.engine, opened.full.names)

    def test_engine_that_does_not(self, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = Engine.ask

        def leaking(self: Engine, text: str, *, named_graphs: list[str], default_graphs: list[str], **given: object):  # type: ignore[no-untyped-def]
            return asked(
                self, text, default_graphs=default_graphs, named_graphs=[*named_graphs, *default_graphs], **given
            )

        monkeypatch.setattr(Engine, "ask", leaking)
        with pytest.raises(ConfigurationError, match="dataset"):
            check_apart(opened.engine, opened.full.names)

    def test_engine_that_is_not_there(self, opened: Opened) -> None:
        with pytest.raises(StoreUnavailable, match="does not answer"):
            check_apart(replace(opened.engine, query="http://127.0.0.1:9/query"), opened.full.names)
