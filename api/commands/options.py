"""Options that several commands have, and how a data folder is opened by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.console import Advance
from api.endpoint.engine import engine
from api.settings import read_settings

if TYPE_CHECKING:
    from graph.instance import Instance

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Folder of the log and its views.", show_default="data"),
]


@contextmanager
def opened(data: Path | None, *, create: bool = False, base: str | None = None) -> Iterator[Instance]:
    """Open the data folder that an option or the settings name; `create` makes an absent or empty one, with this base.

    Raises NoDataDirectory when there is none and none is to be made.
    """
    from graph.instance import Instance

    settings = read_settings(data=data, base=base)
    with Instance.open(
        settings.data, create=create, base=settings.base, log_url=settings.log_url, engine=engine(settings)
    ) as instance:
        yield instance


def settle(instance: Instance, advance: Advance) -> None:
    """Wait until the views show all that the log says now, whoever applies it, and show how far they are."""
    what = "bringing the views up to date"
    instance.settle(instance.log.sequence(), progress=lambda applied, wanted: advance(what, applied, wanted))
