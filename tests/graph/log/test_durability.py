"""A write is acknowledged when it is on disk: seen in the system calls, and in the settings of the very connections."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from graph.log.database import PATIENCE_SECONDS, Database
from graph.log.log import Log

CHECKOUT = Path(__file__).resolve().parents[3]


def test_every_connection_is_durable_patient_and_thorough(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "civigraph.sqlite")
    for transaction in (database.read, database.write):
        with transaction() as connection:
            pragmas = ("journal_mode", "synchronous", "secure_delete", "busy_timeout", "foreign_keys")
            found = {pragma: connection.execute(text(f"PRAGMA {pragma}")).scalar() for pragma in pragmas}
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,  # FULL
            "secure_delete": 1,
            "busy_timeout": PATIENCE_SECONDS * 1000,
            "foreign_keys": 1,
        }
    database.close()


def test_postgresql_acknowledges_what_it_has_written(postgresql, new_address) -> None:  # type: ignore[no-untyped-def]
    address = new_address("postgresql")
    with Log.open(address + "&options=-csynchronous_commit%3Doff") as log, log._database.write() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_each_append_is_synced_before_it_is_acknowledged(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    if subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let strace look")
    trace = tmp_path / "trace"
    file = tmp_path / "civigraph.sqlite"
    # A file for its output, so that only its acknowledgements are written there.
    told = tmp_path / "told"
    command = [strace, "-f", "-y", "-o", str(trace), "-e", "trace=write,pwrite64,fsync,fdatasync"]
    with told.open("w") as output:
        subprocess.run(
            [*command, sys.executable, "-m", "tests.graph.log.appender", str(file), "a", "30", "3"],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            check=True,
            timeout=120,
        )
    acknowledged = 0
    unsynced = written = False
    for line in trace.read_text().splitlines():
        call = re.search(r"(write|pwrite64|fsync|fdatasync)\(\d+<([^>]*)>", line)
        if call is None:
            continue
        if call[2] == f"{file}-wal":
            unsynced = "write" in call[1]
            written |= unsynced
        elif call[2] == str(told) and "ready" not in line:
            assert written, f"acknowledged before it was written: {line}"
            assert not unsynced, f"acknowledged before it was synced: {line}"
            acknowledged += 1
            written = False
    assert acknowledged == 10
