"""Commands about findings: what the rules find now, and the date at which they judge."""

from __future__ import annotations

import csv
import datetime
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.commands.options import DataOption, opened
from api.console import say

if TYPE_CHECKING:
    from graph.findings.reading import Filter, Findings
    from graph.instance import Instance

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
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="THING", help="What this actor can mend: its IRI, or its address.")
    ] = None,
    domain: Annotated[
        str | None, typer.Option("--domain", metavar="THING", help="Only in this domain: its IRI, or its address.")
    ] = None,
    focus: Annotated[
        str | None, typer.Option("--focus", metavar="THING", help="Only about this thing: its IRI, or its address.")
    ] = None,
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
    from api.languages import LANGUAGES
    from graph.errors import ViewsHeld
    from graph.findings.reading import STATUSES, Filter, Findings, Status
    from graph.findings.view import FindingsView
    from graph.governance.rules.rulebook import rulebook
    from graph.terms import SH
    from graph.views.view import World

    book = rulebook()
    rule, family = rule and rule.upper(), family and family.upper()
    _one_of("--format", form, FORMATS)
    _one_of("--language", language, LANGUAGES)
    _one_of("--status", status, STATUSES)
    _one_of("--severity", severity, SEVERITIES)
    _one_of("--class", kind, CLASSES)
    _one_of("--family", family, [each.letter for each in book.families])
    if rule is not None and book.find(rule) is None:
        what = f"there is no rule {rule!r}: they go from {book.rules[0].number} to {book.rules[-1].number}"
        raise typer.BadParameter(what, param_hint="--rule")
    wanted = Filter(
        rule=rule,
        family=family,
        severity=f"{SH}{severity.capitalize()}" if severity else None,
        finding_class=CLASSES[kind] if kind else None,
        actor=actor,
        domain=domain,
        focus=focus,
        status=cast(Status, status),
        since=_moment(since),
    )
    with opened(data) as instance:
        try:
            with instance.hold(judging=True) as holder:
                _settle(holder)
                known = Findings(holder.public.findings, "public")
                _tell(known, _about(instance, known, wanted), form, language)
        except ViewsHeld:
            # A server keeps them up: what it has told is read from its table.
            view = FindingsView(World.PUBLIC, instance.views / World.PUBLIC)
            try:
                known = Findings(view, "public")
                _tell(known, _about(instance, known, wanted), form, language)
            finally:
                view.close()


def _about(instance: Instance, known: Findings, wanted: Filter) -> Filter:
    """See whom and what findings are to be about, named by IRI or address.

    Raises NotKnown for what is not publicly described, unless it is a node in a record or something was found on it.
    """
    from api.commands.things import public_iri
    from graph.errors import NotKnown
    from graph.findings.reading import Filter

    def iri(name: str) -> str | None:
        text: str | None = getattr(wanted, name)
        if text is None:
            return None
        try:
            return public_iri(instance, text)
        except NotKnown:
            only = {each: getattr(wanted, each) if each == name else None for each in ("actor", "domain", "focus")}
            if not known.total(Filter(status="any", **only)):
                public_iri(instance, text.rpartition("#")[0] or text)
            return text

    return replace(wanted, actor=iri("actor"), domain=iri("domain"), focus=iri("focus"))


def _one_of(option: str, value: str | None, known: Iterable[str]) -> None:
    if value is not None and value not in known:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}", param_hint=option)


def _moment(since: str | None) -> str | None:
    from api.checks.findings_asked import moment_of

    try:
        return since and moment_of(since)
    except ValueError:
        raise typer.BadParameter(f"{since!r} is no date such as 2026-06-30", param_hint="--since") from None


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


def _tell(known: Findings, wanted: Filter, form: str, language: str) -> None:
    from api.checks.finding_pages import COLUMNS, as_json, as_rdf, as_row
    from graph.rendering.syntaxes import TURTLE

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
