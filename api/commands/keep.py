"""Commands that keep and that take away for good: backup, restore, erase."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import DataOption, opened
from api.console import progress, say


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (backup, restore, erase):
        app.command()(command)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes; it must not be there yet.")],
    data: DataOption = None,
) -> None:
    """Copy the log, also while it is served and written; views need no copy. The copy is checked row by row."""
    from graph.backup import back_up

    with opened(data) as instance:
        last = back_up(instance.log, file)
    say(f"{file} has the log up to row {last:,}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `backup` made.")],
    data: DataOption = None,
    erased: Annotated[
        Path | None,
        typer.Option("--erased", metavar="FILE", help="What `erase --list` printed: it is erased again."),
    ] = None,
) -> None:
    """Make a data folder of a copy of the log; what the folder's own log has erased since stays erased."""
    from api.settings import read_settings
    from graph import backup as copies
    from graph.errors import ConfigurationError

    settings = read_settings(data=data)
    if settings.log_url is not None:
        raise ConfigurationError(
            "the log is kept in a database elsewhere, and a copy would be restored beside it",
            remedy="restore that database by its own tools, or leave CIVIGRAPH_LOG_URL out",
        )
    lines = erased.read_text().splitlines() if erased is not None else []
    last, again = copies.restore(file, settings.data, copies.read_erasures(lines))
    say(f"{settings.data} has the log up to row {last:,}; {again:,} records were erased again")


def erase(
    iri: Annotated[
        str | None, typer.Argument(metavar="IRI", help="What is to be forgotten.", show_default=False)
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", metavar="NAME", help="Only what this source said; default all.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Print all erasures: source, IRI, time, by tabs.")] = False,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    data: DataOption = None,
) -> None:
    """Take every version of a record out of log and views for good; that there was one, and its IRI, stay."""
    from graph.backup import erasures_of
    from graph.errors import InputError, NotKnown
    from graph.findings.erasing import erase_all

    with opened(data) as instance:
        if listed:
            for each in erasures_of(instance.log):
                print(*each, sep="\t")
            return
        if iri is None:
            raise InputError("nothing is named", remedy="give the IRI of what is to be forgotten")
        told = sorted({row.source for row in instance.log.history(None, iri)})
        chosen = [name for name in told if not source or name in source]
        if not chosen:
            raise NotKnown("no source ever said anything about this", where=iri)
        if not sure:
            typer.confirm(f"Erase for good what {', '.join(chosen)} said about {iri}?", abort=True, err=True)
        last = erase_all(instance.log, iri, chosen, agent="operator")
        with progress("making the views without it") as advance:
            instance.settle_erasures(last, lambda done, total: advance("", done, total))
        # Ready files hold what was public when they were written.
        shutil.rmtree(instance.path / "dumps", ignore_errors=True)
    say(f"{iri} is erased from log and views; erase it from your backups too, or restore them by `civigraph restore`")
