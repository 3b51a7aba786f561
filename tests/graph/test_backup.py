"""Copies of the log are whole; what was erased since stays gone when one is restored."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from graph.backup import back_up, erasures_of, read_erasures, restore
from graph.errors import DataError, InputError, LogBroken, UnreadableFile
from graph.instance import LOG_FILE, Instance
from graph.log.log import Log
from tests.api.serving import BASE, tell
from tests.processes import civigraph

EX = "http://example.org/"


def dataset(name: str, title: str) -> str:
    return f'<{EX}{name}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "{title}"@fr .'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance:
        for name in ("kept", "person", "other"):
            tell(instance, dataset(name, f"Titre {name}"), "told")
    return tmp_path / "data"


def test_a_copy_is_made_while_others_write(folder: Path, tmp_path: Path) -> None:
    with Instance.open(folder) as instance:
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                tell(instance, dataset("busy", f"Titre {number}"), "busy")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            lasts = [back_up(instance.log, tmp_path / f"copy-{number}") for number in range(3)]
        finally:
            stop.set()
            writer.join()
        for number, last in enumerate(lasts):
            assert not list(tmp_path.glob(f"copy-{number}?*"))
            with Log.open(tmp_path / f"copy-{number}") as copy:
                copy.verify(deep=True)
                assert copy.sequence() == last
        with pytest.raises(InputError, match="already"):
            back_up(instance.log, tmp_path / "copy-0")


def test_what_was_erased_since_stays_gone(folder: Path, tmp_path: Path) -> None:
    with Instance.open(folder) as instance:
        back_up(instance.log, tmp_path / "copy")
        instance.log.erase("told", f"{EX}person", agent="test")
        tell(instance, dataset("later", "Plus tard"), "told")
        erased = erasures_of(instance.log)
        rows = instance.log.sequence()
    # In its place, by the log that lies there; elsewhere, by the list.
    for target, known in ((folder, []), (tmp_path / "elsewhere", erased)):
        last, again = restore(tmp_path / "copy", target, known)
        assert (last, again) == (rows - 1, 1)
        with Instance.open(target) as instance:
            instance.log.verify(deep=True)
            assert instance.log.head("told", f"{EX}person") is None
            assert all(row.payload is None for row in instance.log.history("told", f"{EX}person"))
            assert instance.log.head("told", f"{EX}kept") is not None
        assert restore(tmp_path / "copy", target)[1] == 1


def test_an_erasure_that_the_copy_has_is_not_done_again(folder: Path, tmp_path: Path) -> None:
    with Instance.open(folder) as instance:
        instance.log.erase("told", f"{EX}person", agent="test")
        tell(instance, dataset("person", "Une autre"), "told")
        back_up(instance.log, tmp_path / "copy")
    assert restore(tmp_path / "copy", folder)[1] == 0
    with Instance.open(folder) as instance:
        assert instance.log.head("told", f"{EX}person") is not None


def test_no_copy_is_restored_that_is_none_or_is_broken(folder: Path, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"nothing" * 1000)
    before = (folder / LOG_FILE).read_bytes()
    for path in (nonsense, tmp_path / "absent"):
        with pytest.raises(UnreadableFile):
            restore(path, folder)
    with Instance.open(folder) as instance:
        back_up(instance.log, tmp_path / "copy")
        with instance.hold(), pytest.raises(DataError, match="holds the views"):
            restore(tmp_path / "copy", folder)
    import sqlite3

    with sqlite3.connect(tmp_path / "copy") as copy:
        copy.execute("UPDATE log SET agent = 'somebody else' WHERE sequence = 3")
    copy.close()
    with pytest.raises(LogBroken):
        restore(tmp_path / "copy", folder)
    assert (folder / LOG_FILE).read_bytes() == before


def test_lists_of_erasures_are_read_back(folder: Path) -> None:
    assert read_erasures(["a\thttp://example.org/x\t2026-01-01T00:00:00.000000Z\n"]) == [
        ("a", "http://example.org/x", "2026-01-01T00:00:00.000000Z")
    ]
    with pytest.raises(InputError, match="no erasure"):
        read_erasures(["nothing"])


def test_the_commands(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert civigraph(folder, "backup", copy).returncode == 0
    asked = civigraph(folder, "erase", f"{EX}person")
    assert asked.returncode == 1
    assert civigraph(folder, "erase", f"{EX}nobody", "--yes").returncode == 1
    erased = civigraph(folder, "erase", f"{EX}person", "--yes")
    assert erased.returncode == 0, erased.stderr
    listed = civigraph(folder, "erase", "--list").stdout
    assert listed.startswith(f"told\t{EX}person\t")
    (tmp_path / "list").write_text(listed)
    restored = civigraph(tmp_path / "new", "restore", copy, "--erased", tmp_path / "list")
    assert restored.returncode == 0, restored.stderr
    assert "1 records were erased again" in restored.stderr
    assert civigraph(tmp_path / "new", "verify").returncode == 0
