"""A process with all that it started, as the kernel tells of them: who, what memory, what processor time."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from time import sleep

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Give a process and its descendants; those that end meanwhile are left out."""
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        for path in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                waiting.extend(map(int, path.read_text().split()))
            except OSError:
                continue
    return found


def memory(pids: Iterable[int]) -> int:
    """Give the bytes that processes hold together, a page that several share counted once (proc(5), Pss)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def processor(pids: Iterable[int]) -> float:
    """Give the processor seconds that living processes have used."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def used(pid: int, seconds: float) -> float:
    """Give the processor seconds that a process and its descendants use in a time; those that end are left out."""
    before = {each: processor([each]) for each in family(pid)}
    sleep(seconds)
    return sum(max(0.0, processor([each]) - spent) for each, spent in before.items())
