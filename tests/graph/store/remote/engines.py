"""Engines as processes of their own, on loopback, in a temporary folder; ended by the handle that started them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from graph.store.remote.engine import Engine

_START_SECONDS = 60

_INI = """
[Database]
DatabaseFile={folder}/virtuoso.db
ErrorLogFile={folder}/virtuoso.log
LockFile={folder}/virtuoso.lck
TransactionFile={folder}/virtuoso.trx
xa_persistent_file={folder}/virtuoso.pxa
FileExtend=200
Striping=0
TempStorage=TempDatabase
[TempDatabase]
DatabaseFile={folder}/virtuoso-temp.db
TransactionFile={folder}/virtuoso-temp.trx
Striping=0
[Parameters]
ServerPort=127.0.0.1:{sql}
DisableUnixSocket=1
NumberOfBuffers=20000
DirsAllowed={folder}
AllowOSCalls=0
[HTTPServer]
ServerPort=127.0.0.1:{http}
ServerThreads=10
[SPARQL]
ResultSetMaxRows={rows}
MaxQueryExecutionTime={seconds}
"""


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Engine]:
    """Run Oxigraph's server, from PyPI."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("the server of Oxigraph is not installed (PyPI: oxigraph)")
    address = f"http://127.0.0.1:{free_port()}"
    command = [program, "serve", "--location", folder / "data", "--bind", address.removeprefix("http://"), *options]
    with _running(command, folder, f"{address}/query"):
        yield Engine(f"{address}/query", f"{address}/update", f"{address}/store")


@contextmanager
def virtuoso(folder: Path, *, rows: int = 10_000, seconds: int = 60) -> Iterator[Engine]:
    """Run Virtuoso, from Debian; `rows` and `seconds` are its own limits of a query."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    http = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "virtuoso.ini"
    settings.write_text(_INI.format(folder=folder, sql=free_port(), http=http, rows=rows, seconds=seconds))
    address = f"http://127.0.0.1:{http}/sparql"
    with _running([program, "+configfile", settings, "+foreground"], folder, address):
        yield Engine(
            address, f"{address}-auth", f"{address}-graph-crud-auth", user="dba", password="dba", deadline="timeout/ms"
        )


def free_port() -> int:
    """Give a port of loopback that is free at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str | Path], folder: Path, address: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([str(each) for each in command], cwd=folder, stdout=output, stderr=output)
        try:
            _wait_for(process, address, folder / "output")
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _wait_for(process: subprocess.Popen[bytes], address: str, output: Path) -> None:
    end = monotonic() + _START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while process.poll() is None and monotonic() < end:
        try:
            opener.open(f"{address}?query=ASK%20%7B%7D", timeout=5).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise AssertionError(f"the engine does not answer: {output.read_text()}")
