"""Commands about findings: what the rules find now, and the date at which they judge."""

from __future__ import annotations

import csv
import datetime
import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.commands.options import DataOption, opened
from api.console import say

if TYPE_CHECKING:
    from graph.findings.reading import Findings

FORMATS = ("text", "json", "csv", "turtle")
SEVERITIES = ("violation", "warning", "info")
PATIENCE = 3600.0


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(findings)
    app.command()(tick)


def findings(
    data: DataOption = None,
    *,
    rule: Annotated[str | None, typer.Option("--rule", metavar="NUMBER", help="Only of this rule, R15.")] = None,
    family: Annotated[str | None, typer.Option("--family", metavar="LETTER", help="Only of this family, B.")] = None,
    severity: Annotated[str | None, typer.Option("--severity", help="violation, warning or info.")] = None,
    kind: Annotated[
        str | None, typer.Option("--class", help="contradiction, missing-duty or missing-knowledge.")
    ] = None,
    actor: Annotated[str | None, typer.Option("--actor", metavar="IRI", help="What this actor can mend.")] = None,
    domain: Annotated[str | None, typer.Option("--domain", metavar="IRI", help="Only in this domain.")] = None,
    focus: Annotated[str | None, typer.Option("--focus", metavar="IRI", help="Only about this thing.")] = None,
    status: Annotated[str, typer.Option("--status", help="open, contested, cleared or any.")] = "open",
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Opened or cleared since, YYYY-MM-DD.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, json, csv or turtle.")] = "text",
    language: Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="fr or en.")] = "en",
) -> None:
    """List what the rules find in what is publicly known, with since when; the newest first.

    Brings the findings up to date first, unless a server does so. These are checks of recorded metadata, not legal
    advice.
    """
    from api.checks.findings_asked import CLASSES
    from graph.errors import ViewsHeld
    from graph.findings.reading import STATUSES, Filter, Findings, Status
    from graph.findings.view import FindingsView
    from graph.terms import SH
    from graph.views.view import World

    _one_of((form, FORMATS), (status, STATUSES), (severity, SEVERITIES), (kind, CLASSES))
    wanted = Filter(
        rule=rule.upper() if rule else None,
        family=family.upper() if family else None,
        severity=f"{SH}{severity.capitalize()}" if severity else None,
        finding_class=CLASSES[kind] if kind else None,
        actor=actor,
        domain=domain,
        focus=focus,
        status=cast(Status, status),
        since=since,
    )
    with opened(data) as instance:
        try:
            with instance.hold(judging=True) as holder:
                _settle(holder)
                _tell(Findings(holder.public.findings, "public"), wanted, form, language)
        except ViewsHeld:
            # A server keeps them up: what it has told is read from its table.
            view = FindingsView(World.PUBLIC, instance.views / World.PUBLIC)
            try:
                _tell(Findings(view, "public"), wanted, form, language)
            finally:
                view.close()


def _one_of(*given: tuple[str | None, Iterable[str]]) -> None:
    for value, known in given:
        if value is not None and value not in known:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}")


def tick(
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The date, YYYY-MM-DD; default today (UTC).")
    ] = None,
    data: DataOption = None,
) -> None:
    """Move the date at which the rules judge, and judge again what reads it."""
    from graph.errors import ViewsHeld
    from graph.findings.evaluation import move

    try:
        day = datetime.date.fromisoformat(date) if date else datetime.datetime.now(datetime.UTC).date()
    except ValueError:
        raise typer.BadParameter(f"{date!r} is no date such as 2026-06-30", param_hint="--date") from None
    with opened(data) as instance:
        told = move(instance.log, instance.base, day)
        try:
            with instance.hold(judging=True) as holder:
                _settle(holder)
        except ViewsHeld:
            instance.settle(told.last)
    say(f"the rules judge at {day.isoformat()}")


def _settle(holder: object) -> None:
    from graph.errors import DeadlineReached
    from graph.views.holder import Holder

    assert isinstance(holder, Holder)
    if not holder.wait_for_findings(timeout=PATIENCE):
        raise DeadlineReached(holder.public.checkers.error or "the findings were not brought up to date in an hour")


def _tell(known: Findings, wanted: object, form: str, language: str) -> None:
    from api.checks.finding_pages import COLUMNS, as_json, as_rdf, as_row
    from graph.findings.reading import Filter
    from graph.rendering.syntaxes import TURTLE

    assert isinstance(wanted, Filter)
    if form == "json":
        print(json.dumps([as_json(each, known.world) for each in known.all(wanted)], ensure_ascii=False, indent=1))
        return
    if form == "csv":
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(as_row(each, known.world, language) for each in known.all(wanted))
        return
    if form == "turtle":
        sys.stdout.buffer.write(as_rdf(known.all(wanted), known.world, TURTLE))
        return
    for each in known.all(wanted):
        found = each.found
        message = found.messages.get(language) or next(iter(found.messages.values()), "")
        print(f"{found.rule}  {each.status}  since {each.opened[:10]}  {found.focus.strip('<>')}\n     {message}")
    say(f"{known.total(wanted)} findings")
