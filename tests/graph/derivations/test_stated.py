"""What is derived may be stated too, before, after or meanwhile: it stays as long as one of both holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.records.record import Record
from graph.terms import CG, DCAT
from graph.views import triples as triples_module
from graph.views.triples import TriplesView
from graph.views.view import World
from tests.graph.derivations.test_upkeep import check, follow
from tests.graph.views.making import BASE, DATASET, EX, TYPE, ex, put, record

THEME, DOMAIN, WATER = f"<{DCAT}theme>", f"<{CG}domain>", f"<{CG}Water>"
CONSUMES, FEEDS = f"<{CG}consumesDataset>", f"<{CG}feeds>"

DERIVING = record(f"{EX}d", [(ex("d"), TYPE, DATASET), (ex("d"), DOMAIN, WATER)])
STATING = record(f"{EX}d", [(ex("d"), TYPE, DATASET), (ex("d"), THEME, WATER)])
NEITHER = record(f"{EX}d", [(ex("d"), TYPE, DATASET)])
FED = record(f"{EX}d", [(ex("d"), TYPE, DATASET), (ex("d"), FEEDS, ex("s"))])
FEEDING = record(f"{EX}s", [(ex("s"), TYPE, f"<{CG}UrbanDataService>"), (ex("s"), CONSUMES, ex("d"))])
IDLE = record(f"{EX}s", [(ex("s"), TYPE, f"<{CG}UrbanDataService>")])

Bring = Callable[[], list[int]]


@pytest.fixture(params=[False, True], ids=["by change", "by load"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    with (
        patch.object(triples_module, "_LINES_WORTH_A_LOAD", 0 if request.param else 20_000),
        Log.open(tmp_path / "log.sqlite") as opened,
    ):
        yield opened


@pytest.fixture
def bring(log: Log, tmp_path: Path) -> Iterator[Bring]:
    """Apply what is new in both worlds, hold it to one derivation of everything, and give how much is only derived."""
    views = [TriplesView(world, tmp_path / world, BASE) for world in World]

    def bring() -> list[int]:
        for view in views:
            follow(view, log, 100)
        return [check(view, log) for view in views]

    yield bring
    for view in views:
        view.close()


@pytest.mark.parametrize("first", [DERIVING, STATING], ids=["derived first", "stated first"])
@pytest.mark.parametrize("last", [DERIVING, STATING], ids=["derived last", "stated last"])
def test_stays_while_stated_or_derived(log: Log, bring: Bring, first: Record, last: Record) -> None:
    second = STATING if first is DERIVING else DERIVING
    put(log, "alpha", first)
    assert bring() == [first is DERIVING] * 2
    put(log, "beta", second)
    assert bring() == [0, 0]
    put(log, "alpha" if last is second else "beta", NEITHER)
    assert bring() == [last is DERIVING] * 2
    put(log, "alpha", NEITHER)
    put(log, "beta", NEITHER)
    assert bring() == [0, 0]


@pytest.mark.parametrize("again", [FEEDING, IDLE], ids=["fed still", "fed no more"])
@pytest.mark.parametrize("described", [FED, NEITHER], ids=["stated", "not stated"])
def test_derived_about_what_is_described_later(log: Log, bring: Bring, described: Record, again: Record) -> None:
    put(log, "alpha", FEEDING)
    assert bring() == [1, 1]
    put(log, "alpha", described, again)
    assert bring() == [again is FEEDING and described is NEITHER] * 2
    put(log, "alpha", IDLE, NEITHER)
    assert bring() == [0, 0]


def test_what_everybody_sees_is_not_derived_again_for_members(log: Log, bring: Bring) -> None:
    put(log, "alpha", DERIVING, audience=MEMBERS)
    assert bring() == [0, 1]
    put(log, "beta", STATING)
    assert bring() == [0, 0]
    put(log, "beta", DERIVING)
    assert bring() == [1, 1]
    log.retract("beta", None, agent="test")
    assert bring() == [0, 1]
    put(log, "alpha", DERIVING, audience=PUBLIC)
    assert bring() == [1, 1]
