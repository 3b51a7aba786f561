"""Whatever happens to the records, the statistics kept up step by step are what a count of everything gives."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC, Entry
from graph.records.record import Record
from graph.terms import CG, DCAT, DCT, VOID, XSD, literal
from graph.views import triples as triples_module
from graph.views.triples import TriplesView
from graph.views.view import World
from tests.graph.derivations.recomputed import contents
from tests.graph.derivations.test_upkeep import act, follow
from tests.graph.views.making import BASE, EX, TYPE, ex, record, scratch

SOURCES = ("alpha", "beta")
NAMES = ("a", "b", "c", "a#distribution-1")
OWN = f"<{BASE}.well-known/void#public>"
"""What the view says of itself: nobody else does."""


def typed(*texts: str, datatypes: str) -> list[str]:
    return [literal(text, datatype=f"{XSD}{name}") for text in texts for name in datatypes.split()]


PROPERTIES = {
    TYPE: [f"<{DCAT}Dataset>", f"<{CG}UrbanDataService>", f"<{CG}GovernanceBody>", '"no class"'],
    f"<{DCT}title>": [literal("a"), literal("a", "fr"), literal("a", "en-gb"), literal('"^^<x>'), literal("a@fr")],
    f"<{CG}consumesDataset>": [ex("a"), ex("b"), OWN],
    f"<{DCAT}byteSize>": [
        *typed("7", "007", "-7", "x", "1" * 30, datatypes="integer nonNegativeInteger byte long"),
        *typed("7", "7.0", "07", datatypes="decimal double float"),
    ],
    f"<{DCT}modified>": [
        *typed("2026-01-01T00:00:00Z", "2026-01-01T24:00:00Z", datatypes="dateTime dateTimeStamp"),
        *typed("2026-01-01", "x", datatypes="date string anyURI"),
        *typed("1", "true", "0", "x", datatypes="boolean"),
        *typed("P12M", "P1Y", datatypes="duration yearMonthDuration"),
    ],
}
values = st.sampled_from([(predicate, value) for predicate, some in PROPERTIES.items() for value in some])


@st.composite
def records(draw: st.DrawFn) -> Record:
    name = draw(st.sampled_from(NAMES))
    statements = [(ex(name), *each) for each in draw(st.lists(values, min_size=1, max_size=6))]
    if draw(st.booleans()):
        other = draw(st.sampled_from([*map(ex, NAMES), OWN]))
        statements += [(other, *each) for each in draw(st.lists(values, max_size=3))]
    return record(EX + name, statements)


puts = st.tuples(
    st.just("put"), st.sampled_from(SOURCES), records(), st.sampled_from([PUBLIC, PUBLIC, PUBLIC, MEMBERS])
)
retracts = st.tuples(st.just("retract"), st.sampled_from(SOURCES), st.sampled_from([*NAMES, None]))
# What happens to the log, then at which write the views are stopped.
steps = st.tuples(st.lists(puts | puts | puts | retracts, min_size=1, max_size=6), st.none() | st.integers(0, 8))

SAYS = ex("a"), f"<{DCAT}byteSize>"
LIE = OWN, f"<{VOID}triples>", *typed("999", datatypes="integer")
FED = ("put", "alpha", record(f"{EX}c", [(ex("c"), f"<{CG}consumesDataset>", ex("a"))]), PUBLIC)

FEEDING_TOO = record(f"{EX}b", [(ex("b"), f"<{CG}consumesDataset>", ex("a"))])
TYPED = ("put", "alpha", record(f"{EX}a", [(ex("a"), TYPE, f"<{DCAT}Dataset>")]), PUBLIC)


def said(name: str, *statements: tuple[str, str, str], source: str = "alpha") -> tuple[str, str, Record, str]:
    return ("put", source, record(EX + name, statements), PUBLIC)


# One value in two texts, of one datatype in the end; an integer that is too long; what is derived before it is stated.
@example([([said("a", *((*SAYS, value) for value in typed("7", "007", datatypes="integer byte")))], None)], 5, True)
@example([([said("a", (*SAYS, *typed("1" * 30, datatypes="byte")))], None)], 5, True)
@example([([FED], None), ([said("a", (*SAYS, '"x"'))], None)], 5, True)
@example([([FED], None), ([said("b", (ex("a"), SAYS[1], '"x"'))], 3)], 5, True)
# A second value follows about what has a class, and one already.
@example([([TYPED, FED, ("put", "alpha", FEEDING_TOO, PUBLIC)], None)], 1, False)
# Two records of one load about one thing.
@example([([said("a", (*SAYS, '"x"')), said("a", (*SAYS, '"x"'), source="beta")], None)], 5, True)
# Somebody says how much there is, with much else or alone.
@example([([said("a", (*SAYS, '"x"'), LIE)], None)], 5, True)
@example([([said("a", (*SAYS, '"x"'), LIE)], None)], 5, False)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=1, max_size=5), st.integers(1, 5), st.booleans())
def test_kept_up_is_counted_anew(done: list[tuple[list[tuple], int | None]], size: int, bulk: bool) -> None:
    with (
        scratch() as folder,
        Log.open(Path(folder) / "log.sqlite") as log,
        patch.object(triples_module, "_LINES_WORTH_A_LOAD", 0 if bulk else 20_000),
    ):
        views = {world: TriplesView(world, Path(folder) / world, BASE) for world in World}
        for acts, stop in done:
            for each in acts:
                act(log, each)
            for world, view in views.items():
                if follow(view, log, size, stop):
                    event("stopped")
                    view.close()
                    views[world] = TriplesView(world, Path(folder) / world, BASE)
        for world, view in views.items():
            follow(view, log, size)
            contents(view)
            kept = view.statistics.counts
            view.close()
            again = TriplesView(world, Path(folder) / world, BASE)
            assert again.statistics.counts == kept
            again.close()


def test_what_is_not_public_changes_no_number(tmp_path: Path) -> None:
    about_a = record(f"{EX}a", [(*SAYS, '"x"'), (ex("a"), TYPE, f"<{DCAT}Dataset>")])
    about_b = record(f"{EX}b", [(ex("b"), TYPE, f"<{CG}Barrier>"), (ex("a"), TYPE, f"<{CG}Barrier>")])
    with Log.open(tmp_path / "log.sqlite") as log:
        views = [TriplesView(world, tmp_path / world, BASE) for world in World]
        log.append([Entry(about_a, PUBLIC)], agent="test", source="alpha")
        for view in views:
            follow(view, log, 5)
        before = [view.statistics.statements() for view in views]
        log.append([Entry(about_b, MEMBERS)], agent="test", source="alpha")
        for view in views:
            follow(view, log, 5)
        assert before[0] == before[1] == views[0].statistics.statements() == views[1].statistics.statements()
        log.append([Entry(about_b, PUBLIC)], agent="test", source="alpha")
        for view in views:
            follow(view, log, 5)
            assert view.statistics.statements() != before[0]
            view.close()
