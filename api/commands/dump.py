"""The command that writes the whole catalogue to files, which are then served."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import DataOption, opened, settle
from api.console import progress, say


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(dump)


def dump(
    data: DataOption = None,
    again: Annotated[bool, typer.Option("--again", help="Write today's version anew where there is one.")] = False,
) -> None:
    """Write the whole public catalogue to files with their checksums, which `serve` offers at /dumps: once a day.

    A server does so by itself unless CIVIGRAPH_DUMPS is false. Where today's version is there already, nothing is done.
    """
    from datetime import UTC, datetime

    from api.dumping import dumped_catalogue
    from api.settings import read_settings
    from graph.feeds.dumps import make, versions
    from graph.views.fragments.reading import Reading
    from graph.views.view import World

    settings = read_settings(data=data)
    with opened(data) as instance, progress("dumping") as advance:
        folder = instance.path / "dumps"
        today = datetime.now(UTC).date().isoformat()
        if not again and any(version.date == today for version in versions(folder)):
            say(f"today's version is in {folder}")
            return
        settle(instance, advance)
        reading = Reading(instance.views / World.PUBLIC / "catalog.sqlite")
        try:
            made = make(reading, dumped_catalogue(settings, instance), folder, today)
        finally:
            reading.close()
    for file in made.files:
        print(f"{folder / file.name}\t{file.bytes}\t{file.sha256}")
