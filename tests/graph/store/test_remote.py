"""The remote store on real engines: the contract of every store, and what only a remote one has to stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from graph.store.engine import Engine
from graph.store.generations import RemoteStores
from graph.store.remote import RemoteStore
from tests.graph.store.engines import oxigraph, virtuoso

pytest.register_assert_rewrite("tests.graph.store.contract")

from tests.graph.store.contract import XSD, TripleStoreContract  # noqa: E402 (rewritten first)

ROOT = "http://example.org/store/"


@pytest.fixture(scope="module")
def oxigraph_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        yield engine


@pytest.fixture(scope="module")
def virtuoso_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), rows=1000) as engine:
        yield engine


class TestOxigraph(TripleStoreContract):
    @pytest.fixture
    def store(self, oxigraph_engine: Engine, tmp_path: Path) -> Iterator[RemoteStore]:
        opened = RemoteStores(oxigraph_engine, ROOT).open("public", tmp_path)
        yield opened
        opened.close()


class TestVirtuoso(TripleStoreContract):
    unsure: ClassVar[dict[str, str]] = {
        f'"INF"^^<{XSD}double>': "7.2 keeps it twice when it comes by both protocols, and each removal takes one away",
    }

    @pytest.fixture
    def store(self, virtuoso_engine: Engine, tmp_path: Path) -> Iterator[RemoteStore]:
        opened = RemoteStores(virtuoso_engine, ROOT).open("public", tmp_path)
        yield opened
        opened.close()
