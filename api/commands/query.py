"""The command that asks a question in SPARQL."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import DataOption, opened
from api.console import printable, say
from graph.errors import DataError, QueryRefused, UnknownFormat, ViewsHeld

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.instance import Instance
    from graph.store.remote.pool import EnginePool
    from graph.store.remote.store import RemoteStore
    from graph.store.snapshots import Copied, Snapshots
    from graph.store.workers import QueryPool

FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
PATIENCE = 60.0
"""Seconds to wait for who holds the views without lending them, an import for example."""


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(query)


def query(
    given: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="The query, or a file with it; - for standard input.")
    ] = None,
    text: Annotated[str | None, typer.Option("--execute", "-e", metavar="TEXT", help="The query itself.")] = None,
    data: DataOption = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=f"table, {', '.join(FORMATS)}.")] = "table",
) -> None:
    """Ask in SPARQL what is publicly known, whether or not a server runs on the folder.

    The query runs in a process without network, with the deadline and the limits that `serve` has.
    """
    from api.settings import read_settings

    if form not in {"table", *FORMATS}:
        raise UnknownFormat(f"{form} is no format of answers", remedy=f"choose table, {', '.join(FORMATS)}")
    asked = _text(given, text)
    settings = read_settings(data=data)
    with opened(data) as instance, _pool(instance, settings) as pool:
        pool.wait_ready()
        answer = pool.run(
            asked,
            accept=[FORMATS["json"], FORMATS["ttl"]] if form == "table" else [FORMATS[form]],
            deadline=settings.query_deadline,
            max_bytes=settings.query_bytes,
        )
        with answer:
            if form == "table" and answer.kind != "graph":
                _print_table(json.load(answer.body))
            else:
                shutil.copyfileobj(answer.body, sys.stdout.buffer)
                sys.stdout.buffer.flush()


def _text(given: str | None, text: str | None) -> str:
    """Read the query from where it was given. Raises QueryRefused when it was given nowhere or twice."""
    if (given is None) == (text is None):
        raise QueryRefused("a query is given as an argument or with -e, one of the two")
    if text is not None:
        return text
    assert given is not None
    # Every query has a brace, and hardly a file's name has one.
    if "{" in given and not _is_file(given):
        return given
    try:
        return sys.stdin.read() if given == "-" else Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryRefused(f"the query cannot be read: {error}", where=given) from error


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # longer than a file's name may be
        return False


@contextmanager
def _pool(instance: Instance, settings: Settings) -> Iterator[QueryPool | EnginePool]:
    """Give a worker on a snapshot of the public triples, or on the engine that keeps them."""
    from graph.cages.limits import Limits
    from graph.cages.zygote import Zygote
    from graph.store import workers
    from graph.store.remote import pool as remote_pool

    limits, tmp, network = Limits(memory_bytes=settings.query_memory), instance.tmp, settings.query_network
    with ExitStack() as stack:
        if settings.store_url is None:
            snapshots = stack.enter_context(_snapshots(instance))
            zygote = stack.enter_context(Zygote(workers.PRELOAD))
            pool: QueryPool | EnginePool = workers.QueryPool(
                zygote, snapshots, size=1, limits=limits, folder=tmp, allow_network=network
            )
        else:
            store = _remote(instance, stack)
            zygote = stack.enter_context(Zygote(remote_pool.PRELOAD))
            pool = remote_pool.EnginePool(
                zygote, lambda: store, size=1, limits=limits, folder=tmp, allow_network=network
            )
        stack.callback(pool.close)
        yield pool


def _remote(instance: Instance, stack: ExitStack) -> RemoteStore:
    """Give the remote store: brought up to date where nobody holds the views, else as who holds them has it."""
    from api.endpoint.engine import remote_store
    from graph.store.remote.generations import RemoteStores
    from graph.views.view import World

    try:
        holder = stack.enter_context(instance.hold())
    except ViewsHeld:
        assert isinstance(instance.stores, RemoteStores)
        return instance.stores.look(instance.views / "public")
    holder.wait_for(instance.log.sequence())
    return remote_store(holder, World.PUBLIC)


@contextmanager
def _snapshots(instance: Instance) -> Iterator[Snapshots]:
    """Give snapshots of the public triples: our own where nobody holds the views, else those that the holder lends."""
    from graph.store.snapshots import Snapshots

    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="query-", dir=instance.tmp)))
        store = _held(instance, stack) or _borrowed(instance)
        snapshots = Snapshots(store, folder, lambda: 0)  # what it gives stays what it is while we look
        stack.callback(snapshots.close)
        yield snapshots


def _held(instance: Instance, stack: ExitStack) -> Copied | None:
    """Hold the views, bring them up to date and give their store; None where another process holds them."""
    from graph.store.embedded import EmbeddedStore

    try:
        holder = stack.enter_context(instance.hold())
    except ViewsHeld:
        return None
    holder.wait_for(instance.log.sequence())
    store = holder.public.triples.store
    assert isinstance(store, EmbeddedStore)
    return store


def _borrowed(instance: Instance) -> Borrowed:
    """Give what the holder lends, and wait for one that lends nothing."""
    from graph.views.door import borrow

    end, told = monotonic() + PATIENCE, False
    while True:
        try:
            with borrow(instance.views, "public", instance.log.sequence(), timeout=2):
                return Borrowed(instance.views)
        except DataError:
            if monotonic() > end:
                raise
        if not told:
            say("waiting for the process that holds the views…")
            told = True


class Borrowed:
    """A store that another process holds, copied by hard links from a snapshot that it lends."""

    def __init__(self, views: Path) -> None:
        self._views = views

    def backup(self, folder: Path) -> None:
        """Copy the newest snapshot; its files never change, so that links to them are a copy."""
        from graph.views.door import borrow

        with borrow(self._views, "public") as loan:
            shutil.copytree(loan.path, folder, copy_function=os.link)


def _print_table(results: dict[str, Any]) -> None:
    """Print the JSON results of a SELECT or ASK for reading."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if "boolean" in results:
        print("yes" if results["boolean"] else "no")
        return
    names = results["head"]["vars"]
    table = Table(*names, header_style="bold", box=None, pad_edge=False)
    for row in results["results"]["bindings"]:
        table.add_row(*(Text(_shown(row.get(name)), overflow="fold") for name in names))
    console = Console()
    console.print(table, width=None if console.is_terminal else 10_000, crop=False)
    say(f"{len(results['results']['bindings']):,} rows")


def _shown(term: dict[str, str] | None) -> str:
    """Write a term for reading: names with their prefix, literals as they are."""
    from graph.terms import PREFIXES

    if term is None:
        return ""
    value = term["value"]
    if term["type"] == "uri":
        for prefix, namespace in PREFIXES.items():
            local = value.removeprefix(namespace)
            if local != value and local.replace("-", "").replace("_", "").isalnum():
                return f"{prefix}:{local}"
    return printable(value)
