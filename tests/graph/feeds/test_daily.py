"""Dumps that a server writes by itself: once a day at most, only where something changed, whole or not at all."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest

from benchmarks.catalog import CATALOGUE
from graph.errors import DiskFull
from graph.feeds.daily import DailyDumps
from graph.feeds.dumps import MANIFEST, Stopped, make, versions
from graph.instance import Instance
from graph.views.fragments.reading import Reading
from graph.views.holder import Holder
from tests.api.serving import BASE, many, tell

NEVER = 10_000.0
CHECKOUT = Path(__file__).resolve().parents[3]


def settled(instance: Instance, holder: Holder, number: int) -> None:
    """Tell of one more dataset, and wait until the views show it."""
    holder.wait_for(tell(instance, many(number), "many"))


def test_a_version_a_day_and_none_where_nothing_changed(tmp_path: Path) -> None:
    day = [date(2026, 1, 1)]
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance, instance.hold() as holder:
        folder = tmp_path / "dumps"

        def daily(room: object = None) -> DailyDumps:
            return DailyDumps(
                lambda: holder.public.catalog.reading,
                CATALOGUE,
                folder,
                first_after=NEVER,
                today=lambda: day[0],
                **({"room": room} if room else {}),  # type: ignore[arg-type]
            )

        with daily() as dumps:
            assert not dumps.write_due()  # there is nothing to write
            settled(instance, holder, 1)
            assert dumps.write_due()
            settled(instance, holder, 2)
            assert not dumps.write_due()  # today's is there
            day[0] = date(2026, 1, 2)
            assert dumps.write_due()
            day[0] = date(2026, 1, 3)
            assert not dumps.write_due()  # nothing changed
            settled(instance, holder, 3)
        assert [(each.date, each.datasets) for each in versions(folder)] == [("2026-01-02", 2), ("2026-01-01", 1)]
        with pytest.raises(Stopped):
            dumps.write_due()  # it is closed
        assert [(each.date, each.datasets) for each in versions(folder)] == [("2026-01-02", 2), ("2026-01-01", 1)]
        assert not list(folder.glob("*.part"))

        def full() -> None:
            raise DiskFull("no room")

        with daily(full) as without_room, pytest.raises(DiskFull):
            without_room.write_due()


def test_it_is_done_by_itself(tmp_path: Path) -> None:
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance, instance.hold() as holder:
        settled(instance, holder, 1)
        waiting = threading.Event()
        with DailyDumps(lambda: holder.public.catalog.reading, CATALOGUE, tmp_path, first_after=0.01, looks_every=0.01):
            for _ in range(6000):
                if versions(tmp_path):
                    break
                waiting.wait(0.02)
        assert versions(tmp_path)[0].datasets == 1


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), KeyError("it was not foreseen")])
def test_whatever_happens_it_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance, instance.hold() as holder:
        settled(instance, holder, 1)
        failing, waiting = [error, error], threading.Event()

        def reading() -> Reading:
            if failing:
                raise failing.pop()
            return holder.public.catalog.reading

        with DailyDumps(reading, CATALOGUE, tmp_path / "dumps", first_after=0.01, looks_every=0.01):
            for _ in range(6000):
                if versions(tmp_path / "dumps"):
                    break
                waiting.wait(0.02)
        assert versions(tmp_path / "dumps")[0].datasets == 1
        assert [each.message for each in caplog.records if each.exc_info] == [
            "the dumps of the catalogue were not written"
        ] * 2


def test_a_dump_that_is_stopped_leaves_the_last_one(tmp_path: Path) -> None:
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance, instance.hold() as holder:
        settled(instance, holder, 1)
        reading = holder.public.catalog.reading
        kept = make(reading, CATALOGUE, tmp_path / "dumps", "2026-01-01")
        with pytest.raises(Stopped):
            make(reading, CATALOGUE, tmp_path / "dumps", "2026-01-02", stopped=lambda: True)
        assert versions(tmp_path / "dumps") == [kept]


_LARGE = 300
_SMALLEST_FILES = """
import resource, signal, sys
from pathlib import Path
from benchmarks.catalog import CATALOGUE
from graph.feeds.dumps import make
from graph.views.fragments.reading import Reading
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    make(Reading(Path(sys.argv[1])), CATALOGUE, Path(sys.argv[2]), "2026-01-02")
except OSError as error:
    print(error.strerror)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog of datasets whose dumps are put together from several pieces."""
    described = f'; <http://purl.org/dc/terms/description> "{"Détail. " * 1_500}"@fr .'
    texts = [many(number)[:-1] + described for number in range(_LARGE)]
    folder = tmp_path_factory.mktemp("large") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance, instance.hold() as holder:
        holder.wait_for(tell(instance, "\n".join(texts), "many"))
    return instance.views / "public" / "catalog.sqlite"


@pytest.mark.parametrize("bytes_left", [100_000, 2_500_000])
def test_a_dump_that_finds_no_room_leaves_the_last_one(tmp_path: Path, large: Path, bytes_left: int) -> None:
    """The first piece of a file does not fit, or a later one."""
    with closing(Reading(large)) as reading:
        kept = make(reading, CATALOGUE, tmp_path, "2026-01-01")
    assert min(file.bytes for file in kept.files) > 3_000_000
    command = [sys.executable, "-c", _SMALLEST_FILES, large, tmp_path, bytes_left]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=CHECKOUT, check=False)
    assert (done.stdout, done.stderr) == ("File too large\n", "")
    assert versions(tmp_path) == [kept]
    assert {path.name for path in tmp_path.iterdir()} == {MANIFEST, *(each.name for each in kept.files)}


def test_a_manifest_tells_what_lies_there(tmp_path: Path, large: Path) -> None:
    with closing(Reading(large)) as reading:
        made = make(reading, CATALOGUE, tmp_path, "2026-01-01")
    formats = {"ttl": ox.RdfFormat.TURTLE, "rdf": ox.RdfFormat.RDF_XML, "nt": ox.RdfFormat.N_TRIPLES}
    said = []
    for file in made.files:
        body = (tmp_path / file.name).read_bytes()
        assert (len(body), sha256(body).hexdigest()) == (file.bytes, file.sha256)
        quads = ox.parse(body, format=formats[file.suffix])
        said.append({f"{quad.subject} {quad.predicate} {quad.object}" for quad in quads})
    assert said[0] == said[1] == said[2]
    assert sum(each.endswith("#type> <http://www.w3.org/ns/dcat#Dataset>") for each in said[0]) == _LARGE
