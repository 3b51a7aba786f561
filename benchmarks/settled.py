"""A data folder as a server leaves it that has run for a while: what an import puts off is done."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from graph.views.catalog import CatalogView
from graph.views.view import World


def write_blocks(data: Path) -> None:
    """Write the blocks of datasets that wait for a quiet moment; nobody may hold the views of the folder."""
    with closing(CatalogView(World.PUBLIC, data / "views" / World.PUBLIC)) as catalog:
        while catalog.write_some():
            pass
