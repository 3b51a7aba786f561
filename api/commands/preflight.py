"""The command that says beforehand what portals would make of our datasets."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DataOption, opened, settle
from api.commands.reasoning import FormOption, LanguageOption, chosen
from api.commands.things import public_iri
from api.console import fail, printable, progress
from graph.errors import CivigraphError, ConfigurationError

if TYPE_CHECKING:
    from graph.instance import Instance
    from graph.preflight.verdict import Verdict

NOT_TAKEN, UNABLE = 1, 2
_A_READ = 200


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(preflight)


def preflight(
    dataset: Annotated[
        str | None,
        typer.Argument(help="The dataset: its IRI, or its address as dataset/bus-stops.", metavar="DATASET"),
    ] = None,
    data: DataOption = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every dataset of the public catalogue.")] = False,
    portal: Annotated[
        list[str] | None,
        typer.Option(
            "--portal",
            metavar="PORTAL",
            help="ckan, udata, data.europa.eu, google, fdp or datajson; may be repeated; all where none is named.",
        ),
    ] = None,
    form: FormOption = "text",
    language: LanguageOption = "en",
) -> None:
    """Tell what portals would drop or change of a dataset of ours, and how to mend it.

    As text, `--all` lists what would not be taken and counts the rest by rule. Ends with 0 where every portal would
    take every dataset, with 1 where one would not, with 2 where nothing could be told.
    """
    chosen(form, ("text", "json"), "--format")
    chosen(language, ("fr", "en"), "--language")
    if (dataset is None) == (not everything):
        raise typer.BadParameter("name one dataset, or --all", param_hint="DATASET")
    taken = True
    try:
        with opened(data) as instance:
            with progress("reading") as advance:
                settle(instance, advance)
            verdicts = _verdicts(instance, dataset, portal or [])
            tell = _tell_json if form == "json" else _tell_all if everything else _tell_one
            taken = tell(verdicts, language)
    except ConfigurationError:
        raise
    except CivigraphError as error:
        fail(str(error))
        raise typer.Exit(UNABLE) from None
    if not taken:
        raise typer.Exit(NOT_TAKEN)


def _verdicts(instance: Instance, dataset: str | None, names: list[str]) -> Iterator[Verdict]:
    """Give the verdicts on one dataset, or on all of the public catalogue, some read at a time."""
    from graph.errors import NotKnown
    from graph.feeds.page import Told
    from graph.log.rows import PUBLIC
    from graph.preflight.own import examine_own, identifiers
    from graph.preflight.portals.table import portals
    from graph.views.fragments.fragment import CATALOG
    from graph.views.fragments.reading import Reading
    from graph.views.fragments.selection import Selection
    from graph.views.view import World

    portals(names)
    reading = Reading(instance.views / World.PUBLIC / "catalog.sqlite")
    every = Selection((PUBLIC,), (("feed", CATALOG),))
    try:
        with reading.moment() as moment:
            wanted = None if dataset is None else public_iri(instance, dataset)
            if wanted is not None and not moment.keys([wanted], [PUBLIC]):
                raise NotKnown(f"no public dataset is called {dataset}")
            met: set[str] = set()
            after: str | None = None
            while keys := moment.page(every, after, _A_READ):
                told = Told(moment, (PUBLIC,), keys)
                if wanted is None:
                    yield from examine_own(told, names, met)
                else:
                    for fragment in moment.fragments([key for key in keys if key.iri < wanted]):
                        met |= identifiers(fragment.iri, fragment.statements)
                    if keys[-1].iri >= wanted:
                        break
                after = keys[-1].iri
            if wanted is not None:
                yield from examine_own(Told(moment, (PUBLIC,), moment.keys([wanted], [PUBLIC])), names, met)
    finally:
        reading.close()


def _tell_json(verdicts: Iterator[Verdict], _: str) -> bool:
    """Print all as a JSON list, one a line."""
    taken, between = True, "[\n"
    for verdict in verdicts:
        taken &= verdict.taken
        sys.stdout.write(between + json.dumps(verdict.as_data(), ensure_ascii=False))
        between = ",\n"
    print("\n]" if between != "[\n" else "[]")
    return taken


def _tell_one(verdicts: Iterator[Verdict], language: str) -> bool:
    """Print what each portal makes of it, with each remark and how to mend it."""
    from api.checks.preflight_page import opinion
    from api.languages import texts_in

    texts, taken = texts_in(language), True
    for verdict in verdicts:
        taken &= verdict.taken
        told = opinion(texts, verdict)
        print(f"{told.portal}: {told.words}")
        for line in told.lines:
            print(printable(f"  {line.field} ({line.effect}): {line.says}"))
            if line.value:
                print(printable(f"    {line.value[:200]}"))
            print(printable(f"    {line.mend}"))
        if told.more:
            more = texts.number(told.more)
            print(texts.text("Further remarks of this portal that are not shown: %(number)s", number=more))
    return taken


def _tell_all(verdicts: Iterator[Verdict], language: str) -> bool:
    """Print what would not be taken, then how much falls to each rule of each portal."""
    from api.checks.preflight_page import opinion
    from api.languages import texts_in
    from graph.preflight.portals.table import PORTALS
    from graph.preflight.verdict import KEEPS_OUT

    texts, all_of, taken = texts_in(language), Counter[str](), Counter[str]()
    rules: Counter[tuple[str, str]] = Counter()
    stopped: set[str] = set()
    for verdict in verdicts:
        stopped |= {verdict.portal} if verdict.stops else set()
        all_of[verdict.portal] += 1
        taken[verdict.portal] += verdict.taken
        rules.update({(verdict.portal, remark.rule) for remark in verdict.remarks})
        if not verdict.taken:
            why = "; ".join(remark.says[language] for remark in verdict.remarks if remark.effect in KEEPS_OUT)
            print(printable(f"{opinion(texts, verdict).portal} · {verdict.dataset.strip('<>')} · {why}"))
    taken.update({name: -taken[name] for name in stopped})
    for name, portal in PORTALS.items():
        if name in all_of:
            print(texts.text("%(portal)s: takes %(taken)s of %(all)s datasets", portal=portal.title,
                             taken=texts.number(taken[name]), all=texts.number(all_of[name])))  # fmt: skip
            for (whose, rule), count in rules.most_common():
                if whose == name:
                    print(printable(f"  {texts.number(count)}  {portal.rules[rule].says[language]}"))
    return taken == all_of
