"""The command that tells what a supposed change would gain and lose."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.lending import PATIENCE
from api.commands.options import DataOption, opened
from api.commands.reasoning import FormOption, LanguageOption, chosen, day_of, writer_of
from api.commands.things import public_iri
from api.console import printable
from graph.errors import DataError, ViewsHeld

if TYPE_CHECKING:
    from graph.impact.outcome import Outcome
    from graph.impact.supposition import How
    from graph.instance import Instance

_DEADLINE = 600.0
# What changes one term of a thing needs a thing that has it; anything may be gone.
_TERMS = ("access", "licence", "end")


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(name="what-if")(what_if)


def what_if(
    change: Annotated[
        str, typer.Argument(help="remove, hide (no longer public), access, licence, end or date.", metavar="CHANGE")
    ],
    thing: Annotated[
        str | None, typer.Argument(help="What changes: its IRI, or its address as dataset/bus-stops; none for a date.")
    ] = None,
    data: DataOption = None,
    *,
    value: Annotated[
        str, typer.Option("--value", metavar="VALUE", help="The new access right or licence (IRI), or date.")
    ] = "",
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="Date to judge at, YYYY-MM-DD, in place of the one recorded."),
    ] = None,
    deadline: Annotated[float, typer.Option("--deadline", metavar="SECONDS", help="Longest time to work.")] = _DEADLINE,
    form: FormOption = "text",
    language: LanguageOption = "en",
) -> None:
    """Tell which services and findings a change would gain and lose, without making it.

    Works in a copy of what is publicly known; nothing is stored. Not legal advice.
    """
    from api.checks.what_if_data import outcome_data
    from graph.impact.outcome import suppose
    from graph.impact.supposition import HOWS, Supposition

    chosen(change, HOWS, "CHANGE")
    chosen(form, ("text", "json"), "--format")
    chosen(language, ("fr", "en"), "--language")
    day = day_of(at)
    how = next(each for each in HOWS if each == change)
    with opened(data) as instance, _snapshot(instance) as path:
        known = _subject(instance, how, thing)
        supposed = Supposition(how, known, value)
        outcome = suppose(path, instance.tmp, instance.log, supposed, at=day, deadline=deadline)
        if form == "json":
            json.dump(outcome_data(outcome), sys.stdout, ensure_ascii=False, indent=1)
            print()
            return
        _print(outcome, path, language)


def _subject(instance: Instance, how: How, thing: str | None) -> str:
    """Give the IRI of what changes, of a kind that can change so; empty for a date.

    Raises BadParameter where none is named, NotKnown, InputError.
    """
    from api.checks.what_if_words import HOWS_OF

    if how == "date":
        return ""
    if thing is None:
        what = f"{how} needs a thing: its IRI, or its address as dataset/bus-stops"
        raise typer.BadParameter(what, param_hint="THING")
    kinds = [kind for kind, hows in HOWS_OF.items() if how in hows]
    return public_iri(instance, thing, kinds if how in _TERMS else ())


def _print(outcome: Outcome, snapshot: Path, language: str) -> None:
    """Print an outcome for reading."""
    from pyoxigraph import DefaultGraph

    from api.checks.what_if_words import OutcomeWriter, mentioned
    from api.languages import texts_in
    from api.pages.plain_words import Sentence, text_of
    from graph.reasoning.facts import Facts
    from graph.store.embedded import EmbeddedStore

    store = EmbeddedStore(snapshot, read_only=True)
    try:
        names, writer = writer_of(
            Facts(lambda text: store.query(text, graphs=[DefaultGraph()])), mentioned(outcome), language
        )
    finally:
        store.close()
    words, say = OutcomeWriter(writer, language, names.name), texts_in(language).text

    def tell(sentence: Sentence | str, indent: int) -> None:
        print(" " * indent + printable(sentence if isinstance(sentence, str) else text_of(sentence)))

    tell(words.question(outcome.supposed), 0)
    for each in words.headline(outcome):
        tell(each, 0)
    for gone in words.gone(each for each in outcome.gone if each.why != "asked"):
        tell(gone, 2)
    for use in words.uses(outcome.uses):
        tell(f"{text_of(use.service)} · {text_of(use.dataset)}", 0)
        for title, side in ((say("As it is"), use.before), (say("As it would be"), use.after)):
            tell(f"{title}: {text_of(side.verdict) if side else say('does not use it')}", 2)
    for title, findings in (
        (say("Findings that would appear"), outcome.gained),
        (say("Findings that would go"), outcome.mended),
    ):
        tell(f"{title}: {len(findings)}", 0)
        for finding in words.findings(findings, outcome):
            tell(f"{finding.rule} {text_of(finding.focus)}: {finding.message}", 2)


@contextmanager
def _snapshot(instance: Instance) -> Iterator[Path]:
    """Give the folder of a snapshot of the public triples: our own, or the one that the holder of the views lends.

    Raises DataError where the triples lie in another engine.
    """
    from graph.store.remote.generations import RemoteStores
    from graph.views.door import borrow

    if isinstance(instance.stores, RemoteStores):
        raise DataError("the triples are kept in an engine that gives no copy", remedy="put them into the data folder")
    try:
        with instance.hold() as holder:
            holder.wait_for(instance.log.sequence())
            with holder.snapshots().latest() as lease:
                yield lease.path
    except ViewsHeld:
        with borrow(instance.views, "public", instance.log.sequence(), PATIENCE) as loan:
            yield loan.path
