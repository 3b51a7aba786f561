"""The command that checks the graph by the governance rules or by a profile."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DataOption, opened
from api.commands.output import written
from api.console import fail, progress, say
from graph.errors import CivigraphError, ConfigurationError, ViewsHeld

if TYPE_CHECKING:
    import datetime

    from api.reports.told import Told
    from graph.governance.checking.checker import Checked, Checker
    from graph.governance.checking.report import Report
    from graph.instance import Instance
    from graph.store.store import TripleStore

FORMATS = ("text", "turtle", "json", "csv", "spreadsheet", "html")
VIOLATIONS, UNABLE = 1, 2
PATIENCE = 60.0
"""Seconds to wait for a snapshot of the views that another process holds."""


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(check)


def check(
    data: DataOption = None,
    *,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="NUMBER", help="Only this rule, R15; may be repeated.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="Date to judge at, YYYY-MM-DD, in place of the one recorded."),
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", metavar="PROFILE", help="governance, dcat-ap or hvd.")
    ] = "governance",
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=f"{', '.join(FORMATS)}.")] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of to standard output.")
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="fr or en.")] = "en",
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell in which way each constraint is checked, and check nothing.")
    ] = False,
) -> None:
    """Check what is publicly known by the governance rules, or by a profile of DCAT-AP.

    Whether or not a server runs on the folder. `text` shows the first findings of each rule, the other formats all.
    Ends with 0 where there is no violation (there may be warnings), with 1 where there is one, with 2 where nothing
    could be checked. These are checks of recorded metadata, not legal advice.
    """
    try:
        _one_of(form, FORMATS, "--format")
        _one_of(language, ("fr", "en"), "--language")
        checker, date = _checker(profile, rule), _date(at)
        if explain:
            _explain(checker)
            return
        with opened(data) as instance, _lent(instance) as (graph, store), _uncollected():
            report = _checked(checker, graph, date)
            _write(_told(report, store, instance, language), form, output, language)
    except ConfigurationError:
        raise
    except CivigraphError as error:
        fail(str(error))
        raise typer.Exit(UNABLE) from None
    if any(severity.endswith("#Violation") for severity in report.by_severity()):
        raise typer.Exit(VIOLATIONS)


def _one_of(value: str, known: Iterable[str], option: str) -> None:
    if value not in known:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}", param_hint=option)


def _checker(profile: str, rules: list[str] | None) -> Checker:
    """Make the shapes ready. Raises BadParameter for a profile or a rule that is not known."""
    from graph.errors import NotKnown
    from graph.governance.checking.checker import Checker
    from graph.governance.rules.shapesets import GOVERNANCE, NAMES, named

    _one_of(profile, NAMES, "--profile")
    if rules and profile != GOVERNANCE:
        raise typer.BadParameter("only the governance rules have numbers", param_hint="--rule")
    try:
        return Checker(named(profile), rules=[each.upper() for each in rules] if rules else None)
    except NotKnown as error:
        raise typer.BadParameter(str(error), param_hint="--rule") from None


def _date(text: str | None) -> datetime.date | None:
    import datetime

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date: write 2026-06-30", param_hint="--at") from None


@contextmanager
def _lent(instance: Instance) -> Iterator[tuple[Checked, TripleStore]]:
    """Give the public graph: our own view of it where nobody holds the views, else what the holder lends."""
    from graph.governance.checking.stored import check_lent, check_stored
    from graph.log.rows import PUBLIC
    from graph.store.embedded import EmbeddedStore
    from graph.store.remote.generations import RemoteStores
    from graph.views.door import borrow

    try:
        with instance.hold() as holder:
            holder.wait_for(instance.log.sequence())
            triples = holder.public.triples
            yield check_stored(instance.log, triples, [PUBLIC]), triples.store
    except ViewsHeld:
        if isinstance(instance.stores, RemoteStores):
            remote = instance.stores.look(instance.views / "public")
            yield check_lent(instance.log, remote), remote
            return
        with borrow(instance.views, "public", instance.log.sequence(), PATIENCE) as loan:
            store = EmbeddedStore(loan.path, read_only=True)
            try:
                yield check_lent(instance.log, store), store
            finally:
                store.close()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage: findings by the hundred thousand make none in cycles, and a look goes through them all."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _checked(checker: Checker, graph: Checked, date: datetime.date | None) -> Report:
    """Check with a bar; by the HVD profile only what is of high value, as it looks at all that it is given."""
    from graph.governance.checking.highvalue import high_value

    nodes = high_value(graph.ask) if checker.shapes.name == "hvd" else None
    with progress("checking") as advance:
        return checker.check(graph, nodes=nodes, at=date, progress=lambda done, total: advance("", done, total))


def _told(report: Report, store: TripleStore, instance: Instance, language: str) -> Told:
    from api.reports.naming import names_in
    from api.reports.told import Told

    return Told(report, str(instance.path), name_of=names_in(store, language))


def _write(told: Told, form: str, output: Path | None, language: str) -> None:
    """Write the report, whole or not at all where it goes to a file."""
    from rich.console import Console

    from api.languages import texts_in
    from api.reports import text

    if form != "text":
        pieces = _pieces(told, form, language)
        _put(pieces, output)
        return
    if output is None:
        text.write(told, texts_in(language), Console(highlight=False))
        return
    with output.open("w", encoding="utf-8") as file:
        text.write(told, texts_in(language), Console(file=file, highlight=False))


def _pieces(told: Told, form: str, language: str) -> Iterator[bytes]:
    from api.reports import document, page, table, turtle

    writers: dict[str, Callable[[], Iterable[str | bytes]]] = {
        "turtle": lambda: turtle.write(told),
        "json": lambda: document.write(told),
        "csv": lambda: table.write(told),
        "spreadsheet": lambda: table.write_harmless(told),
        "html": lambda: [page.write(told, language)],
    }
    for piece in writers[form]():
        yield piece if isinstance(piece, bytes) else piece.encode()


def _put(pieces: Iterable[bytes], output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    with written(output) as file:
        file.writelines(pieces)
    say(f"written to {output}")


def _explain(checker: Checker) -> None:
    """Print the way of each constraint (docs/architecture.md), a line each."""
    from rich.console import Console
    from rich.table import Table

    from graph.governance.checking.loose import derived
    from graph.governance.checking.ways import explain

    table = Table("shape", "path", "component", "way", "why", header_style="bold", box=None, pad_edge=False)
    for step in explain(checker.shapes.shapes, derived() if checker.shapes.knows else ()):
        component = _short(step.component).removeprefix("sh:").removesuffix("ConstraintComponent")
        table.add_row(_short(step.shape.strip("<>")), _path(step.path or ""), component, step.way, step.why)
    console = Console(width=None if sys.stdout.isatty() else 1000, highlight=False)
    console.print(table, markup=False)


def _short(iri: str) -> str:
    """Write the name of a shape, or of a term by its prefix."""
    from graph.governance.rules.rulebook import RULE
    from graph.terminology.explain import curie

    shape = iri.removeprefix(RULE)
    return shape if shape != iri else curie(iri)


def _path(path: str) -> str:
    """Write a path of SPARQL with prefixes."""
    return re.sub(r"<([^>]*)>", lambda found: _short(found[1]), path)
