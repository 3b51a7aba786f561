"""What real clients read: the catalogue of Rennes and the sample, served; and where the clients are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.instance import Instance
from tests.clients.stated import Stated, stated
from tests.conftest import CHECKOUT
from tests.processes import Served, civigraph, served


@pytest.fixture(scope="session")
def clients() -> Path:
    """The folder that scripts/clients fills, or the one that CIVIGRAPH_CLIENTS names."""
    folder = Path(os.environ.get("CIVIGRAPH_CLIENTS") or CHECKOUT / ".clients")
    if not folder.is_dir():
        pytest.skip(f"no harvesters at {folder}: scripts/clients installs them")
    return folder


@pytest.fixture(scope="session")
def data(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the catalogue of Rennes and the sample."""
    folder = tmp_path_factory.mktemp("clients") / "data"
    file = shared_data / "catalogues" / "fr-rennes-rudi" / "datarennes_meta.json"
    for command in (("import", file, "--source", "rennes"), ("sample", "load")):
        ended = civigraph(folder, *command)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


@pytest.fixture(scope="session")
def catalogues(data: Path) -> dict[str, dict[str, Stated]]:
    """What the log states of each dataset of the catalogue and of the illustration, by IRI."""
    with Instance.open(data) as instance:
        return stated(instance.log)


@pytest.fixture(scope="session")
def site(data: Path) -> Iterator[Served]:
    """The site over that folder."""
    with served(data) as running:
        yield running
