"""What a bulk load describes may be pointed at already: by an earlier load, by a change, since before it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from graph.log.log import Log
from graph.records.record import Record
from graph.terms import CC, CG, DCAT, DCT
from graph.views import triples as triples_module
from graph.views.batch import Batch
from graph.views.triples import TriplesView
from graph.views.view import World
from tests.graph.derivations.test_upkeep import check
from tests.graph.views.making import BASE, DATASET, EX, LICENCE, TYPE, ex, put, record

PUBLIC = "<http://publications.europa.eu/resource/authority/access-right/PUBLIC>"
FILE_OPEN = record(f"{EX}file", [(ex("file"), LICENCE, ex("open"))])
FILE_BARE = record(f"{EX}file", [(ex("file"), TYPE, f"<{DCAT}Distribution>")])
PERMITS = [(ex("open"), f"<{CC}permits>", f"<{CC}{action}>") for action in ("Distribution", "DerivativeWorks")]
OPEN = record(f"{EX}open", PERMITS)


def dataset(*files: str) -> Record:
    own = [(ex("d"), TYPE, DATASET), (ex("d"), f"<{DCT}accessRights>", PUBLIC)]
    return record(f"{EX}d", own + [(ex("d"), f"<{DCAT}distribution>", ex(file)) for file in files])


class Place:
    """A log and a view to which whatever is unknown comes by bulk load."""

    def __init__(self, log: Log, folder: Path) -> None:
        self.log = log
        self.folder = folder
        self.view = TriplesView(World.PUBLIC, folder, BASE)

    def bring(self) -> list[str]:
        """Apply what is new and give the rungs of the dataset."""
        while changes := self.log.changes(self.view.sequence(), 100):
            self.view.apply(Batch(changes, self.log))
        rungs = self.view.store.values(f"{EX}d", NamedNode(f"{CG}opennessStatus"), DefaultGraph())
        return [quad.object.value.removeprefix(CG) for quad in rungs]

    def open_again(self) -> None:
        self.view.close()
        self.view = TriplesView(World.PUBLIC, self.folder, BASE)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with patch.object(triples_module, "_LINES_WORTH_A_LOAD", 0), Log.open(tmp_path / "log.sqlite") as log:
        made = Place(log, tmp_path / "view")
        yield made
        made.view.close()


Between = Callable[[Place], None]
between = pytest.mark.parametrize("then", [lambda _: None, Place.open_again], ids=["same process", "opened again"])


@between
def test_pointed_at_by_an_earlier_load(place: Place, then: Between) -> None:
    put(place.log, "s", OPEN, dataset("file"))
    assert place.bring() == ["PublicNotOpen"]
    then(place)
    put(place.log, "s", FILE_OPEN)
    assert place.bring() == ["Open"]


@between
def test_pointed_at_by_a_change(place: Place, then: Between) -> None:
    put(place.log, "s", OPEN, dataset())
    assert place.bring() == ["PublicNotOpen"]
    put(place.log, "s", dataset("file"))
    assert place.bring() == ["PublicNotOpen"]
    then(place)
    put(place.log, "s", FILE_OPEN)
    assert place.bring() == ["Open"]


@between
def test_described_forgotten_and_described_again(place: Place, then: Between) -> None:
    put(place.log, "s", OPEN, dataset("file"), FILE_BARE)
    assert place.bring() == ["PublicNotOpen"]
    place.log.retract("s", [f"{EX}file"], agent="test")
    assert place.bring() == ["PublicNotOpen"]
    then(place)
    put(place.log, "s", FILE_OPEN)
    assert place.bring() == ["Open"]


@pytest.mark.parametrize(
    "said", [(f"<{DCT}accessRights>", PUBLIC), (f"<{CG}opennessStatus>", f"<{CG}Open>")], ids=["premise", "conclusion"]
)
def test_a_known_record_speaks_about_what_comes_with_it(place: Place, said: tuple[str, str]) -> None:
    """The licence is compared, the dataset loaded: both say something about the dataset."""
    put(place.log, "s", OPEN, FILE_OPEN)
    assert place.bring() == []
    own = [(ex("d"), TYPE, DATASET), (ex("d"), LICENCE, ex("open"))]
    if said[1] != PUBLIC:
        own.append((ex("d"), f"<{DCT}accessRights>", PUBLIC))
    put(place.log, "s", record(f"{EX}d", own), record(f"{EX}open", [*PERMITS, (ex("d"), *said)]))
    assert place.bring() == ["Open"]
    assert check(place.view, place.log) == (said[1] == PUBLIC)
