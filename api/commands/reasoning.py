"""The commands that tell by what right services use data, and which licences data may carry."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.lending import public_graph
from api.commands.options import DataOption, opened
from api.commands.things import DATASETS, SERVICES, public_iri
from api.console import printable

if TYPE_CHECKING:
    import datetime

    from api.pages.plain_words import Sentence, Writer
    from api.pages.store_names import StoreNames
    from graph.reasoning.facts import Facts

FormOption = Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")]
LanguageOption = Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="Language of the text: fr or en.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(route)
    app.command()(licences)


def route(
    service: Annotated[str, typer.Argument(help="The urban service: its IRI, or its address as service/bus-planner.")],
    dataset: Annotated[
        str | None, typer.Argument(help="One dataset, used or not; without it, all that the service uses.")
    ] = None,
    data: DataOption = None,
    *,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="Date to judge at, YYYY-MM-DD, in place of the one recorded."),
    ] = None,
    form: FormOption = "text",
    language: LanguageOption = "en",
) -> None:
    """Tell by what right an urban service uses data: open licence, own holding, agreement in force, law.

    Reads what is publicly known. Without any legal route, what comes nearest to one is told. Not legal advice.
    """
    from api.checks.reasoning_data import route_data
    from api.languages import texts_in
    from api.pages.plain_routes import RouteWriter, day_of_judging, mentioned
    from graph.reasoning.facts import Facts
    from graph.reasoning.routes import legality

    chosen(form, ("text", "json"), "--format")
    day = day_of(at)
    with opened(data) as instance, public_graph(instance) as ask:
        facts = Facts(ask)
        known = public_iri(instance, service, SERVICES)
        pairs = facts.uses(services=[known]) if dataset is None else [(known, public_iri(instance, dataset, DATASETS))]
        uses = legality(facts, pairs, day or day_of_judging(facts))
        if form == "json":
            _print_json([route_data(use) for use in uses])
            return
        lines = RouteWriter(writer_of(facts, mentioned(uses), language)[1]).lines(uses)
    if not lines:
        print(texts_in(language).text("It uses no dataset that is known."))
    for line in lines:
        _tell(line.dataset, 0)
        _tell(line.verdict, 2)
        for one in line.routes:
            _tell(one.sentence, 4)
        for near in line.near:
            _tell(near, 4)


def licences(
    datasets: Annotated[list[str], typer.Argument(help="Datasets: IRIs, or addresses as dataset/bus-stops.")],
    data: DataOption = None,
    *,
    form: FormOption = "text",
    language: LanguageOption = "en",
) -> None:
    """Tell what licences ask of a dataset and of what is made of it; of several, what their combination may carry.

    Follows derivations at any depth, in what is publicly known. Not legal advice.
    """
    from api.checks.reasoning_data import making_data
    from api.pages.plain_licences import DutyWriter, duties_of_all
    from graph.reasoning.facts import Facts

    chosen(form, ("text", "json"), "--format")
    with opened(data) as instance, public_graph(instance) as ask:
        facts = Facts(ask)
        duties = duties_of_all(facts, [public_iri(instance, each, DATASETS) for each in datasets])
        if form == "json":
            told: dict[str, object] = {kind: making_data(each) for kind, each in duties.onward.items()}
            _print_json(told if duties.making is None else {"itself": making_data(duties.making), **told})
            return
        _, writer = writer_of(facts, duties.mentioned, language)
        for part in DutyWriter(writer, duties.licences).parts(duties):
            _tell(writer.say(part.title), 0)
            for item in part.items:
                _tell(item.sentence, 2)
                for below in item.below:
                    _tell(below, 4)


def chosen(value: str, known: Iterable[str], option: str) -> None:
    """See that a value is one of those that there are. Raises BadParameter."""
    if value not in known:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}", param_hint=option)


def day_of(text: str | None) -> datetime.date | None:
    """Read the date of `--at`. Raises BadParameter."""
    import datetime

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date: write 2026-06-30", param_hint="--at") from None


def writer_of(facts: Facts, mentioned: Iterable[str], language: str) -> tuple[StoreNames, Writer]:
    """Give the names of things as the graph has them, and a writer of sentences that uses them."""
    from api.languages import LANGUAGES, texts_in
    from api.pages.plain_words import Writer
    from api.pages.store_names import StoreNames

    chosen(language, LANGUAGES, "--language")
    names = StoreNames(facts, mentioned, language)
    return names, Writer(names, texts_in(language))


def _tell(sentence: Sentence, indent: int) -> None:
    from api.pages.plain_words import text_of

    print(" " * indent + printable(text_of(sentence)))


def _print_json(told: object) -> None:
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    print()
