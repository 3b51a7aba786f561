"""Whatever happens to the records, views that follow step by step are what a rebuild from the log makes."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC, Entry
from graph.records.record import Record
from graph.terms import CC, CG, DCT, Statement, literal
from graph.views import triples as triples_module
from graph.views.batch import Batch
from graph.views.view import World
from graph.views.views import Views
from tests.graph.views.crashing import crash
from tests.graph.views.making import (
    AGENT,
    DATASET,
    DISTRIBUTION,
    EX,
    LICENCE,
    NAME,
    PUBLISHER,
    TITLE,
    TYPE,
    ex,
    follow,
    integer,
    opened,
    record,
    scratch,
)

AGREEMENT = f"{EX}agreement"
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
SOURCES = ("alpha", "beta")
IRIS = ("a", "a", "b", "actor")
AUDIENCES = (PUBLIC, PUBLIC, MEMBERS, AGREEMENT)
# Literals that the store makes one of, that need escapes, that have a language.
VALUES = (
    integer("007"),
    integer("7"),
    literal("1.50", datatype="http://www.w3.org/2001/XMLSchema#decimal"),
    literal("1.5", datatype="http://www.w3.org/2001/XMLSchema#decimal"),
    literal('une "ligne"\n\\u0041 \x01 \uffff', "fr"),
    literal("Vélos", "fr-fr"),
    ex("b"),
)
# Every record may speak about a node of its own, and about a node that all share.
NODES = ("{}", "{}#distribution-1", "shared")


@st.composite
def statements(draw: st.DrawFn, name: str) -> list[Statement]:
    """What a source says about one of the IRIs: never nothing."""
    kind = AGENT if name == "actor" else draw(st.sampled_from([DATASET, ex("Thing")]))
    said = [(ex(name), TYPE, kind)]
    for template in draw(st.lists(st.sampled_from(NODES), max_size=3)):
        said.append((ex(template.format(name)), ex("p"), draw(st.sampled_from(VALUES))))
    extra = [
        (ex(name), TITLE, literal(draw(st.sampled_from(["Eau", "Énergie"])), "fr")),
        (ex(name), NAME, literal(draw(st.sampled_from(["Rennes", "Ville"])))),
        (ex(name), PUBLISHER, ex("actor")),
        (ex(name), DISTRIBUTION, ex(f"{name}#distribution-1")),
        (ex(f"{name}#distribution-1"), LICENCE, ex("licence")),
        # From these more follows: a rung, what is fed, an openness that hangs on what everybody may say of a licence.
        (ex(name), f"<{DCT}accessRights>", f"<{ACCESS}PUBLIC>"),
        (ex(name), f"<{CG}consumesDataset>", ex("b")),
        *((ex("licence"), f"<{CC}permits>", f"<{CC}{action}>") for action in ("Distribution", "DerivativeWorks")),
    ]
    return said + [each for each in extra if draw(st.booleans())]


@st.composite
def puts(draw: st.DrawFn) -> tuple[str, str, Record, str]:
    name = draw(st.sampled_from(IRIS))
    made = record(EX + name, draw(statements(name)))
    return "put", draw(st.sampled_from(SOURCES)), made, draw(st.sampled_from(AUDIENCES))


retracts = st.tuples(st.just("retract"), st.sampled_from(SOURCES), st.one_of(st.none(), st.sampled_from(IRIS)))
erases = st.tuples(st.just("erase"), st.sampled_from(SOURCES), st.sampled_from(IRIS))
acts = st.one_of(puts(), puts(), puts(), puts(), retracts, erases)
# What follows an act: nothing, that the views apply all, or one batch, or that they are stopped at their n-th write.
steps = st.tuples(acts, st.sampled_from([None, "all", "all", "one", "one", 0, 1, 2, 3, 4, 5]))


def act(log: Log, step: tuple) -> None:
    """Do to the log what a step says."""
    if step[0] == "put":
        log.append([Entry(step[2], step[3])], agent="test", source=step[1])
    elif step[0] == "retract":
        iris = None if step[2] is None else [EX + step[2]]
        log.retract(step[1], iris, agent="test")
    elif log.head(step[1], EX + step[2]) is not None:
        log.erase(step[1], EX + step[2], agent="test")


def state(views: Views) -> tuple:
    """All that answers can be made from."""
    return views.triples.store.dump(), views.catalog.dump(), views.search.dump()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(steps, min_size=8, max_size=20), st.integers(1, 4), st.booleans())
def test_step_by_step_equals_rebuild(done: list[tuple[tuple, str | int | None]], size: int, bulk: bool) -> None:
    worth = 0 if bulk else 20_000
    with (
        scratch() as folder,
        Log.open(Path(folder) / "log.sqlite") as log,
        patch.object(triples_module, "_LINES_WORTH_A_LOAD", worth),
    ):
        worlds = {world: opened(Path(folder) / "stepwise", world) for world in World}
        for step, then in done:
            act(log, step)
            for world, views in worlds.items():
                if then == "all":
                    follow(views, log, size)
                elif then == "one" and (changes := log.changes(views.sequence(), size)):
                    views.apply(Batch(changes, log))
                elif isinstance(then, int):
                    crash(views, log, then)
                    views.close()
                    worlds[world] = opened(Path(folder) / "stepwise", world)
        for views in worlds.values():
            follow(views, log, size)
            rebuilt = opened(Path(folder) / "rebuilt", views.world)
            follow(rebuilt, log)
            try:
                assert state(views) == state(rebuilt)
                assert views.sequence() == rebuilt.sequence() == log.sequence()
            finally:
                rebuilt.close()
                views.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(puts() | puts() | retracts, min_size=6, max_size=14))
def test_public_world_does_not_see_other_records(done: list[tuple]) -> None:
    """The same public history with and without the other records: the same public answers, scores included."""
    with scratch() as folder:
        answers = []
        for name, hidden in (("with", True), ("without", False)):
            with Log.open(Path(folder) / f"{name}.sqlite") as log:
                views = opened(Path(folder) / name)
                for step in done:
                    # What is not public comes from a source of its own, so that the public history stays the same.
                    if step[0] == "put" and step[3] != PUBLIC:
                        if hidden:
                            act(log, (step[0], "hidden", *step[2:]))
                    else:
                        act(log, step)
                    follow(views, log)
                asked = [views.search.search(query) for query in ("", "eau", "rennes", "velos", "vill")]
                known = (views.triples.store.dump(), views.catalog.dump(timeless=True), views.search.dump())
                answers.append((known, asked, views.catalog.page(None, 100), log.public_sequence()))
                views.close()
        assert answers[0] == answers[1]
