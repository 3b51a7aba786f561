"""The triples view on a remote store holds what it holds on the embedded one, step by step and after a stop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph import sample
from graph.log.log import Log
from graph.log.rows import MEMBERS, Entry
from graph.store.remote.engine import Engine
from graph.store.remote.generations import RemoteStores
from graph.terms import literal
from graph.views.batch import Batch
from graph.views.triples import TriplesView
from graph.views.view import World
from graph.views.views import Views
from tests.graph.store.remote.engines import oxigraph, virtuoso
from tests.graph.views.making import BASE, dataset, ex, integer, put

ROOT = "http://example.org/store/"


class Stopped(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module", params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    start = {"oxigraph": oxigraph, "virtuoso": virtuoso}[request.param]
    with start(tmp_path_factory.mktemp(request.param)) as found:
        yield found


def fill(log: Log) -> Iterator[None]:
    """Bring half of the sample, what members may see, the rest, and take some of it away."""
    records = sample.records(sample.ILLUSTRATION, BASE)
    log.append([Entry(each) for each in records[::6]], agent="test", source="sample")
    yield
    put(
        log, "members", dataset("a", (ex("a"), ex("p"), integer("007")), title=literal("for members")), audience=MEMBERS
    )
    log.append([Entry(each) for each in records[1::6]], agent="test", source="sample")
    yield
    put(log, "one", dataset("a", (ex("a"), ex("p"), integer("07")), title=literal("for all")))
    log.retract("sample", [each.iri for each in records[::12]], agent="test")
    yield


def follow(view: TriplesView, log: Log, size: int = 60) -> None:
    while changes := log.changes(view.sequence(), size):
        view.apply(Batch(changes, log))


def alike(view: TriplesView) -> list[str]:
    """What two engines hold in the same words: their forms of typed literals may differ."""
    return [line for line in view.store.dump() if '"^^<' not in line]


@pytest.mark.slow
@pytest.mark.parametrize("world", list(World))
def test_same_triples_as_on_the_embedded_store(engine: Engine, tmp_path: Path, world: World) -> None:
    stores = RemoteStores(engine, f"{ROOT}{world}/")
    with (
        Log.open(tmp_path / "log.sqlite") as log,
        contextlib.closing(TriplesView(world, tmp_path / "remote", BASE, stores=stores)) as remote,
        contextlib.closing(TriplesView(world, tmp_path / "embedded", BASE)) as embedded,
    ):
        for _ in fill(log):
            for view in (remote, embedded):
                follow(view, log)
            assert len(alike(embedded)) > 300
            assert alike(remote) == alike(embedded)
            assert len(remote.store.dump()) == len(embedded.store.dump())
        known = f"{BASE}illustration/city"
        assert remote.labels([f"{ex('a')[1:-1]}"]) == embedded.labels([f"{ex('a')[1:-1]}"])
        assert sorted(remote.incoming(known, 50)) == sorted(embedded.incoming(known, 50))


@pytest.mark.slow
def test_stopped_at_any_request_it_is_the_same_in_the_end(engine: Engine, tmp_path: Path) -> None:
    """Each process ends at its fifth write, three times; the next one finds what it left."""
    stores = RemoteStores(engine, f"{ROOT}stopped/")

    def stopping(write: Callable[..., None], left: list[int]) -> Callable[..., None]:
        def stopped(self: Engine, *given: object) -> None:
            if left[0] == 0:
                raise Stopped
            left[0] -= 1
            write(self, *given)

        return stopped

    with Log.open(tmp_path / "log.sqlite") as log:
        for number, _ in enumerate(fill(log)):
            for stop in (2 + number, 5, 3):
                view = TriplesView(World.PUBLIC, tmp_path / "remote", BASE, stores=stores)
                with contextlib.closing(view), pytest.MonkeyPatch.context() as patch, contextlib.suppress(Stopped):
                    left = [stop]
                    patch.setattr(Engine, "change", stopping(Engine.change, left))
                    patch.setattr(Engine, "load", stopping(Engine.load, left))
                    follow(view, log)
        with (
            contextlib.closing(TriplesView(World.PUBLIC, tmp_path / "remote", BASE, stores=stores)) as view,
            contextlib.closing(TriplesView(World.PUBLIC, tmp_path / "embedded", BASE)) as embedded,
        ):
            follow(view, log)
            follow(embedded, log)
            assert not view.store.unfinished()
            assert alike(view) == alike(embedded)


def test_another_kind_of_store_is_another_view(engine: Engine, tmp_path: Path) -> None:
    """And a store that was lost is made again; one that does not answer is waited for, not thrown away."""
    stores = RemoteStores(engine, f"{ROOT}kinds/")
    told: list[str] = []
    with Log.open(tmp_path / "log.sqlite") as log:
        put(log, "one", dataset("a", title=literal("A")))
        for kind in (None, stores, stores, None):
            views = Views(World.PUBLIC, tmp_path / "views", BASE, told.append, stores=kind)
            sequence = views.triples.sequence()
            while changes := log.changes(views.position(), 100):
                views.apply(Batch(changes, log))
            views.close()
            told.append(f"{sequence}")
        another = "the view public/triples is of another format and is made again"
        last = str(log.sequence())
        assert told == ["0", another, "0", last, another, "0"]
        views = Views(World.PUBLIC, tmp_path / "views", BASE, told.append, stores=stores)
        state = views.triples.store.names.state
        views.close()
        engine.change(f"DROP SILENT GRAPH <{state}>")
        views = Views(World.PUBLIC, tmp_path / "views", BASE, told.append, stores=stores)
        assert views.triples.sequence() == 0
        assert "lost" in told[-1]
        views.close()
