"""Commands about a data folder as a whole: init, status, rebuild, verify."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import DataOption, opened
from api.console import progress, say

if TYPE_CHECKING:
    from graph.instance import Instance


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (init, status, rebuild, verify):
        app.command()(command)


def init(
    data: DataOption = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="IRI", help="Base of local IRIs, fixed for ever; default http://127.0.0.1:8000/."
        ),
    ] = None,
) -> None:
    """Make a data folder. Other commands make one themselves; this one lets you choose the base of its IRIs."""
    from api.endpoint.engine import engine
    from api.settings import read_settings
    from graph.errors import DataError
    from graph.instance import Instance

    settings = read_settings(data=data, base=base)
    with Instance.open(
        settings.data, create=True, base=settings.base, log_url=settings.log_url, engine=engine(settings)
    ) as instance:
        if settings.base not in (None, instance.base):
            raise DataError(
                f"its local IRIs start with {instance.base}, for ever",
                where=str(settings.data),
                remedy="choose another folder for another base",
            )
        say(f"{settings.data} is ready; its local IRIs start with {instance.base}")


def status(
    data: DataOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Say what the data folder holds, and how far its views are."""
    with opened(data) as instance:
        found = _status(instance)
    if as_json:
        print(json.dumps(found, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, pad_edge=False)
    for name in ("folder", "base", "log_sequence", "public_sequence", "views_sequence", "views_error"):
        table.add_row(name.replace("_", " "), str(found[name] if found[name] is not None else "none"))
    for heading in ("sources", "kinds"):
        for name, count in found[heading].items():
            table.add_row(f"{heading[:-1]} {name}", f"{count:,}")
    Console().print(table, markup=False)


def _status(instance: Instance) -> dict[str, Any]:
    """Count what the newest version of every record says, by source and by kind."""
    published = instance.published()
    sources: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for head in instance.log.heads():
        sources[head.source] = sources.get(head.source, 0) + 1
        kinds[head.kind] = kinds.get(head.kind, 0) + 1
    return {
        "folder": str(instance.path),
        "base": instance.base,
        "log_sequence": instance.log.sequence(),
        "public_sequence": instance.log.public_sequence(),
        "views_sequence": published.sequence,
        "views_error": published.error,
        "sources": dict(sorted(sources.items())),
        "kinds": dict(sorted(kinds.items())),
    }


def rebuild(data: DataOption = None) -> None:
    """Make all views again from the log. No other process may hold them meanwhile."""
    with opened(data) as instance, instance.hold() as holder, progress("rebuilding the views") as advance:
        holder.rebuild(lambda done, total: advance("", done, total))
        say(f"the views are made again, up to sequence {instance.applied()}")


def verify(data: DataOption = None) -> None:
    """Check every row of the log against the chain of digests; ends with 1 where it is broken."""
    with opened(data) as instance:
        instance.log.verify()
        say(f"the log is whole: {instance.log.sequence():,} rows")
