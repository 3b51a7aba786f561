"""A log on each database it may be kept in; PostgreSQL is a real server, started here and stopped here."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from graph.log.log import Log


def _binaries() -> Path | None:
    """Find the server's programs: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Server:
    """A PostgreSQL server that listens on a socket file only."""

    def __init__(self, binaries: Path, folder: Path, user: str) -> None:
        self._folder = folder
        self._numbers = count(1)
        # The server refuses to be root, and ends with this process however that ends.
        ending = ["setpriv", "--pdeathsig", "INT"]
        root = (
            [f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"] if os.geteuid() == 0 else []
        )
        self._as_user = [*ending, *root, "--"]
        data = folder / "data"
        self._run(
            [binaries / "initdb", "-D", data, "-A", "trust", "-U", "civigraph", "-N", "-E", "UTF8", "--locale=C.UTF-8"]
        )
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-k", str(folder)]
        self._process = subprocess.Popen(
            [*self._as_user, binaries / "postgres", "-D", data, *options],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _run(self, command: list[str | Path]) -> None:
        subprocess.run([*self._as_user, *command], cwd=self._folder, check=True, capture_output=True, timeout=60)

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while True:
            with suppress(psycopg.OperationalError):
                self._execute("SELECT 1")
                return
            assert self._process.poll() is None, "PostgreSQL ended at once"
            assert time.monotonic() < end, "PostgreSQL did not start"
            time.sleep(0.05)

    def _execute(self, sql: str) -> None:
        with psycopg.connect(
            host=str(self._folder), user="civigraph", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql)

    def address(self) -> str:
        """Make an empty database and give its URL."""
        database = f"log{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {database}")
        return f"postgresql://civigraph@/{database}?host={self._folder}"

    def checkpoint(self) -> None:
        """Write everything to the files of the databases."""
        self._execute("CHECKPOINT")

    def holds(self, text: bytes) -> bool:
        """Look for bytes in the files of the databases."""
        return any(text in file.read_bytes() for file in (self._folder / "data" / "base").rglob("*") if file.is_file())

    def stop(self) -> None:
        """End the server; its data goes with its folder."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server for the session."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's programs are not installed (Debian: postgresql)")
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    try:
        owner = pwd.getpwnam(user)
    except KeyError:
        pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres")
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed (Debian: util-linux)")
    folder = Path(tempfile.mkdtemp(prefix="civigraph-postgresql-", dir="/tmp"))
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    server = Server(binaries, folder, user)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """The address of an empty log, on each kind of database."""
    if request.param == "sqlite":
        return tmp_path / "civigraph.sqlite"
    server: Server = request.getfixturevalue("postgresql")
    return server.address()


@pytest.fixture
def log(address: str | Path) -> Iterator[Log]:
    """An empty log, on each kind of database."""
    with Log.open(address) as log:
        yield log


@pytest.fixture
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str | Path]:
    """Give address after address of empty logs on the kind of database that is named."""
    numbers = count(1)

    def make(kind: str) -> str | Path:
        if kind == "sqlite":
            return tmp_path / f"log{next(numbers)}.sqlite"
        server: Server = request.getfixturevalue("postgresql")
        return server.address()

    return make
