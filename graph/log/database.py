"""The log's database: one writer at a time, readers on a snapshot, nothing acknowledged before it is on disk."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from graph.errors import ConfigurationError, DataError, DiskFull, NoDataDirectory

# Many processes may queue for the one place at the end of the log.
PATIENCE_SECONDS = 60
# Any fixed number: two logs in one PostgreSQL database would not share tables either.
_ADVISORY_LOCK = 0x63697669_67726170
_SQLITE_WRITES = {"civigraph_writes": True}
# A snapshot taken before the lock is had would miss the end of the log.
_POSTGRESQL_WRITES = {"isolation_level": "READ COMMITTED"}


class Database:
    """An engine with the log's promises: serialised writes, snapshot reads, durable commits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Threads of one process queue here rather than by polling the file's lock.
        self._writer = Lock()

    @property
    def name(self) -> str:
        """The address without its password, for messages."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def address(self) -> str:
        """What `open` opens again, password included: for another process of ours, never for a message."""
        if self.is_sqlite:
            return str(Path(self._engine.url.database or "").absolute())
        return self._engine.url.render_as_string(hide_password=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether the log is a file of this machine."""
        return self._engine.dialect.name == "sqlite"

    @classmethod
    def open(cls, address: str | Path) -> Database:
        """Open the database at a path (SQLite) or a URL (`sqlite:///…`, `postgresql://…`).

        Raises ConfigurationError for another kind of address, NoDataDirectory where the file's folder is missing.
        """
        url = _url(address)
        return cls(_sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read from one snapshot: what is committed meanwhile is not seen."""
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Write alone; on leaving, what was written is on disk, or after an error nothing is."""
        with self._told(), self._writer, self._engine.connect() as plain:
            connection = plain.execution_options(**(_SQLITE_WRITES if self.is_sqlite else _POSTGRESQL_WRITES))
            with connection.begin():
                if not self.is_sqlite:
                    _lock_postgresql(connection)
                yield connection

    def watch(self) -> Watch:
        """Give what tells whether anybody has committed; close it before the database."""
        return Watch(Path(self.address) if self.is_sqlite else None)

    def scrub(self) -> None:
        """Write the database anew, so that no copy of what was deleted stays in its files.

        Overwriting is not enough: SQLite leaves a copy behind in a page's free space when it moves a row elsewhere.
        Raises DataError where that cannot be, or where a reader holds the old pages longer than a writer waits.
        """
        with self._told(), self._writer, self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            if self.is_sqlite:
                _scrub_sqlite(raw, self.name)
            else:
                raw.autocommit = True
                raw.execute("VACUUM FULL log, heads, slugs, run_lines")
                raw.autocommit = False

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a person what the database says."""
        try:
            yield
        except DBAPIError as error:
            kind = DiskFull if _is_full(error.orig) else DataError
            raise kind(f"the log's database says: {error.orig}", where=self.name) from error


class Watch:
    """Tells at hardly any cost whether something may have been committed, by whatever connection of whatever process.

    SQLite numbers what a connection sees of the others (https://www.sqlite.org/pragma.html#pragma_data_version); of
    another database (no `file`) it must be thought each time. For one thread at a time.
    """

    def __init__(self, file: Path | None) -> None:
        self._seen: int | None = None
        self._connection = None if file is None else sqlite3.connect(file, check_same_thread=False)

    def moved(self) -> bool:
        """Say whether something may have been committed since this was asked last."""
        if self._connection is None:
            return True
        try:
            ((number,),) = self._connection.execute("PRAGMA data_version")
        except sqlite3.Error:
            return True  # what is wrong with the file is told by who reads it
        before, self._seen = self._seen, number
        return bool(number != before)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()


def _is_full(error: BaseException | None) -> bool:
    """Say whether a database had no room: SQLite's own codes for a full disk, also told as a failed write."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "") in {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"}
    return getattr(error, "sqlstate", "") == "53100"


def _url(address: str | Path) -> URL:
    if isinstance(address, Path) or "://" not in address:
        return URL.create("sqlite", database=str(address))
    try:
        url = make_url(address)
    except ArgumentError as error:
        remedy = "use a path or postgresql://user@host/name"
        raise ConfigurationError("the log's address is no URL", remedy=remedy) from error
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ConfigurationError(
            f"the log cannot be kept in {url.drivername!r}", remedy="use a path (SQLite) or a postgresql:// URL"
        )
    return url


def _sqlite(url: URL) -> Engine:
    folder = Path(url.database or "").parent
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("the log needs a file", remedy="name a path")
    if not folder.is_dir():
        raise NoDataDirectory("the folder of the log does not exist", where=str(folder))
    engine = create_engine(url, connect_args={"timeout": PATIENCE_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # The driver would begin transactions by itself, and never immediate ones.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in (
        "synchronous=FULL",  # a commit is synced before it is acknowledged
        "secure_delete=ON",  # what is erased is overwritten
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE_SECONDS * 1000}",
        "cache_size=-16384",
        # Fewer, longer checkpoints: a batch of a thousand records changes more pages than the default of 1,000.
        "wal_autocheckpoint=8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging: two processes that create a file together do not queue for this by themselves."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "locked"
        if mode == "wal":
            return
        if time.monotonic() > end:
            raise DataError(f"the log's file cannot be written ahead: its journal mode is {mode}")
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("civigraph_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _scrub_sqlite(connection: sqlite3.Connection, name: str) -> None:
    remedy = "erase it again"
    try:
        connection.execute("VACUUM")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error as error:
        raise DataError(f"the record is erased, but not its traces: {error}", where=name, remedy=remedy) from error
    if busy:
        what = "the record is erased, but not its traces: another process reads"
        raise DataError(what, where=name, remedy=f"{remedy} once that process has finished")


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(url, isolation_level="REPEATABLE READ", pool_pre_ping=True)
    except (ImportError, SQLAlchemyError) as error:
        remedy = "install civigraph[postgresql]"
        raise ConfigurationError(f"PostgreSQL cannot be used: {error}", remedy=remedy) from error


def _lock_postgresql(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    # A server may be set to acknowledge before it has written.
    connection.execute(
        text("SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'")
    )
