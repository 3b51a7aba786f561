"""Several processes at one log: none loses, reorders or tears anything, even when one is killed in the middle."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from graph.log.log import Log
from tests.graph.log.entries import entry, name

ENTRIES = 500
CHECKOUT = Path(__file__).resolve().parents[3]


@contextmanager
def appender(
    address: str | Path, source: str, *, entries: int = ENTRIES, batch: int = 7
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.graph.log.appender", str(address), source, str(entries), str(batch)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def heard(process: subprocess.Popen[str]) -> list[tuple[int, int, int]]:
    """Read what it was acknowledged until its end; a line torn by the kill was not yet an acknowledgement."""
    output, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors, errors
    lines = [line for line in output.splitlines(keepends=True) if line.endswith("\n") and line != "ready\n"]
    return [tuple(map(int, line.split())) for line in lines]  # type: ignore[misc]


def check(log: Log, told: dict[str, list[tuple[int, int, int]]]) -> None:
    log.verify(deep=True)
    rows = log.rows(limit=10 * ENTRIES)
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    for source, acknowledged in told.items():
        own = [row for row in rows if row.source == source]
        # In the order in which it appended, without a gap.
        assert [row.iri for row in own] == [name(f"{source}-{number}") for number in range(len(own))]
        expected = [sequence for first, last, _ in acknowledged for sequence in range(first, last + 1)]
        assert [row.sequence for row in own[: len(expected)]] == expected
        assert sum(count for *_, count in acknowledged) == len(expected)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_four_processes_append_at_once(kind: str, new_address: Callable[[str], str | Path]) -> None:
    address = new_address(kind)
    sources = [f"source-{number}" for number in range(4)]
    # All four open a log that is not there yet.
    with ExitStack() as stack:
        # Small batches: with few of them one process may be done before another has its first turn.
        processes = {source: stack.enter_context(appender(address, source, batch=2)) for source in sources}
        for process in processes.values():
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        for process in processes.values():
            go(process)
        told = {source: heard(process) for source, process in processes.items()}
        assert [process.returncode for process in processes.values()] == [0] * 4
    with Log.open(address) as log:
        check(log, told)
        assert log.sequence() == 4 * ENTRIES
        turns = [row.source for row in log.rows(limit=4 * ENTRIES)]
        assert sum(a != b for a, b in pairwise(turns)) > 4, "they did not run at once"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("turn", range(3))
def test_one_of_four_is_killed(kind: str, turn: int, new_address: Callable[[str], str | Path]) -> None:
    address = new_address(kind)
    chance = random.Random(turn)
    sources = [f"source-{number}" for number in range(4)]
    with ExitStack() as stack:
        processes = {source: stack.enter_context(appender(address, source, batch=20)) for source in sources}
        for process in processes.values():
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        for process in processes.values():
            go(process)
        victim = processes[sources[0]]
        assert victim.stdout is not None
        lines = [victim.stdout.readline() for _ in range(chance.randint(1, 12))]
        victim.kill()
        told = {source: heard(process) for source, process in processes.items()}
        told[sources[0]] = [tuple(map(int, line.split())) for line in lines] + told[sources[0]]  # type: ignore[misc]
        assert [process.returncode for process in processes.values()] == [-9, 0, 0, 0]
    with Log.open(address) as log:
        check(log, told)
        of_victim = sum(row.source == sources[0] for row in log.rows(limit=4 * ENTRIES))
        assert of_victim < ENTRIES, "it was killed too late"
        assert of_victim % 20 == 0, "a batch was torn"


def test_threads_of_one_process_take_turns(log: Log) -> None:
    def work(source: str) -> list[tuple[int, int, int]]:
        told = []
        for start in range(0, 60, 6):
            done = log.append([entry(f"{source}-{n}") for n in range(start, start + 6)], agent="me", source=source)
            told.append((done.first, done.last, done.created))
            assert log.sequence() >= done.last
        return told

    with ThreadPoolExecutor(6) as pool:
        sources = [f"source-{number}" for number in range(6)]
        told = dict(zip(sources, pool.map(work, sources), strict=True))
    check(log, told)
