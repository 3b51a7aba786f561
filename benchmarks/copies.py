"""A catalogue ten times over: the same datasets under other hosts, so that what is found in them is known beforehand.

To plant faults in a hundred thousand datasets takes half an hour; to copy ten thousand takes a second. What is planted
beside the datasets, and the project's own knowledge, are there once.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.validators import DATA, Row

_HOST = "https://catalogue.example/"


def multiply(source: Path, target: Path, times: int) -> None:
    """Write the data of one folder so many times into another, which holds all else that the first does."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_file() and path.name != DATA:
            (target / path.name).write_bytes(path.read_bytes())
    host = _HOST.encode()
    lines = (source / DATA).read_bytes().splitlines(keepends=True)
    owned = b"".join(line for line in lines if host in line)
    with (target / DATA).open("wb") as out:
        out.writelines(line for line in lines if host not in line)
        for number in range(times):
            out.write(owned.replace(host, _host(number).encode()))


def multiplied(found: Counter[Row], times: int) -> Counter[Row]:
    """Give what there is to find in the copies, where this was found in the one."""
    copies: Counter[Row] = Counter()
    for row, count in found.items():
        hosts = [_host(number) for number in range(times)] if any(_HOST in each for each in row) else [_HOST]
        for host in hosts:
            focus, path, value, component, severity = (each.replace(_HOST, host) for each in row)
            copies[focus, path, value, component, severity] += count
    return copies


def _host(number: int) -> str:
    return f"https://catalogue{number or ''}.example/"
