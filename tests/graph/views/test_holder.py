"""One process holds the views and follows the log; the others wait for it, and take over when it dies."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph.errors import DataError, DeadlineReached, ViewsHeld
from graph.instance import Instance
from graph.log.rows import MEMBERS
from graph.store.embedded import EmbeddedStore
from graph.terms import literal
from graph.views import holder as holder_module
from graph.views.holder import Holder
from graph.views.view import World
from tests.graph.views.making import EX, dataset, put

CHECKOUT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    with Instance.open(tmp_path / "data", create=True) as opened:
        yield opened


@contextmanager
def other_holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the views until it is killed or the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.graph.views.holding", str(path)],
        cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def waited(holder: Holder, sequence: int) -> Holder:
    assert holder.wait_for(sequence, PATIENCE)
    return holder


def titles(holder: Holder) -> set[str]:
    return {hit.title for hit in holder.public.search.search("", filters={"source": ["test"]}, limit=100).hits}


def state(holder: Holder) -> list[tuple]:
    """All that answers can be made from, in each world that is there."""
    worlds = [views for views in (holder.public, holder.full) if views]
    return [(views.triples.store.dump(), views.search.dump(), views.catalog.dump()) for views in worlds]


def test_follows_what_others_append(instance: Instance) -> None:
    with instance.hold() as holder:
        for name in "abc":
            last = put(instance.log, "test", dataset(name, title=literal(name)))
            waited(holder, last)
            assert name in titles(holder)
        assert holder.sequence() == instance.applied() == last
        assert holder.public_sequence() == instance.log.public_sequence()
        assert holder.health().well


def test_only_one_holds_and_it_is_named(instance: Instance) -> None:
    assert not instance.held()
    with instance.hold():
        assert instance.held()
        with pytest.raises(ViewsHeld, match=f"process {os.getpid()}"):
            instance.hold()
    assert not instance.held()
    instance.hold().close()


def test_other_process_holds_and_this_one_waits(instance: Instance) -> None:
    with other_holder(instance.path) as other:
        with pytest.raises(ViewsHeld, match=f"process {other.pid}"):
            instance.hold()
        last = put(instance.log, "test", dataset("a", title=literal("a")))
        seen: list[tuple[int, int]] = []
        instance.settle(last, PATIENCE, lambda applied, wanted: seen.append((applied, wanted)))
        assert instance.applied() == last
        assert instance.published().holder == other.pid
        assert seen[-1] == (last, last)


def test_takes_over_from_a_holder_that_dies(instance: Instance) -> None:
    with other_holder(instance.path) as other:
        os.kill(other.pid, signal.SIGSTOP)
        last = put(instance.log, "test", dataset("a", title=literal("a")))
        with pytest.raises(DeadlineReached):
            instance.settle(last, 0.3)
        killer = threading.Timer(0.5, os.kill, (other.pid, signal.SIGKILL))
        killer.start()
        instance.settle(last, PATIENCE)
        killer.join()
    assert instance.applied() == last
    assert instance.published().holder == os.getpid()
    with instance.hold() as holder:
        assert titles(holder) == {"a"}


def test_following_keeps_up_and_leaves_the_views_free(instance: Instance) -> None:
    with instance.following():
        assert instance.held()
        last = put(instance.log, "test", dataset("a", title=literal("a")))
        instance.settle(last, PATIENCE)
        assert instance.applied() == last
    assert not instance.held()
    with other_holder(instance.path) as other, instance.following():
        last = put(instance.log, "test", dataset("b", title=literal("b")))
        instance.settle(last, PATIENCE)
        assert instance.published().holder == other.pid


def test_settle_without_a_number_waits_for_the_whole_log(instance: Instance) -> None:
    put(instance.log, "test", *[dataset(f"d{number}") for number in range(50)])
    instance.settle()
    assert instance.applied() == instance.log.sequence()


def test_full_world_comes_with_the_first_record_that_is_not_public(instance: Instance) -> None:
    with instance.hold() as holder:
        waited(holder, put(instance.log, "test", dataset("a")))
        assert holder.full is None
        assert not instance.published().full
        assert holder.views(World.FULL) is holder.public
        public = holder.public_sequence()
        waited(holder, put(instance.log, "test", dataset("b"), audience=MEMBERS))
        assert holder.full is not None
        assert holder.full.sequence() == instance.log.sequence()
        assert holder.full.catalog.fragment(f"{EX}a") is not None
        assert holder.public_sequence() == public
        assert holder.public.catalog.fragment(f"{EX}b", (MEMBERS,)) is None
        assert instance.published().full
    with instance.hold() as holder:
        assert holder.full is not None


def test_snapshots_are_of_the_present_store(instance: Instance, tmp_path: Path) -> None:
    with instance.hold() as holder:
        last = put(instance.log, "test", dataset("a", (f"<{EX}a>", f"<{EX}p>", literal("here"))))
        waited(holder, last)
        with holder.snapshots().latest(last, PATIENCE) as lease:
            assert lease.sequence == last
            assert any("here" in path.read_text(errors="replace") for path in lease.path.glob("*.log")) or any(
                lease.path.glob("*.sst")
            )
        with pytest.raises(DataError):
            holder.snapshots(World.FULL).latest()
        holder.rebuild()
        with holder.snapshots().latest(last, PATIENCE) as lease:
            assert lease.path.is_dir()


def test_rebuild_gives_the_same(instance: Instance) -> None:
    put(instance.log, "test", *[dataset(f"d{number}", title=literal(f"t{number}")) for number in range(20)])
    put(instance.log, "hidden", dataset("secret"), audience=MEMBERS)
    steps: list[tuple[int, int]] = []
    with instance.hold() as holder:
        waited(holder, instance.log.sequence())
        before = state(holder)
        holder.rebuild(lambda done, total: steps.append((done, total)))
        after = state(holder)
        assert before == after
        assert len(after) == 2
        assert steps[-1] == (instance.log.sequence(), instance.log.sequence())
        waited(holder, put(instance.log, "test", dataset("more", title=literal("more"))))
        assert "more" in titles(holder)


def damage_triples(folder: Path) -> None:
    (folder / "triples" / "CURRENT").write_text("MANIFEST-nothing\n")


def damage_search(folder: Path) -> None:
    (folder / "search" / "meta.json").write_text("{}")


def damage_catalog(folder: Path) -> None:
    (folder / "catalog.sqlite").write_bytes(b"not a database, by any means" * 100)


def damage_mentions(folder: Path) -> None:
    (folder / "mentions.sqlite").write_bytes(b"not a database, by any means" * 100)


def other_format(folder: Path) -> None:
    (folder / "formats.json").write_text('{"triples": 0, "search": 0, "catalog": 0}')


@pytest.mark.parametrize("damage", [damage_triples, damage_search, damage_catalog, damage_mentions, other_format])
def test_what_is_damaged_is_made_again_and_told(instance: Instance, damage) -> None:
    put(instance.log, "test", dataset("a", title=literal("a")))
    instance.settle()
    damage(instance.views / "public")
    told: list[str] = []
    with instance.hold(told.append) as holder:
        waited(holder, instance.log.sequence())
        assert titles(holder) == {"a"}
        assert holder.public.catalog.count() == 1
        assert any("/a>" in line for line in holder.public.triples.store.dump())
    assert told
    assert "made again" in told[0]


def test_views_of_another_log_are_made_again(instance: Instance) -> None:
    """A log restored from an older backup does not have the rows that the views know."""
    put(instance.log, "test", dataset("a", title=literal("a")))
    source, target = (sqlite3.connect(instance.path / name) for name in ("civigraph.sqlite", "old"))
    source.backup(target)
    source.close()
    target.close()
    put(instance.log, "test", dataset("b", title=literal("b")))
    instance.settle()
    instance.close()
    for name in ("civigraph.sqlite-wal", "civigraph.sqlite-shm"):
        (instance.path / name).unlink(missing_ok=True)
    (instance.path / "old").rename(instance.path / "civigraph.sqlite")
    with Instance.open(instance.path) as restored:
        told: list[str] = []
        with restored.hold(told.append) as holder:
            waited(holder, restored.log.sequence())
            assert titles(holder) == {"a"}
        assert "does not have" in told[0]


def test_error_is_kept_shown_and_overcome(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    change = EmbeddedStore.change

    def full_disk(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with instance.hold() as holder:
        waited(holder, instance.log.sequence())
        monkeypatch.setattr(EmbeddedStore, "change", full_disk)
        last = put(instance.log, "test", dataset("a", title=literal("a")))
        assert not holder.wait_for(last, 0.4)
        health = holder.health()
        assert (health.well, health.applied) == (False, last - 1)
        assert "No space left" in str(health.error)
        assert "No space left" in str(instance.published().error)
        with pytest.raises(DataError, match="No space left"):
            instance.settle(last, 5)
        with pytest.raises(DataError, match="No space left"):
            holder.wait_for(last)
        monkeypatch.setattr(EmbeddedStore, "change", change)
        waited(holder, last)
        assert titles(holder) == {"a"}
        for _ in range(100):
            if holder.health().well:
                break
            threading.Event().wait(0.05)
        assert holder.health().well
        assert instance.published().error is None


def test_closing_wakes_who_waits(instance: Instance) -> None:
    holder = instance.hold()
    threading.Timer(0.2, holder.close).start()
    with pytest.raises(DataError, match="closed"):
        holder.wait_for(instance.log.sequence() + 1, PATIENCE)


def test_who_asks_while_views_change_places_waits_for_them(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is shown another world meanwhile."""
    monkeypatch.setattr(holder_module, "_LONGEST_CHANGE_SECONDS", PATIENCE)
    with instance.hold() as holder:
        put(instance.log, "test", dataset("a", title=literal("a")))
        waited(holder, put(instance.log, "hidden", dataset("b"), audience=MEMBERS))
        ended, wrong, asked = threading.Event(), list[Exception](), set[tuple[World, World]]()

        def ask() -> None:
            while not ended.wait(0.001):
                try:
                    asked.update((world, holder.views(world).world) for world in World)
                except DataError as error:
                    wrong.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            for _ in range(3):
                holder.rebuild()
        finally:
            ended.set()
            asking.join()
        assert asked == {(world, world) for world in World}
        assert wrong == []


def test_nothing_is_judged_while_views_change_places(instance: Instance) -> None:
    with instance.hold(judging=True) as holder:
        assert holder.wait_for_findings(timeout=PATIENCE)
        opening, to_open, open_views = threading.Event(), threading.Event(), holder._open

        def wait_and_open() -> None:
            opening.set()
            assert to_open.wait(PATIENCE)
            open_views()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(holder, "_open", wait_and_open)
            rebuilding = threading.Thread(target=holder.rebuild)
            rebuilding.start()
            try:
                assert opening.wait(PATIENCE)
                assert not holder.wait_for_findings(timeout=0.1)
            finally:
                to_open.set()
                rebuilding.join()
        assert holder.wait_for_findings(timeout=PATIENCE)
