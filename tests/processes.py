"""The real command as processes of its own: run to the end, or served until stopped. Only own pids are signalled."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

COMMAND = (sys.executable, "-m", "civigraph")


def environment(data: Path, **settings: object) -> dict[str, str]:
    """Give an environment in which the settings are these and the data folder, and nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIGRAPH_")}
    given = {f"CIVIGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    return {**kept, **given, "CIVIGRAPH_DATA": str(data)}


def civigraph(
    data: Path, *arguments: str | Path, timeout: float = 120, **settings: object
) -> subprocess.CompletedProcess[str]:
    """Run a command on a data folder to its end, with these settings."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(data, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


def started(
    data: Path, *arguments: str | Path, command: tuple[str, ...] = COMMAND, **settings: object
) -> subprocess.Popen[str]:
    """Start a command on a data folder; the caller ends it."""
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        env=environment(data, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Served:
    """A running `civigraph serve`; standard error is `heard_before` until it tells its address, `heard` after."""

    def __init__(self, process: subprocess.Popen[str], address: str, heard_before: list[str]) -> None:
        self.process = process
        self.address = address
        self.heard_before = heard_before
        self.heard: list[str] = []
        self.client = httpx.Client(base_url=address, timeout=300, trust_env=False, headers={"Accept": "text/html"})

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def served(
    data: Path, *options: str, wait: float = 300, command: tuple[str, ...] = COMMAND, **settings: object
) -> Iterator[Served]:
    """Serve a data folder on a free loopback port and stop at the end."""
    process = started(data, "serve", "--port", "0", *options, command=command, **settings)
    try:
        server = Served(process, *_address(process, wait))
        listener = threading.Thread(target=server.heard.extend, args=(process.stderr,), daemon=True)
        listener.start()
        try:
            with server.client:
                yield server
        finally:
            _stop(process)
            listener.join()
    finally:
        _stop(process)
        process.stdout.close()
        process.stderr.close()


def _stop(process: subprocess.Popen[str]) -> None:
    """Stop a server by Ctrl-C's signal, and by force where it does not heed it."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(120)
            raise


def _address(process: subprocess.Popen[str], wait: float) -> tuple[str, list[str]]:
    """Read lines until the one that tells the address; gives the address and the lines."""
    alarm = threading.Timer(wait, process.kill)
    alarm.start()
    heard = []
    try:
        for line in process.stderr:
            heard.append(line)
            if found := re.search(r"http://\S+/", line):
                return found[0], heard
    finally:
        alarm.cancel()
    raise AssertionError(f"it never told its address: {''.join(heard)}")
