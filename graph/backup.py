"""Copies of the log, and logs made of copies again: what was erased since a copy was made stays gone."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from graph.errors import ConfigurationError, DataError, InputError, UnreadableFile
from graph.instance import LOG_FILE
from graph.log.log import Log
from graph.log.rows import Operation
from graph.views.lock import LOCK_FILE, is_held

Erased = tuple[str, str, str]
"""An erasure: the source, the IRI, and when it was."""


def back_up(log: Log, target: Path) -> int:
    """Copy the whole log while others write, and give the sequence of its last row; the copy is whole or not there.

    Raises ConfigurationError for a log on PostgreSQL, InputError where the file is there already, DataError.
    """
    if "://" in log.address:
        raise ConfigurationError("the log is in PostgreSQL", remedy="back it up by pg_dump")
    if target.exists():
        raise InputError("that file is there already", where=str(target), remedy="name another")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(log.address)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        with Log.open(part) as made:
            made.verify()
            last = made.sequence()
        _remove_companions(part)
        _put(part, target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise DataError(f"no copy could be made: {error}", where=str(target)) from error
    return last


def erasures_of(log: Log) -> list[Erased]:
    """Give what was ever erased, oldest first."""
    return [(row.source, row.iri, row.time) for row in log.erasures()]


def restore(copy: Path, folder: Path, erased: Iterable[Erased] = ()) -> tuple[int, int]:
    """Make a data folder of a copy; gives the sequence of its last row, and how many records were erased again.

    Erased again is what `erased` names, and what the log that lies in the folder now has erased, since the copy was
    made. The views are made anew. Raises UnreadableFile for what is no copy, LogBroken, DataError where the folder is
    in use.
    """
    if is_held(folder / "views" / LOCK_FILE):
        raise DataError("a process holds the views of that folder", where=str(folder), remedy="stop it")
    folder.mkdir(parents=True, exist_ok=True)
    present = folder / LOG_FILE
    wanted = list(erased)
    if present.exists():
        with Log.open(present) as log:
            wanted += erasures_of(log)
    part = folder / f"{LOG_FILE}.part"
    _remove_companions(part)
    _copied(copy, part)
    with Log.open(part) as made:
        made.verify(deep=True)
        again = _erase_again(made, wanted)
        last = made.sequence()
    _remove_companions(part)
    _remove_companions(present)
    _put(part, present)
    shutil.rmtree(folder / "views", ignore_errors=True)
    return last, again


def read_erasures(lines: Sequence[str]) -> list[Erased]:
    """Read what `civigraph erase --list` printed. Raises InputError for a line that is none."""
    found: list[Erased] = []
    for number, line in enumerate(lines, 1):
        source, tab, rest = line.rstrip("\n").partition("\t")
        iri, other, time = rest.partition("\t")
        if not (tab and other):
            raise InputError("that is no erasure", where=f"line {number}", remedy="take what `erase --list` prints")
        found.append((source, iri, time))
    return found


def _copied(copy: Path, part: Path) -> None:
    """Copy a copy, and see that it is a log."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as source:
            source.execute("SELECT sequence FROM log LIMIT 1")
            with closing(sqlite3.connect(part)) as made:
                source.backup(made)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise UnreadableFile(f"this is no copy of a log: {error}", where=str(copy)) from error


def _erase_again(log: Log, erased: Iterable[Erased]) -> int:
    """Erase what the log has and was erased after it was copied."""
    done = 0
    for source, iri, time in dict.fromkeys(erased):
        rows = log.history(source, iri)
        known = any(row.operation is Operation.ERASE and row.time >= time for row in rows)
        if rows and not known:
            log.erase(source, iri, agent="restore")
            done += 1
    return done


def _remove_companions(path: Path) -> None:
    """Remove what SQLite keeps beside a file that nobody has open."""
    for suffix in ("-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _put(part: Path, target: Path) -> None:
    """Put a file in its place so that a power cut leaves the old one or the new one."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(part, target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
