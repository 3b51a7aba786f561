"""Commands about the sample that comes with Civigraph."""

from __future__ import annotations

import typer

from api.commands.options import DataOption, opened, settle
from api.console import progress, say

app = typer.Typer(help="The sample: real and illustrated urban data of Rennes.", no_args_is_help=True)


@app.command("load")
def load_sample(data: DataOption = None) -> None:
    """Load the sample; what is there already stays as it is."""
    from graph import sample

    with opened(data, create=True) as instance:
        with progress("the sample", patience=0) as advance:
            appended = sample.load(instance, progress=lambda done, total: advance("loading records", done, total))
            settle(instance, advance)
        say(f"the sample is loaded: {appended.created:,} new records, {appended.unchanged:,} unchanged")


@app.command("remove")
def remove_sample(data: DataOption = None) -> None:
    """Delete what the sample said."""
    from graph import sample

    with opened(data) as instance:
        with progress("the sample") as advance:
            appended = sample.remove(instance)
            settle(instance, advance)
        say(f"{appended.deleted:,} records of the sample are deleted")
