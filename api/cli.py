"""The command line `civigraph`: its commands put together, and how errors are told."""

from __future__ import annotations

import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from api.commands import (
    check,
    data,
    dump,
    exchange,
    findings,
    keep,
    ontology,
    preflight,
    query,
    reasoning,
    sample,
    serve,
    source,
    token,
    what_if,
)
from api.console import fail, say
from graph.errors import CivigraphError, ConfigurationError

app = typer.Typer(
    name="civigraph",
    help="Who holds which urban data, under which terms, feeding which services.",
    epilog="Every option that is a setting can be given as a variable too: --data as CIVIGRAPH_DATA.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
data.add_to(app)
keep.add_to(app)
serve.add_to(app)
exchange.add_to(app)
dump.add_to(app)
query.add_to(app)
check.add_to(app)
preflight.add_to(app)
findings.add_to(app)
reasoning.add_to(app)
what_if.add_to(app)
app.add_typer(source.app, name="source")
app.add_typer(token.app, name="token")
app.add_typer(sample.app, name="sample")
app.add_typer(ontology.app, name="ontology")


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        print(f"civigraph {version('civigraph')}")
        raise typer.Exit


@app.callback()
def everywhere(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version and end.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
) -> None:
    """Take the options that come before any command."""
    Debug.wanted = debug


class Debug:
    """Whether the person asked for tracebacks; of use only when an error is told."""

    wanted = False


def main() -> None:
    """Run a command; end with 0, 1 for a failure, 2 for a wrong call or setting, 130 for Ctrl-C."""
    try:
        app()
    except CivigraphError as error:
        fail(str(error))
        sys.exit(2 if isinstance(error, ConfigurationError) else 1)
    except Exception as error:  # nobody above could tell it better
        if Debug.wanted:
            traceback.print_exc()
        fail(f"unexpected {type(error).__name__}: {error}")
        say("This is a fault of civigraph, not of yours; `civigraph --debug …` shows where it happened.")
        sys.exit(1)
