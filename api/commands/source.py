"""Commands about sources: who said what is known."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import DataOption, opened, settle
from api.console import progress, say

app = typer.Typer(help="The sources of what is known.", no_args_is_help=True)


@app.command("list")
def list_sources(data: DataOption = None) -> None:
    """List the sources: name, number of records, audience, address; one a line, parted by tabs."""
    with opened(data) as instance:
        counts: dict[str, int] = {}
        for head in instance.log.heads():
            counts[head.source] = counts.get(head.source, 0) + 1
        for each in instance.log.sources.all():
            print(each.name, counts.get(each.name, 0), each.audience, each.address or "", sep="\t")


@app.command("remove")
def remove_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the source, as `source list` gives it.")],
    data: DataOption = None,
) -> None:
    """Delete all that one source said; what another source says too stays."""
    from graph.errors import NotKnown

    with opened(data) as instance:
        known = [each.name for each in instance.log.sources.all()]
        if name not in known:
            raise NotKnown(f"no source is named {name!r}", remedy=f"the sources are {', '.join(sorted(known))}")
        with progress(f"removing {name}") as advance:
            appended = instance.log.retract(name, None, agent="operator")
            settle(instance, advance)
        say(f"{appended.deleted:,} records of {name} are deleted")
