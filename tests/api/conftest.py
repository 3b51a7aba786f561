"""The graph that the tests of the API serve: one file of `data/` a source, and fifty further datasets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.instance import Instance
from graph.log.rows import PUBLIC
from tests.api.serving import BASE, DATA, Server, many, serving, settings, tell


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the graph of `data/*.ttl`, one file a source, and fifty further datasets."""
    path = tmp_path_factory.mktemp("site") / "data"
    with Instance.open(path, create=True, base=BASE) as instance:
        for file in sorted(DATA.glob("*.ttl")):
            tell(instance, file.read_text(), file.stem, "members" if file.stem == "private" else PUBLIC)
        instance.log.sources.ensure("city", "http://example.org/city.ttl", title="Ville d'Exemple")
        tell(instance, "\n".join(map(many, range(50))), "many")
    return path


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[Server]:
    """The server over that folder."""
    with serving(settings(folder, page_size=20, query_deadline=3)) as running:
        yield running
