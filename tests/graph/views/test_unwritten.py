"""Blocks that a long way leaves unwritten: readers get the same before, half way and after."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.feeds.catalogue import Catalogue
from graph.feeds.dumps import write_dumps
from graph.feeds.page import Told
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.terms import literal
from graph.views.catalog import CatalogView
from graph.views.fragments import unwritten
from graph.views.fragments.selection import Selection
from graph.views.view import World
from graph.views.views import Views
from tests.graph.views.making import PUBLISHER, actor, dataset, ex, follow, opened, put

CATALOGUE = Catalogue(
    "https://catalogue.example/catalog", {"fr": "Catalogue"}, {"fr": "Essai"}, "https://catalogue.example/me", "Essai",
    "https://creativecommons.org/licenses/by/4.0/", "https://catalogue.example/",
)  # fmt: skip
SYNTAXES = ("turtle", "rdfxml", "jsonld")
PATIENCE_SECONDS = 120.0


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """A log with six datasets."""
    log = Log.open(tmp_path / "log.sqlite")
    some = [dataset(name, (ex(name), PUBLISHER, ex("b")), title=literal(name, "fr")) for name in "uvwxyz"]
    put(log, "s", *some, actor("b", "B"))
    return log


def blocks(catalog: CatalogView) -> list[tuple[object, ...]]:
    """The blocks as they are kept."""
    query = "SELECT iri, used, forbidden, turtle, rdfxml, jsonld FROM fragments ORDER BY iri"
    return catalog._database.execute(query).fetchall()


def read(catalog: CatalogView) -> list[object]:
    """What readers of pages and of single datasets get."""
    with catalog.reading.moment() as moment:
        told = Told(moment, (PUBLIC,), moment.page(Selection(), None, 100))
        pages = [list(told.written(syntax)) for syntax in SYNTAXES]
        bodies = [list(told.bodies(syntax)) for syntax in SYNTAXES]
        return [pages, bodies, told.digest(), moment.blocks(told.keys), catalog.dump()]


def test_readers_get_the_same_whatever_is_written(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = opened(tmp_path / "at-once")
    follow(at_once, log)
    wanted, kept = read(at_once.catalog), blocks(at_once.catalog)
    assert all(None not in row for row in kept)
    assert not at_once.catalog.write_some()
    monkeypatch.setattr(unwritten, "MANY", 2)
    monkeypatch.setattr(unwritten, "_AT_ONCE", 4)
    later = opened(tmp_path / "later")
    follow(later, log)
    left = [sum(row[3] is None for row in blocks(later.catalog))]
    assert read(later.catalog) == wanted
    while later.catalog.write_some():
        left.append(sum(row[3] is None for row in blocks(later.catalog)))
        assert read(later.catalog) == wanted
    assert left == [6, 2, 0, 0]
    assert blocks(later.catalog) == kept
    for views in (at_once, later):
        views.close()
    log.close()


def dumped(catalog: CatalogView, folder: Path) -> dict[str, bytes]:
    """The dumps as whoever fetches them gets them, by name."""
    folder.mkdir()
    with catalog.reading.moment() as moment:
        write_dumps(moment, CATALOGUE, folder, "2026-06-30")
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_dumps_have_the_same_bytes_whatever_is_written(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = opened(tmp_path / "at-once")
    follow(at_once, log)
    wanted = dumped(at_once.catalog, tmp_path / "wanted")
    monkeypatch.setattr(unwritten, "MANY", 2)
    monkeypatch.setattr(unwritten, "_AT_ONCE", 4)
    later = opened(tmp_path / "later")
    follow(later, log)
    left = []
    for name in ("none", "some"):
        left.append(sum(row[3] is None for row in blocks(later.catalog)))
        assert dumped(later.catalog, tmp_path / name) == wanted
        later.catalog.write_some()
    assert left == [6, 2]
    for views in (at_once, later):
        views.close()
    log.close()


def test_what_is_made_again_meanwhile_is_not_lost(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unwritten, "MANY", 2)
    monkeypatch.setattr(unwritten, "_AT_ONCE", 3)
    views = opened(tmp_path / "views")
    follow(views, log)
    assert views.catalog.write_some()
    # One that was written and one that was not, by themselves; then two more together, while some still wait.
    for some in (["u"], ["z"], ["v", "y"]):
        put(log, "s", *[dataset(name, title=literal(f"{name} again", "fr")) for name in some])
        follow(views, log)
    views.close()
    views = opened(tmp_path / "views")
    while views.catalog.write_some():
        pass
    monkeypatch.setattr(unwritten, "MANY", 1000)
    rebuilt = opened(tmp_path / "rebuilt")
    follow(rebuilt, log)
    assert blocks(views.catalog) == blocks(rebuilt.catalog)
    for each in (views, rebuilt):
        each.close()
    log.close()


def test_the_full_world_keeps_no_blocks(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unwritten, "MANY", 2)
    views = opened(tmp_path / "views", World.FULL)
    follow(views, log)
    assert not views.catalog.write_some()
    views.close()
    log.close()


def test_a_holder_writes_them_when_nothing_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unwritten, "MANY", 2)
    with Instance.open(tmp_path / "data", create=True) as instance:
        put(instance.log, "s", *[dataset(name, title=literal(name, "fr")) for name in "uvwxyz"])
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence(), PATIENCE_SECONDS)
            _await(lambda: _is_written(holder.public))


def _is_written(views: Views) -> bool:
    with views.catalog.reading.moment() as moment:
        return all(text is not None for text, _, _ in moment.written(moment.page(Selection(), None, 100), "turtle"))


def _await(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
